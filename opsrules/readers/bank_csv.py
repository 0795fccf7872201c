"""Bank statements as CSV, their columns declared by the account: no two banks write the same, so nothing is guessed.

Never recognised by content: an account names this reader and says which column is which, how dates are written and how
signs are given. Lines that state a balance are no transactions; when the account names them, they become a control.

Source: statements of many banks seen in samples.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pandas as pd

from opsrules.readers.bank_balances import Balance, balance_control, balance_rows, balances_above
from opsrules.readers.bank_csv_options import Options
from opsrules.readers.bank_lines import masked
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.lookup import constant, each_text
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.sides import one_amount, side_columns, signed_minor, with_marks_apart
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "Options", "identify", "layout", "read"]

NAME = "bank_csv"
KIND = "bank_lines"
KNOWN_BY = "nothing: the account names this reader"
CHECKED = "samples: eleven files of three languages; the account declares columns, dates and signs"
NOT_VERIFIED = "whatever the account declares wrongly: it is checked row by row, not known"


def identify(head: Head) -> bool:  # noqa: ARG001 - every reader is asked the same way
    """Return False: only an account's parameters can say what the columns of such a file are."""
    return False


def read(source: Source) -> Read:
    """Read one statement into bank lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)
    form = Form(
        NAME,
        KIND,
        layout(options),
        shape=lambda records: _shaped(records, options),
        aside=lambda opened: frozenset(one.line for one in balance_rows(opened, options)),
        noted=lambda records, _: balance_rows(records, options),
        controls=lambda table, opened: balance_control(_balances(opened, options), table, options, source.name),
    )
    return read_form(source, form)


def layout(options: Options) -> Layout:
    """Columns that the account declares; the file is refused without any of them."""
    named = options.columns
    amount = Column("amount_minor", named.amount, Kind.AMOUNT, required=True, filled=True)
    amounts = side_columns("amount_minor", options.sides, amount) if options.sides else (amount,)
    declared = (
        Column("currency", named.currency, Kind.CURRENCY, required=True),
        *amounts,
        Column("booked_on", named.date, Kind.DAY, required=True, filled=True, date_format=options.date_format),
        Column("value_on", named.value_date, Kind.DAY, required=True, date_format=options.date_format),
        Column("bank_account", named.account, required=True),
        Column("line_id", named.id, required=True),
        Column("counterparty", named.counterparty, required=True),
        Column("reference", named.reference, required=True),
        Column("text", named.text, required=True),
    )
    return Layout(
        columns=tuple(column for column in declared if column.source),
        style=options.style,
        either_sign=False,
        blanks=options.blanks,
        delimiters=options.delimiter or ",;\t|",
        currency=options.currency,
    )


def _balances(opened: Records, options: Options) -> tuple[Balance, ...]:
    """All that the file states, wherever they stand."""
    return (*balances_above(opened.header, options), *chain.from_iterable(opened.notes))


def _shaped(records: Records, options: Options) -> Parsed:
    columns = layout(options).columns
    filled = _with_currency(records, options)
    sides = options.sides
    if sides:
        filled = with_marks_apart(filled, "amount_minor", sides)
        parsed = parse(filled, columns, options.currency, lambda rows: signed_minor(rows, "amount_minor", sides))
        parsed = one_amount(filled, parsed, "amount_minor", sides)
    else:
        parsed = parse(filled, columns, options.currency, "amount_minor")
    if options.sign == "inverse":
        parsed = _inverted(parsed)
    rows = parsed.rows
    account = rows["bank_account"] if options.columns.account else constant(options.account, rows.index)
    hidden = each_text(account, masked)
    value_on = rows["value_on"] if options.columns.value_date else pd.Series(pd.NaT, rows.index, "datetime64[us]")
    return Parsed(rows.assign(bank_account=hidden, value_on=value_on), parsed.rejects)


def _with_currency(records: Records, options: Options) -> Records:
    """Put the declared currency where the file's own column is blank."""
    if not (options.columns.currency and options.currency):
        return records
    named = records.column("currency")
    return replace(records, cells=records.cells.assign(currency=named.where(named.str.strip() != "", options.currency)))


def _inverted(parsed: Parsed) -> Parsed:
    """What a card statement shows as owed is taken from the account."""
    rejects = tuple(replace(one, amount_minor=-one.amount_minor) for one in parsed.rejects)
    return Parsed(parsed.rows.assign(amount_minor=-parsed.rows["amount_minor"]), rejects)
