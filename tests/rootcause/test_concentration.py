"""Where findings of one group lie: planted ones are told, chance is not, and few are plain counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from opsrules.rootcause.concentration import ENOUGH, concentration

DIMENSIONS = ("processor", "method")


def _frame(rows: list[tuple[str | None, str | None, bool]]) -> tuple[pd.DataFrame, np.ndarray]:
    frame = pd.DataFrame([row[:2] for row in rows], columns=list(DIMENSIONS), dtype=object)
    return frame, np.array([row[2] for row in rows])


def _drawn(seed: int, size: int = 600) -> tuple[pd.DataFrame, np.random.Generator]:
    draw = np.random.default_rng(seed)
    columns = {
        "processor": draw.choice(["adyen", "stripe", "paypal"], size),
        "method": draw.choice(["card", "bank", "wallet"], size, p=[0.6, 0.3, 0.1]),
        "day": [f"2026-10-{day:02d}" for day in draw.integers(1, 32, size)],
    }
    return pd.DataFrame(columns, dtype=object), draw


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_slice_is_told_with_both_counts(seed: int) -> None:
    frame, draw = _drawn(seed)
    planted = ((frame["processor"] == "adyen") & (frame["method"] == "card")).to_numpy()
    member = draw.random(len(frame)) < np.where(planted, 0.5, 0.1)
    found = concentration(frame, member, (*DIMENSIONS, "day"))
    assert found.is_localised
    assert (found.findings, found.others, found.reason) == (member.sum(), (~member).sum(), "")
    (only,) = found.shares
    assert dict(only.where) == {"processor": "adyen", "method": "card"}
    assert (only.inside, only.others) == ((planted & member).sum(), (planted & ~member).sum())
    assert only.confidence is not None
    assert only.confidence > 0.99


def test_what_lies_as_the_others_do_is_no_concentration() -> None:
    told = 0
    for seed in range(40):
        frame, draw = _drawn(seed)
        told += concentration(frame, draw.random(len(frame)) < 0.2, (*DIMENSIONS, "day")).is_localised
    assert told <= 2


def test_few_are_plain_shares_and_said_to_be() -> None:
    rows: list[tuple[str | None, str | None, bool]] = [("adyen", "card", True)] * 3 + [("adyen", None, True)]
    rows += [("stripe", "card", False)] * 6 + [("adyen", None, False)] * 2
    found = concentration(*_frame(rows), DIMENSIONS)
    assert not found.is_localised
    assert [(dict(one.where), one.inside, one.others) for one in found.shares] == [({"processor": "adyen"}, 4, 2)]
    assert {one.confidence for one in found.shares} == {None}
    assert f"fewer than {ENOUGH}" in found.reason


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("adyen", "card", True)] * ENOUGH, "no other findings"),
        ([("adyen", "card", True), ("stripe", "bank", True), ("adyen", "card", False)], "share nothing"),
        ([(None, None, True)] * 3 + [(None, None, False)], "share nothing"),
        ([(None, None, True)] * ENOUGH + [(None, None, False)], "differ from the others in nothing"),
    ],
)
def test_where_nothing_can_be_told_it_says_why(rows: list[tuple[str | None, str | None, bool]], words: str) -> None:
    found = concentration(*_frame(rows), DIMENSIONS)
    assert not found.is_localised
    assert words in found.reason


def test_one_alone_shares_nothing() -> None:
    found = concentration(*_frame([("adyen", "card", True), ("adyen", "card", False)]), DIMENSIONS)
    assert (found.findings, found.shares) == (1, ())
