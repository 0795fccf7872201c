"""Tables of pages: statements that scroll sideways on a phone, and lists that turn into cards there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.display.markup import element

__all__ = ["Cell", "Column", "cards", "statement"]


_SHORT = 12  # rows that stay together on paper
_WORTH_SORTING = 6  # a shorter list is read faster than it is sorted


@dataclass(frozen=True)
class Column:
    """Head of one column.

    Attributes
    ----------
    head : str
        Words, with the currency or unit.
    number : bool
        Figures stand to the right.
    filter : str
        Label of the list by which the script lets a reader filter; "" for none.
    sortable : bool
        Whether the script makes the head a button.
    """

    head: str
    number: bool = False
    filter: str = ""
    sortable: bool = True


@dataclass(frozen=True)
class Cell:
    """One cell of a list.

    Attributes
    ----------
    shown : str or Markup
    value : int, optional
        What sorts the row.
    facet : str
        What filters the row; "" means the text.
    phone : str
        Classes that place it on a card: lead, full, right.
    label : str
        What a card writes in front, where the head is gone.
    """

    shown: str | Markup
    value: int | None = None
    facet: str = ""
    phone: str = ""
    label: str = ""


def statement(
    name: str,
    caption: str | Markup,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str | Markup]],
    *,
    totals: Sequence[int] = (),
    flags: Sequence[int] = (),
    width: str = "",
) -> Markup:
    """Render a table that keeps its columns, in a region that scrolls sideways where it has to.

    Parameters
    ----------
    name : str
        Id of the caption, unique on the page.
    totals, flags : sequence of int
        Positions of rows under a strong line, and of rows that need attention.
    width : str
        "lean" shrinks to any screen, "ample" keeps 720 px, "" keeps 560 px.
    """
    heads = [element("th", column.head, scope="col", class_="num" if column.number else None) for column in columns]
    body = []
    for at, row in enumerate(rows):
        first, *rest = row
        cells = [element("td", cell, class_="num" if columns[i].number else None) for i, cell in enumerate(rest, 1)]
        kind = "total" if at in totals else "flag" if at in flags else None
        body.append(element("tr", element("th", first, scope="row"), *cells, class_=kind))
    table = element(
        "table",
        _caption(name, caption),
        element("thead", element("tr", *heads)),
        element("tbody", *body),
    )
    return element(
        "div",
        table,
        class_=" ".join(part for part in ("scroll", width, "short" if len(body) <= _SHORT else "") if part),
        role="region",
        aria_labelledby=name,
        tabindex="0",
    )


def cards(
    name: str,
    caption: str | Markup,
    what: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    flags: Sequence[int] = (),
) -> Markup:
    """Render a list that can be sorted and searched, and that is a stack of cards on a phone.

    Parameters
    ----------
    name : str
        Id of the caption, unique on the page.
    what : str
        Plural of what a row is, for the count the script shows.
    flags : sequence of int
        Positions of rows that need attention.
    """
    body = [
        element("tr", *_card_cells(columns, row), role="row", class_="flag" if at in flags else None)
        for at, row in enumerate(rows)
    ]
    return element(
        "table",
        _caption(name, caption),
        element("thead", element("tr", *(_head(column) for column in columns), role="row"), role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        class_="cards",
        role="table",
        data_sort=what if len(body) >= _WORTH_SORTING else None,
    )


def _caption(name: str, caption: str | Markup) -> Markup:
    return element("caption", caption if isinstance(caption, Markup) else element("b", caption), id=name)


def _head(column: Column) -> Markup:
    return element(
        "th",
        column.head,
        role="columnheader",
        scope="col",
        class_="num" if column.number else None,
        data_filter=column.filter or None,
        data_nosort=not column.sortable,
    )


def _card_cells(columns: Sequence[Column], row: Sequence[Cell]) -> list[Markup]:
    cells = []
    for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
        classes = " ".join(part for part in ("num" if column.number else "", cell.phone) if part) or None
        role, scope = ("rowheader", "row") if at == 0 else ("cell", None)
        cells.append(
            element(
                "th" if at == 0 else "td",
                cell.shown,
                role=role,
                scope=scope,
                class_=classes,
                data_l=cell.label or None,
                data_v=cell.value,
                data_f=cell.facet or None,
            )
        )
    return cells
