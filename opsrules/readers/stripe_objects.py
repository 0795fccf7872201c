"""Stripe's API objects and what each becomes: field by field, with Stripe's words in ours.

Source: docs.stripe.com/api, the reference page of each object; the shapes seen in samples are those of 2024.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import mapped
from opsrules.readers.json_objects import Shape
from opsrules.readers.json_records import value_at
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.parsed import Parsed
from opsrules.readers.processor_lines import brands, consistent
from opsrules.readers.stripe_columns import CATEGORIES, DISPUTES, PROCESSOR, TYPES, Options, order_column, with_disputes
from opsrules.readers.stripe_units import in_iso_units
from opsrules.readers.times import days_of
from opsrules.terms import DisputeStatus, InvoiceStatus, LineKind, PaymentEvent, SubscriptionStatus

__all__ = ["shapes"]

_KINDS = (
    TYPES
    | CATEGORIES
    | {
        "payment_reversal": LineKind.REFUND,
        "payout_minimum_balance_hold": LineKind.RESERVE,
        "payout_minimum_balance_release": LineKind.RESERVE,
        "payment_network_reserve_hold": LineKind.RESERVE,
        "payment_network_reserve_release": LineKind.RESERVE,
        "reserve_hold": LineKind.RESERVE,
        "reserve_release": LineKind.RESERVE,
        "stripe_fx_fee": LineKind.FEE,
        "topup_reversal": LineKind.TRANSFER,
        "transfer_cancel": LineKind.TRANSFER,
        "transfer_failure": LineKind.TRANSFER,
        "transfer_refund": LineKind.TRANSFER,
    }
)
_SUBSCRIPTIONS = {"canceled": SubscriptionStatus.CANCELLED, "incomplete_expired": SubscriptionStatus.CANCELLED} | {
    one: one for one in SubscriptionStatus if one is not SubscriptionStatus.OTHER
}
_INVOICES: dict[str, str] = {one: one for one in InvoiceStatus if one is not InvoiceStatus.OTHER}
_COLLECTION = {"charge_automatically": "automatic", "send_invoice": "manual"}

_CURRENCY = Column("currency", "currency", Kind.CURRENCY, required=True)


def _amount(target: str, *names: str, required: bool = False) -> Column:
    first, *others = names
    return Column(target, first, Kind.AMOUNT, tuple(others), required=required, filled=required, minor=True)


def _when(target: str, *names: str, required: bool = False) -> Column:
    first, *others = names
    return Column(target, first, Kind.UNIX, tuple(others), required=required, filled=required)


def _reference(target: str, name: str, *others: str) -> Column:
    """Another object's id, whether the answer has the id alone or the object itself."""
    return Column(target, f"{name}.id", aliases=(name, *others))


def _shape(word: str, table: str, columns: tuple[Column, ...], finish: Callable[[Parsed], Parsed], stake: str) -> Shape:
    named = ("object", word)
    return Shape(table, Layout(columns), finish, stake, named, prepare=lambda records: in_iso_units(records, columns))


def shapes(options: Options) -> tuple[Shape, ...]:
    """All kinds of objects that are read, with the metadata key that names the order."""
    order = order_column(options, "metadata.{}")
    return (
        _shape("balance_transaction", "processor_lines", _lines(options), _line, "net_minor"),
        _shape("charge", "payment_events", (*_CHARGE, order), _charge, "amount_minor"),
        _shape("refund", "payment_events", _REFUND, _refund, "amount_minor"),
        _shape("dispute", "disputes", _DISPUTE, _dispute, "amount_minor"),
        _shape("invoice", "invoices", _INVOICE, _invoice, "total_minor"),
        replace(
            _shape("subscription", "subscriptions", _SUBSCRIPTION, _subscription, "amount_minor"), spread=_with_amount
        ),
        _shape("payout", "payouts", _PAYOUT, _payout, "amount_minor"),
    )


def _lines(options: Options) -> tuple[Column, ...]:
    return (
        _CURRENCY,
        _amount("net_minor", "net", required=True),
        _amount("gross_minor", "amount", required=True),
        _amount("fee_minor", "fee", required=True),
        _when("occurred", "created", required=True),
        Column("line_id", "id", Kind.KEY, required=True),
        Column("source_kind", "reporting_category", Kind.KEY, aliases=("type",), required=True),
        Column("payment_id", "source.charge.id", aliases=("source.charge", "source.id", "source")),
        order_column(options, "source.metadata.{}"),
        _when("available", "available_on"),
        Column("method", "source.payment_method_details.type"),
        Column("card_brand", "source.payment_method_details.card.brand"),
        Column("country", "source.payment_method_details.card.country"),
        Column("description", "description"),
    )


def _line(parsed: Parsed) -> Parsed:
    parsed = consistent(parsed, "net")
    rows = parsed.rows
    kind = with_disputes(mapped(rows["source_kind"], _KINDS, LineKind.OTHER), rows)
    own = kind == LineKind.PAYOUT
    day = days_of(rows["available_at"])
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        kind=kind,
        payout_id=rows["payment_id"].where(own, ""),
        payout_day=day.where(own),
        available_on=day,
        payment_id=rows["payment_id"].where(~own, ""),
        card_brand=brands(rows["card_brand"]),
    )
    return Parsed(shaped, parsed.rejects)


_CHARGE = (
    _CURRENCY,
    _amount("amount_minor", "amount", required=True),
    _when("occurred", "created", required=True),
    Column("payment_id", "id", Kind.KEY, required=True),
    Column("source_event", "status", Kind.KEY, required=True),
    Column("captured", "captured"),
    Column("method", "payment_method_details.type", aliases=("source.type", "source.object")),
    Column("card_brand", "payment_method_details.card.brand", aliases=("source.brand",)),
    Column("country", "payment_method_details.card.country", aliases=("source.country",)),
    Column("decline_code", "outcome.reason", aliases=("failure_code",)),
    Column("decline_reason", "failure_message", aliases=("outcome.seller_message",)),
)
_EVENTS = {
    "succeeded": PaymentEvent.CAPTURED,
    "paid": PaymentEvent.CAPTURED,  # API versions before 2015
    "pending": PaymentEvent.RECEIVED,
    "failed": PaymentEvent.REFUSED,
}


def _charge(parsed: Parsed) -> Parsed:
    """A charge is one event, its state: captured (which it was authorised for), authorised only, or refused."""
    rows = parsed.rows
    event = mapped(rows["source_event"], _EVENTS, PaymentEvent.OTHER)
    event = event.mask((event == PaymentEvent.CAPTURED) & (rows["captured"] == "false"), PaymentEvent.AUTHORISED.value)
    refused = event == PaymentEvent.REFUSED
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        event=event,
        card_brand=brands(rows["card_brand"]),
        decline_code=rows["decline_code"].where(refused, ""),
        decline_reason=rows["decline_reason"].where(refused, ""),
    )
    return Parsed(shaped, parsed.rejects)


_REFUND = (
    _CURRENCY,
    _amount("amount_minor", "amount", required=True),
    _when("occurred", "created", required=True),
    Column("event_id", "id", Kind.KEY, required=True),
    Column("payment_id", "charge.id", Kind.KEY, aliases=("charge", "payment_intent.id", "payment_intent")),
    Column("source_event", "status"),
    Column("method", "destination_details.type"),
)
_REFUNDS = {"succeeded": PaymentEvent.REFUNDED, "": PaymentEvent.REFUNDED, "failed": PaymentEvent.ERROR}


def _refund(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    event = mapped(rows["source_event"], _REFUNDS, PaymentEvent.OTHER)
    return Parsed(rows.assign(processor=_all(PROCESSOR, rows), event=event), parsed.rejects)


_FEES = tuple(f"balance_transactions.{at}" for at in range(4))  # taken, given back, and taken again
_DISPUTE = (
    _CURRENCY,
    _amount("amount_minor", "amount", required=True),
    Column("dispute_id", "id", Kind.KEY, required=True),
    Column("source_status", "status", Kind.KEY, required=True),
    _when("opened", "created", required=True),
    _when("due", "evidence_details.due_by", "evidence_due_by"),
    _reference("payment_id", "charge", "payment_intent.id", "payment_intent"),
    Column("order_id", "charge.metadata.order_id", aliases=("metadata.order_id",)),
    Column("stage", "payment_method_details.card.case_type"),
    Column("reason", "reason"),
    Column("network_reason_code", "payment_method_details.card.network_reason_code", aliases=("network_reason_code",)),
    Column("fee_currency", f"{_FEES[0]}.currency"),
    *(_amount(f"fee{at}_minor", f"{path}.fee") for at, path in enumerate(_FEES)),
)


def _dispute(parsed: Parsed) -> Parsed:
    """A fee in another currency than the dispute's cannot be stated beside it, and is left at 0."""
    rows = parsed.rows
    fee = sum((rows[f"fee{at}_minor"] for at in range(len(_FEES))), pd.Series(0, index=rows.index))
    warned = rows["source_status"].str.startswith("warning_")
    stage = rows["stage"].where(rows["stage"] != "", warned.map({True: "inquiry", False: "chargeback"}).astype("str"))
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        stage=stage,
        status=mapped(rows["source_status"], DISPUTES, DisputeStatus.OTHER),
        closed_at=_never(rows),
        fee_minor=fee.where(rows["fee_currency"].str.upper() == rows["currency"], 0).astype("int64"),
    )
    return Parsed(shaped, parsed.rejects)


_INVOICE = (
    _CURRENCY,
    _amount("total_minor", "total", required=True),
    _amount("paid_minor", "amount_paid", required=True),
    _amount("remaining_minor", "amount_remaining", required=True),
    Column("invoice_id", "id", Kind.KEY, required=True),
    Column("source_status", "status", Kind.KEY, required=True),
    Column("number", "number"),
    _reference("subscription_id", "subscription", "parent.subscription_details.subscription"),
    _reference("customer_id", "customer"),
    _when("issued", "status_transitions.finalized_at", "effective_at", "created"),
    _when("due", "due_date"),
    _when("paid", "status_transitions.paid_at"),
    Column("attempts", "attempt_count", Kind.INTEGER),
    _when("next_attempt", "next_payment_attempt"),
    Column("collection", "collection_method", aliases=("billing",)),
    Column("reason", "billing_reason"),
)


def _invoice(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    shaped = rows.assign(
        biller=_all(PROCESSOR, rows),
        status=mapped(rows["source_status"], _INVOICES, InvoiceStatus.OTHER),
        collection=mapped(rows["collection"], _COLLECTION),
    )
    return Parsed(shaped, parsed.rejects)


_SUBSCRIPTION = (
    _CURRENCY,
    _amount("amount_minor", "per_period"),
    Column("subscription_id", "id", Kind.KEY, required=True),
    Column("source_status", "status", Kind.KEY, required=True),
    _reference("customer_id", "customer"),
    Column("plan", "items.data.0.price.id", aliases=("items.data.0.plan.id", "plan.id")),
    _when("started", "start_date", "start", "created"),
    _when("period_from", "current_period_start", "items.data.0.current_period_start"),
    _when("period_to", "current_period_end", "items.data.0.current_period_end"),
    _when("cancelled", "canceled_at"),
    _when("ended", "ended_at"),
    Column("ends", "cancel_at_period_end"),
)


def _with_amount(one: Obj) -> tuple[Obj]:
    """Return the subscription with what it costs per period: the sum over its items of price times quantity."""
    items = value_at(one, ("items", "data"))
    costs = [_cost(item) for item in items] if isinstance(items, list) else [_cost(one)]
    total = "" if None in costs else str(sum(cost or 0 for cost in costs))
    return (Obj({**one, "per_period": total}, one.line),)


def _cost(item: object) -> int | None:
    """Price times quantity in Stripe's minor units; None where it is tiered, metered or no whole number."""
    unit = value_at(item, ("price", "unit_amount")) or value_at(item, ("plan", "amount"))
    quantity = value_at(item, ("quantity",)) or "1"
    texts = [text for text in (unit, quantity) if isinstance(text, str) and text.isascii() and text.isdigit()]
    return int(texts[0]) * int(texts[1]) if len(texts) == 2 and max(map(len, texts)) < 16 else None


def _subscription(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    status = mapped(rows["source_status"], _SUBSCRIPTIONS, SubscriptionStatus.OTHER)
    lives = status.isin([SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE])
    shaped = rows.assign(
        biller=_all(PROCESSOR, rows),
        status=status,
        period_from=rows["period_from_at"],
        period_to=rows["period_to_at"],
        next_charge_on=days_of(rows["period_to_at"]).where(lives & (rows["ends"] != "true")),
    )
    return Parsed(shaped, parsed.rejects)


_PAYOUT = (
    _CURRENCY,
    _amount("amount_minor", "amount", required=True),
    Column("payout_id", "id", Kind.KEY, required=True),
    Column("status", "status", required=True),
    _when("arrival", "arrival_date", required=True),
)


def _payout(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        sent_on=days_of(rows["arrival_at"]),
        declared=pd.Series([True] * len(rows), dtype="bool"),
    )
    return Parsed(shaped, parsed.rejects)


def _all(text: str, rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series([text] * len(rows), index=rows.index, dtype="str")


def _never(rows: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    return rows["opened_at"].where(pd.Series(False, index=rows.index))
