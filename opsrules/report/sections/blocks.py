"""What several sections share: the first sentence, a figure with its numbers, the order of currencies."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.review import Review

__all__ = ["by_currency", "figure", "mappings_of", "sentence", "table_of", "text_of", "with_notes"]


def sentence(*parts: str | Markup) -> Markup:
    """The line that answers a section's question."""
    return element("p", *parts, class_="line")


def figure(heading: str | Markup, subtitle: str, drawing: Markup, numbers: Markup) -> Markup:
    """A chart under its finding, with its table of numbers folded below."""
    return element(
        "figure",
        element("figcaption", element("h3", heading), element("p", subtitle, class_="sub")),
        drawing,
        element(
            "details",
            element("summary", "Show the numbers", element("span", ": ", heading, class_="vh")),
            numbers,
        ),
    )


def with_notes(drawn: Markup, notes: list[Markup]) -> Markup:
    """Put at most two short notes beside a figure: cause and next step."""
    if not notes:
        return drawn
    return element("div", drawn, element("div", *notes[:2], class_="notes"), class_="split")


def table_of(review: Review, name: str) -> pd.DataFrame:
    """A table of the review; one without rows where it has none of that name."""
    return review.tables.get(name, pd.DataFrame())


def by_currency(review: Review, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each currency, the account's own first, then by name; rows without one are left out."""
    if table.empty:
        return
    currencies = table["currency"].astype("str").fillna("")
    for currency in sorted(set(currencies) - {""}, key=lambda code: (code != review.currency, code)):
        yield currency, table[(currencies == currency).to_numpy()]


def text_of(value: object) -> str:
    """A cell's text; "" where nothing stands."""
    return "" if value is None or value is pd.NA or value is pd.NaT or value != value else str(value)  # noqa: PLR0124 - nan


def mappings_of(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as mappings, in order."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]
