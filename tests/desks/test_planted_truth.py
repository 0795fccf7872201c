"""Precision and recall of October's review against the planted truth, per class and account."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from desks.conftest import ACCOUNTS

from opsrules import Review, open_review

# Faults of lines and files, which a review of October reports for October (lines) or for every file it read.
_OF_THE_PERIOD = {"fee_differs", "chargeback", "reserve_mismatch"}


def _spelled(ref: str) -> str:
    return ref.upper().replace("#", "").replace(" ", "")


def _subject(fact: dict[str, Any], file: str) -> tuple[str, str]:
    """What a fault is about, as both sides know it: payout before order before file."""
    if fact["class"] in ("payout_short", "payout_missing", "payout_sum_differs", "payout_over", "bank_charge"):
        return ("payout", fact["payout_ref"])
    if fact["order_ref"] and fact["class"] != "rows_rejected":
        return ("order", _spelled(fact["order_ref"]))
    return ("file", file)


def _truth(workspace: Path, account: str) -> list[dict[str, Any]]:
    return list(json.loads((workspace / "exports" / account / "truth.json").read_text())["faults"])


def _expected(workspace: Path, account: str) -> dict[str, set[tuple[str, str]]]:
    wanted: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for fault in _truth(workspace, account):
        if fault["expect"] != "finding" or (fault["class"] in _OF_THE_PERIOD and fault["period"] != "2026-10"):
            continue
        wanted[fault["class"]].add(_subject(fault, fault["source_file"]))
    return wanted


def _found(review: Review) -> dict[str, set[tuple[str, str]]]:
    got: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in review.findings.to_dict("records"):
        # A payout whose statement is long overdue is no fault that was planted; see the test of timing items.
        if row["severity"] != "low" and row["class"] != "payout_in_transit":
            fact = {str(key): value for key, value in row.items()}
            got[row["class"]].add(_subject(fact, row["source_file"]))
    return got


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_planted_fault_is_found_and_nothing_else(
    demo_workspace: Path, demo_reviews: dict[str, Review], account: str
) -> None:
    wanted, got = _expected(demo_workspace, account), _found(demo_reviews[account])
    missed = {name: refs - got[name] for name, refs in wanted.items() if refs - got[name]}
    false = {name: refs - wanted[name] for name, refs in got.items() if refs - wanted[name]}
    assert (missed, false) == ({}, {})  # recall 1 and precision 1 in every class


@pytest.mark.parametrize("account", ACCOUNTS)
def test_timing_items_need_nobody_while_they_are_young(demo_workspace: Path, account: str) -> None:
    truth = json.loads((demo_workspace / "exports" / account / "truth.json").read_text())
    timing = {fault["payout_ref"] for fault in truth["faults"] if fault["expect"] == "timing" and fault["payout_ref"]}
    findings = open_review("reconciliation", account, "2026-10", demo_workspace, as_of=truth["as_of"]).findings
    about = findings[findings["payout_ref"].isin(timing) & (findings["leg"] == "payouts_bank")]
    assert set(about["severity"]) <= {"low"}


def test_amounts_at_stake_are_those_planted(demo_workspace: Path, demo_reviews: dict[str, Review]) -> None:
    compared = 0
    for account, review in demo_reviews.items():
        rows = review.findings.to_dict("records")
        sizes = {
            (row["class"], _spelled(row["order_ref"])): abs(row["amount_minor"]) for row in rows if row["order_ref"]
        }
        for fault in _truth(demo_workspace, account):
            key = (fault["class"], _spelled(fault["order_ref"]))
            simple = fault["fault"] in (
                "order_without_payment",
                "payment_without_order",
                "charged_twice",
                "fee_differs",
            )
            if simple and key in sizes:
                assert sizes[key] == fault["amount_minor"], (account, fault)
                compared += 1
    assert compared >= 40
