"""What patterns, bounds and words are made of examples, and that none is made of chance."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.captures import capture_fault
from opsrules.proposals.bounds import bound_of
from opsrules.proposals.references import infer, key_of
from opsrules.proposals.words import phrase_of

BEFORE = st.sampled_from(["", "SHOP-", "WEB/", "A_", "R2-", "[X]", "(", "N"])
BEHIND = st.sampled_from(["", "-A", "/1", ".COM", "-EU-7", "Z", "[1]", ")"])


@given(BEFORE, BEFORE, BEHIND, st.sets(st.integers(1000, 99_999), min_size=3, max_size=12), st.booleans())
def test_a_planted_spelling_is_found_and_brings_unseen_orders_together(
    ours: str, before: str, behind: str, numbers: set[int], padded: bool
) -> None:
    def pair(number: int) -> tuple[str, str]:
        return f"{ours}{number:07d}" if padded else f"{ours}{number}", f"{before}{number}{behind}"

    pairs = [pair(number) for number in sorted(numbers)]
    if any(left == right for left, right in pairs):
        return
    found, _ = infer(pairs)
    whole = [one for one in found if set(one.pairs) == set(pairs)]
    if "[" in ours + before + behind:  # no pattern can say a bracket
        assert not whole
        return
    assert whole
    for one in whole:
        assert one.held_out == len(pairs)
        assert all(not pattern or capture_fault(pattern) is None for pattern in (one.patterns.left, one.patterns.right))
        left, right = key_of(one.patterns, pair(123_456))
        assert left == right != ""
        assert key_of(one.patterns, pair(123_456)) != key_of(one.patterns, pair(123_457))
        for pattern in (one.patterns.left, one.patterns.right):
            assert not re.search("[0-9]{4}", pattern)  # no order's own number stands in it


def test_no_pattern_comes_of_pairs_by_chance() -> None:
    chance = random.Random(7)
    shapes = ("#{}", "SHOP-{}", "{}", "ORD-2026-{}", "PAY_{}/1", "TX2026{}")
    for _ in range(400):
        left, right = chance.choice(shapes), chance.choice(shapes)
        pairs = [
            (left.format(chance.randrange(10_000, 99_999)), right.format(chance.randrange(10_000, 99_999)))
            for _ in range(12)
        ]
        found, short = infer(pairs)
        assert not found, pairs
        assert [one.kind for one in short] == ["reference pattern"]


def test_no_pattern_comes_of_the_right_numbers_beside_the_wrong_orders() -> None:
    numbers = list(range(10_001, 10_041))
    turned = numbers[7:] + numbers[:7]
    assert infer([(f"#{one}", f"SHOP-{two}") for one, two in zip(numbers, turned, strict=True)])[0] == ()


def test_what_all_have_in_common_tells_none() -> None:
    assert infer([(f"ORD-2026-{n}", f"PAY-2026-{n * 7}") for n in range(101, 109)])[0] == ()


def test_one_of_another_kind_does_not_spoil_the_others() -> None:
    pairs = [(f"{n}", f"SHOP-{n}") for n in range(1001, 1006)] + [("2001", "WEB-2001")]
    (found,), (short,) = infer(pairs)
    assert (found.patterns.right, len(found.pairs)) == ("^SHOP-([0-9]+)$", 5)
    assert short.examples == 1


@given(st.lists(st.tuples(st.text("#A1-2", max_size=9), st.text("#A1-2", max_size=9)), max_size=8), st.data())
def test_order_and_repetition_of_pairs_change_nothing(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    again = data.draw(st.permutations(pairs + pairs[:2]))
    assert infer(again) == infer(pairs)
    for one in infer(pairs)[0]:
        keys = [key_of(one.patterns, pair) for pair in one.pairs]
        assert all(left == right != "" for left, right in keys)


def test_examples_with_secrets_make_long_literals_no_part_of_a_pattern() -> None:
    pairs = [(f"{n}", f"49171234567-{n}") for n in range(1001, 1005)]
    (found,), _ = infer(pairs)
    assert "49171234567" not in found.patterns.right


@given(st.lists(st.integers(1, 10_000), max_size=12))
def test_a_bound_is_the_largest_of_those_within_reach_of_one_another(sizes: list[int]) -> None:
    found = bound_of(sizes)
    # By hand: the longest beginning of the sorted sizes whose last is at most twice the one before.
    ordered = sorted(sizes)
    ends = [end for end in range(3, len(sizes) + 1) if ordered[end - 1] <= 2 * ordered[end - 2]]
    if not ends:
        assert found is None
        return
    assert found is not None
    assert found.most == ordered[ends[-1] - 1]
    assert sorted(sizes[at] for at in found.used) == ordered[: ends[-1]]
    assert len(found.used) - found.held_out in (0, 1)


LINES = ("SEPA CREDIT XPAY B.V. 8871 ACME GMBH", "XPAY B.V. 99120 CREDIT ACME GMBH", "CREDIT ACME GMBH XPAY B.V. 5")


@pytest.mark.parametrize(
    ("lines", "others", "processor", "words"),
    [
        (LINES, ("CREDIT SALARY", "ACME GMBH"), "adyen", "XPAY"),
        (LINES, ("CREDIT SALARY", "XPAY LOAN"), "adyen", None),  # still the rarest that all have
        (LINES, ("XPAY LOAN", "XPAY FEE"), "xpay_payments", "XPAY"),  # the processor's own name goes before
        (LINES[:2], (), "adyen", None),
        (("ACME GMBH 1", "GMBH ACME 2", "ACME 3 GMBH"), (), "adyen", None),  # nothing but the account's own name
        (("RENT 1", "WAGES 2", "LOAN 3"), (), "adyen", None),
    ],
)
def test_words_of_payouts(lines: tuple[str, ...], others: tuple[str, ...], processor: str, words: str | None) -> None:
    found = phrase_of(lines, others, processor, "Acme GmbH")
    if words is None and len(others) == 2:
        assert found is not None
        assert found.words in ("CREDIT", "XPAY")
    else:
        assert (found and found.words) == words
