"""The evidence of causes: what lines, fees and references tell, each worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from opsrules.desks.reconciliation.capture_causes import capture_evidence
from opsrules.desks.reconciliation.fee_causes import alike_by_rate
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.desks.reconciliation.spelling import respelled_alike

COLUMNS = "key payment_id kind gross_minor occurred_at processor source_kind source_file source_line again".split()


def ready(*lines: tuple[Any, ...]) -> Prepared:
    """Prepared tables with these lines: key, payment, kind, gross, minute of an hour; file line counted from 2."""
    rows = [
        (
            key,
            payment,
            kind,
            gross,
            pd.Timestamp(f"2026-10-05 12:{minute:02d}:30", tz="UTC"),
            "paypal",
            kind,
            "p.csv",
            n,
            False,
        )
        for n, (key, payment, kind, gross, minute) in enumerate(lines, 2)
    ]
    texts = dict.fromkeys(("key", "payment_id", "kind", "processor", "source_kind", "source_file"), "str")
    nothing = pd.DataFrame()
    table = pd.DataFrame(rows, columns=COLUMNS).astype(texts)
    return Prepared(nothing, table, nothing, nothing, frozenset(), {})


def about_line(number: int, item: str = "f") -> dict[str, Any]:
    return {
        "item_id": item,
        "subject_type": "processor_line",
        "source_file": "p.csv",
        "source_line": number,
        "order_ref": "",
    }


def about_order(order: str) -> dict[str, Any]:
    return {"item_id": "f", "subject_type": "order", "source_file": "o.csv", "source_line": 2, "order_ref": order}


def test_conversions_of_an_order_are_those_of_its_payments_and_its_own() -> None:
    lines = ready(
        ("1001", "T1", "charge", 1000, 0),
        ("", "T1", "conversion", -1000, 1),
        ("", "T1", "conversion", 900, 1),
        ("1001", "", "conversion", 5, 2),
        ("", "T2", "conversion", 7, 2),
        ("", "", "conversion", 8, 2),
    )
    assert capture_evidence(lines, [about_order("#1001")])["f"] == {"conversions": 3}
    assert capture_evidence(lines, [about_order("#1002")])["f"] == {"conversions": 0}
    assert capture_evidence(lines, [about_line(2)])["f"] == {"conversions": 3, "source_kind": "charge"}


def test_minutes_are_counted_to_the_nearest_capture_of_the_same_order_and_amount() -> None:
    lines = ready(
        ("1", "A", "charge", 1000, 0),
        ("1", "B", "charge", 1000, 20),
        ("1", "C", "charge", 1000, 25),
        ("1", "D", "charge", 999, 26),
        ("2", "E", "charge", 1000, 21),
        ("1", "F", "refund", -1000, 21),
    )
    asked = [about_line(number, str(number)) for number in range(2, 8)]
    told = {item: one.get("minutes_apart") for item, one in capture_evidence(lines, asked).items()}
    assert told == {"2": 20, "3": 5, "4": 5, "5": None, "6": None, "7": None}


def test_a_line_of_two_breaks_tells_both() -> None:
    lines = ready(("1", "A", "charge", 1000, 0), ("1", "B", "charge", 1000, 2))
    told = capture_evidence(lines, [about_line(3, "twice"), about_line(3, "fee")])
    assert told["twice"] == told["fee"] == {"conversions": 0, "source_kind": "charge", "minutes_apart": 2}


@pytest.mark.parametrize(
    ("gross", "over", "alike"),
    [
        ([10000, 20000, 5000, 7000], [50, 100, 25, 35], [True] * 4),  # half a percent more
        ([10000, 20000, 5000, 7000], [75, 125, 50, 60], [True] * 4),  # and 25 fixed
        ([10000, 20000, 5000, 7000, 9000], [50, 100, 25, 35, 400], [True, True, True, True, False]),
        ([10000, 20000], [50, 100], [False] * 2),  # a line runs through any two
        ([10000, 10000, 10000], [50, 50, 50], [False] * 3),  # one amount tells of no rate
    ],
)
def test_fees_by_one_rate_are_known_beside_others(gross: list[int], over: list[int], alike: list[bool]) -> None:
    assert alike_by_rate(np.array(gross), np.array(over)).tolist() == alike


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("SO-1001", "SO1001", True),
        ("SO-001001", "SO-1001", True),
        ("SO-1001", "1001", True),
        ("1001", "1001", False),  # the same, which matching has seen
        ("1001", "1010", False),
        ("SO-1001", "PO-1001", False),
        ("A-12", "12", False),  # too short to tell
        ("", "", False),
        ("--", "-", False),
        ("10-01", "1-001", True),
    ],
)
def test_references_are_alike_where_people_change_them(one: str, other: str, alike: bool) -> None:
    assert respelled_alike(one, other) is alike
    assert respelled_alike(other, one) is alike
