"""Tolerances, days, descriptors and payment methods from what people settled, with what they would get wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pipeline.small import ACCOUNT, exports, line, order, statement
from proposals.planted import account_of, begun, by_ref, open_left, pasted, proposed, review

import opsrules
from opsrules.intake import take_in
from opsrules.proposals import Proposal
from opsrules.register import Register, Where
from opsrules.terms import FindingStatus, Resolution


def holds(root: Path, first: Proposal) -> set[str]:
    """Paste a proposal; the findings that are gone then."""
    before = open_left(root)
    pasted(root, first.change.key, first.change.lines)
    return before - open_left(root)


def only(root: Path, kind: str) -> Proposal:
    (found,) = [one for one in proposed(root).proposals if one.kind == kind]
    return found


def rounded(root: Path, cents: Iterable[int]) -> Path:
    """Orders of 20.00 and more, each charged so many cents less."""
    amounts = {f"#{1001 + at}": (2000 + at, 2000 + at - cent) for at, cent in enumerate(cents)}
    orders = [order(name, f"{ours / 100:.2f}") for name, (ours, _) in amounts.items()]
    lines = [line(name, f"{theirs / 100:.2f}") for name, (_, theirs) in amounts.items()]
    return begun(root, exports(orders, lines))


def test_a_tolerance_covers_what_people_accept_and_no_more(tmp_path: Path) -> None:
    root = rounded(tmp_path, [1, 1, 2, 2, 3, 40])
    with opsrules.open_register(root) as register:
        ids = by_ref(register, "amount_differs")
        register.resolve([ids["#1001"], ids["#1002"]], Resolution.ACCEPTED)
        register.resolve(ids["#1003"], Resolution.EXPECTED)
        register.write_off(ids["#1006"], "given up")  # far from the others: it does not set the bound
    first = only(root, "tolerance")
    assert (first.examples, first.held_out) == (3, 2)
    outcome = first.outcome
    assert (outcome.matched, outcome.agree, outcome.unsaid, outcome.wrong) == (8, 6, 2, 0)
    assert "tolerance_minor: 2" in "\n".join(first.change.lines)
    assert holds(root, first) == {ids[f"#{n}"] for n in range(1001, 1005)}


def test_what_was_a_real_fault_or_was_refused_counts_as_wrong(tmp_path: Path) -> None:
    root = rounded(tmp_path, [2, 2, 2, 1, 2, 1])
    with opsrules.open_register(root) as register:
        ids = by_ref(register, "amount_differs")
        register.resolve([ids["#1001"], ids["#1002"], ids["#1003"]], Resolution.ACCEPTED)
        register.resolve(ids["#1004"], Resolution.CORRECTED)
        register.resolve(ids["#1005"], Resolution.ACCEPTED)
        register.reject(ids["#1005"], "ask the processor")
    found = proposed(root)
    (first,) = found.proposals
    assert (first.examples, first.outcome.agree, first.outcome.wrong, first.outcome.unsaid) == (3, 6, 4, 2)


@pytest.mark.parametrize("undo", [True, False])
def test_what_was_taken_back_is_no_example(tmp_path: Path, undo: bool) -> None:
    root = rounded(tmp_path, [1, 1, 1])
    with opsrules.open_register(root) as register:
        events = register.resolve(list(by_ref(register, "amount_differs").values()), Resolution.ACCEPTED)
        if undo:
            register.undo(events[-1].seq)
    found = proposed(root)
    assert bool(found.proposals) is not undo
    assert [(one.kind, one.examples) for one in found.short] == ([("tolerance", 2)] if undo else [])


def paid_out(root: Path, booked: Callable[[int], tuple[str, str, str]], every: int = 1) -> Path:
    """Five payouts, one every so many days from 2 October on, and the bank's line of each."""
    count = 5
    names = [f"#{1001 + at}" for at in range(count)]
    orders = [order(name, f"{100 + 7 * at}.00", day=1) for at, name in enumerate(names)]
    lines = [
        line(name, f"{100 + 7 * at}.00", day=1, payout=f"{9001 + at}", paid_on=f"2026-10-{2 + every * at:02d}")
        for at, name in enumerate(names)
    ]
    return begun(root, exports(orders, lines, statement(*(booked(at) for at in range(count)))))


def places(root: Path) -> dict[int, str]:
    """Where the bank's lines stand, by their amounts."""
    bank = take_in(root, account_of(root)).bank
    named = bank["source_file"] + ":" + bank["source_line"].astype("str")
    return dict(zip(bank["amount_minor"].tolist(), named.tolist(), strict=True))


def payouts(register: Register) -> dict[int, str]:
    """Findings of payouts, by their amounts."""
    table = register.findings(Where(statuses=tuple(FindingStatus)))
    table = table[(table["leg"] == "payouts_bank") & (table["payout_ref"] != "")]
    return {abs(amount): one for amount, one in zip(table["amount_minor"], table["finding_id"], strict=True)}


def test_days_are_widened_to_what_people_named(tmp_path: Path) -> None:
    root = paid_out(tmp_path, lambda at: (f"{100 + 7 * at}.00", f"2026-10-{2 + at + 7 + at % 2:02d}", "SHOPIFY"))
    at_bank = places(root)
    with opsrules.open_register(root) as register:
        ids = payouts(register)
        for minor in (10_000, 10_700, 11_400):
            register.resolve(ids[minor], Resolution.EXPECTED, counterpart=at_bank[minor])
    first = only(root, "days")
    assert first.change.lines == ("payouts:", "  - {processor: shopify_payments, descriptor: SHOPIFY, days: [0, 8]}")
    outcome = first.outcome
    assert (outcome.matched, outcome.agree, outcome.unsaid, outcome.wrong) == (10, 6, 4, 0)
    # A payout that came late and its line are one finding each: a match to be confirmed, of two rows.
    with opsrules.open_register(root) as register:
        told = register.findings(Where(statuses=tuple(FindingStatus)))
    assert set(told.loc[told["leg"] == "payouts_bank", "class"]) == {"match_suggested"}
    assert len(holds(root, first)) == 5


def test_days_that_an_account_tells_of_its_keys_are_widened(tmp_path: Path) -> None:
    passes = "matching:\n  orders_charges:\n    - {match: key, spelling: normalised, days: [0, 2]}\n"
    names = [f"#{1001 + at}" for at in range(6)]
    late = dict(zip(names, (8, 9, 9, 8, 9, 25), strict=True))
    lines = [line(name, "20.00", day=late[name]) for name in names]
    root = begun(tmp_path, exports([order(name, "20.00") for name in names], lines), ACCOUNT + passes)
    with opsrules.open_register(root) as register:
        ids = by_ref(register, "days_differ")
        register.resolve([ids[name] for name in names[:3]], Resolution.EXPECTED)
        register.resolve(ids[names[3]], Resolution.CORRECTED, "captured by hand")
    (first,) = proposed(root).proposals
    assert first.change.value == {"orders_charges": [{"match": "key", "spelling": "normalised", "days": (0, 4)}]}
    assert (first.outcome.matched, first.outcome.agree, first.outcome.unsaid, first.outcome.wrong) == (10, 6, 2, 2)
    assert holds(root, first) == {ids[name] for name in names[:5]}


def test_longer_days_of_charges_without_a_key_only_suggest(tmp_path: Path) -> None:
    orders = [order(f"#{1001 + at}", f"{20 + at}.00") for at in range(5)]
    root = begun(tmp_path, exports(orders, [line("", f"{20 + at}.00", day=9) for at in range(5)]))
    table = take_in(root, account_of(root)).lines
    named = table["source_file"] + ":" + table["source_line"].astype("str")
    charges = dict(zip(table["gross_minor"].tolist(), named.tolist(), strict=True))
    with opsrules.open_register(root) as register:
        ids = by_ref(register, "order_without_payment")
        for at in range(3):
            register.resolve(ids[f"#{1001 + at}"], Resolution.EXPECTED, counterpart=charges[2000 + 100 * at])
    first = only(root, "days")
    assert (first.outcome.matched, first.outcome.suggested, first.outcome.agree) == (0, 10, 6)
    before = review(root).findings
    pasted(root, first.change.key, first.change.lines)
    after = review(root).findings
    assert (before["class"] == "match_suggested").sum() == 0
    assert (after["class"] == "match_suggested").sum() == 5


def test_who_knows_better_than_a_suggestion_names_the_other_row(tmp_path: Path) -> None:
    """A suggestion is a guess: what people name in its place is the example, and the guess's own row is not."""
    orders = [order(f"#{1001 + at}", f"{20 + at}.00", day=5) for at in range(4)]
    guessed = [line("", f"{20 + at}.00", day=6) for at in range(4)]
    true = [line(f"SHOP-{1001 + at}", f"{20 + at}.00", day=15) for at in range(4)]
    root = begun(tmp_path, exports(orders, [*guessed, *true]))
    with opsrules.open_register(root) as register:
        ids, paid = by_ref(register, "match_suggested"), by_ref(register, "payment_without_order")
        for at in range(3):
            other = paid[f"SHOP-{1001 + at}"]
            register.resolve(ids[f"#{1001 + at}"], Resolution.EXPECTED, counterpart=other)
    first = only(root, "reference pattern")
    assert (first.outcome.matched, first.outcome.agree, first.outcome.unsaid, first.outcome.wrong) == (8, 6, 2, 0)


def test_a_bank_charge_within_the_days_is_a_tolerance(tmp_path: Path) -> None:
    root = paid_out(tmp_path, lambda at: (f"{99 + 7 * at}.50", f"2026-10-{3 + 6 * at:02d}", "SHOPIFY"), every=6)
    with opsrules.open_register(root) as register:
        short = register.findings(Where(classes=("payout_short",)))["finding_id"].tolist()
        register.write_off(short[:3], "bank charge")
    first = only(root, "tolerance")
    assert first.what.endswith("in pass amount_and_days")
    assert (first.outcome.matched, first.outcome.agree, first.outcome.wrong) == (10, 6, 0)
    assert set(short) <= holds(root, first)


def test_a_bank_charge_is_a_tolerance_where_people_name_the_line(tmp_path: Path) -> None:
    root = paid_out(tmp_path, lambda at: (f"{99 + 7 * at}.50", f"2026-10-{3 + at:02d}", "SHOPIFY"))
    at_bank = places(root)
    with opsrules.open_register(root) as register:
        ids = payouts(register)
        for minor in (10_000, 10_700, 11_400):
            register.resolve(ids[minor], Resolution.ACCEPTED, counterpart=at_bank[minor - 50])
    first = only(root, "tolerance")
    assert (first.outcome.matched, first.outcome.agree, first.outcome.unsaid, first.outcome.wrong) == (10, 6, 4, 0)
    assert len(holds(root, first)) == 10


def test_a_descriptor_is_the_words_that_payouts_have_and_other_lines_have_not(tmp_path: Path) -> None:
    def booked(at: int) -> tuple[str, str, str]:
        return f"{100 + 7 * at}.00", f"2026-10-{3 + at:02d}", f"Acme CREDIT XPAY CLEARING {at}77 Home"

    root = paid_out(tmp_path, booked)
    at_bank = places(root)
    with opsrules.open_register(root) as register:
        ids = payouts(register)
        for minor in (10_000, 10_700, 11_400):
            register.resolve(ids[minor], Resolution.EXPECTED, counterpart=at_bank[minor])
    first = only(root, "payout descriptor")
    assert first.change.value[0]["descriptor"] == "SHOPIFY"
    words = first.change.value[1]["descriptor"]
    assert words in "CREDIT XPAY CLEARING"
    # Bank lines that were no payouts are no open rows: only the payouts are.
    assert (first.outcome.matched, first.outcome.agree, first.outcome.unsaid, first.outcome.wrong) == (5, 3, 2, 0)
    assert set(ids.values()) <= holds(root, first)


def test_a_payment_method_that_people_expect_never_to_arrive(tmp_path: Path) -> None:
    orders = [order(f"#{1001 + at}", "20.00", method="Voucher" if at < 5 else "Shopify Payments") for at in range(7)]
    root = begun(tmp_path, exports(orders, [line("#1007", "20.00")]))
    with opsrules.open_register(root) as register:
        ids = by_ref(register, "order_without_payment")
        register.resolve([ids["#1001"], ids["#1002"], ids["#1003"]], Resolution.EXPECTED)
        register.write_off(ids["#1004"], "never paid")
    found = proposed(root)
    (first,) = found.proposals
    assert first.change.lines == ("never_at_processor:", "  - Cash", "  - Voucher")
    outcome = first.outcome
    assert (outcome.left_out, outcome.agree, outcome.unsaid, outcome.wrong) == (5, 3, 1, 1)
    assert holds(root, first) == {ids[f"#{1001 + at}"] for at in range(5)}
