"""Findings written as a workbook. Texts are text cells whatever they begin with; no cell is a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd

from opsrules.errors import UsageError
from opsrules.money import CURRENCIES
from opsrules.register.workbook.layout import (
    EDITED,
    EXPORTED,
    FINDING,
    HIDDEN,
    ID,
    MINOR,
    SEQ,
    SHEET,
    TOLD,
    Title,
    cell_text,
    exported,
    short_id,
)
from opsrules.spreadsheet import is_risky
from opsrules.standing import Head
from opsrules.terms import BreakClass, Desk, FindingStatus, Resolution, Severity

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["to_workbook"]

_MOST_ROWS = 1_048_575  # Excel's rows, but for the heading
_LONGEST_OWNER = 255  # so that the cell with what was exported holds it too
_ALL = (*TOLD, *EDITED, *HIDDEN)
_CHOICES = {
    "Status": [status.words() for status in FindingStatus if status is not FindingStatus.CLEARED],
    "Reason": [reason.words() for reason in Resolution],
}
_HOW_TO_SHEET = "How to"
_FIRST_CHOICES = 2  # column C of that sheet; hidden, as the next
_HOW_TO = (
    "Work in the yellow columns of the sheet Findings; the grey ones only tell, and what you change there is ignored.",
    "Set a status from its list: Resolved needs a reason, Written off and Disputed need a comment that says why.",
    "Type amounts and days as numbers and dates; an empty Write off means the whole amount of the row.",
    "Rows may be sorted, filtered and deleted and columns moved; rows cannot be added, nor headings renamed.",
)


def to_workbook(findings: pd.DataFrame, made: Head, at: datetime) -> bytes:
    """Return findings as a workbook (.xlsx) with the sheets Findings and How to.

    Parameters
    ----------
    findings : DataFrame
        As `Register.findings` gives them, in the order of the rows.
    made : Head
        The register's head that they were read at.
    at : datetime
        When, with its zone. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        If XlsxWriter is not installed, or there are more findings than a sheet has rows.
    """
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = "writing workbooks needs the package xlsxwriter; install opsrules[excel]"
        raise UsageError(msg) from error
    if len(findings) > _MOST_ROWS:
        msg = (
            f"{len(findings):,} findings are more than a sheet has rows ({_MOST_ROWS:,}); filter them, or export as CSV"
        )
        raise UsageError(msg)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    book.set_properties({"title": "Findings", "created": at.replace(tzinfo=None), "comments": str(made)})
    _write_findings(book, findings)
    _write_how_to(book, made, at)
    book.close()
    return out.getvalue()


def _write_findings(book: Workbook, findings: pd.DataFrame) -> None:
    sheet = book.add_worksheet(SHEET)
    styles = _Styles(book)
    for at, title in enumerate(_ALL):
        sheet.write_string(0, at, title.text, styles.heading(title in EDITED))
        sheet.set_column(at, at, title.width, None, {"hidden": title in HIDDEN})
    for number, row in enumerate(findings.to_dict("records"), 1):
        told = _cells({str(name): value for name, value in row.items()})
        for at, title in enumerate(_ALL):
            _write(sheet, number, at, told[title.text], styles.cell(title, told[title.text], str(row["currency"])))
    last = max(len(findings), 1)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(_ALL) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for at, title in enumerate(EDITED, len(TOLD)):
        if rule := _rule(title):
            sheet.data_validation(1, at, last, at, rule)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_how_to(book: Workbook, made: Head, at: datetime) -> None:
    sheet = book.add_worksheet(_HOW_TO_SHEET)
    sheet.set_column(0, 0, 110)
    told = f"This was exported at {at:%Y-%m-%d %H:%M %Z} from the register's event {made.seq}, {made.hash}.".strip()
    for number, sentence in enumerate((*_HOW_TO, told)):
        sheet.write_string(number, 0, sentence, book.add_format({"text_wrap": True}))
    for column, choices in enumerate(_CHOICES.values(), _FIRST_CHOICES):
        sheet.set_column(column, column, None, None, {"hidden": True})
        for number, choice in enumerate(choices):
            sheet.write_string(number, column, choice)


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a row by heading: text, whole number, Decimal, date, or None for an empty cell."""
    status, reason = _word(FindingStatus, row["status"]), _word(Resolution, row["reason"])
    owner, due = cell_text(row["owner"], _LONGEST_OWNER), row["due"]
    told: dict[str, Any] = {title.text: _value(title, row) for title in TOLD if title.name}
    told |= {
        FINDING: short_id(row["finding_id"]),
        "Desk": _word(Desk, row["desk"]),
        "Severity": _word(Severity, row["severity"]),
        "What": _word(BreakClass, row["class"]),
        "Source": cell_text(f"{row['source_file']}:{row['source_line']}"),
    }
    edited = {"Status": status, "Reason": reason, "Owner": owner, "Due": _day(due), "Comment": "", "Write off": None}
    hidden = {
        ID: row["finding_id"],
        SEQ: int(row["seq"]),
        MINOR: int(row["amount_minor"]),
        EXPORTED: exported(status, reason, owner, due),
    }
    return told | edited | hidden


def _value(title: Title, row: Mapping[str, Any]) -> Any:
    value = row[title.name]
    if title.kind == "money":
        return Decimal(int(value)).scaleb(-_decimals(str(row["currency"])))
    if title.kind == "whole":
        return None if pd.isna(value) else int(value)
    return _day(value) if title.kind == "day" else cell_text(value)


def _word(terms: type[StrEnum], value: str) -> str:
    """Words of a term; a value that came later stays as it is."""
    known = next((term for term in terms if term == value), None)
    return known.words() if isinstance(known, _WORDED) else cell_text(value)


_WORDED = (BreakClass, Desk, FindingStatus, Resolution, Severity)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimals(currency: str) -> int:
    return CURRENCIES.get(currency, 0)


def _write(sheet: Worksheet, row: int, column: int, value: Any, style: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _rule(title: Title) -> dict[str, Any] | None:
    """What may be typed into an edited column."""
    if choices := _CHOICES.get(title.text):
        # From cells: a choice with a comma in it would be two in a list that the rule itself names.
        place = f"${chr(ord('A') + _FIRST_CHOICES + list(_CHOICES).index(title.text))}"
        source = f"='{_HOW_TO_SHEET}'!{place}$1:{place}${len(choices)}"
        return {"validate": "list", "source": source, "error_message": f"One of: {'; '.join(choices)}."}
    if title.kind == "day":
        first = date(2000, 1, 1)
        return {"validate": "date", "criteria": ">=", "value": first, "error_message": "A day, such as 2026-12-31."}
    if title.kind == "money":
        words = "A number above 0 in the currency of the row; empty for all of it."
        return {"validate": "decimal", "criteria": ">", "value": 0, "error_message": words}
    return None


@dataclass
class _Styles:
    """Formats of cells, each made once."""

    book: Workbook

    def __post_init__(self) -> None:
        self._known: dict[tuple[bool, str, bool], Format] = {}

    def heading(self, is_edited: bool) -> Format:
        fill = "#FFE28A" if is_edited else "#D9D9D9"
        return self.book.add_format({"bold": True, "bg_color": fill, "border": 1, "text_wrap": True, "valign": "top"})

    def cell(self, title: Title, value: Any, currency: str) -> Format:
        # A text that looks like a formula would become one as soon as somebody edits its cell; the prefix keeps it.
        is_quoted = isinstance(value, str) and is_risky(value)
        key = (title in EDITED, _number_format(title, currency), is_quoted)
        if key not in self._known:
            look = {"bg_color": "#FFFBE6"} if title in EDITED else {"bg_color": "#F2F2F2", "font_color": "#404040"}
            shape = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": title.kind == "text"}
            self._known[key] = self.book.add_format(
                look | shape | {"num_format": key[1], "quote_prefix": is_quoted},
            )
        return self._known[key]


def _number_format(title: Title, currency: str) -> str:
    if title.kind == "money":
        decimals = _decimals(currency)
        return "#,##0" + ("." + "0" * decimals if decimals else "")
    return {"day": "yyyy-mm-dd", "whole": "0"}.get(title.kind, "@")
