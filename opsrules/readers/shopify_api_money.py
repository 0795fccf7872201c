"""Shopify's API objects about money: balance transactions, payouts, disputes, an order's transactions.

REST answers name their fields with underscores, GraphQL answers in one word with capitals; both are read. GraphQL's ids
(``gid://shopify/Order/1``) are cut to the number that REST and the exports show.

Source: shopify.dev/docs/api, admin-rest (balance, payouts, dispute, transaction) and admin-graphql
(ShopifyPaymentsBalanceTransaction, ShopifyPaymentsPayout, ShopifyPaymentsDispute, OrderTransaction). REST was seen in
samples; GraphQL is as documented, not verified.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers.delivery import mapped
from opsrules.readers.json_objects import Shape
from opsrules.readers.json_records import at_midnight
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.parsed import Parsed
from opsrules.readers.processor_lines import brands, consistent
from opsrules.readers.shopify_kinds import KINDS
from opsrules.terms import DisputeStatus, LineKind, PaymentEvent, RejectReason

__all__ = ["PROCESSOR", "live", "money_shapes", "numbered"]

PROCESSOR = "shopify_payments"

_TEST = Column("test", "test")


def money_shapes(currency: str) -> tuple[Shape, ...]:
    """All kinds; `currency` is that of an order's transactions which name none, as old answers do."""
    rest = ("payout_id", "payout_status", "source_type", "source_order_transaction_id", "net", "fee")
    graph = ("associatedPayout", "transactionDate", "sourceType", "net", "fee")
    told = () if currency else (Column("currency", "currency", Kind.CURRENCY, ("amountSet.shopMoney.currencyCode",)),)
    events = (*told, *_EVENT)
    days = at_midnight("due", "closed")
    return (
        Shape("processor_lines", Layout(_LINE, rest), _line, "net_minor"),
        Shape("processor_lines", Layout(_LINE, graph), _line, "net_minor"),
        Shape("payouts", Layout(_PAYOUT, ("status", "date", "currency", "amount", "summary")), _payout, "amount_minor"),
        Shape("payouts", Layout(_PAYOUT, ("issuedAt", "net", "status", "summary")), _payout, "amount_minor"),
        Shape("disputes", Layout(_DISPUTE, _DISPUTE_REST), _dispute, "amount_minor", prepare=days),
        Shape("disputes", Layout(_DISPUTE, _DISPUTE_GRAPH), _dispute, "amount_minor", prepare=days),
        Shape("payment_events", Layout(events, _EVENT_REST, currency=currency), _event, "amount_minor"),
        Shape("payment_events", Layout(events, _EVENT_GRAPH, currency=currency), _event, "amount_minor"),
    )


def numbered(ids: pd.Series[str]) -> pd.Series[str]:
    """Ids as REST shows them: the number at the end of ``gid://shopify/Order/1?x``."""
    return ids.str.replace(r"^gid://shopify/\w+/(\d+)(\?.*)?$", r"\1", regex=True)


def live(parsed: Parsed, stake: str) -> Parsed:
    """Move what was done in test mode to the rejects: no money moved."""
    bad = (parsed.rows["test"] == "true").to_numpy(dtype=bool)
    return parsed.without(bad, RejectReason.NOT_BOOKED, "test", stake=stake, value="test")


def _amount(target: str, name: str, *others: str, required: bool = False) -> Column:
    return Column(target, name, Kind.AMOUNT, others, required=required, filled=required)


_LINE = (
    Column("currency", "currency", Kind.CURRENCY, ("amount.currencyCode",), required=True),
    _amount("net_minor", "net", "net.amount", required=True),
    _amount("gross_minor", "amount", "amount.amount", required=True),
    _amount("fee_minor", "fee", "fee.amount", required=True),
    Column("occurred", "processed_at", Kind.INSTANT, ("transactionDate",), required=True, filled=True),
    Column("line_id", "id", Kind.KEY, required=True),
    Column("source_kind", "type", Kind.KEY, required=True),
    Column("order_id", "associatedOrder.name", aliases=("source_order_id",)),
    Column("payout_id", "payout_id", aliases=("associatedPayout.id",)),
    Column("payout_status", "payout_status", aliases=("associatedPayout.status",)),
    Column("payment_id", "source_order_transaction_id", aliases=("sourceOrderTransactionId", "source_id", "sourceId")),
    _TEST,
)


def _line(parsed: Parsed) -> Parsed:
    parsed = live(consistent(parsed, "net"), "net_minor")
    rows = parsed.rows
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        kind=mapped(rows["source_kind"], KINDS, LineKind.OTHER),
        line_id=numbered(rows["line_id"]),
        payment_id=numbered(rows["payment_id"]),
        payout_id=numbered(rows["payout_id"]),
        payout_status=rows["payout_status"].str.lower(),
        payout_day=_no_day(rows),
        available_on=_no_day(rows),
    )
    return Parsed(shaped, parsed.rejects)


_PAYOUT = (
    Column("currency", "currency", Kind.CURRENCY, ("net.currencyCode",), required=True),
    _amount("amount_minor", "amount", "net.amount", required=True),
    Column("payout_id", "id", Kind.KEY, required=True),
    Column("sent_on", "date", Kind.DAY, ("issuedAt",), required=True, filled=True),
    Column("status", "status", required=True),
)


def _payout(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        payout_id=numbered(rows["payout_id"]),
        status=rows["status"].str.lower(),
        declared=pd.Series([True] * len(rows), dtype="bool"),
    )
    return Parsed(shaped, parsed.rejects)


_DISPUTE_REST = ("network_reason_code", "evidence_due_by", "evidence_sent_on", "finalized_on", "initiated_at")
_DISPUTE_GRAPH = ("reasonDetails", "evidenceDueBy", "evidenceSentOn", "finalizedOn", "initiatedAt")
_DISPUTE = (
    Column("currency", "currency", Kind.CURRENCY, ("amount.currencyCode",), required=True),
    _amount("amount_minor", "amount", "amount.amount", required=True),
    Column("dispute_id", "id", Kind.KEY, required=True),
    Column("source_status", "status", Kind.KEY, required=True),
    Column("order_id", "order.name", aliases=("order_id", "order.id")),
    Column("stage", "type"),
    Column("reason", "reason", aliases=("reasonDetails.reason",)),
    Column("network_reason_code", "network_reason_code", aliases=("reasonDetails.networkReasonCode",)),
    Column("opened", "initiated_at", Kind.INSTANT, ("initiatedAt",)),
    Column("due", "evidence_due_by", Kind.INSTANT, ("evidenceDueBy",)),
    Column("closed", "finalized_on", Kind.INSTANT, ("finalizedOn",)),
)
_DISPUTES = {"charge_refunded": DisputeStatus.ACCEPTED.value, "prevented": DisputeStatus.PREVENTED.value} | {
    one: one for one in ("needs_response", "under_review", "accepted", "won", "lost")
}


def _dispute(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        dispute_id=numbered(rows["dispute_id"]),
        order_id=numbered(rows["order_id"]),
        stage=rows["stage"].str.lower(),
        status=mapped(rows["source_status"], _DISPUTES, DisputeStatus.OTHER),
        reason=rows["reason"].str.lower(),
        fee_minor=pd.Series([0] * len(rows), dtype="int64"),
    )
    return Parsed(shaped, parsed.rejects)


_EVENT_REST = ("kind", "status", "gateway", "parent_id", "order_id", "authorization")
_EVENT_GRAPH = ("kind", "status", "gateway", "parentTransaction", "amountSet")
_EVENT = (
    _amount("amount_minor", "amount", "amountSet.shopMoney.amount", required=True),
    Column("occurred", "processed_at", Kind.INSTANT, ("processedAt", "created_at", "createdAt"), True, filled=True),
    Column("event_id", "id", Kind.KEY, required=True),
    Column("source_event", "kind", Kind.KEY, required=True),
    Column("outcome", "status", Kind.KEY, required=True),
    Column("parent", "parent_id", aliases=("parentTransaction.id",)),
    Column("order_id", "order.name", aliases=("order_id", "order.id")),
    Column("processor", "gateway"),
    Column("card_brand", "payment_details.credit_card_company", aliases=("paymentDetails.company",)),
    Column("decline_code", "error_code", aliases=("errorCode",)),
    Column("decline_reason", "message"),
    _TEST,
)
_DONE = {
    "authorization": PaymentEvent.AUTHORISED,
    "sale": PaymentEvent.CAPTURED,
    "capture": PaymentEvent.CAPTURED,
    "void": PaymentEvent.CANCELLED,
    "refund": PaymentEvent.REFUNDED,
}


def _event(parsed: Parsed) -> Parsed:
    parsed = live(parsed, "amount_minor")
    rows = parsed.rows
    outcome = rows["outcome"].str.strip().str.lower()
    paying = rows["source_event"].str.lower().isin(["authorization", "sale"])
    event = mapped(rows["source_event"], _DONE, PaymentEvent.OTHER)
    event = event.mask(outcome == "pending", PaymentEvent.RECEIVED.value)
    event = event.mask(outcome.isin(["failure", "error"]), PaymentEvent.ERROR.value)
    event = event.mask((outcome == "failure") & paying, PaymentEvent.REFUSED.value)
    refused = event == PaymentEvent.REFUSED
    ids = numbered(rows["event_id"])
    shaped = rows.assign(
        processor=rows["processor"].where(rows["processor"] != "", PROCESSOR),
        event=event,
        event_id=ids,
        payment_id=_roots(ids, numbered(rows["parent"])),
        order_id=numbered(rows["order_id"]),
        card_brand=brands(rows["card_brand"]),
        decline_code=rows["decline_code"].where(refused, ""),
        decline_reason=rows["decline_reason"].where(refused, ""),
    )
    return Parsed(shaped, parsed.rejects)


def _roots(ids: pd.Series[str], parents: pd.Series[str]) -> pd.Series[str]:
    """The first transaction of each one's chain, as far back as the file goes: authorisation, capture, refund."""
    parent = dict(zip(ids, parents, strict=True))
    roots: list[str] = []
    for one in ids:
        seen = {one}
        root = one
        while parent.get(root) and parent[root] not in seen:
            root = parent[root]
            seen.add(root)
        roots.append(root)
    return pd.Series(roots, index=ids.index, dtype="str")


def _all(text: str, rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series([text] * len(rows), index=rows.index, dtype="str")


def _no_day(rows: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    return pd.Series([pd.NaT] * len(rows), index=rows.index, dtype="datetime64[us]")
