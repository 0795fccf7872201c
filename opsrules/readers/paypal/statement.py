"""PayPal's monthly or custom statement (CSV from the website), in the language of its account.

It holds only what moved the balance, currency by currency; its zone is an IANA name. The balance after each row makes
one control for each currency: the balance before its first row, and all rows, against the balance after its last.

Source: PayPal, monthly and custom statements (developer.paypal.com/reports/monthly-custom-statements); see
`opsrules.readers.paypal.headers` for what was seen of which language.
"""

from __future__ import annotations

from collections.abc import Iterator

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

    form = Form(NAME, KIND, options.dated(LAYOUT), shape, controls=_controls, kept=("balance",))
    return read_form(source, form)


def _controls(table: pd.DataFrame, opened: Records) -> tuple[Control, ...]:
    if "balance" not in opened.titles:
        return ()
    balances = pd.Series(opened.column("balance").to_numpy(), index=opened.lines)
    # Rows of a currency may run from the newest to the oldest.
    return tuple(
        control
        for currency, rows in table.groupby("currency", sort=False)
        for control in _control(str(currency), rows, balances, opened)
    )


def _control(currency: str, rows: pd.DataFrame, balances: pd.Series[str], opened: Records) -> Iterator[Control]:
    """Control of one currency; none where a balance that it needs cannot be read."""
    oldest_first = rows["occurred_at"].iloc[0] <= rows["occurred_at"].iloc[-1]
    first, last = (rows.iloc[0], rows.iloc[-1]) if oldest_first else (rows.iloc[-1], rows.iloc[0])
    texts = balances.loc[[first["source_line"], last["source_line"]]].reset_index(drop=True)
    minor, reason = parse_minor(texts, currency, opened.setting.style)
    if not reason.any():
        opening = int(minor[0]) - int(first["net_minor"])
        place = f"{last['source_file']}:{last['source_line']}"
        summed = opening + total_minor(rows["net_minor"])
        yield Control("opening balance + lines = closing balance", place, currency, int(minor[1]), summed)
