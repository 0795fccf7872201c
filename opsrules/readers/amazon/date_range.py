"""Amazon date range report, also called unified transaction report (Seller Central download, CSV).

One row for each event of an order's item or of the account, with a column for each kind of money; ``total`` is their
sum. In sales, refunds and claims, what Amazon took off - its fees and the taxes that it withheld - is the `fee_minor`,
and the gross is what the buyer paid or got back. All other rows are worth their total. A transfer is the payout; its
description ends in digits of the bank account and is left out. Cities and postal codes are never read.

The currency is told by the lines before the header, else by each row's marketplace, else by the account. A file that
has a money column unknown here cannot be added up: then the totals stand unchecked.

Source: samples of the United States in 2017 and of India; other languages are not verified.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from opsrules.money import is_currency
from opsrules.readers.amazon.date_range_kinds import TYPES
from opsrules.readers.amazon.date_range_names import MONEY, NAMES
from opsrules.readers.amazon.marketplaces import marketplace_currencies
from opsrules.readers.amazon.reports import with_texts
from opsrules.readers.amazon.settlement import PROCESSOR
from opsrules.readers.blocks import Undecided
from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises_columns
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant, each_text
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject
from opsrules.readers.styles import COMMA, INDIAN, SPACE, SPREADSHEET
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import LineKind, RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "amazon_date_range"
KIND = "processor_lines"
CHECKED = "samples: reports of the United States in 2017 and of India"
NOT_VERIFIED = "headers in other languages, which come from public code and knowledge of the trade"

_TAKEN = (
    *("withheld_tax", "tcs_cgst", "tcs_sgst", "tcs_igst", "tds"),
    *("selling_fees", "fba_fees", "other_fees"),
)
_OF_ORDERS = (LineKind.CHARGE, LineKind.REFUND, LineKind.CHARGEBACK)
_NEEDED = ("product_sales", "selling_fees", "fba_fees", "other_fees", "other")
_KNOWN_BY = ("occurred", "payout_id", "source_kind", "order_id", "description", *_NEEDED, "net_minor")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_INDIA = r"\bIST\s*$"


def _column(target: str, kind: Kind = Kind.TEXT, *, required: bool = False, filled: bool = False) -> Column:
    first, *others = (NAMES | MONEY)[target]
    dates = Dates.LOCAL if kind in (Kind.INSTANT, Kind.DAY) else Dates.ISO
    return Column(target, first, kind, aliases=tuple(others), required=required, filled=filled, dates=dates)


LAYOUT = Layout(
    columns=(
        _column("net_minor", Kind.AMOUNT, required=True, filled=True),
        *(_column(target, Kind.AMOUNT, required=target in _NEEDED) for target in MONEY),
        _column("occurred", Kind.INSTANT, required=True, filled=True),
        _column("available_on", Kind.DAY),
        _column("source_kind", required=True),
        _column("payout_id", required=True),
        _column("order_id", required=True),
        _column("description", required=True),
        _column("marketplace"),
        _column("payout_status"),
    ),
    style=INDIAN,
    local_styles=(COMMA, SPACE, *SPREADSHEET),
    blanks=("--",),
)


class Options(LocalDates):
    """What an account may say about a date range report.

    Attributes
    ----------
    currency : str
        ISO 4217 code of the amounts, where neither the lines before the header nor the rows' marketplaces tell.
    """

    currency: str = ""


def identify(head: Head) -> bool:
    """Whether the file is a date range report, in any language."""
    return recognises_columns(head, LAYOUT, _KNOWN_BY)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)
    layout = options.dated(LAYOUT)
    form = Form(NAME, KIND, layout, lambda records: _shaped(records, layout, options))
    return read_form(source, form)


def _shaped(records: Records, layout: Layout, options: Options) -> Parsed:
    coins = _currencies(records, options)
    known = (coins != "").to_numpy(dtype=bool)
    place = records.titles.get("marketplace", "")
    lost = tuple(Reject(int(line), RejectReason.CURRENCY_MISSING, place) for line in records.lines[~known])
    parsed = parse(
        _with_offsets(records).where(known),
        layout.columns,
        currency=coins[known].reset_index(drop=True),
        stake="net_minor",
    )
    added = _adding_up(parsed, records)
    return Parsed(_lines(added.rows), lost + added.rejects)


def _with_offsets(records: Records) -> Records:
    """Put India's offset where its time is named ``IST``, which other countries call theirs too."""
    times = records.column("occurred")
    if not times.str.contains("IST", regex=False).any():
        return records
    told = times.str.replace(_INDIA, "+05:30", regex=True)
    return replace(records, cells=records.cells.assign(occurred=told))


def _currencies(records: Records, options: Options) -> pd.Series[str]:
    """Currency of each row; "" where nothing tells."""
    told = options.currency.strip().upper() or _stated(records)
    if told:
        return constant(told, len(records.lines))
    coins = marketplace_currencies(records.column("marketplace"))
    if records.is_part and (coins == "").any():
        raise Undecided  # the other rows may all be in one currency
    found = coins[coins != ""].unique()
    return coins.where(coins != "", str(found[0])) if len(found) == 1 else coins


def _stated(records: Records) -> str:
    """Currency that the lines before the header name: ``All amounts in USD, unless specified``."""
    return next((code for code in _CODE.findall(records.header.above) if is_currency(code)), "")


def _adding_up(parsed: Parsed, records: Records) -> Parsed:
    """Move rows whose total is not the sum of the money columns to the rejects."""
    if not _knows_all_money(records):
        return parsed
    rows = parsed.rows
    bad = rows[list(MONEY)].sum(axis="columns") != rows["net_minor"]
    title = records.titles["net_minor"]
    return parsed.without(bad.to_numpy(dtype=bool), RejectReason.AMOUNT_INCONSISTENT, title, stake="net_minor")


def _knows_all_money(records: Records) -> bool:
    """Whether every column between the first amount and the total is known."""
    names, titles = records.header.names, set(records.titles.values())
    ends = sorted((names.index(records.titles["product_sales"]), names.index(records.titles["net_minor"])))
    return titles.issuperset(names[ends[0] : ends[1]])


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    plain = each_text(rows["source_kind"], lambda text: text.replace("\u2019", "'"))
    kind = mapped(plain, TYPES, LineKind.OTHER)
    unnamed = blank(plain)
    if unnamed.any():
        kind = kind.mask(unnamed & _is_reserve(rows), LineKind.RESERVE.value)
    taken = (-rows[list(_TAKEN)].sum(axis="columns")).where(kind.isin(_OF_ORDERS), 0)
    own = kind == LineKind.PAYOUT
    days = rows["occurred_at"].dt.tz_localize(None).dt.normalize()
    return (
        with_texts(rows, processor=PROCESSOR)
        .assign(
            kind=kind,
            gross_minor=rows["net_minor"] + taken,
            fee_minor=taken,
            payout_day=days.where(own, np.datetime64("NaT", "us")),
            payout_status=each_text(rows["payout_status"], lambda text: text.strip().lower()),
            description=rows["description"].mask(own, ""),
        )
        .drop(columns=list(MONEY))
    )


def _is_reserve(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows whose description is that of a reserve, which have no type: ``Current Reserve Amount``."""
    return mapped(rows["description"], TYPES, LineKind.OTHER) == LineKind.RESERVE
