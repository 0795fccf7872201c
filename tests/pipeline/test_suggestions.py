"""What the desk makes of matches without a key, turned signs, days and captures that were paid back."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.small import ACCOUNT, exports, line, order, review, workspace

from opsrules import ParameterError, Review


def on_orders(got: Review) -> list[tuple[str, str, int]]:
    """Class, order and amount of what the legs between orders and processor lines found."""
    rows = got.findings[got.findings["leg"].isin(["orders_charges", "orders_refunds"])]
    return sorted(zip(rows["class"], rows["order_ref"], rows["amount_minor"], strict=True))


def reviewed(tmp_path: Path, orders: list[str], lines: list[str], account: str = ACCOUNT) -> Review:
    return review(workspace(tmp_path, exports(orders, lines), account))


def proof(got: Review, side: str) -> list[int]:
    rows = got.control_totals.query("leg == 'orders_charges' and side == @side")
    return [int(rows[name].sum()) for name in ("rows_in", "matched", "open", "excluded", "rejected")]


def test_a_charge_without_a_reference_is_one_suggestion_not_two_losses(tmp_path: Path) -> None:
    got = reviewed(tmp_path, [order("#1", "100.00"), order("#2", "50.00")], [line("#1", "100.00"), line("", "50.00")])
    assert on_orders(got) == [("match_suggested", "#2", 5000)]
    assert proof(got, "orders") == [2, 1, 1, 0, 0]
    told = got.explain(got.findings.query("leg == 'orders_charges'")["finding_id"].iloc[0])["matching"]
    assert (told["status"], told["rule"]) == ("suggested", "amount_and_days")
    assert all(one["holds"] for one in told["conditions"])


def test_twins_without_a_reference_are_ambiguous(tmp_path: Path) -> None:
    got = reviewed(tmp_path, [order("#1", "50.00"), order("#2", "50.00")], [line("", "50.00"), line("", "50.00")])
    assert {kind for kind, _, _ in on_orders(got)} == {"ambiguous"}
    assert proof(got, "processor_lines") == [2, 0, 2, 0, 0]


def test_two_orders_charged_together_are_one_suggestion(tmp_path: Path) -> None:
    got = reviewed(tmp_path, [order("#1", "100.00"), order("#2", "50.00")], [line("#1", "150.00")])
    ((kind, ref, amount),) = on_orders(got)
    # Either order may stand for both, but with its own amount.
    assert (kind, amount) == ("match_suggested", {"#1": 10000, "#2": 5000}[ref])
    assert proof(got, "orders") == [2, 0, 2, 0, 0]


def test_a_second_capture_that_was_paid_back_is_left_out_by_name(tmp_path: Path) -> None:
    twice = [line("#1", "50.00"), line("#1", "50.00", when="2026-10-05 12:09:00 +0200", checkout="#2")]
    back = line("#1", "-50.00", kind="refund", day=7, checkout="#3")
    assert on_orders(reviewed(tmp_path / "a", [order("#1", "50.00")], twice)) == [("charged_twice", "#1", 5000)]
    got = reviewed(tmp_path / "b", [order("#1", "50.00")], [*twice, back])
    assert on_orders(got) == []
    left_out = got.tables["excluded"].query("rule == 'capture_refunded'")
    assert sorted(left_out["leg"]) == ["orders_charges", "orders_refunds"]
    # Another amount is no refund of that capture.
    less = line("#1", "-49.00", kind="refund", day=7, checkout="#3")
    other = reviewed(tmp_path / "c", [order("#1", "50.00")], [*twice, less])
    assert [kind for kind, _, _ in on_orders(other)] == ["charged_twice", "refund_not_booked"]


def test_a_refund_before_the_second_capture_does_not_pay_it_back(tmp_path: Path) -> None:
    twice = [line("#1", "50.00"), line("#1", "50.00", day=9, checkout="#2")]
    back = line("#1", "-50.00", kind="refund", day=7, checkout="#3")
    got = reviewed(tmp_path, [order("#1", "50.00")], [*twice, back])
    assert [kind for kind, _, _ in on_orders(got)] == ["charged_twice", "refund_not_booked"]


def test_a_turned_sign_has_a_name(tmp_path: Path) -> None:
    got = reviewed(tmp_path, [order("#1", "50.00")], [line("#1", "-50.00")])
    assert on_orders(got) == [("sign_differs", "#1", -10000)]


def test_an_account_tells_its_own_passes(tmp_path: Path) -> None:
    matching = "matching:\n  orders_charges:\n    - {match: key, spelling: normalised, days: [0, 2]}\n"
    orders, lines = [order("#1", "50.00"), order("#2", "70.00")], [line("#1", "50.00", day=9), line("", "70.00")]
    got = reviewed(tmp_path, orders, lines, ACCOUNT + matching)
    kinds = [kind for kind, _, _ in on_orders(got)]
    assert kinds == ["days_differ", "order_without_payment", "payment_without_order"]


@pytest.mark.parametrize(
    ("passes", "told"),
    [
        ("[]", "must not be empty"),
        ("[{match: guess}]", "guess"),
        ("[{match: key, most_apart: 2}]", "must say nothing of most_apart where match is key"),
        ("[{match: key}, {match: key}]", "got key twice"),
        ("[{match: amount_and_days, days: [3, 0]}]", "first and the last day"),
        ("[{match: key, spelling: loose}]", "spelling"),
        ("[{match: key, right_pattern: '(A+)+'}]", "must begin with ^ and end with $"),
        ("[{match: key, right_pattern: '^(([0-9]+)+)$'}]", "one group"),
        ("[{match: key, without: A}]", "must be signs of"),
        ("[{match: key, spelling: exact, without: '-'}]", "must say nothing of spelling: exact"),
        ("[{match: days_only, without: '-'}]", "must say nothing of without where match is days_only"),
    ],
)
def test_mistakes_in_passes_are_told_with_their_line(tmp_path: Path, passes: str, told: str) -> None:
    account = f"{ACCOUNT}matching:\n  orders_charges: {passes}\n"
    with pytest.raises(ParameterError) as error:
        reviewed(tmp_path, [order("#1", "50.00")], [line("#1", "50.00")], account)
    assert told in str(error.value)
    assert "acme.yaml:14" in str(error.value)
