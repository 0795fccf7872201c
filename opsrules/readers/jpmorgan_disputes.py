"""J.P. Morgan's dispute detail report (PDE-17) and its successor, dispute details version 2.

The older one has two layouts in one file: sums (``S``) above activities (``D``), held together by category and
currency. Each activity is an event of its payment; the last of a dispute, by its sequence number, is the dispute's
state. Fees are in fractions of a minor unit and are billed in the fee details report: they are not read, nor are cards.

Source: samples of both published by J.P. Morgan Payments, seen: categories RECD (received) and RTM (returned to
merchant). Others: knowledge of the trade, not verified.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.money import parse_minor
from opsrules.readers.blocks import Undecided
from opsrules.readers.delivery import Form, Part, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.jpmorgan_columns import BRANDS, PROCESSOR, ZEROS, lines_with, outside
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Control, Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.table import Records
from opsrules.terms import DisputeStatus, PaymentEvent

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "jpmorgan_disputes"
KIND = "payment_events"
CHECKED = "samples: both layouts as J.P. Morgan publishes them"
NOT_VERIFIED = "categories other than RECD and RTM"

_ACTION = ("Current Action Presentment Currency Amount", "Post Deposit Event Action Presentment Currency Amount")

LAYOUT = Layout(
    columns=(
        Column("currency", "Presentment Currency Code", Kind.CURRENCY, required=True),
        Column("action_minor", _ACTION[0], Kind.AMOUNT, _ACTION[1:], required=True),
        Column("disputed_minor", "Issuer Dispute Presentment Currency Amount", Kind.AMOUNT, required=True),
        Column("occurred", "Activity Date", Kind.INSTANT, required=True, filled=True, dates=Dates.MONTH_FIRST),
        Column("opened", "Dispute Initiate Date", Kind.INSTANT, dates=Dates.MONTH_FIRST),
        Column("due", "Dispute Due Date", Kind.INSTANT, dates=Dates.MONTH_FIRST),
        Column("source_event", "Dispute Category Code", Kind.KEY, required=True),
        Column("state", "Status Flag Code"),
        Column("dispute", "Dispute Transaction Sequence Number", Kind.KEY, required=True),
        Column("order_id", "Merchant Order Number", required=True),
        Column("arn", "Acquirer Reference Number"),
        Column("reason_code", "Payment Brand Dispute Reason Code"),
        Column("method", "Payment Method Code"),
        Column("dispute_type", "Dispute Type Code", aliases=("Post Deposit Event Dispute Type Code",)),
        Column("reason", "Payment Brand Dispute Reason Text"),
    ),
    marks=(
        "Dispute Transaction Sequence Number",
        "Dispute Category Code",
        "Dispute Initiate Date",
        "Dispute Due Date",
        "Issuer Dispute Presentment Currency Amount",
        "Payment Brand Dispute Reason Code",
    ),
    blanks=ZEROS,
)

_EVENTS = {
    "recd": PaymentEvent.CHARGEBACK,
    "rtm": PaymentEvent.OTHER,
    "rep": PaymentEvent.CHARGEBACK_REVERSED,
    "repr": PaymentEvent.CHARGEBACK_REVERSED,
    "mrep": PaymentEvent.CHARGEBACK_REVERSED,
}
_STATUS = {
    "recd": DisputeStatus.NEEDS_RESPONSE,
    "rtm": DisputeStatus.LOST,
    "rep": DisputeStatus.UNDER_REVIEW,
    "repr": DisputeStatus.UNDER_REVIEW,
    "mrep": DisputeStatus.UNDER_REVIEW,
}
_SUM, _HEADER = "RPDE0017S", "Record Type"


def identify(head: Head) -> bool:
    """Whether the file is a dispute detail report of J.P. Morgan."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into payment events, and into the disputes they are about.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_form(source, FORM)


def _aside(opened: Records) -> frozenset[int]:
    """Lines around the table, and those of the other layout; the header stands there twice."""
    return outside(opened) | lines_with(opened.text, (_SUM, _HEADER), opened.first_line)


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns, stake="action_minor")
    rows = parsed.rows
    shaped = rows.assign(
        processor=constant(PROCESSOR, rows.index),
        # A spreadsheet on the way may have left 5.54E+22 of the acquirer's number: then it names no payment.
        payment_id=rows["arn"].where(rows["arn"].str.fullmatch("[0-9]{20,}"), rows["dispute"]),
        event_id=rows["dispute"],
        event=mapped(rows["source_event"], _EVENTS, PaymentEvent.OTHER),
        amount_minor=rows["action_minor"].abs(),
        card_brand=mapped(rows["method"], BRANDS, ""),
    )
    return Parsed(shaped, parsed.rejects)


def _disputes(rows: pd.DataFrame) -> pd.DataFrame:
    """Each dispute once, as its last activity leaves it."""
    mine = rows.iloc[_last(rows["dispute"], rows["occurred_at"])].reset_index(drop=True)
    return mine.assign(
        dispute_id=mine["dispute"],
        stage=mapped(mine["dispute_type"], {"cb": "chargeback", "rr": "inquiry", "pa": "pre_arbitration"}, ""),
        status=mapped(mine["source_event"], _STATUS, DisputeStatus.OTHER),
        source_status=mine["source_event"],
        network_reason_code=mine["reason_code"],
        amount_minor=mine["disputed_minor"].abs(),
    )


def _last(disputes: pd.Series[str], at: pd.Series[pd.Timestamp]) -> npt.NDArray[np.intp]:
    """Positions of each dispute's last activity; of several on one day the file names the newest first."""
    newest_first = np.argsort(-at.to_numpy(dtype="datetime64[us]").astype(np.int64), kind="stable")
    again = disputes.take(newest_first).duplicated().to_numpy(dtype=bool)
    return np.sort(newest_first[~again])


def _once(part: Part) -> Part:
    """The same file with each dispute once, where its activities lie in several blocks."""
    if len(part.notes) == 1:
        return part
    events, disputes = part.tables[KIND], part.tables["disputes"]
    places = np.searchsorted(events["source_line"], disputes["source_line"])
    last = _last(disputes["dispute_id"], events["occurred_at"].take(places))
    return replace(part, tables=part.tables | {"disputes": disputes.take(last).reset_index(drop=True)})


def _noted(records: Records, parsed: Parsed) -> Counter[tuple[str, str]]:
    """Sum of the activities of each category and currency, signs as the file has them."""
    if records.is_part and lines_with(records.text, (_SUM,), 1):
        raise Undecided  # its figures may stand under a header in another block
    read = np.isin(records.lines, parsed.rows["source_line"])
    cells = records.cells[read].reset_index(drop=True)
    return _totals(cells["source_event"], cells["currency"], parsed.rows["action_minor"])


def _controls(table: pd.DataFrame, opened: Records) -> tuple[Control, ...]:
    """Each sum of a category and currency against its activities, signs as the file has them."""
    stated = _stated(opened.header.above if opened.is_part else opened.text)
    if table.empty or stated.empty:
        return ()
    actions: Counter[tuple[str, str]] = Counter()
    for note in opened.notes:
        actions.update(note)
    file = table["source_file"].iloc[0]
    first = stated.drop_duplicates(["category", "currency"]).set_index(["category", "currency"])["line"]
    amounts = stated["amount"].mask(stated["amount"].str.strip().isin(("", *ZEROS)), "0")
    sums = _totals(stated["category"], stated["currency"], pd.Series(parse_minor(amounts, stated["currency"])[0]))
    return tuple(
        Control(f"{category} activities", f"{file}:{first[category, coin]}", coin, minor, actions[category, coin])
        for (category, coin), minor in sums.items()
    )


def _totals(categories: pd.Series[str], coins: pd.Series[str], minor: pd.Series[int]) -> Counter[tuple[str, str]]:
    """Sum of the amounts of each category and currency."""
    summed = minor.groupby([categories, coins], sort=False).sum()
    keys: list[tuple[str, str]] = summed.index.to_list()
    return Counter(dict(zip(keys, map(int, summed), strict=True)))


def _stated(text: str) -> pd.DataFrame:
    """The sums that the file states: line, category, currency and amount."""
    names: list[str] = []
    found: list[tuple[int, str, str, str]] = []
    for number, line in enumerate(text.split("\n") if _SUM in text else (), 1):
        cells = _split(line) if line.lstrip('"').startswith((_SUM, _HEADER)) else []
        if cells[:1] == [_HEADER]:
            names = cells
        elif cells[:1] == [_SUM]:
            row = dict(zip(names, cells, strict=False))
            amount = row.get("Presentment Currency Amount", "")
            found.append((number, row.get("Category", ""), row.get("Presentment Currency Code", ""), amount))
    return pd.DataFrame(found, columns=["line", "category", "currency", "amount"]).astype(
        {"category": "str", "currency": "str", "amount": "str"}
    )


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:  # a field longer than any figure
        return []


FORM = Form(
    NAME,
    KIND,
    LAYOUT,
    _shaped,
    aside=_aside,
    controls=_controls,
    beside={"disputes": _disputes},
    noted=_noted,
    whole=_once,
)
