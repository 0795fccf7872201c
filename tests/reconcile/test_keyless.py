"""Matches without a common key: suggestions, twins, sums of two; expected values are worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from reconcile.sides import row, side

from opsrules.reconcile import KeyPass, Matching, Spec, Spelling, SumPass, Tolerance, WindowPass, reconcile
from opsrules.reconcile.spec import Pass

DAYS = {"": (0, 3)}
SHIPPED: tuple[Pass, ...] = (KeyPass("key", Spelling.NORMALISED), WindowPass(days=DAYS), SumPass(days=DAYS))


def run(left: list[dict[str, Any]], right: list[dict[str, Any]], passes: tuple[Pass, ...] = SHIPPED) -> Matching:
    return reconcile(side(left), side(right), Spec("acme", "leg", passes))


def statuses(matching: Matching) -> tuple[list[str], list[str]]:
    return matching.left_status["status"].tolist(), matching.right_status["status"].tolist()


def test_a_mangled_reference_is_suggested_and_waits_for_a_person() -> None:
    matching = run([row("o1", "1001", 500)], [row("c1", "X-77", 500, on="2026-10-02")])
    assert statuses(matching) == (["suggested"], ["suggested"])
    assert matching.groups[["state", "residual_minor"]].to_numpy().tolist() == [["suggested", 0]]
    assert matching.open_items["reason"].tolist() == ["suggested", "suggested"]
    assert matching.open_items["pair"].nunique() == 1


def test_a_charge_that_names_another_order_is_not_suggested_for_this_one() -> None:
    matching = run([row("o1", "#1001", 500)], [row("c1", "1002", 500)])
    assert matching.open_items["reason"].tolist() == ["missing", "missing"]
    # It is made like the references of another shop: that tells nothing.
    other = [row("o1", "#1001", 500), row("o2", "AB-7", 70, currency="USD")]
    assert statuses(run(other, [row("c1", "CD-9", 500)]))[1] == ["suggested"]


def test_how_references_are_made_is_told_by_currency_in_every_pass() -> None:
    # The first pass asks about more rows than the second, which asks about two currencies.
    left = [*(row(f"s{at}", "1", tag="stripe") for at in range(3)), row("o1"), row("o2", "1", currency="USD")]
    right = [row("c1", "a"), *(row(f"c{at}", "1", 900, currency="USD") for at in (2, 3))]
    days = {"": (0, 0)}
    for first in (SumPass("sum", days=days | {"stripe": (0, 0)}), WindowPass("wide", days=days | {"stripe": (5, 5)})):
        matching = run(left, right, (first, WindowPass("window", days=days)))
        assert matching.right_status["status"].tolist() == ["suggested", "open", "open"]


def test_twins_are_never_matched_at_random() -> None:
    left = [row("o1", "1", 500), row("o2", "2", 500)]
    matching = run(left, [row("c1", "", 500), row("c2", "", 500)])
    assert statuses(matching) == (["ambiguous"] * 2, ["ambiguous"] * 2)
    told = matching.explain_row("left", 0)
    assert [one["ref"] for one in told["candidates"]] == ["c1", "c2"]


def test_two_orders_for_one_charge_are_ambiguous_all_three() -> None:
    matching = run([row("o1", "1", 500), row("o2", "2", 500)], [row("c1", "", 500)])
    assert statuses(matching) == (["ambiguous"] * 2, ["ambiguous"])


def test_one_charge_for_two_orders_is_suggested_where_it_is_the_only_way() -> None:
    matching = run([row("o1", "1", 300), row("o2", "2", 450)], [row("c1", "", 750, on="2026-10-03")])
    assert statuses(matching) == (["suggested"] * 2, ["suggested"])
    assert matching.groups[["rule", "left_rows", "right_rows"]].to_numpy().tolist() == [["sum_of_two", 2, 1]]
    more = run([row("o1", "1", 300), row("o2", "2", 450), row("o3", "3", 450)], [row("c1", "", 750)])
    assert statuses(more) == (["open"] * 3, ["open"])


def test_one_charge_with_the_reference_of_one_of_its_two_orders() -> None:
    matching = run([row("o1", "1", 300), row("o2", "2", 450)], [row("c1", "1", 750)])
    assert statuses(matching) == (["suggested"] * 2, ["suggested"])
    assert matching.groups["residual_minor"].tolist() == [0]
    # The gap fits two orders: nothing tells which.
    unsure = run([row("o1", "1", 300), row("o2", "2", 450), row("o3", "3", 450)], [row("c1", "1", 750)])
    assert unsure.left_status["reason"].tolist() == ["differs", "missing", "missing"]


def test_two_charges_for_one_order() -> None:
    passes = (KeyPass(), SumPass(two_on="right", days=DAYS))
    matching = run([row("o1", "1", 750)], [row("c1", "", 300), row("c2", "", 450)], passes)
    assert statuses(matching) == (["suggested"], ["suggested"] * 2)


def test_sums_are_not_tried_beyond_their_budget_and_it_says_so() -> None:
    left = [row(f"o{at}", str(at), 100 + at) for at in range(4)]
    matching = run(left, [row("c", "", 203)], (SumPass(days=DAYS, most_pairs=5),))
    assert matching.skipped == (("sum_of_two", "6 pairs of rows to try, more than 5"),)
    assert statuses(matching) == (["open"] * 4, ["open"])


def test_sums_of_unlike_signs_are_not_tried() -> None:
    assert statuses(run([row("o1", "1", 900), row("o2", "2", -150)], [row("c", "", 750)])) == (["open"] * 2, ["open"])


def test_exact_keys_come_before_other_spellings() -> None:
    passes = (KeyPass("exact", many=False), KeyPass("spelled", Spelling.NORMALISED))
    matching = run([row("o1", "a1", 500), row("o2", "A1", 700)], [row("c1", "A1", 700), row("c2", "a1", 500)], passes)
    assert matching.groups["rule"].tolist() == ["exact", "exact"]
    other = run([row("o1", "#1001", 500)], [row("c1", " 1001", 500)], passes)
    assert other.groups["rule"].tolist() == ["spelled"]


def test_a_second_charge_in_another_spelling_is_extra() -> None:
    passes = (KeyPass("exact", many=False), KeyPass("spelled", Spelling.NORMALISED))
    matching = run([row("o1", "1001", 500)], [row("c1", "1001", 500), row("c2", "#1001", 500)], passes)
    assert matching.right_status["reason"].tolist() == ["", "extra"]


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [(500, -500, "sign"), (50_000, 500, "exponent"), (500, 5_000, "exponent"), (500, 501, "differs")],
)
def test_a_turned_sign_and_wrong_decimals_are_told_from_other_differences(ours: int, theirs: int, reason: str) -> None:
    matching = run([row("o1", "1", ours)], [row("c1", "1", theirs)])
    assert matching.open_items["reason"].tolist() == [reason, reason]


def test_days_that_forbid_a_match_are_named() -> None:
    matching = run([row("o1", "1", 500)], [row("c1", "1", 500, on="2026-10-20")], (KeyPass(days=(0, 5)),))
    assert matching.open_items["reason"].tolist() == ["days", "days"]
    told = matching.explain_row("left", 0)["conditions"]
    assert [one for one in told if not one["holds"]] == [
        {"what": "days", "wanted": "0 to 5", "seen": "19", "holds": False}
    ]


def test_what_a_suggestion_rests_on_is_told() -> None:
    told = run([row("o1", "1001", 500)], [row("c1", "X", 500, on="2026-10-02")]).explain_row("right", 0)
    assert told["together"][0]["ref"] == "o1"
    assert {one["what"]: one["seen"] for one in told["conditions"]} == {
        "currency": "EUR",
        "tag": "",
        "names": "1001, X",
        "rows": "1 to 1",
        "amount_minor": 0,
        "days": "1",
    }


def test_two_passes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="each pass must have a rule of its own, got 'same_key' twice"):
        Spec("acme", "leg", (KeyPass(), KeyPass(tolerance=Tolerance(1))))
