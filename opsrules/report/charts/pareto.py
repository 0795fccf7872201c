"""What to mend first? Sorted bars from zero, the running share as a column, no second axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.report.charts.canvas import NARROW, WIDE, Canvas, drawings
from opsrules.report.charts.measure import fit, width
from opsrules.report.words import minor, share

__all__ = ["Bar", "pareto"]

_HEAD = 24


@dataclass(frozen=True)
class Bar:
    """One cause.

    Attributes
    ----------
    label : str
    amount_minor : int
        Without sign.
    running_minor : int
        Sum of this bar and those before it.
    vital : bool
        Whether it belongs to the fewest causes that pass 80% together.
    """

    label: str
    amount_minor: int
    running_minor: int
    vital: bool


def pareto(alt: str, bars: Sequence[Bar], currency: str) -> Markup:
    """Both drawings of the causes of one currency, largest first."""
    return drawings(alt, lambda narrow: _draw(bars, currency, narrow))


def _draw(bars: Sequence[Bar], currency: str, narrow: bool) -> Canvas:
    size = 42 if narrow else 29
    canvas = Canvas(NARROW if narrow else WIDE, _HEAD + len(bars) * size + 4, narrow)
    total, most = bars[-1].running_minor, max(bar.amount_minor for bar in bars)
    figures = [minor(bar.amount_minor, currency) for bar in bars]
    column = max(width(figure) for figure in figures)
    shares = [share(bar.running_minor, total) for bar in bars]
    last = max(width("running share"), *(width(text) for text in shares))
    left = 0.0 if narrow else 320.0
    right = canvas.width - 70 - column - 10 if narrow else canvas.width - last - column - 46
    canvas.say(canvas.width - 1, 9, "running share", hue="ink2", anchor="right")
    if not narrow:
        canvas.say(canvas.width - last - 24, 9, currency, hue="ink2", anchor="right")
    for row, (bar, figure, part) in enumerate(zip(bars, figures, shares, strict=True)):
        top = _HEAD + row * size
        text_y, mark_y = (top + 11, top + 29) if narrow else (top + size / 2, top + size / 2)
        length = max(bar.amount_minor / (most or 1) * (right - left), 2)
        if row and not narrow:
            canvas.line(0, top, canvas.width, top, hue="grid")
        room = canvas.width - 8 if narrow else left - 14
        canvas.say(0, text_y, fit(bar.label, room, bar.vital), bold=bar.vital)
        canvas.bar(left, left + length, mark_y, 11 if narrow else 15, "s1" if bar.vital else "prior")
        canvas.say(
            *((left + length + 6, mark_y) if narrow else (canvas.width - last - 24, text_y)),
            figure,
            anchor="left" if narrow else "right",
        )
        canvas.say(canvas.width - 1, mark_y, part, hue="ink2", anchor="right")
    return canvas
