"""Is it changing? XmR panels on one scale: line, average, usual range as a band, signals as hollow diamonds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.report.charts.canvas import NARROW, WIDE, Canvas, drawings
from opsrules.report.charts.measure import fit, lines, width

__all__ = ["Panel", "control"]

_TALL = 92  # of the plot
_STEPS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True)
class Panel:
    """One series of rates.

    Attributes
    ----------
    label : str
    told : str
        The usual range in words, or why there is none.
    marks : str
        The signals in words, "" for none.
    values : tuple of float or None
        Between 0 and 1, one a period; None where the period has none.
    signals : tuple of bool
        Whether each is no chance.
    last : str
        The last value in words.
    limits : tuple of float or None
        Lower limit, mean and upper limit.
    """

    label: str
    told: str
    marks: str
    values: tuple[float | None, ...]
    signals: tuple[bool, ...]
    last: str
    limits: tuple[float, float, float] | None


def control(alt: str, panels: Sequence[Panel], ends: tuple[str, str]) -> Markup:
    """Both drawings of some rates over the same periods; `ends` are the words of the first and the last period."""
    return drawings(alt, lambda narrow: _draw(panels, ends, narrow))


def _draw(panels: Sequence[Panel], ends: tuple[str, str], narrow: bool) -> Canvas:
    total = NARROW if narrow else WIDE
    columns = 1 if narrow or len(panels) == 1 else 2
    room = total / columns
    low, high, ticks = _scale(panels)
    gutter = max(width(_percent(tick)) for tick in ticks) + 10
    last = max(width(panel.last, bold=True) for panel in panels) + 12
    marks = [lines(panel.marks, room - 24, 2, bold=True) if panel.marks else [] for panel in panels]
    head = 48 + 15 * max(len(told) for told in marks)
    tall = head + _TALL + 44
    canvas = Canvas(total, tall * -(-len(panels) // columns), narrow)
    for at, (panel, told) in enumerate(zip(panels, marks, strict=True)):
        x, y = at % columns * room, at // columns * tall
        canvas.say(x, y + 9, fit(panel.label, room - 12, bold=True), bold=True)
        canvas.say(x, y + 25, fit(panel.told, room - 12), hue="ink2")
        for line, text in enumerate(told):
            canvas.say(x, y + 41 + 15 * line, text, hue="s2", bold=True)
        frame = _Frame(x + gutter, x + room - last - 8, y + head, y + head + _TALL, low, high)
        _axes(canvas, frame, ticks, ends)
        _series(canvas, frame, panel)
    return canvas


@dataclass(frozen=True)
class _Frame:
    """Where a panel's plot lies, and what its edges stand for."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def x(self, at: int, size: int) -> float:
        return self.right if size == 1 else self.left + 6 + at / (size - 1) * (self.right - self.left - 6)


def _scale(panels: Sequence[Panel]) -> tuple[float, float, list[float]]:
    """Lowest and highest value of the axis and its ticks: from all panels, never past 0 and 1."""
    seen = [value for panel in panels for value in panel.values if value is not None]
    seen += [end for panel in panels if panel.limits for end in panel.limits]
    low, high = min(seen), max(seen)
    step = next((step for step in _STEPS if high - low <= 3 * step), _STEPS[-1])
    whole = round(1 / step)
    # A hair's breadth, so that 0.3 / 0.1 is three steps.
    first, last = max(math.floor(low / step + 1e-9), 0), min(math.ceil(high / step - 1e-9), whole)
    if first >= last:
        first, last = (last - 1, last) if last else (0, 1)
    ticks = [at * step for at in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _percent(value: float) -> str:
    return f"{round(value * 100, 2):g}%"


def _axes(canvas: Canvas, frame: _Frame, ticks: Sequence[float], ends: tuple[str, str]) -> None:
    for tick in ticks:
        canvas.line(frame.left, frame.y(tick), frame.right, frame.y(tick), hue="grid")
        canvas.say(frame.left - 8, frame.y(tick), _percent(tick), hue="ink2", anchor="right")
    canvas.line(frame.left, frame.bottom, frame.right, frame.bottom)
    room = (frame.right - frame.left) / 2 - 6
    canvas.say(frame.left, frame.bottom + 16, fit(ends[0], room), hue="ink2")
    canvas.say(frame.right, frame.bottom + 16, fit(ends[1], room), hue="ink2", anchor="right")


def _series(canvas: Canvas, frame: _Frame, panel: Panel) -> None:
    if panel.limits:
        lower, mean, upper = panel.limits
        tall = max(frame.y(lower) - frame.y(upper), 2)
        canvas.bar(frame.left, frame.right, (frame.y(lower) + frame.y(upper)) / 2, tall, "band")
        canvas.line(frame.left, frame.y(mean), frame.right, frame.y(mean))
    size = len(panel.values)
    points = [None if value is None else (frame.x(at, size), frame.y(value)) for at, value in enumerate(panel.values)]
    for run in _runs(points):
        canvas.path(run, hue="s1", width=2)
    told = [(point, is_signal) for point, is_signal in zip(points, panel.signals, strict=True) if point is not None]
    if plain := [point for point, is_signal in told if not is_signal]:
        canvas.dots(plain)
    for point in [point for point, is_signal in told if is_signal]:
        canvas.diamond(*point)
    if points[-1] is not None:
        hue = "s2" if panel.signals[-1] else "ink"
        canvas.say(points[-1][0] + 10, points[-1][1], panel.last, hue=hue, bold=panel.signals[-1])


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Points in a row, divided where a period has none; one alone makes no line."""
    found: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if len(run) > 1]
