"""Chargebacks through their life: what stands, what only looks lost, and by when somebody has to answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.settlement import disputes, told
from pipeline.small import exports, line, order, review, statement, workspace

import opsrules

TAKEN = line("#1", "-100.00", fee="15.00", kind="chargeback", day=6)
BACK = line("#1", "100.00", kind="chargeback_reversal", day=20)
AGAIN = line("#1", "-100.00", fee="15.00", kind="chargeback", day=27)
FEE_BACK = line("#1", "15.00", kind="chargeback_fee_refund", day=20)
OPEN = {"status": "needs_response"}


def seen(tmp_path: Path, *lines: str, dispute: str = "", as_of: str = "2026-11-03") -> opsrules.Review:
    """The review of one order of 100.00 with these lines, all in one payout that arrived."""
    every = [line("#1", "100.00", fee="1.75"), *lines]
    cents = sum(round(float(one.split(",")[11]) * 100) for one in every)
    bank = statement((f"{cents / 100:.2f}", "2026-10-09", "SHOPIFY PAYOUT"), until="2026-10-31")
    more = {"disputes.json": dispute} if dispute else {}
    return review(workspace(tmp_path, exports([order("#1", "100.00")], every, bank) | more), as_of=as_of)


def rules(got: opsrules.Review) -> list[str]:
    return [rule for name, _, rule in told(got) if name == "chargeback"]


def state(got: opsrules.Review) -> list[list[object]]:
    columns = ["state", "amount_minor", "standing_minor", "fee_minor", "fee_returned_minor"]
    rows: list[list[object]] = got.tables["chargebacks"][columns].to_numpy().tolist()
    return rows


@pytest.mark.parametrize(
    ("lines", "dispute", "rule", "wanted"),
    [
        ((TAKEN,), {}, ["REC-081"], ["opened", 10000, -10000, 1500, 0]),
        ((TAKEN,), OPEN, ["REC-082"], ["opened", 10000, -10000, 1500, 0]),
        ((TAKEN,), {"status": "under_review"}, ["REC-083"], ["represented", 10000, -10000, 1500, 0]),
        ((TAKEN,), {"status": "lost"}, ["REC-084"], ["lost", 10000, -10000, 1500, 0]),
        ((TAKEN,), {"status": "accepted"}, ["REC-084"], ["lost", 10000, -10000, 1500, 0]),
        ((TAKEN,), {"status": "won"}, ["REC-085"], ["won", 10000, -10000, 1500, 0]),
        ((TAKEN, BACK), {}, [], ["won", 10000, 0, 1500, 0]),
        ((TAKEN, BACK), {"status": "won"}, [], ["won", 10000, 0, 1500, 0]),
        ((TAKEN, BACK, FEE_BACK), {}, [], ["won", 10000, 0, 1500, 1500]),
        # Money given back until the decision is no win yet.
        ((TAKEN, BACK), {"status": "under_review"}, [], ["represented", 10000, 0, 1500, 0]),
        ((TAKEN, BACK, AGAIN), {}, ["REC-087"], ["taken_again", 10000, -10000, 3000, 0]),
        ((TAKEN, BACK, AGAIN), {"status": "lost"}, ["REC-084"], ["lost", 10000, -10000, 3000, 0]),
    ],
)
def test_where_a_chargeback_stands(
    tmp_path: Path, lines: tuple[str, ...], dispute: dict[str, object], rule: list[str], wanted: list[object]
) -> None:
    got = seen(tmp_path, *lines, dispute=disputes(dispute) if dispute else "")
    assert rules(got) == rule
    assert state(got) == [wanted]


@pytest.mark.parametrize(
    ("as_of", "rule", "left"),
    [
        ("2026-11-02", "REC-082", 3),  # evidence is due on Thursday 5 November
        ("2026-11-01", "REC-081", 4),
        ("2026-11-05", "REC-082", 0),
        ("2026-11-06", "REC-081", -1),
    ],
)
def test_an_open_one_shows_its_deadline(tmp_path: Path, as_of: str, rule: str, left: int) -> None:
    got = seen(tmp_path, TAKEN, dispute=disputes(OPEN), as_of=as_of)
    assert rules(got) == [rule]
    (row,) = got.tables["chargebacks"].to_dict("records")
    assert (row["dispute_id"], row["order_ref"], row["days_left"]) == ("700", "#1", left)
    assert f"{row['deadline']:%Y-%m-%d}" == "2026-11-05"
    assert row["source_file"].endswith("payments.csv")


def test_money_that_was_won_may_take_ten_business_days(tmp_path: Path) -> None:
    won = disputes({"status": "won", "finalized_on": "2026-10-20T10:00:00+02:00"})
    for as_of, rule, also in (("2026-11-03", "REC-086", "timing"), ("2026-11-04", "REC-085", "")):
        got = seen(tmp_path / as_of, TAKEN, dispute=won, as_of=as_of)
        assert told(got)[0] == ("chargeback", also, rule)


def test_a_lost_dispute_after_money_came_back_is_lost(tmp_path: Path) -> None:
    lost = disputes({"status": "lost", "finalized_on": "2026-10-25T10:00:00+01:00"})
    got = seen(tmp_path, TAKEN, BACK, dispute=lost)
    assert [row[0] for row in state(got)] == ["lost"]


def test_two_equal_chargebacks_of_one_payment_are_two_and_a_reversal_undoes_the_first(tmp_path: Path) -> None:
    second = line("#1", "-100.00", fee="15.00", kind="chargeback", day=12)
    got = seen(tmp_path, TAKEN, second, BACK)
    assert rules(got) == ["REC-081"]
    assert {row[0] for row in state(got)} == {"opened", "won"}
    assert got.findings.loc[got.findings["class"] == "chargeback", "source_line"].tolist() == [4]


def test_a_dispute_without_a_line_asks_for_its_answer_and_a_closed_inquiry_for_none(tmp_path: Path) -> None:
    both = disputes(OPEN, {"type": "inquiry", "status": "prevented", "amount": "20.00", "order_id": 9})
    got = seen(tmp_path, dispute=both)
    (found,) = got.findings[got.findings["class"] == "chargeback"].to_dict("records")
    assert (found["rule_id"], found["subject_type"], found["amount_minor"]) == ("REC-082", "case", -10000)
    assert got.tables["chargebacks"]["state"].tolist() == ["opened", "closed"]


def test_a_dispute_told_by_two_exports_is_one_in_its_later_state(tmp_path: Path) -> None:
    earlier, later = disputes(OPEN), disputes({"status": "lost"})
    every = [line("#1", "100.00", fee="1.75"), TAKEN]
    files = exports([order("#1", "100.00")], every, None, **{"a.json": later, "b.json": earlier})
    got = review(workspace(tmp_path, files))
    assert [row[0] for row in state(got)] == ["lost"]


def test_a_chargeback_and_a_fee_above_the_contract_on_one_order_are_both_told(tmp_path: Path) -> None:
    every = [line("#1", "100.00", fee="2.95"), TAKEN]
    got = review(workspace(tmp_path, exports([order("#1", "100.00")], every)))
    assert {name for name, _, _ in told(got)} >= {"chargeback", "fee_differs"}


def test_a_dispute_told_in_the_buyers_currency_belongs_to_the_lines_of_its_payment(tmp_path: Path) -> None:
    got = seen(tmp_path, TAKEN, dispute=disputes({"status": "lost", "currency": "USD", "amount": "108.00"}))
    assert rules(got) == ["REC-084"]
    assert state(got) == [["lost", 10000, -10000, 1500, 0]]
