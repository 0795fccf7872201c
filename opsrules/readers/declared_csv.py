"""Any table as CSV, its columns declared by the account: for exports that no other reader knows.

Never recognised by content. The account names the canonical table, and for each of its columns the file's own; what no
column gives may be one value for all rows. Nothing is guessed: not the order of day and month, the decimal sign or the
unit. The file's word for what a row is stays in ``source_kind``, ``source_status`` or ``source_event``.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.declared_columns import declared_column, kind_of, raw_of, term_of, words_of
from opsrules.readers.declared_options import Options
from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed, Stake, parse
from opsrules.readers.processor_lines import brands, completed, consistent
from opsrules.readers.sides import one_amount, side_columns, signed_minor, with_marks_apart
from opsrules.readers.table import Records
from opsrules.readers.ticket_columns import hashed
from opsrules.schemas import TABLES, dtype_of
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "Options", "identify", "layout", "read"]

NAME = "declared_csv"
KIND = "processor_lines"  # or whatever other table the account says
KNOWN_BY = "never: its table and columns are declared in the account file"
CHECKED = "documentation: what the account declares, and nothing else"
NOT_VERIFIED = "nothing is taken for granted"

_NO = ("", "no", "n", "false", "f", "0", "nein", "non")
_YES = ("yes", "y", "true", "t", "1", "x", "ja", "oui", "si", "s\u00ed")


def identify(head: Head) -> bool:  # noqa: ARG001 - every reader is asked the same way
    """Return False: only an account's parameters can say what the columns of such a file are."""
    return False


def read(source: Source) -> Read:
    """Read one file into the table that the account declares.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        With every mistake in the options.
    """
    options = checked(Options, source)
    wanted = layout(options)
    form = Form(NAME, options.table, wanted, lambda records: _shaped(records, options, wanted))
    return read_form(replace(source, zone=options.zone or source.zone), form)


def layout(options: Options) -> Layout:
    """Columns that the account declares; the file is refused without any of them."""
    # A row's currency is read before the amounts in it.
    columns = [_column(options, target, name) for target, name in options.columns.items()]
    ordered = sorted(columns, key=lambda one: (one.kind is not Kind.CURRENCY, one.kind is not Kind.AMOUNT))
    known = [one for one in ordered if one.kind is Kind.CURRENCY]
    for target, sides in options.sides.items():
        known += side_columns(target, sides, replace(_column(options, target, ""), negate=False))
    return Layout(
        columns=(*known, *(one for one in ordered if one.kind is not Kind.CURRENCY)),
        style=options.style,
        either_sign=False,
        blanks=options.blanks,
        delimiters=options.delimiter or ",;\t|",
        currency=options.values.get("currency", ""),
    )


def _column(options: Options, target: str, name: str) -> Column:
    return replace(
        declared_column(options.table, target, name),
        dates=options.dates,
        minor=options.units == "minor",
        negate=target in options.negate,
    )


def _shaped(records: Records, options: Options, wanted: Layout) -> Parsed:
    amounts = (target for target in (*options.columns, *options.sides) if _is_amount(options.table, target))
    stake = next(amounts, "")
    parsed = _read(records, options, wanted, stake)
    rows = parsed.rows.assign(**{name: constant(text, parsed.rows.index) for name, text in options.values.items()})
    rows = _termed(rows, options)
    if "card_brand" in rows:
        rows = rows.assign(card_brand=brands(rows["card_brand"]))
    if "requester" in rows:
        rows = rows.assign(requester=_hashed(rows["desk_system"], rows["requester"]))
    if options.table == "payouts":
        rows = rows.assign(declared=pd.Series(True, rows.index, dtype="bool"))
    parsed = _answered(Parsed(rows, parsed.rejects), records, options, stake)
    if options.table != "processor_lines":
        return parsed
    return consistent(Parsed(completed(parsed.rows), parsed.rejects), records.titles.get("net_minor", ""))


def _read(records: Records, options: Options, wanted: Layout, stake: str) -> Parsed:
    """Parsed records, every amount with its own sign."""
    for target, sides in options.sides.items():
        records = with_marks_apart(records, target, sides)
    two = options.sides.get(stake)
    worth: Stake = stake if two is None else lambda rows: signed_minor(rows, stake, two)
    parsed = parse(records, wanted.columns, wanted.currency, worth)
    for target, sides in options.sides.items():
        parsed = one_amount(records, parsed, target, sides)
        if target in options.negate:
            parsed = Parsed(parsed.rows.assign(**{target: -parsed.rows[target]}), parsed.rejects)
    return parsed


def _is_amount(table: str, target: str) -> bool:
    return kind_of(table, target) is Kind.AMOUNT


def _termed(rows: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Rows with the field's word for what each is, and the file's own word kept."""
    term = term_of(options.table)
    if not term:
        return rows
    known = {name: name for name in words_of(options.table)} | options.words
    return rows.assign(**{raw_of(options.table): rows[term], term: mapped(rows[term], known, "other")})


def _answered(parsed: Parsed, records: Records, options: Options, stake: str) -> Parsed:
    """Rows whose columns of yes and no are such; a word that is neither is a reject."""
    schema = TABLES[options.table].columns
    for target in options.columns:
        if getattr(dtype_of(schema[target]), "kind", "") != "b":
            continue
        word = parsed.rows[target].str.strip().str.casefold()
        neither = ~word.isin([*_YES, *_NO]).to_numpy(dtype=bool)
        rows = parsed.rows.assign(**{target: word.isin(_YES), "said": parsed.rows[target]})
        title = records.titles[target]
        parsed = Parsed(rows, parsed.rejects).without(
            neither, RejectReason.VALUE_UNKNOWN, title, stake=stake or "source_line", value="said"
        )
    return parsed


def _hashed(systems: pd.Series[str], ids: pd.Series[str]) -> pd.Series[str]:
    """Sixteen hexadecimal signs for each requester of a system, "" staying: told apart, not known."""
    given = ids.where(ids.str.strip() != "", "")
    for system in systems.unique():
        given = given.mask(systems == system, hashed(system, ids.where(ids.str.strip() != "", "")))
    return given
