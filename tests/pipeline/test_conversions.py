"""Two currencies: what agrees at the known rate is no break, what does not is one, and its size is in one currency."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.settlement import account, told
from pipeline.small import clean, line, order, review, workspace

import opsrules

RATE = "fx:\n  tolerance_bps: 50\n  rates: [{sold: USD, bought: EUR, rate: 0.92, source: a rate made for tests}]\n"
PAYPAL = (
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,"
    "Reference Txn ID,Invoice Number,Custom Number,Receipt ID,Balance,Subject,Balance Impact"
)


def told_of_orders(got: opsrules.Review) -> list[tuple[str, str, int, str]]:
    rows = got.findings[got.findings["leg"] == "orders_charges"]
    columns = ["class", "other_classes", "amount_minor", "currency"]
    return sorted(rows[columns].itertuples(index=False, name=None))


def in_dollars(tmp_path: Path, charged: str, rates: str = RATE) -> opsrules.Review:
    """An order of USD 100.00 of which the processor took so many euros."""
    files = clean()
    files["orders.csv"] += order("#7", "100.00", currency="USD") + "\n"
    files["payments.csv"] += line("#7", charged, checkout="#7") + "\n"
    return review(workspace(tmp_path, files, account(rates)))


@pytest.mark.parametrize(
    ("charged", "wanted"),
    [
        ("92.00", []),
        ("91.54", []),  # 0.5 % of 92.00 is 0.46
        ("91.53", [("fx_variance", "currency_differs", -47, "EUR")]),
        ("92.46", []),
        ("92.47", [("fx_variance", "currency_differs", 47, "EUR")]),
        # More than a tenth apart is no matter of the rate.
        ("82.80", [("fx_variance", "currency_differs", -920, "EUR")]),
        ("82.79", [("currency_differs", "amount_differs", 10000, "USD")]),
        # The same figure in two currencies was never changed.
        ("100.00", [("currency_differs", "", 10000, "USD")]),
    ],
)
def test_a_declared_rate_decides(tmp_path: Path, charged: str, wanted: list[tuple[str, str, int, str]]) -> None:
    got = in_dollars(tmp_path, charged)
    assert told_of_orders(got) == wanted
    out = got.tables["excluded"].query("rule == 'converted' and leg == 'orders_charges'")
    assert out["rows"].sum() == (0 if wanted else 2)


def test_without_a_known_rate_the_currency_differs(tmp_path: Path) -> None:
    assert told_of_orders(in_dollars(tmp_path, "92.00", "")) == [("currency_differs", "", 10000, "USD")]


def test_a_rate_holds_on_its_days_and_in_both_directions(tmp_path: Path) -> None:
    ended = RATE.replace("rate: 0.92", "rate: 0.92, until: 2026-10-04")
    assert told_of_orders(in_dollars(tmp_path / "a", "92.00", ended)) == [("currency_differs", "", 10000, "USD")]
    turned = RATE.replace("sold: USD, bought: EUR, rate: 0.92", "sold: EUR, bought: USD, rate: 1.0869565217")
    assert told_of_orders(in_dollars(tmp_path / "b", "92.00", turned)) == []


def paypal(tmp_path: Path, brought: str, ordered: str, currency: str, rates: str = "") -> opsrules.Review:
    """A payment of USD 100.00 that PayPal changed into so many euros."""
    kind = "General Currency Conversion,Completed"
    rows = [
        "10/15/2026,12:01:00,CEST,,Express Checkout Payment,Completed,USD,100.00,0.00,100.00,,,PP1,,#7,,,,,Credit",
        f"10/15/2026,12:02:00,CEST,,{kind},USD,-100.00,0.00,-100.00,,,PP2,PP1,,,,,,Debit",
        f"10/15/2026,12:02:00,CEST,,{kind},EUR,{brought},0.00,{brought},,,PP3,PP1,,,,,,Credit",
    ]
    files = clean() | {"paypal.csv": "\n".join([PAYPAL, *rows]) + "\n"}
    files["orders.csv"] += order("#7", ordered, day=15, currency=currency) + "\n"
    return review(workspace(tmp_path, files, account(rates)))


def test_the_two_lines_of_a_conversion_are_no_break(tmp_path: Path) -> None:
    assert told_of_orders(paypal(tmp_path, "92.00", "100.00", "USD")) == []


def test_what_a_conversion_brought_is_compared_with_the_order(tmp_path: Path) -> None:
    assert told_of_orders(paypal(tmp_path / "a", "92.00", "92.00", "EUR")) == []
    short = told_of_orders(paypal(tmp_path / "b", "91.00", "92.00", "EUR"))
    assert short == [("fx_variance", "currency_differs", -100, "EUR")]


def test_a_conversion_at_another_rate_than_declared_is_told(tmp_path: Path) -> None:
    got = paypal(tmp_path, "90.00", "100.00", "USD", RATE)
    (found,) = got.findings[got.findings["class"] == "fx_variance"].to_dict("records")
    assert (found["amount_minor"], found["currency"], found["rule_id"]) == (-200, "EUR", "REC-024")
    assert ("fx_variance", "", "REC-024") not in told(paypal(tmp_path / "b", "91.60", "100.00", "USD", RATE))
