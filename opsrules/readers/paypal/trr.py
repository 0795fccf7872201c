"""PayPal's transaction detail report (TRR, TDR): every transaction, those that move no money included.

Rows as in the settlement report, with a status each. Authorisations, what is told of them later, and payments denied
or pending become payment events; all others are processor lines. Payments that were reversed or refunded moved money
when they were made: they stay lines, and their reversals have rows of their own. Who paid and where to is not read.

Source: PayPal, Transaction Detail Report Specification (developer.paypal.com/docs/reports/sftp-reports/
transaction-detail); seen in samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.errors import FileRefused
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Layout
from opsrules.readers.model import Control, Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.codes import AUTHORISATIONS
from opsrules.readers.paypal.envelope import counts, parting
from opsrules.readers.paypal.records import COLUMNS, Options, lines, read_records
from opsrules.readers.rejects import joined
from opsrules.readers.table import Records
from opsrules.terms import PaymentEvent, RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "paypal_trr"
KIND = "processor_lines"
CHECKED = "samples: six reports; PayPal's Transaction Detail Report Specification"
NOT_VERIFIED = "how amounts in currencies without decimals are written; many event codes"
_EVENTS = "payment_events"

_COLUMNS = (
    *COLUMNS,
    Column("status", "Transactional Status", required=True),
    Column("description", "Transaction Subject"),
    Column("method", "Payment Source"),
)

LAYOUT = Layout(
    columns=_COLUMNS,
    marks=(
        "Transaction Event Code",
        "Gross Transaction Amount",
        "Transactional Status",
        "Sales Tax Amount",
        "Shipping Amount",
        "Payer's Account ID",
    ),
)

_NOT_DONE = {"D": PaymentEvent.REFUSED, "P": PaymentEvent.RECEIVED}
_VOIDED = "V"
_VOID = "T1302"


def identify(head: Head) -> bool:
    """Whether the file is a transaction detail report."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into processor lines and payment events.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)
    money = read_form(source, _form(source, KIND, lambda records: lines(_read(records, options)), _eventful))
    rest = read_form(source, _form(source, _EVENTS, lambda records: _events(_read(records, options)), _told_by_lines))
    if money.sha256 != rest.sha256:
        raise FileRefused(source.name, "the file changed while it was read", "run again when the export is complete")
    return replace(
        money,
        tables={**money.tables, **rest.tables},
        rejects=joined(money.rejects, rest.rejects),
        controls=tuple(_both(one, other) for one, other in zip(money.controls, rest.controls, strict=True)),
        records=money.records + rest.records,
        counted=(KIND, _EVENTS),
    )


def _form(
    source: Source, kind: str, shape: Callable[[Records], Parsed], aside: Callable[[Records], frozenset[int]]
) -> Form:
    return Form(
        NAME,
        kind,
        LAYOUT,
        shape,
        parting=parting,
        aside=aside,
        controls=lambda table, opened: counts(table, opened, source.name),
    )


def _is_event(opened: Records) -> npt.NDArray[np.bool_]:
    code, status = (opened.column(one).str.strip().str.upper() for one in ("code", "status"))
    return (code.str.match(AUTHORISATIONS) | status.isin(list(_NOT_DONE))).to_numpy(dtype=bool)


def _eventful(opened: Records) -> frozenset[int]:
    return frozenset(opened.lines[_is_event(opened)].tolist())


def _told_by_lines(opened: Records) -> frozenset[int]:
    """Lines of the records that move money, and of those whose shape is wrong, which are told of once."""
    return frozenset(opened.lines[~_is_event(opened)].tolist()) | {fault.line for fault in opened.faults}


def _both(one: Control, other: Control) -> Control:
    """Count of records over both tables."""
    return replace(one, actual_minor=one.actual_minor + other.actual_minor)


def _read(records: Records, options: Options) -> Parsed:
    return read_records(records, _COLUMNS, options)


def _events(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    code, status = (rows[one].str.strip().str.upper() for one in ("code", "status"))
    event = pd.Series(np.where(code.str.startswith("T13"), PaymentEvent.AUTHORISED, PaymentEvent.OTHER), dtype="str")
    event = event.mask((code == _VOID) | (status == _VOIDED), PaymentEvent.CANCELLED.value)
    for word, meant in _NOT_DONE.items():
        event = event.mask(status == word, meant.value)
    of_other = rows["related"].str.strip() != ""
    shaped = rows.assign(
        # What is told of an authorisation later refers to it.
        payment_id=rows["related"].where(of_other & (rows["related_type"] == "TXN"), rows["transaction"]),
        event_id=rows["transaction"],
        event=event,
        source_event=(code + " " + status).str.strip(),
        amount_minor=rows["gross_minor"].abs(),
    )
    keyed = (shaped["payment_id"].str.strip() != "").to_numpy(dtype=bool)
    return Parsed(shaped, parsed.rejects).without(
        ~keyed, RejectReason.KEY_MISSING, "Transaction ID", stake="amount_minor"
    )
