"""Opening + new + came back + changed - cleared - settled = closing, whatever became of findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_review import finding, sample_review

from opsrules import moves
from opsrules.errors import ControlTotalsError
from opsrules.moves import ROLL_FORWARD, roll_forward
from opsrules.review import FINDINGS, Review
from opsrules.standing import Seen, Snapshot, Standing
from opsrules.terms import Desk, FindingStatus

Facts = tuple[str, str, int]
facts = st.tuples(
    st.sampled_from(["amount_differs", "payout_short"]), st.sampled_from(["EUR", "JPY"]), st.integers(-9, 9)
)


@dataclass(frozen=True)
class Fate:
    """One finding: as it was when it was open at the last review (None: it was not), and as it is now."""

    then: Facts | None
    now: Facts | None
    known: bool
    settled: bool
    file_read: bool


fates = st.lists(
    st.builds(Fate, st.none() | facts, st.none() | facts, st.booleans(), st.booleans(), st.booleans()), max_size=8
)


def reviewed(found: list[Fate]) -> Review:
    rows, standings, amounts, seen, known = [], {}, {}, {}, set()
    for at, one in enumerate(found):
        name = f"f{at}"
        if one.now:
            kind, currency, amount = one.now
            rows.append(finding(at, "high", amount, currency) | {"class": kind})
        if one.then:
            kind, currency, amount = one.then
            amounts[name] = (currency, amount)
            seen[name] = Seen(kind, "high", name, f"{name}.csv", "" if one.file_read else "lost")
        if one.then or one.known:
            known.add(name)
        if one.settled and one.now:
            standings[name] = Standing(FindingStatus.WRITTEN_OFF)
            amounts.setdefault(name, one.now[1:])
    snapshot = Snapshot(
        "acme",
        Desk.RECONCILIATION,
        "2026-10",
        before="2026-09",
        standings=standings,
        open_before=frozenset(seen),
        known_before=frozenset(known),
        amounts=amounts,
        seen=seen,
    )
    table = pd.DataFrame(rows, columns=list(FINDINGS))
    return replace(sample_review("acme", "2026-10", "2026-11-02"), findings=table, snapshot=snapshot)


def expected(found: list[Fate], settled: frozenset[str]) -> dict[tuple[str, str], dict[str, int]]:
    """By class and currency, each step's amount: a finding at a time."""
    out: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(step: str, one: Facts, sign: int = 1) -> None:
        out[one[0], one[1]][step] += sign * abs(one[2])

    for at, one in enumerate(found):
        is_settled = f"f{at}" in settled
        if one.then:
            add("opening", one.then)
        if one.then and not one.now:
            add("cleared" if one.file_read else "closing", one.then)
        elif one.then and one.now and is_settled:
            add("settled", one.then)
        elif one.then and one.now:
            add("changed", one.now)
            add("changed", one.then, -1)
            add("closing", one.now)
        elif one.now and not is_settled:
            add("came_back" if one.known else "new", one.now)
            add("closing", one.now)
    return out


@given(fates)
def test_every_finding_is_in_one_step(found: list[Fate]) -> None:
    review = reviewed(found)
    table = roll_forward(review)
    assert tuple(table.columns) == ROLL_FORWARD
    wanted = expected(found, review.settled)
    told: dict[tuple[str, str], Any] = {(row["class"], row["currency"]): row for row in table.to_dict("records")}
    assert set(told) == set(wanted)
    for key, steps in wanted.items():
        row = told[key]
        for step in ("opening", "new", "came_back", "changed", "cleared", "settled", "closing"):
            assert row[f"{step}_minor"] == steps[step], (key, step)
        for what in ("items", "minor"):
            up = sum(row[f"{step}_{what}"] for step in ("opening", "new", "came_back", "changed"))
            assert up - row[f"cleared_{what}"] - row[f"settled_{what}"] == row[f"closing_{what}"]


def test_a_line_that_does_not_come_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    short = ("payout_short", "EUR", 5)
    review = reviewed([Fate(short, short, known=True, settled=False, file_read=True)])
    before = moves.moves_of(review)
    monkeypatch.setattr(moves, "moves_of", lambda _: replace(before, still=()))
    with pytest.raises(ControlTotalsError, match="roll-forward, payout_short, EUR"):
        roll_forward(review)
