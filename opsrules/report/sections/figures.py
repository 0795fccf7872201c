"""Headline figures: at most five, each with unit and comparison."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import mappings_of, sentence, table_of, text_of
from opsrules.review import Review

__all__ = ["figures"]

_MOST = 5
_ROOMY = 13  # signs that fit a tile at full size
_LONG = 22  # beyond this a figure may break


def figures(review: Review) -> Fragment:
    """Tiles of the headline figures."""
    rows = mappings_of(table_of(review, "figures"))[:_MOST]
    if not rows:
        return Fragment("figures", sentence("No figure can be given: nothing was read for this period."))
    longest = max(len(text_of(row.get("prefix"))) + len(text_of(row.get("figure"))) for row in rows)
    kind = "tiles dense" if longest > _ROOMY else "tiles"
    return Fragment("figures", element("dl", *(_tile(row) for row in rows), class_=kind))


def _tile(row: dict[str, object]) -> Markup:
    prefix, figure, suffix, sub = (text_of(row.get(key)) for key in ("prefix", "figure", "suffix", "sub"))
    shown: list[str | Markup] = [element("small", prefix), " "] if prefix else []
    shown.append(figure or "not known")
    if suffix:
        shown += [("" if suffix == "%" else " "), element("small", suffix)]
    return element(
        "div",
        element("dt", text_of(row.get("label"))),
        element("dd", *shown, class_="big long" if len(prefix) + len(figure) + len(suffix) > _LONG else "big"),
        element("dd", sub, class_="note") if sub else "",
        class_="tile",
    )
