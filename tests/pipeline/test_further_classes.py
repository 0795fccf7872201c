"""Two faults on one record are both told: one class decides, the others stand beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pipeline.settlement import TERMS, account, told
from pipeline.small import clean, exports, line, order, review, statement, workspace

BANK = statement(until="2026-10-31")


def found(tmp_path: Path, orders: list[str], lines: list[str], bank: str = BANK) -> list[tuple[str, str]]:
    """Class and further classes of each finding about orders."""
    got = review(workspace(tmp_path, exports(orders, lines, bank)))
    rows = got.findings[got.findings["leg"].str.startswith("orders")]
    return sorted(rows[["class", "other_classes"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("captures", "wanted"),
    [
        (["100.00", "100.00"], ("charged_twice", "")),
        (["90.00", "90.00"], ("charged_twice", "amount_differs")),
        (["100.00", "90.00"], ("charged_twice", "amount_differs")),
        (["100.00", "50.01"], ("charged_twice", "amount_differs")),
        # No more than half of the order is what people add to one, and two halves and a little are a split.
        (["100.00", "50.00"], ("amount_differs", "")),
        (["60.00", "60.00"], ("amount_differs", "")),
        (["99.99"], ("amount_differs", "")),
    ],
)
def test_a_second_capture_of_another_amount_is_both(
    tmp_path: Path, captures: list[str], wanted: tuple[str, str]
) -> None:
    lines = [line("#1", amount, checkout=f"#{number}", day=5 + number) for number, amount in enumerate(captures)]
    assert found(tmp_path, [order("#1", "100.00")], lines) == [wanted]


def test_equal_parts_that_come_to_the_order_are_a_split(tmp_path: Path) -> None:
    lines = [line("#1", "50.00", checkout="#1"), line("#1", "50.00", checkout="#2", day=6)]
    assert found(tmp_path, [order("#1", "100.00")], lines) == []


def test_equal_orders_of_one_buyer_with_a_charge_each_are_none(tmp_path: Path) -> None:
    lines = [line("#1", "20.00", checkout="#1"), line("#2", "20.00", checkout="#2")]
    assert found(tmp_path, [order("#1", "20.00"), order("#2", "20.00")], lines) == []


def test_a_payment_without_an_order_taken_twice_says_so_once(tmp_path: Path) -> None:
    lines = [line("#9", "40.00", checkout="#1"), line("#9", "40.00", checkout="#2", day=6)]
    wanted = [("payment_without_order", ""), ("payment_without_order", "charged_twice")]
    assert found(tmp_path, [], lines) == wanted


def test_a_wrong_amount_across_the_period_is_of_timing_too(tmp_path: Path) -> None:
    late = order("#1", "100.00", placed="2026-10-31 23:59:00 +0100")
    charge = line("#1", "90.00", when="2026-11-01 00:01:00 +0100")
    assert found(tmp_path, [late], [charge]) == [("amount_differs", "timing")]


def test_a_wrong_amount_and_a_refund_that_nobody_booked_are_two_findings(tmp_path: Path) -> None:
    lines = [line("#1", "90.00"), line("#1", "-20.00", kind="refund", day=6)]
    wanted = [("amount_differs", ""), ("refund_not_booked", "")]
    assert found(tmp_path, [order("#1", "100.00")], lines) == wanted


def test_a_second_capture_and_a_refund_of_another_amount_are_two_findings(tmp_path: Path) -> None:
    lines = [line("#1", "100.00"), line("#1", "100.00", checkout="#2"), line("#1", "-20.00", kind="refund", day=6)]
    wanted = [("charged_twice", ""), ("refund_not_booked", "")]
    assert found(tmp_path, [order("#1", "100.00")], lines) == wanted


def test_a_payout_that_is_short_and_late_is_both(tmp_path: Path) -> None:
    bank = statement(("140.00", "2026-10-20", "SHOPIFY 90001"))
    files = clean() | {"bank.xml": bank}
    files["payments.csv"] = files["payments.csv"].replace(",9001,", ",90001,")
    assert told(review(workspace(tmp_path, files))) == [("payout_short", "payout_late", "REC-061")]


def test_a_payout_that_arrived_late_needs_nobody(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("147.25", "2026-10-20", "SHOPIFY 90001"))}
    files["payments.csv"] = files["payments.csv"].replace(",9001,", ",90001,")
    got = review(workspace(tmp_path, files))
    assert told(got) == [("payout_late", "", "REC-059")]
    assert got.needs == ()
    assert got.tables["payouts"]["status"].tolist() == ["arrived"]


def test_a_payout_short_by_a_declared_bank_charge_is_one(tmp_path: Path) -> None:
    # 147.25 less 7.25, which the account says banks keep; a cent more is no charge of theirs.
    for kept, wanted in (
        ("140.00", ("bank_charge", "payout_short", "REC-058")),
        ("139.99", ("payout_short", "", "REC-061")),
    ):
        files = clean() | {"bank.xml": statement((kept, "2026-10-09", "SHOPIFY PAYOUT"))}
        got = review(workspace(tmp_path / kept, files, account(TERMS)))
        assert told(got) == [wanted]
        assert got.tables["payouts"]["status"].tolist() == ["short"]


def test_a_payout_in_another_bank_account_than_declared(tmp_path: Path) -> None:
    elsewhere = account(TERMS, old='"5678"', new='"1111"')
    got = review(workspace(tmp_path / "a", clean(), elsewhere))
    assert told(got) == [("wrong_account", "", "REC-025")]
    assert got.findings[["amount_minor", "payout_ref"]].to_numpy().tolist() == [[14725, "9001"]]
    assert told(review(workspace(tmp_path / "b", clean(), account(TERMS)))) == []


def test_a_charge_in_another_processors_account_than_its_method_says(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] = files["orders.csv"].replace("Shopify Payments", "Card by Stripe", 1)
    got = review(workspace(tmp_path, files, account(TERMS)))
    assert told(got) == [("wrong_account", "", "REC-025")]
    assert got.findings["order_ref"].tolist() == ["#1"]
    # With a wrong amount as well, the open break says both.
    files["orders.csv"] = files["orders.csv"].replace("100.00", "101.00")
    got = review(workspace(tmp_path / "b", files, account(TERMS)))
    assert told(got) == [("amount_differs", "wrong_account", "REC-020")]


def test_findings_of_one_severity_are_ranked_by_what_is_material(tmp_path: Path) -> None:
    orders = [order("#1", "100.00"), order("#2", "9.99"), order("#3", "300.00"), order("#4", "10.00")]
    files = exports(orders, [line("#9", "1.00")], BANK)
    got = review(workspace(tmp_path, files, account("materiality_minor: 1000\n")))
    rows = got.findings[got.findings["class"] == "order_without_payment"]
    told_of = rows[["order_ref", "materiality_rank"]].to_numpy()
    ranked = [(ref, None if pd.isna(rank) else rank) for ref, rank in told_of]
    assert ranked == [("#3", 1), ("#1", 2), ("#4", 3), ("#2", None)]
