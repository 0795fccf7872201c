"""Where did the money go? A waterfall, horizontal: totals are thick ticks, steps are bars, exact amounts a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.money import CURRENCIES
from opsrules.report.charts.canvas import NARROW, WIDE, Canvas, drawings
from opsrules.report.charts.measure import fit, width
from opsrules.report.charts.scale import nice_step, ticks
from opsrules.report.words import minor, number

__all__ = ["Step", "scale_start", "waterfall"]


@dataclass(frozen=True)
class Step:
    """One line of a bridge.

    Attributes
    ----------
    label : str
    amount_minor : int
        Signed for a step; the running sum for a total.
    kind : str
        total, step or attention.
    """

    label: str
    amount_minor: int
    kind: str


def waterfall(alt: str, steps: Sequence[Step], currency: str) -> Markup:
    """Both drawings of a bridge in one currency."""
    return drawings(alt, lambda narrow: _draw(steps, currency, narrow))


def scale_start(steps: Sequence[Step], currency: str) -> int:
    """Where the scale starts, in whole units of the currency: zero, or a round figure when all lies far off it."""
    ends = [end for span in _spans(steps) for end in span]
    unit: int = 10 ** CURRENCIES.get(currency, 2)
    low, high = min(ends) / unit, max(ends) / unit
    if low <= 0 or low < 0.6 * high:
        return min(0, int(low // 1))
    step = nice_step(high - low, 4)
    return int((low - 0.08 * (high - low)) // step) * step


def _spans(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Where each line starts and ends, in minor units; a total starts and ends at its amount."""
    running, spans = 0, []
    for step in steps:
        start = step.amount_minor if step.kind == "total" else running
        running = step.amount_minor if step.kind == "total" else running + step.amount_minor
        spans.append((start, running))
    return spans


def _draw(steps: Sequence[Step], currency: str, narrow: bool) -> Canvas:
    size = 44 if narrow else 28
    canvas = Canvas(NARROW if narrow else WIDE, len(steps) * size + 34, narrow)
    figures = [minor(step.amount_minor, currency) for step in steps]
    column = max(width(figure, bold=True) for figure in figures)
    left = 0.0 if narrow else min(260.0, max(width(step.label, bold=True) for step in steps) + 18)
    right = canvas.width - 2 if narrow else canvas.width - column - 22
    unit: int = 10 ** CURRENCIES.get(currency, 2)
    spans = _spans(steps)
    low = scale_start(steps, currency)
    high = max(max(span) for span in spans) / unit
    reach = (right - left - 4) / ((high - low) or 1)

    def at(value_minor: float) -> float:
        return left + 2 + (value_minor / unit - low) * reach

    _axis(canvas, (low, high), left, right, len(steps) * size + 4)
    before: tuple[float, float] | None = None
    for row, (step, (start, end), figure) in enumerate(zip(steps, spans, figures, strict=True)):
        text_y = row * size + (12 if narrow else size / 2)
        mark_y = row * size + (31 if narrow else size / 2)
        bold, alarm = step.kind == "total", step.kind == "attention" and step.amount_minor != 0
        room = canvas.width - column - 12 if narrow else left - 12
        canvas.say(0, text_y, fit(step.label, room, bold), bold=bold)
        canvas.say(canvas.width - 1, text_y, figure, hue="s2" if alarm else "ink", bold=bold or alarm, anchor="right")
        if before is not None and not narrow:
            canvas.line(at(before[1]), before[0], at(before[1]), mark_y)
        if bold:
            canvas.line(at(end), mark_y - 9, at(end), mark_y + 9, hue="ink", width=4)
        elif step.amount_minor:
            canvas.bar(at(start), at(end), mark_y, 11 if narrow else 15, "s2" if alarm else "s1")
        before = (mark_y, end)
    return canvas


def _axis(canvas: Canvas, ends: tuple[float, float], left: float, right: float, bottom: float) -> None:
    low, high = ends
    label = max(width(number(round(value))) for value in (low, high))
    most = max(2, int((right - left) / (label + 36)))
    canvas.line(left, bottom, right, bottom)
    for value in ticks(low, high, min(most, 5)):
        x = left + 2 + (value - low) * (right - left - 4) / ((high - low) or 1)
        text = number(value)
        inside = left + width(text) / 2 <= x <= canvas.width - width(text) / 2 or not canvas.narrow
        if not canvas.narrow:
            canvas.line(x, 0, x, bottom, hue="grid")
        canvas.line(x, bottom, x, bottom + 5)
        if inside:
            canvas.say(x, bottom + 16, text, hue="ink2", anchor="center")
