"""Reference patterns from pairs that people named, tried on all others, and pasted into the account's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.small import exports, line, order
from proposals.planted import begun, by_ref, open_left, pasted, proposed

import opsrules
from opsrules.terms import Resolution

SPELLINGS = {
    "prefix and suffix": ("#{n}", "SHOP-{n}-A"),
    "zeros": ("{n:08d}", "{n}"),
    "zeros and prefix": ("#{n:06d}", "web/{n}"),
    "counter": ("#{n}", "ORD{n}/2"),
    "separators": ("302-{n}-77", "302{n}77"),
    "other prefix": ("DE-{n}", "PAY_{n}"),
    "year": ("ORD-2026-{n}", "TX-2026-{n}"),
}


def shop(root: Path, left: str, right: str, numbers: range = range(1001, 1009)) -> Path:
    orders = [order(left.format(n=n), f"{n - 990}.00") for n in numbers]
    lines = [line(right.format(n=n), f"{n - 990}.00", checkout=f"#{n}", day=9) for n in numbers]
    return begun(root, exports(orders, lines))


def settle(root: Path, left: str, right: str, numbers: range) -> None:
    with opsrules.open_register(root) as register:
        missing, paid = by_ref(register, "order_without_payment"), by_ref(register, "payment_without_order")
        for n in numbers:
            other = paid[right.format(n=n)]
            register.resolve(missing[left.format(n=n)], Resolution.EXPECTED, counterpart=other)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_planted_spelling_is_proposed_and_pasting_it_settles_what_was_promised(tmp_path: Path, spelling: str) -> None:
    left, right = SPELLINGS[spelling]
    root = shop(tmp_path, left, right)
    settle(root, left, right, range(1001, 1005))
    before = open_left(root)
    found = proposed(root)
    first = found.proposals[0]
    assert (first.kind, first.examples, first.held_out) == ("reference pattern", 4, 4)
    outcome = first.outcome
    assert (outcome.matched, outcome.agree, outcome.unsaid, outcome.wrong, outcome.ambiguous) == (16, 8, 8, 0, 0)
    pasted(root, first.change.key, first.change.lines)
    gone = before - open_left(root)
    assert len(gone) == outcome.matched  # one finding stood for each row
    assert proposed(root).proposals == ()


def test_two_pairs_are_too_few(tmp_path: Path) -> None:
    root = shop(tmp_path, "#{n}", "SHOP-{n}")
    settle(root, "#{n}", "SHOP-{n}", range(1001, 1003))
    found = proposed(root)
    assert found.proposals == ()
    assert [(one.kind, one.examples) for one in found.short] == [("reference pattern", 2)]
