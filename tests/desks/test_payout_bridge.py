"""What a payout is made of, on lines whose answers are worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from desk_lines import Reconciled, booked, line, reconciled, table

from opsrules.desks.reconciliation.payout_bridge import (
    PAYOUT_BRIDGE,
    PAYOUT_LINES,
    assert_bridged,
    payout_bridges,
)
from opsrules.errors import ControlTotalsError
from opsrules.readers.amazon.settlement_kinds import told_kinds
from opsrules.terms import Leg


def made(found: Reconciled) -> dict[str, pd.DataFrame]:
    leg = found.legs[Leg.PAYOUTS_BANK]
    return payout_bridges(found.ask, found.ready, leg, found.payouts, bridge=found.bridge, breaks=found.breaks)


def run(lines: list[dict[str, Any]], bank: list[dict[str, Any]]) -> tuple[Reconciled, dict[str, pd.DataFrame]]:
    found = reconciled(table("processor_lines", lines, "pay.csv"), table("bank_lines", bank, "bank.csv"))
    return found, made(found)


EVERY_STEP = [
    line("charge", 10_000, 300, payout="p1"),
    line("refund", -1_000, -20, payout="p1"),
    line("refund_failure", 100, payout="p1"),
    line("chargeback", -500, 1_500, payout="p1"),
    line("chargeback_reversal", 200, payout="p1"),
    line("fee", -50, payout="p1"),
    line("fee", 0, 7, payout="p1"),
    line("adjustment", -800, payout="p1", source_kind="Order / ItemWithheldTax / MarketplaceFacilitatorTax-Principal"),
    line("reserve", -600, payout="p1"),
    line("conversion", -40, payout="p1"),
    line("adjustment", 11, payout="p1"),
    line("transfer", 22, payout="p1"),
    line("other", 33, payout="p1"),
]


def test_every_step_of_a_payout() -> None:
    # Fees: 300 - 20 + 1,500 + 50 + 7; the sum of all nets is 10,000 - 900 - 300 - 1,837 - 800 - 600 - 40 + 66.
    _, tables = run(EVERY_STEP, [booked(5_589)])
    (row,) = tables["payout_bridge"].to_dict("records")
    assert tuple(tables["payout_bridge"].columns) == PAYOUT_BRIDGE
    assert {name: row[f"{name}_minor"] for name in ("gross", "refunds", "chargebacks", "fees", "tax_withheld")} == {
        "gross": 10_000,
        "refunds": -900,
        "chargebacks": -300,
        "fees": -1_837,
        "tax_withheld": -800,
    }
    assert [row[f"{name}_minor"] for name in ("reserve", "conversions", "adjustments")] == [-600, -40, 66]
    assert (row["payout_minor"], row["bank_minor"], row["difference_minor"]) == (5_589, 5_589, 0)
    assert (row["unexplained_minor"], row["why"], row["lines"], row["status"]) == (0, "", 13, "arrived")


def test_every_step_opens_to_its_lines() -> None:
    _, tables = run(EVERY_STEP, [booked(5_589)])
    behind, (row,) = tables["payout_lines"], tables["payout_bridge"].to_dict("records")
    assert tuple(behind.columns) == PAYOUT_LINES
    for step in ("gross", "refunds", "chargebacks", "tax_withheld", "reserve", "conversions", "adjustments"):
        assert behind.loc[behind["step"] == step, "amount_minor"].sum() == row[f"{step}_minor"], step
    fees = behind.loc[behind["step"] == "fees", "amount_minor"].sum() + behind["fee_minor"].sum()
    assert fees == row["fees_minor"]
    at = behind[behind["step"] == "tax_withheld"][["source_file", "source_line"]].to_numpy().tolist()
    assert at == [["pay.csv", 9]]
    assert behind[behind["step"] == "bank"][["source_file", "source_line", "amount_minor"]].to_numpy().tolist() == [
        ["bank.csv", 2, 5_589]
    ]


def test_the_bridge_of_the_period_has_the_same_steps() -> None:
    found, tables = run(EVERY_STEP, [booked(5_589)])
    steps = dict(zip(found.bridge["step"], found.bridge["amount_minor"], strict=True))
    (row,) = tables["payout_bridge"].to_dict("records")
    assert steps["Tax withheld by the marketplace"] == row["tax_withheld_minor"] == -800
    assert steps["Fees"] == row["fees_minor"]
    assert steps["Paid out by the processor"] == row["payout_minor"]


def test_what_lines_do_not_explain_is_told_with_its_finding() -> None:
    own = line("payout", -9_950, payout="p1", day="2026-10-20")
    _, tables = run([line("charge", 10_000, 300, payout="p1"), own], [booked(9_000, day="2026-10-21")])
    (row,) = tables["payout_bridge"].to_dict("records")
    assert (row["gross_minor"], row["fees_minor"], row["unexplained_minor"]) == (10_000, -300, 250)
    assert (row["payout_minor"], row["bank_minor"], row["difference_minor"]) == (9_950, 9_000, -950)
    assert row["why"] == "differs"
    assert len(row["findings"].split()) == 2  # it differs from its lines, and it arrived short


def test_payouts_booked_together_share_the_line_and_the_last_one_bears_what_it_lacks() -> None:
    lines = [line("charge", 1_000, payout="pay_first1"), line("charge", 2_000, payout="pay_second", day="2026-10-06")]
    found, tables = run(lines, [booked(3_000, "STRIPE pay_first1 pay_second")])
    assert found.payouts[["payout_id", "bank_minor", "difference_minor"]].to_numpy().tolist() == [
        ["pay_first1", 1_000, 0],
        ["pay_second", 2_000, 0],
    ]
    assert tables["payout_bridge"]["difference_minor"].tolist() == [0, 0]
    assert (tables["payout_lines"]["step"] == "bank").sum() == 2


def test_a_payout_without_named_lines_says_so() -> None:
    lines = [line("charge", 1_000), line("payout", -1_000, payout="p1", day="2026-10-20")]
    _, tables = run(lines, [booked(1_000, day="2026-10-21")])
    (row,) = tables["payout_bridge"].to_dict("records")
    assert (row["unexplained_minor"], row["why"], row["lines"]) == (1_000, "lines_not_named", 0)


def test_currencies_of_one_payout_are_bridged_apart() -> None:
    lines = [line("charge", 1_000, payout="p1"), line("charge", 5_000, payout="p1", currency="USD")]
    _, tables = run(lines, [booked(1_000)])
    told = tables["payout_bridge"].set_index("currency")
    assert told["gross_minor"].to_dict() == {"EUR": 1_000, "USD": 5_000}
    assert told["payout_minor"].to_dict() == {"EUR": 1_000, "USD": 5_000}


@pytest.mark.parametrize(
    ("words", "is_tax"),
    [
        (("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"), True),
        (("Refund", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Shipping"), True),
        (("Order", "ItemTCS", "TCS-CGST"), True),
        (("Order", "ItemTDS", "TDS (Section 194-O)"), True),
        (("Order", "ItemWithheldTax", "LowValueGoodsTax-Principal"), True),
        (("Order", "ItemPrice", "Tax"), False),
        (("Order", "ItemFees", "Commission"), False),
        (("other-transaction", "", "Current Reserve Amount"), False),
        (("other-transaction", "", "BalanceAdjustment"), False),
    ],
)
def test_tax_that_amazon_withholds_is_told_by_its_words(words: tuple[str, str, str], is_tax: bool) -> None:
    columns = ["transaction_type", "amount_type", "amount_description"]
    told = told_kinds(pd.DataFrame([words], columns=columns, dtype="str")).iloc[0]
    one = line(told["kind"], -123, payout="p1", processor="amazon", source_kind=told["source_kind"])
    _, tables = run([one, line("charge", 1_000, payout="p1", processor="amazon")], [])
    assert tables["payout_bridge"]["tax_withheld_minor"].tolist() == [-123 if is_tax else 0]


@pytest.mark.parametrize(
    ("processor", "kind", "said", "is_tax"),
    [
        ("etsy", "fee", "Tax", True),
        ("etsy", "fee", "Steuer", True),
        ("etsy", "fee", "VAT", False),
        ("stripe", "fee", "tax", False),  # what Stripe charges for computing tax
        ("paypal", "adjustment", "Tax withholding: withheld tax", True),
        ("stripe", "charge", "marketplace facilitator sale", False),
        ("paypal", "reserve", "withholding tax hold", False),
    ],
)
def test_tax_that_others_withhold(processor: str, kind: str, said: str, is_tax: bool) -> None:
    one = line(kind, 0, 80, payout="p1", processor=processor, source_kind=said)
    _, tables = run([one], [])
    assert tables["payout_bridge"]["tax_withheld_minor"].tolist() == [-80 if is_tax else 0]


def test_a_bridge_that_does_not_come_out_is_refused() -> None:
    found, tables = run(EVERY_STEP, [booked(5_589)])
    good, nets = tables["payout_bridge"], np.array([5_589])
    assert_bridged(good, nets, found.bridge)
    with pytest.raises(ControlTotalsError, match="payout stripe, p1, EUR"):
        assert_bridged(good.assign(gross_minor=10_001), nets, found.bridge)
    with pytest.raises(ControlTotalsError, match="'Paid out by the processor'"):
        assert_bridged(good.assign(in_period=False), nets, found.bridge)
    more = good.assign(unexplained_minor=5, payout_minor=5_594, bank_minor=5_594)
    with pytest.raises(ControlTotalsError, match="EUR"):
        assert_bridged(more, nets, found.bridge)
