"""The four legs: which rows take part, on which key, amount and day."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.carried import NOTHING, Carried, hold_to_leg, kept_open
from opsrules.desks.reconciliation.coverage import LegResult, among, first_match, scoped
from opsrules.desks.reconciliation.due import last_banking_day
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.passes import spec_of
from opsrules.desks.reconciliation.prepare import NOT_SENT, Prepared
from opsrules.desks.reconciliation.undone import refunded_captures
from opsrules.reconcile import Spec, reconcile
from opsrules.story import CARRIED
from opsrules.terms import Exclusion, Leg, LineKind

__all__ = ["LEGS", "LEG_SIDES", "expected_minor", "payouts_before_lines", "run_legs"]

LEG_SIDES: dict[Leg, tuple[str, str]] = {
    Leg.ORDERS_CHARGES: ("orders", "processor_lines"),
    Leg.ORDERS_REFUNDS: ("orders", "processor_lines"),
    Leg.LINES_PAYOUTS: ("processor_lines", "payouts"),
    Leg.PAYOUTS_BANK: ("payouts", "bank_lines"),
}
"""Canonical table on the left and on the right of each leg."""

# Shopify's OrderDisplayFinancialStatus: in these nothing was taken from the buyer, or not yet.
_UNPAID = ("pending", "authorized", "voided", "expired", "unpaid")
# An export that starts on a day lacks the lines of payouts sent in the days after it: a week covers every schedule
# that pays at least weekly.
_LEAD = pd.Timedelta(days=7)
# Stripe's balance history names payouts only where its Transfer column was chosen, its API never; other exports always.
_PAYOUTS_OPTIONAL = ("stripe_balance_history", "stripe_api")
# An id shorter than this may be any number: then the bank line must carry the processor's descriptor as well.
_TELLING = 8
_TOKEN = re.compile(r"[A-Z0-9_]{5,}")


def _side(table: pd.DataFrame, key: str, amount: pd.Series[int], excluded: pd.Series[str]) -> pd.DataFrame:
    """One side of a leg; `key` is the column that the other side has the same in."""
    return pd.DataFrame(
        {
            "ref": table["ref"],
            "key": table[key],
            "tag": table.get("tag", ""),
            "on": table["day"],
            "currency": table["currency"],
            "amount_minor": amount.astype("int64"),
            "excluded": excluded.to_numpy(),
            "source_file": table["source_file"],
            "source_line": table["source_line"],
            "source": table["source"],
        }
    )


def _late(table: pd.DataFrame, ask: Ask) -> pd.Series[bool]:
    return table["day"] > pd.Timestamp(ask.as_of)


def expected_minor(orders: pd.DataFrame) -> pd.Series[int]:
    """What a processor should have taken for each order: its total, less what a part-paid order still owes."""
    owing = orders["outstanding_minor"].where(orders["financial_status"] == "partially_paid", 0)
    return orders["total_minor"] - owing


def _never_at_processor(orders: pd.DataFrame, ask: Ask) -> pd.Series[bool]:
    """Whether every payment method of an order (joined by `` + `` in the export) is one that no processor sees."""
    outside = {method.casefold() for method in ask.account.never_at_processor}
    distinct = {
        text: bool(text) and all(part.strip().casefold() in outside for part in text.split("+"))
        for text in orders["payment_method"].unique()
    }
    return orders["payment_method"].map(distinct).astype("bool")


def _orders_charges(ask: Ask, ready: Prepared) -> tuple[pd.DataFrame, pd.DataFrame, Spec]:
    orders, lines = ready.orders, ready.lines
    amount = expected_minor(orders)
    untouched = ~among(orders["key"], lines.loc[lines["kind"] == LineKind.CHARGE, "key"])
    left_out = first_match(
        len(orders),
        [
            (Exclusion.SEEN_BEFORE, orders["again"]),
            (Exclusion.AFTER_AS_OF, _late(orders, ask)),
            (Exclusion.NEVER_AT_PROCESSOR, _never_at_processor(orders, ask) & untouched),
            (Exclusion.UNPAID, orders["financial_status"].isin(_UNPAID) & untouched),
            (Exclusion.ZERO_AMOUNT, (amount == 0) & untouched),
        ],
    )
    left = _side(orders, "order_id", amount, left_out)
    right = _side(lines, "order_id", lines["gross_minor"], _lines_left_out(ask, lines, LineKind.CHARGE))
    return left, right, spec_of(ask.account, Leg.ORDERS_CHARGES)


def _lines_left_out(ask: Ask, lines: pd.DataFrame, *kinds: LineKind) -> pd.Series[str]:
    return first_match(
        len(lines),
        [
            (Exclusion.SEEN_BEFORE, lines["again"]),
            (Exclusion.AFTER_AS_OF, _late(lines, ask)),
            (Exclusion.OTHER_KIND, ~lines["kind"].isin(kinds)),
            (Exclusion.ZERO_AMOUNT, lines["gross_minor"] == 0),
        ],
    )


def _refunds_left_out(ask: Ask, ready: Prepared) -> pd.Series[str]:
    """A refund that failed counts against its refund; one whose order and charge no export has is older than them."""
    lines = ready.lines
    left_out = _lines_left_out(ask, lines, LineKind.REFUND, LineKind.REFUND_FAILURE)
    charges = lines.loc[lines["kind"] == LineKind.CHARGE, "key"]
    older = (lines["key"] != "") & ~among(lines["key"], ready.orders["key"]) & ~among(lines["key"], charges)
    return left_out.mask((left_out == "") & older.to_numpy(), Exclusion.BEFORE_COVERAGE.value)


def _orders_refunds(ask: Ask, ready: Prepared) -> tuple[pd.DataFrame, pd.DataFrame, Spec]:
    orders, lines = ready.orders, ready.lines
    refunded = among(orders["key"], lines.loc[lines["kind"] == LineKind.REFUND, "key"])
    left_out = first_match(
        len(orders),
        [
            (Exclusion.SEEN_BEFORE, orders["again"]),
            (Exclusion.AFTER_AS_OF, _late(orders, ask)),
            (Exclusion.NO_REFUND, orders["refunded_minor"] == 0),
            (Exclusion.NEVER_AT_PROCESSOR, _never_at_processor(orders, ask) & ~refunded),
        ],
    )
    left = _side(orders, "order_id", orders["refunded_minor"], left_out)
    right = _side(lines, "order_id", -lines["gross_minor"], _refunds_left_out(ask, ready))
    return left, right, spec_of(ask.account, Leg.ORDERS_REFUNDS)


def _lines_payouts(ask: Ask, ready: Prepared) -> tuple[pd.DataFrame, pd.DataFrame, Spec]:
    lines = ready.lines.assign(
        key=np.where(ready.lines["payout_id"] == "", "", ready.lines["processor"] + ":" + ready.lines["payout_id"])
    )
    earning = lines["kind"] != LineKind.PAYOUT
    names_payouts = (earning & (lines["payout_id"] != "")) | ~lines["source"].isin(_PAYOUTS_OPTIONAL)
    linked = lines.loc[names_payouts, "source"].unique()
    early = payouts_before_lines(ready, ask)
    left_out = first_match(
        len(lines),
        [
            (Exclusion.SEEN_BEFORE, lines["again"]),
            (Exclusion.AFTER_AS_OF, _late(lines, ask)),
            (Exclusion.OWN_PAYOUT_ROW, ~earning),
            (Exclusion.NO_PAYOUT_IN_SOURCE, ~lines["source"].isin(linked)),
            (Exclusion.ZERO_AMOUNT, lines["net_minor"] == 0),
            (Exclusion.BEFORE_COVERAGE, among(lines["key"], early)),
        ],
    )
    payouts = ready.payouts
    right_out = first_match(
        len(payouts),
        [
            (Exclusion.AFTER_AS_OF, _late(payouts, ask)),
            (Exclusion.NO_PAYOUT_IN_SOURCE, ~payouts["source"].isin(linked)),
            (Exclusion.BEFORE_COVERAGE, among(payouts["key"], early)),
        ],
    )
    left = _side(lines, "key", lines["net_minor"], left_out)
    right = _side(payouts, "key", payouts["amount_minor"], right_out)
    return left, right, spec_of(ask.account, Leg.LINES_PAYOUTS)


def payouts_before_lines(ready: Prepared, ask: Ask) -> pd.Series[str]:
    """Keys of payouts larger than their lines that were sent in the first days of the first export.

    Their earlier lines lie in an export that was not supplied, which a finding says; the payouts themselves are left
    out by name.
    """
    counted = ~ready.lines["again"] & (ready.lines["source"] != CARRIED)
    own = ready.lines[(ready.lines["kind"] != LineKind.PAYOUT) & counted]
    if own.empty:
        return ready.payouts["key"].iloc[:0]
    start = own["day"].min()
    summed = own.groupby(own["processor"] + ":" + own["payout_id"])["net_minor"].sum()
    lacking = ready.payouts["amount_minor"] - ready.payouts["key"].map(summed).fillna(0).astype("int64")
    early = (ready.payouts["day"] <= start + _LEAD) & (start >= pd.Timestamp(ask.period.first) - _LEAD)
    keys: pd.Series[str] = ready.payouts["key"][early & (lacking > ask.account.tolerance.payout_minor)]
    return keys


def _payouts_bank(ask: Ask, ready: Prepared) -> tuple[pd.DataFrame, pd.DataFrame, Spec]:
    payouts = ready.payouts.assign(tag=ready.payouts["processor"])
    tags = _descriptor(ready.bank, ask)
    named, joined = _payouts_named(ready.bank.assign(tag=tags), ready.payouts)
    bank = ready.bank.assign(tag=tags, key=named)
    payouts["key"] = payouts["key"].replace(joined)
    left_out = first_match(
        len(payouts),
        [
            (Exclusion.AFTER_AS_OF, _late(payouts, ask)),
            (Exclusion.NOT_SENT, payouts["status"].isin(NOT_SENT)),
            (Exclusion.ZERO_AMOUNT, payouts["amount_minor"] == 0),
        ],
    )
    right_out = first_match(
        len(bank),
        [
            (Exclusion.IN_STATEMENT, bank["early"]),
            (Exclusion.SEEN_BEFORE, bank["again"]),
            (Exclusion.AFTER_AS_OF, _late(bank, ask)),
            (Exclusion.OTHER_BANK_MOVEMENT, (bank["tag"] == "") & (bank["key"] == "")),
            (Exclusion.ZERO_AMOUNT, bank["amount_minor"] == 0),
        ],
    )
    left = _side(payouts, "key", payouts["amount_minor"], left_out)
    right = _side(bank, "key", bank["amount_minor"], right_out)
    return left, right, spec_of(ask.account, Leg.PAYOUTS_BANK, _later(ask, payouts))


def _later(ask: Ask, payouts: pd.DataFrame) -> dict[str, int]:
    """Most days by which bank holidays move the last banking day of a payout, by processor."""
    first: dict[str, int] = {}
    for rule in ask.account.payouts:
        first[rule.processor] = max(first.get(rule.processor, 0), rule.days[1])
    found: dict[str, int] = {}
    for processor, sent in payouts[["processor", "day"]].drop_duplicates().itertuples(index=False):
        if processor in first:
            more = (last_banking_day(ask.account, processor, sent.date()) - sent.date()).days - first[processor]
            found[processor] = max(found.get(processor, 0), more)
    return found


def _descriptor(bank: pd.DataFrame, ask: Ask) -> pd.Series[str]:
    """Processor whose declared payout descriptor stands in a bank line, "" for none; the first rule that fits."""
    told = (bank["counterparty"] + " " + bank["reference"] + " " + bank["text"]).str.casefold()
    tag = pd.Series("", index=bank.index, dtype="str")
    for rule in reversed(ask.account.payouts):
        tag = tag.mask(told.str.contains(rule.descriptor.casefold(), regex=False), rule.processor)
    return tag


def _payouts_named(bank: pd.DataFrame, payouts: pd.DataFrame) -> tuple[pd.Series[str], dict[str, str]]:
    """Key of the payouts whose ids stand as words in each bank line, and the common key of those named together.

    A bank line that names several payouts is their sum. The line must move money the payout's way, and a short id
    counts only beside the processor's descriptor.
    """
    columns = ["payout_id", "processor", "key", "amount_minor"]
    known = {row["payout_id"].upper(): row for row in payouts[columns].to_dict("records")}
    told = (bank["reference"] + " " + bank["text"]).str.upper()
    named: list[str] = []
    joined: dict[str, str] = {}
    for text, tag, amount in zip(told, bank["tag"], bank["amount_minor"], strict=True):
        words = {word for word in _TOKEN.findall(text) if word in known}
        found = sorted(
            known[word]["key"]
            for word in words
            if (known[word]["amount_minor"] < 0) == (amount < 0)
            and (len(word) >= _TELLING or tag == known[word]["processor"])
        )
        named.append("+".join(found))
        joined |= dict.fromkeys(found, named[-1]) if len(found) > 1 else {}
    return pd.Series(named, index=bank.index, dtype="str"), joined


LEGS: dict[Leg, Callable[[Ask, Prepared], tuple[pd.DataFrame, pd.DataFrame, Spec]]] = {
    Leg.ORDERS_CHARGES: _orders_charges,
    Leg.ORDERS_REFUNDS: _orders_refunds,
    Leg.LINES_PAYOUTS: _lines_payouts,
    Leg.PAYOUTS_BANK: _payouts_bank,
}
"""Each leg's two sides and spec."""


def run_legs(ask: Ask, ready: Prepared, carried: Carried = NOTHING) -> dict[Leg, LegResult]:
    """Match every leg and see it from the period; a leg with a side that nobody supplied leaves the other side out."""
    done = {}
    for leg, sides in LEGS.items():
        left, right, spec = sides(ask, ready)
        hold_to_leg(leg, zip(LEG_SIDES[leg], (left, right), strict=True), carried)
        for table, other in ((left, LEG_SIDES[leg][1]), (right, LEG_SIDES[leg][0])):
            if other not in ready.supplied:
                table["excluded"] = table["excluded"].where(table["excluded"] != "", Exclusion.NOT_SUPPLIED.value)
        done[leg] = kept_open(scoped(reconcile(left, right, spec), ask), ask, leg, carried)
    return done | refunded_captures(done, ready)
