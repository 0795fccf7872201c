"""An explanation reads like the mapping it is and shows the row, its candidates and what decided."""

from __future__ import annotations

import json
from typing import Any

import pytest

from opsrules.explained import Explanation

ROW = {
    "ref": "po_1",
    "key": "stripe:po_1",
    "currency": "EUR",
    "on": "2026-10-05",
    "amount_minor": 12_345,
    "source": "a.csv:7",
}


def told(matching: dict[str, Any], **more: Any) -> Explanation:
    rule = {"id": "REC-063", "name": "Payout not at the bank", "severity": "high"}
    seen = [
        {"variable": "age_days", "operator": "greater_than", "constant": 5, "seen": 20, "outcome": "held"},
        {"variable": "factor", "operator": "less_than", "constant": 100, "seen": None, "outcome": "not reached"},
    ]
    plain = {"message": "Payout po_1 is not at the bank.", "rule": rule, "conditions": seen, "currency": "EUR"}
    return Explanation("f00d", plain | {"source": "a.csv:7", "matching": matching} | more)


def shown(one: Explanation) -> tuple[str, str]:
    return repr(one), one._repr_html_()


def test_it_is_the_mapping_it_was() -> None:
    plain = {"class": "payout_missing", "matching": {"nearest": []}}
    one = Explanation("f00d", plain)
    assert one == plain
    assert json.loads(json.dumps(one)) == plain
    assert dict(one) == plain


def test_a_row_alone_shows_the_nearest_and_what_kept_each_apart() -> None:
    near = ROW | {"ref": "bank-1", "amount_minor": 12_300, "source": "b.xml:9"}
    apart = {"amount_minor": 45, "days": 1, "key": ["stripe:po_1", ""]}
    for text in shown(told(ROW | {"status": "open", "nearest": [near | {"kept_apart_by": apart}]})):
        assert (
            "No row matches it. The nearest, bank-1: 0.45 EUR apart, 1 day apart, references stripe:po_1 and none."
            in text
        )
        for part in ("This row", "Nearest", "123.45 EUR", "123.00 EUR", "2026-10-05", "a.csv:7", "b.xml:9"):
            assert part in text
        assert "Rule REC-063, Payout not at the bank, judged it, because age days greater than 5 (it is 20)." in text


def test_the_condition_that_does_not_hold_decides() -> None:
    conditions = [
        {"what": "currency", "wanted": "EUR", "seen": "EUR", "holds": True},
        {"what": "amount_minor", "wanted": "at most 200 apart", "seen": -505, "holds": False},
    ]
    other = ROW | {"ref": "#1", "amount_minor": 11_840}
    for text in shown(told(ROW | {"rule": "same_key", "together": [other], "conditions": conditions})):
        assert "but the amounts do not hold: wanted at most 2.00 EUR apart, seen −5.05 EUR apart." in text
        assert "Together with" in text
        assert "currencies" not in text


def test_rows_held_only_against_one_another_say_how_far_apart_they_are() -> None:
    one = told(ROW | {"rule": "days_only", "together": [ROW]}, expected_minor=12_345, actual_minor=12_000)
    assert "their amounts differ: expected 123.45 EUR, found 120.00 EUR, −3.45 EUR apart." in repr(one)
    assert "every condition of it holds." in repr(told(ROW | {"rule": "same_key", "together": [ROW]}))


@pytest.mark.parametrize(("size", "words"), [(2, "2 rows fit equally well"), (1, "1 row fits, and others fit it")])
def test_rows_that_fit_equally_are_candidates(size: int, words: str) -> None:
    for text in shown(told(ROW | {"status": "ambiguous", "candidates": [ROW | {"ref": "c"}] * size})):
        assert words in text
        assert text.count("Candidate") >= size


def test_a_file_has_no_matching_and_no_rule_is_said() -> None:
    text = repr(told({}, rule=None))
    assert "No matching stands behind it: it is about a.csv:7 itself." in text
    assert "No rule in force judges it." in text
    assert repr(Explanation("f00d", {})) == "Finding f00d: "
    assert "excluded" not in Explanation("f00d", {})._repr_html_()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x1b[31m\x00\u202e"])
def test_b3_client_text_is_never_markup(text: str) -> None:
    row = ROW | dict.fromkeys(("ref", "key", "on", "source"), text)
    apart = {"amount_minor": 0, "days": 2, "key": [text, text], text: text}
    matching = row | {"nearest": [row | {"kept_apart_by": apart}], "rule": text, "status": "open"}
    one = told(matching, message=text, source=text, rule={"id": text, "name": text})
    html = one._repr_html_()
    for bad in ("<script", "<img", "\x1b", "\x00", "\u202e"):
        assert bad not in html
    for bad in ("\x1b", "\x00", "\u202e"):
        assert bad not in repr(one)


def test_what_a_desk_says_otherwise_does_not_break_it() -> None:
    matching = {
        "ref": "x",
        "amount_minor": None,
        "nearest": [{"kept_apart_by": "another day"}, None],
        "conditions": None,
    }
    for text in shown(told(matching, conditions=None)):
        assert "another day" in text
