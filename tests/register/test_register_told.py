"""Events in plain words: every kind has its own, and none of them fails on a body that lacks something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_events import event

from opsrules.register.told import actor_words, instant_words, kind_words, taken_back, told, told_line
from opsrules.terms import EventKind


def words(kind: str, **body: Any) -> str:
    return told(event(7, kind, body), "EUR").replace("\u00a0", " ")


def test_an_instant_is_told_in_utc_to_the_minute() -> None:
    west = timezone(timedelta(hours=-8))
    assert instant_words(datetime(2026, 12, 31, 20, 5, 59, tzinfo=west)) == "1 Jan 2027 04:05 UTC"
    assert instant_words(datetime(2026, 3, 9, 0, 0, tzinfo=UTC)) == "9 Mar 2026 00:00 UTC"


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("recorded", {"level": "at_risk", "as_of": "2026-11-03"}, "Review recorded: at risk, counted to 3 Nov 2026"),
        ("not_reviewed", {"cause": "payments.csv is cut off"}, "Not reviewed: payments.csv is cut off"),
        ("opened", {"day": "2026-11-03", "due": "2026-11-05"}, "First seen, due 5 Nov 2026"),
        ("opened", {"day": "2026-11-03"}, "First seen"),
        ("seen", {}, "Seen again"),
        ("seen", {"changed": {"severity": ["low", "high"]}}, "Seen again: severity was low, is high"),
        (
            "seen",
            {"changed": {"amount_minor": [-1234, -120000], "cause": ["", "gift card"]}},
            "Seen again: amount was EUR −12.34, is EUR −1,200.00 and cause was empty, is gift card",
        ),
        (
            "reopened",
            {"why": "its currency changed", "changed": {"currency": ["JPY", "KWD"], "amount_minor": [1234, 1234]}},
            "Reopened: its currency changed; amount was JPY 1,234, is KWD 1.234",
        ),
        ("reopened", {"why": "found again"}, "Reopened: found again"),
        ("cleared", {"day": "2026-12-03"}, "Cleared"),
        ("unchecked", {"file": "exports/bank.xml"}, "Could not be checked: exports/bank.xml was not among the files"),
        ("assigned", {"owner": "Finance lead", "due": "2026-11-20", "note": "please look"}, None),
        ("commented", {"note": "Asked the bank."}, "Commented: Asked the bank."),
        (
            "attached",
            {"name": "case.pdf", "sha256": "0123456789abcdef" * 4},
            "Attached case.pdf (SHA-256 0123456789ab)",
        ),
        ("resolved", {"reason": "recovered", "note": "Paid."}, "Resolved (money came in): Paid."),
        ("written_off", {"amount_minor": 1050, "currency": "EUR", "note": "small"}, "Written off EUR 10.50: small"),
        ("written_off", {"amount_minor": 1050, "currency": "JPY", "note": "small"}, "Written off JPY 1,050: small"),
        ("disputed", {"note": "timing"}, "Disputed: timing"),
        ("rejected", {"note": "no proof"}, "Rejected: no proof"),
        ("signed_off", {"run_id": "acba", "note": "as agreed"}, "Signed off: as agreed"),
        ("undone", {"seq": 41, "note": "wrong order"}, "Taken back: event 41, wrong order"),
        ("erased", {"seq": 41}, "Erased: what event 41 says"),
        ("erased", {"actors": [3]}, "Erased: a name"),
        ("action", {"id": 3, "set": {"text": "Claim fees", "owner": "ana"}}, "Action 3: text Claim fees, owner ana"),
        ("escalated", {"to": "the bank"}, "Escalated: to the bank"),  # of a later version
    ],
)
def test_each_kind_has_its_words(kind: str, body: dict[str, Any], said: str | None) -> None:
    expected = "Assigned to Finance lead, due 20 Nov 2026: please look" if said is None else said
    assert words(kind, **body) == expected


@pytest.mark.parametrize("kind", [*EventKind, "escalated"])
def test_no_kind_needs_what_a_body_may_lack(kind: str) -> None:
    assert words(kind).startswith(kind_words(kind))
    assert told(event(7, kind, erased=True)) == f"{kind_words(kind)} (erased)"


@given(kind=st.sampled_from([*EventKind, "escalated"]), note=st.text(max_size=60))
def test_b12_what_somebody_wrote_stays_on_its_line(kind: str, note: str) -> None:
    body = {"note": note, "owner": note, "reason": note, "name": note, "file": note, "why": note, "cause": note}
    assert len(told_line(event(7, kind, body)).splitlines()) == 1


def test_who_it_was_is_a_name_a_run_or_erased() -> None:
    assert actor_words(event(7, "commented", actor="ana")) == "ana"
    assert actor_words(event(7, "opened", actor="ana", run=12)) == "run 12 of ana"
    assert actor_words(event(7, "commented", erased=True)) == "(erased)"


def test_what_was_taken_back_is_named_once() -> None:
    told_of = [event(1, "opened"), event(2, "resolved"), event(3, "commented"), event(4, "undone", {"seq": 2})]
    assert taken_back(told_of) == {2}
