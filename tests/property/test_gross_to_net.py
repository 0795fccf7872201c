"""From gross to net, whatever the lines: the identity holds to the unit, in each currency, in any order of rows."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd
from desk_lines import Reconciled, booked, line, reconciled, table
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.desks.reconciliation.payout_bridge import payout_bridges
from opsrules.terms import Leg, LineKind

KINDS = sorted(set(LineKind) - {LineKind.PAYOUT})
STEPS = (
    *("gross_minor", "refunds_minor", "chargebacks_minor", "fees_minor"),
    *("tax_withheld_minor", "reserve_minor", "conversions_minor", "adjustments_minor"),
)
lines = st.lists(
    st.builds(
        line,
        kind=st.sampled_from(KINDS),
        gross=st.integers(-5_000, 9_000),
        fee=st.integers(-90, 400),
        day=st.sampled_from(["2026-09-28", "2026-10-03", "2026-10-17", "2026-11-02"]),
        payout=st.sampled_from(["", "p1", "p2", "p3"]),
        processor=st.sampled_from(["stripe", "amazon"]),
        currency=st.sampled_from(["EUR", "USD", "JPY"]),
        source_kind=st.sampled_from(["plain", "ItemWithheldTax"]),
    ),
    min_size=1,
    max_size=14,
)
own = st.lists(st.tuples(st.sampled_from(["p1", "p2", "p4"]), st.integers(1, 9_000), st.sampled_from(["EUR", "USD"])))
at_bank = st.lists(st.tuples(st.integers(1, 9_000), st.sampled_from(["EUR", "USD"])), max_size=4)


def bridged(found: Reconciled) -> dict[str, pd.DataFrame]:
    leg = found.legs[Leg.PAYOUTS_BANK]
    return payout_bridges(found.ask, found.ready, leg, found.payouts, bridge=found.bridge, breaks=found.breaks)


def rows_of(
    some: list[dict[str, Any]], declared: list[tuple[str, int, str]], paid: list[tuple[int, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    own_rows = {
        (name, coin): line("payout", -amount, payout=name, day="2026-10-20", currency=coin)
        for name, amount, coin in declared
    }
    bank = [booked(amount, currency=coin, day="2026-10-21") for amount, coin in paid]
    return table("processor_lines", [*some, *own_rows.values()], "pay.csv"), table("bank_lines", bank, "bank.csv")


@settings(max_examples=25)
@given(lines, own, at_bank, st.randoms(use_true_random=False))
def test_the_identity_holds_and_no_order_of_rows_matters(some: Any, declared: Any, paid: Any, chance: Any) -> None:
    every, bank = rows_of(some, declared, paid)
    tables = bridged(reconciled(every, bank))
    told = tables["payout_bridge"]
    # Nets of each payout by hand: what counts was there by the as-of day.
    nets: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in every.to_dict("records"):
        if row["payout_id"] and row["kind"] != "payout":
            nets[row["processor"], row["payout_id"], row["currency"]] += row["net_minor"]
    for row in told.to_dict("records"):
        key = (row["processor"], row["payout_id"], row["currency"])
        assert sum(row[name] for name in STEPS) == nets[key]
        assert nets[key] + row["unexplained_minor"] == row["payout_minor"]
        if not pd.isna(row["bank_minor"]):
            assert row["payout_minor"] + row["difference_minor"] == row["bank_minor"]
        behind = tables["payout_lines"]
        mine = behind[(behind[["processor", "payout_id", "currency"]] == list(key)).all(axis=1)]
        mine = mine[mine["step"] != "bank"]
        assert mine["amount_minor"].sum() + mine["fee_minor"].sum() == nets[key]
    shuffled = [frame.sample(frac=1, random_state=chance.randint(0, 999)) for frame in (every, bank)]
    again = bridged(reconciled(*(frame.reset_index(drop=True) for frame in shuffled)))
    for name, one in tables.items():
        pd.testing.assert_frame_equal(one, again[name])


@settings(max_examples=25)
@given(lines, own, at_bank)
def test_currencies_are_never_netted(some: Any, declared: Any, paid: Any) -> None:
    every, bank = rows_of(some, declared, paid)
    whole = bridged(reconciled(every, bank))["payout_bridge"].drop(columns=["status", "why", "findings"])
    for currency in sorted(set(every["currency"])):
        alone, its = (one[one["currency"] == currency].reset_index(drop=True) for one in (every, bank))
        part = bridged(reconciled(alone, its))["payout_bridge"].drop(columns=["status", "why", "findings"])
        same = whole[whole["currency"] == currency].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, same)
