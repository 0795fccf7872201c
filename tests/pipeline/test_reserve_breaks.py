"""Reserves: held, released on time, late, not at all, or with another amount."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.settlement import TERMS, account, told
from pipeline.small import clean, line, order, review, workspace

HELD = line("", "-20.00", kind="reserve", day=5, checkout="", payout="", paid_on="")
LATER = line("#5", "10.00", fee="0.40", day=30, checkout="#5")


def release(amount: str, day: int) -> str:
    return line("", amount, kind="reserve", day=day, checkout="", payout="", paid_on="")


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        # Held on Monday the 5th for seven days, with two business days of grace: until Wednesday the 14th.
        ([release("20.00", 12)], []),
        ([release("20.00", 14)], []),
        ([release("20.00", 15)], [("reserve_mismatch", 0, "REC-057")]),
        ([release("19.99", 12)], [("reserve_mismatch", -1, "REC-056")]),
        ([], [("reserve_mismatch", -2000, "REC-055")]),
    ],
)
def test_a_hold_and_its_release(tmp_path: Path, lines: list[str], wanted: list[tuple[str, int, str]]) -> None:
    files = clean()
    files["orders.csv"] += order("#5", "10.00", day=30) + "\n"
    files["payments.csv"] += "\n".join([HELD, *lines, LATER]) + "\n"
    got = review(workspace(tmp_path, files, account(TERMS)))
    rows = got.findings[got.findings["class"] == "reserve_mismatch"]
    assert rows[["class", "amount_minor", "rule_id"]].apply(tuple, axis=1).tolist() == wanted


def test_a_hold_that_is_due_after_the_exports_end_is_waited_for(tmp_path: Path) -> None:
    files = clean()
    files["payments.csv"] += HELD + "\n"  # nothing later was exported
    got = review(workspace(tmp_path, files, account(TERMS)))
    assert "reserve_mismatch" not in {name for name, _, _ in told(got)}


def test_a_release_of_a_hold_before_the_exports_is_no_break(tmp_path: Path) -> None:
    files = clean()
    files["payments.csv"] += release("55.00", 6) + "\n"
    got = review(workspace(tmp_path, files, account(TERMS)))
    assert "reserve_mismatch" not in {name for name, _, _ in told(got)}


def test_equal_holds_are_released_the_oldest_first(tmp_path: Path) -> None:
    again = HELD.replace("2026-10-05", "2026-10-20")
    files = clean()
    files["orders.csv"] += order("#5", "10.00", day=30) + "\n"
    files["payments.csv"] += "\n".join([HELD, again, release("20.00", 12), release("20.00", 27), LATER]) + "\n"
    got = review(workspace(tmp_path, files, account(TERMS)))
    assert "reserve_mismatch" not in {name for name, _, _ in told(got)}
