"""PayPal's monthly or custom statement (CSV from the website), in the language of its account.

It holds only what moved the balance, currency by currency; its zone is an IANA name. The balance after each row makes
one control for each currency: the balance before its first row, and all rows, against the balance after its last.

Source: PayPal, monthly and custom statements (developer.paypal.com/reports/monthly-custom-statements); see
`opsrules.readers.paypal.headers` for what was seen of which language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from opsrules.money import parse_minor, total_minor
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.lookup import each_text
from opsrules.readers.model import Control, Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.headers import KIND_OF_LINE, STATUS, WORDING, found, layout
from opsrules.readers.paypal.website import Options, lines, read_rows
from opsrules.readers.paypal.words import AUTHORISATION
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "paypal_statement"
KIND = "processor_lines"
CHECKED = "samples: an English and a Spanish statement"
NOT_VERIFIED = "French, Dutch and Portuguese headers"

LAYOUT = layout(WORDING)


def identify(head: Head) -> bool:
    """Whether the file is a statement: it has neither type nor status, which an activity download has."""
    return found(head, KIND_OF_LINE, STATUS) is False


def read(source: Source) -> Read:
    """Read one statement into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)

    def shape(records: Records) -> Parsed:
        parsed = read_rows(records, LAYOUT, options)
        # Whatever its wording, a row of a statement moved the balance.
        kind = each_text(parsed.rows["kind"], lambda one: LineKind.OTHER if one == AUTHORISATION else one)
        return lines(Parsed(parsed.rows.assign(kind=kind), parsed.rejects), records, options)

    form = Form(NAME, KIND, options.dated(LAYOUT), shape, noted=_ends, controls=_controls)
    return read_form(source, form)


@dataclass(frozen=True)
class _End:
    """A row at the beginning or end of a currency's rows."""

    line: int
    at: pd.Timestamp
    net_minor: int
    balance: str


def _ends(records: Records, parsed: Parsed) -> dict[str, tuple[_End, _End]]:
    """First and last row of each currency in a part of the file, the balance after each; none without balances."""
    if "balance" not in records.titles:
        return {}
    rows = parsed.rows
    ends = rows.groupby("currency", sort=False)["source_line"].agg(["first", "last"])
    return {
        str(currency): (_end(rows, records, first), _end(rows, records, last))
        for currency, first, last in ends.itertuples()
    }


def _end(rows: pd.DataFrame, records: Records, line: int) -> _End:
    row = rows.iloc[int(np.searchsorted(rows["source_line"].to_numpy(), line))]
    balance = records.column("balance").iloc[int(np.searchsorted(records.lines, line))]
    return _End(line, row["occurred_at"], int(row["net_minor"]), balance)


def _controls(table: pd.DataFrame, opened: Records) -> tuple[Control, ...]:
    ends: dict[str, tuple[_End, _End]] = {}
    for note in opened.notes:
        for currency, (first, last) in note.items():
            ends[currency] = (ends.get(currency, (first,))[0], last)
    # Rows of a currency may run from the newest to the oldest.
    return tuple(
        control
        for currency, (first, last) in ends.items()
        for control in _control(table, currency, first, last, opened)
    )


def _control(table: pd.DataFrame, currency: str, first: _End, last: _End, opened: Records) -> Iterator[Control]:
    """Control of one currency; none where a balance that it needs cannot be read."""
    if first.at > last.at:
        first, last = last, first
    minor, reason = parse_minor(pd.Series([first.balance, last.balance]), currency, opened.setting.style)
    if not reason.any():
        opening = int(minor[0]) - first.net_minor
        place = f"{table['source_file'].iloc[0]}:{last.line}"
        summed = opening + total_minor(table.loc[table["currency"] == currency, "net_minor"])
        yield Control("opening balance + lines = closing balance", place, currency, int(minor[1]), summed)
