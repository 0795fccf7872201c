"""PayPal's transaction detail report (TRR, TDR): every transaction, those that move no money included.

Rows as in the settlement report, with a status each. Authorisations, what is told of them later, and payments denied
or pending become payment events; all others are processor lines. Payments that were reversed or refunded moved money
when they were made: they stay lines, and their reversals have rows of their own. Who paid and where to is not read.

Source: PayPal, Transaction Detail Report Specification (developer.paypal.com/docs/reports/sftp-reports/
transaction-detail); seen in samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.readers.delivery import Apart, Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Layout
from opsrules.readers.lookup import chosen, each_flag, each_text
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.codes import AUTHORISATIONS
from opsrules.readers.paypal.envelope import counts, parting
from opsrules.readers.paypal.records import COLUMNS, Options, lines, read_records
from opsrules.readers.table import Records
from opsrules.signs import blank
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
    form = Form(
        NAME,
        KIND,
        LAYOUT,
        lambda records: lines(_read(records, options)),
        parting=parting,
        controls=lambda money, events, opened: counts((money, events), opened, source.name),
        apart=Apart(_EVENTS, _are_events, lambda records: _events(_read(records, options))),
    )
    return read_form(source, form)


def _are_events(opened: Records) -> npt.NDArray[np.bool_]:
    asked = each_flag(opened.column("code"), lambda text: bool(AUTHORISATIONS.match(_plain(text))))
    return asked | each_flag(opened.column("status"), lambda text: _plain(text) in _NOT_DONE)


def _plain(text: str) -> str:
    return text.strip().upper()


def _read(records: Records, options: Options) -> Parsed:
    return read_records(records, _COLUMNS, options)


def _events(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    code, status = (each_text(rows[one], _plain) for one in ("code", "status"))
    event = each_text(code, lambda text: PaymentEvent.AUTHORISED if text.startswith("T13") else PaymentEvent.OTHER)
    void = each_flag(code, _VOID.__eq__) | each_flag(status, _VOIDED.__eq__)
    event = chosen(void, PaymentEvent.CANCELLED, event)
    for word, meant in _NOT_DONE.items():
        event = chosen(each_flag(status, word.__eq__), meant, event)
    # What is told of an authorisation later refers to it.
    later = ~blank(rows["related"]) & each_flag(rows["related_type"], "TXN".__eq__)
    shaped = rows.assign(
        payment_id=chosen(later, rows["related"], rows["transaction"]),
        event_id=rows["transaction"],
        event=event,
        source_event=(code + " " + status).str.strip(),
        amount_minor=rows["gross_minor"].abs(),
    )
    unkeyed = blank(shaped["payment_id"])
    title = "Transaction ID"
    return Parsed(shaped, parsed.rejects).without(unkeyed, RejectReason.KEY_MISSING, title, stake="amount_minor")
