"""A localisation as text and as HTML, in words that claim no more than was measured."""

from __future__ import annotations

import math

from markupsafe import Markup

from opsrules.display.markup import clean, element, join
from opsrules.rootcause.localisation import Localisation, Slice, told

__all__ = ["as_markup", "as_text"]

_HEADS = ("Concentrated in", "Effect", "Share of the change", "Rows", "Confidence", "Same rows as")
_SHOWN = 3  # equivalents written out


def as_text(found: Localisation) -> str:
    """One sentence, then a line a slice."""
    lines = [_sentence(found)]
    for one in found.slices:
        cells = _cells(found, one)
        same = f"; same rows as {cells[5]}" if cells[5] else ""
        lines.append(f"  {cells[0]}: {cells[1]} ({cells[2]}), {cells[3]} rows, confidence {cells[4]}{same}")
    return "\n".join(clean(line) for line in lines)


def as_markup(found: Localisation) -> Markup:
    """A sentence and a table; every text of the client's is escaped."""
    sentence = element("p", _sentence(found))
    if not found.slices:
        return element("div", sentence, class_="localisation")
    head = element("tr", *(element("th", name, scope="col") for name in _HEADS))
    rows = [_row(_cells(found, one)) for one in found.slices]
    caption = element("caption", "Where the change is concentrated, which is not yet why it came about")
    table = element("table", caption, element("thead", head), element("tbody", join(rows)))
    return element("div", sentence, table, class_="localisation")


def _row(cells: tuple[str, ...]) -> Markup:
    numbers = [element("td", cell, class_="num") for cell in cells[1:5]]
    return element("tr", element("th", cells[0], scope="row"), *numbers, element("td", cells[5]))


def _sentence(found: Localisation) -> str:
    change = f"{_figure(found, found.actual)} against {_figure(found, found.expected)} expected"
    if not found.slices:
        return f"{change}: {found.reason}."
    number = "one slice" if len(found.slices) == 1 else f"{len(found.slices)} slices"
    return f"{change}: the change is concentrated in {number}; unexplained {_change(found, found.unexplained)}."


def _cells(found: Localisation, one: Slice) -> tuple[str, ...]:
    share = "none" if math.isnan(one.share) else f"{_signed(100 * one.share, 0)}%"
    same = [told(where) for where in one.equivalents[:_SHOWN]]
    more = len(one.equivalents) - len(same)
    others = " or ".join(same) + (f" or {more} more" if more else "")
    chance = 1 - one.confidence
    confidence = "over 99.9%" if chance < 0.001 else f"{100 * one.confidence:.1f}%"
    return told(one.where), _change(found, one.effect), share, f"{one.rows:,}", confidence, others


def _figure(found: Localisation, value: float) -> str:
    return f"{100 * value:.2f}%" if found.kind == "ratio" else _signed(value, 2).lstrip("+")


def _change(found: Localisation, value: float) -> str:
    return f"{_signed(100 * value, 2)} points" if found.kind == "ratio" else _signed(value, 2)


def _signed(value: float, places: int) -> str:
    text = f"{abs(value):,.{places}f}"
    sign = "" if not float(text.replace(",", "")) else "\u2212" if value < 0 else "+"
    return sign + text
