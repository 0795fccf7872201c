"""How old is it? Ageing bars: one panel a class, all on one scale, what is over 30 days in the attention colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.periods import AGE_BUCKETS
from opsrules.report.charts.canvas import NARROW, WIDE, Canvas, drawings
from opsrules.report.charts.measure import lines, width
from opsrules.report.words import count, whole

__all__ = ["LATE", "Panel", "ageing"]

LATE = tuple(name for name, first, _ in AGE_BUCKETS if first > 30)
"""Buckets older than 30 days."""

_ROW = 20


@dataclass(frozen=True)
class Panel:
    """One class of open items.

    Attributes
    ----------
    label : str
    items : int
    cells : tuple of (int, int)
        Items and amount without sign, a pair for each of `AGE_BUCKETS`.
    """

    label: str
    items: int
    cells: tuple[tuple[int, int], ...]


def ageing(alt: str, panels: Sequence[Panel], currency: str) -> Markup:
    """Both drawings of the open items of one currency by class and age."""
    return drawings(alt, lambda narrow: _draw(panels, currency, narrow))


def _draw(panels: Sequence[Panel], currency: str, narrow: bool) -> Canvas:
    most = max((amount for panel in panels for _, amount in panel.cells), default=0)
    label = max(width(whole(amount, currency)) for panel in panels for _, amount in panel.cells)
    gutter = max(width(name) for name, _, _ in AGE_BUCKETS) + 10
    total = NARROW if narrow else WIDE
    columns = 1 if narrow and label > 62 else 2 if narrow else 4
    room = (total - gutter) / columns
    head = 14 * max(len(lines(panel.label, room - 12, 3, bold=True)) for panel in panels) + 36
    tall = head + len(AGE_BUCKETS) * _ROW + 10
    deep = -(-len(panels) // columns)
    canvas = Canvas(total, deep * tall, narrow)
    reach = room - label - 18
    for at, panel in enumerate(panels):
        down, across = divmod(at, columns)
        x, y = gutter + across * room, down * tall
        _heading(canvas, panel, x, y, room - 12)
        _bars(canvas, panel, currency, (x, y + head, reach / (most or 1)), named=across == 0)
    return canvas


def _heading(canvas: Canvas, panel: Panel, x: float, y: float, room: float) -> None:
    told = lines(panel.label, room, 3, bold=True)
    for at, line in enumerate(told):
        canvas.say(x, y + 8 + at * 14, line, bold=True)
    canvas.say(x, y + 10 + len(told) * 14, count(panel.items, "item"), hue="ink2")


def _bars(canvas: Canvas, panel: Panel, currency: str, place: tuple[float, float, float], *, named: bool) -> None:
    x, y, reach = place
    for at, ((bucket, _, _), (items, amount)) in enumerate(zip(AGE_BUCKETS, panel.cells, strict=True)):
        row = y + at * _ROW
        if named:
            canvas.say(x - 8, row, bucket, hue="ink2", anchor="right")
        canvas.line(x, row - _ROW / 2, x, row + _ROW / 2)
        if amount:
            canvas.bar(x, x + max(amount * reach, 2), row, 13, "s2" if bucket in LATE else "s1")
            canvas.say(x + max(amount * reach, 2) + 5, row, whole(amount, currency))
        else:
            canvas.say(x + 6, row, count(items, "item") if items else "none", hue="ink2")
