"""Findings of the register as a table that can be searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from opsrules.display.columns import aligned
from opsrules.display.markup import clean, element, join
from opsrules.display.status import severity_mark
from opsrules.money import format_amount
from opsrules.register.lines import SHORT_ID, as_records, lines_of, sums_words, term_words
from opsrules.register.views.view import View, flat
from opsrules.terms import BreakClass, FindingStatus, Severity

__all__ = ["FindingsView"]

_MOST = 500
_MOST_LINES = 20
_WORTH_SORTING = 2  # one row has nothing to sort

Row = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class FindingsView(View):
    """Findings as they were when the view was made; showing it asks nothing and writes nothing.

    Attributes
    ----------
    findings : DataFrame
        With the columns of `Register.findings`, worst first.
    """

    findings: pd.DataFrame

    def _body(self) -> Markup:
        if self.findings.empty:
            return element("p", "No finding fits.")
        rows = as_records(self.findings.head(_MOST))
        several = {name: len({row[name] for row in rows}) > 1 for name in _FACETS}
        columns = [one for one in _COLUMNS if not one.is_rare or several[one.facet]]
        table = element(
            "table",
            element("thead", element("tr", *(_head(one, several) for one in columns))),
            element("tbody", *(element("tr", *(one.cell(row) for one in columns)) for row in rows)),
            data_sort="findings" if len(rows) >= _WORTH_SORTING else None,
        )
        region = element("div", table, class_="scroll", role="region", aria_label="Findings", tabindex="0")
        return element("p", element("b", sums_words(self.findings)), self._cut()) + region

    def _cut(self) -> str:
        if len(self.findings) <= _MOST:
            return ""
        return f" The first {_MOST} are shown; fewer are chosen by register.view(Where(...))."

    def _text(self) -> str:
        if self.findings.empty:
            return "No finding fits."
        lines = lines_of(self.findings.head(_MOST_LINES))
        cells = [list(map(flat, row)) for row in lines.rows]
        more = len(self.findings) - _MOST_LINES
        told = [f"and {more:,} more"] if more > 0 else []
        return "\n".join([*aligned(lines.heads, cells, lines.numbers), *told, flat(sums_words(self.findings))])


@dataclass(frozen=True)
class _Column:
    """A column: its head, its cells, the column of findings by which a reader may filter, and where it stands."""

    head: str
    cell: Callable[[Row], Markup]
    facet: str = ""
    filter: str = ""
    is_number: bool = False
    is_rare: bool = False
    is_sortable: bool = True


def _head(column: _Column, several: Mapping[str, bool]) -> Markup:
    is_filter = several.get(column.facet, False)
    # Amounts of several currencies have no order.
    is_sortable = column.is_sortable and not (column.facet == "currency" and is_filter)
    return element(
        "th",
        column.head,
        scope="col",
        class_="num" if column.is_number else None,
        data_filter=(column.filter or column.head) if is_filter else None,
        data_nosort=not is_sortable,
    )


def _td(*parts: object, **attributes: object) -> Markup:
    return element("td", *parts, **attributes)


def _what(row: Row) -> Markup:
    kind = term_words(BreakClass, row["class"])
    code = element("code", row["finding_id"][:SHORT_ID], class_="ref")
    return element("th", element("span", kind), code, scope="row", data_f=kind)


def _amount(row: Row) -> Markup:
    shown = format_amount(row["amount_minor"], clean(row["currency"])) if row["currency"] else "none"
    return _td(shown, class_="num", data_v=abs(row["amount_minor"] or 0), data_f=row["currency"] or "none")


def _severity(row: Row) -> Markup:
    mark = severity_mark(row["severity"])
    text = str(row["severity"])
    rank = -Severity(text).rank if text in set(Severity) else 1  # what is not known is looked at first
    return _td(mark, data_v=rank, data_f=str(mark.striptags())[1:])


def _age(row: Row) -> Markup:
    age = row["age_days"]
    return _td("not known" if age is None else f"{age:,}", class_="num", data_v=-1 if age is None else age)


def _owner(row: Row) -> Markup:
    owner = row["owner"] or "nobody"
    due = element("span", f"due {row['due']}", class_="ref n") if row["due"] else Markup("")
    return _td(element("span", owner), due, data_f=owner)


def _found(row: Row) -> Markup:
    line = f":{row['source_line']}" if row["source_line"] else ""
    file = element("span", f"{row['source_file']}{line}", class_="ref") if row["source_file"] else Markup("")
    return _td(join([element("span", row["message"]), file]), class_="told")


_COLUMNS = (
    _Column("Finding", _what, "class", filter="Class"),
    _Column("Account", lambda row: _td(row["account"]), "account"),
    _Column("Severity", _severity, "severity"),
    _Column("Amount", _amount, "currency", filter="Currency", is_number=True),
    _Column("Age, days", _age, is_number=True),
    _Column("Owner", _owner, "owner"),
    _Column("Status", lambda row: _td(term_words(FindingStatus, row["status"])), "status", is_rare=True),
    _Column("What was found", _found, is_sortable=False),
)
_FACETS = tuple(one.facet for one in _COLUMNS if one.facet)
