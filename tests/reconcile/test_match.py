"""The matcher, case by case; expected values are worked out by hand."""

from __future__ import annotations

import dataclasses

import pytest
from reconcile.sides import row, side

from opsrules.errors import ControlTotalsError
from opsrules.reconcile import KeyPass, Matching, NearPass, Spec, Tolerance, WindowPass, item_ids, reconcile

DAYS = {"stripe": (0, 3)}


def by_key(left: list[dict[str, object]], right: list[dict[str, object]], tolerance: int = 0) -> Matching:
    return reconcile(side(left), side(right), Spec("acme", "leg", (KeyPass(tolerance=Tolerance(tolerance)),)))


def by_days(left: list[dict[str, object]], right: list[dict[str, object]]) -> Matching:
    passes = (KeyPass(), WindowPass(days=DAYS, confirms=True), NearPass(days=DAYS))
    return reconcile(side(left), side(right), Spec("acme", "leg", passes))


def test_equal_keys_and_amounts_match() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 500)])
    assert list(matching.left_status["status"]) == ["matched"]
    assert matching.groups[["left_rows", "right_rows", "residual_minor"]].to_numpy().tolist() == [[1, 1, 0]]


def test_split_capture_sums_to_the_order() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 200), row("c2", "1", 300)])
    assert list(matching.right_status["status"]) == ["matched", "matched"]
    assert matching.groups["right_rows"].tolist() == [2]


def test_amounts_apart_stay_open_as_one_break() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 490)])
    assert set(matching.open_items["reason"]) == {"differs"}
    assert matching.open_items["pair"].nunique() == 1


def test_tolerance_is_inclusive_and_its_residual_is_kept() -> None:
    assert by_key([row("o1", "1", 500)], [row("c1", "1", 498)], 2).groups["residual_minor"].tolist() == [-2]
    assert list(by_key([row("o1", "1", 500)], [row("c1", "1", 497)], 2).left_status["status"]) == ["open"]


def test_second_capture_is_extra_and_the_earlier_one_matches() -> None:
    right = [row("late", "1", 500, on="2026-10-02"), row("early", "1", 500, on="2026-10-01")]
    matching = by_key([row("o1", "1", 500)], right)
    assert list(matching.right_status["status"]) == ["open", "matched"]
    assert list(matching.right_status["reason"]) == ["extra", ""]


def test_same_key_in_another_currency_is_one_break() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 500, currency="USD")])
    assert set(matching.open_items["reason"]) == {"currency"}
    assert matching.open_items["pair"].nunique() == 1


def test_rows_without_key_never_match_each_other() -> None:
    matching = by_key([row("o1", "", 500)], [row("c1", "", 500)])
    assert list(matching.open_items["reason"]) == ["missing", "missing"]


def test_excluded_rows_take_no_part() -> None:
    matching = by_key([row("o1", "1", 500, excluded="cash")], [row("c1", "1", 500)])
    assert list(matching.left_status["status"]) == ["excluded"]
    assert list(matching.left_status["rule"]) == ["cash"]
    assert list(matching.right_status["status"]) == ["open"]


def test_keyless_pair_is_confirmed_only_when_mutually_unique() -> None:
    left = [row("p1", tag="stripe"), row("p2", amount_minor=70, tag="stripe")]
    right = [row("b1", on="2026-10-03", tag="stripe"), row("b2", amount_minor=70, on="2026-10-02", tag="stripe")]
    assert list(by_days(left, right).left_status["status"]) == ["matched", "matched"]


def test_twins_are_ambiguous_and_tell_how_many_candidates() -> None:
    left = [row("p1", tag="stripe"), row("p2", on="2026-10-02", tag="stripe")]
    right = [row("b1", on="2026-10-03", tag="stripe"), row("b2", on="2026-10-05", tag="stripe")]
    matching = by_days(left, right)
    assert set(matching.open_items["reason"]) == {"ambiguous"}
    assert matching.left_status["candidates"].tolist() == [1, 2]  # p1 fits b1 alone: b2 is four days later


def test_outside_the_days_nothing_matches() -> None:
    assert list(
        by_days([row("p1", tag="stripe")], [row("b1", on="2026-10-05", tag="stripe")]).left_status["reason"]
    ) == ["missing"]
    assert list(
        by_days([row("p1", tag="stripe")], [row("b1", on="2026-09-30", tag="stripe")]).left_status["reason"]
    ) == ["missing"]


def test_short_payout_is_held_with_its_bank_line_and_not_matched() -> None:
    matching = by_days([row("p1", amount_minor=500, tag="stripe")], [row("b1", amount_minor=480, tag="stripe")])
    assert set(matching.open_items["reason"]) == {"differs"}
    assert matching.open_items["pair"].nunique() == 1


def test_amounts_too_far_apart_are_two_breaks() -> None:
    matching = by_days([row("p1", amount_minor=500, tag="stripe")], [row("b1", amount_minor=200, tag="stripe")])
    assert set(matching.open_items["reason"]) == {"missing"}
    assert matching.open_items["pair"].nunique() == 2


def test_explanation_of_an_open_item_names_the_nearest_and_what_kept_it_apart() -> None:
    left = [row("o1", "1", 500)]
    right = [row("far", "7", 900), row("near", "8", 510, on="2026-10-03")]
    matching = by_key(left, right)
    told = matching.explain(matching.open_items["item_id"].iloc[0])
    assert [one["ref"] for one in told["nearest"]] == ["near", "far"]
    assert told["nearest"][0]["kept_apart_by"] == {"amount_minor": 10, "days": 2, "key": ["1", "8"]}


def test_explanation_of_a_matched_item_names_pass_and_partner() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 500)])
    told = matching.explain(item_ids("acme", "leg", "left", matching.left)[0])
    assert (told["rule"], told["together"][0]["ref"]) == ("same_key", "c1")


def test_item_ids_keep_out_amount_file_and_line() -> None:
    before, after = side([row("o1", "1", 500)]), side([row("x", "9"), row("o1", "1", 777)])
    after = after.assign(source_file="other.csv")
    assert item_ids("acme", "leg", "left", before)[0] == item_ids("acme", "leg", "left", after)[1]


def test_equal_natural_keys_get_ids_of_their_own() -> None:
    assert len(set(item_ids("acme", "leg", "left", side([row("o1"), row("o1"), row("o1", amount_minor=7)])))) == 3


def test_what_is_returned_has_been_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Matching) -> None:
        raise ControlTotalsError("not conserved")

    monkeypatch.setattr(Matching, "check", refuse)
    with pytest.raises(ControlTotalsError, match="not conserved"):
        by_key([row("o1", "1", 500)], [row("c1", "1", 500)])


def test_tolerance_of_one_currency_is_none_in_another() -> None:
    spec = Spec("acme", "leg", (KeyPass(tolerance=Tolerance(10, "EUR")),))
    left = side([row("o1", "1", 500), row("o2", "2", 500, currency="JPY")])
    right = side([row("c1", "1", 495), row("c2", "2", 495, currency="JPY")])
    assert list(reconcile(left, right, spec).left_status["status"]) == ["matched", "open"]


def test_check_finds_a_row_without_a_place() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 500)])
    broken = dataclasses.replace(matching, left_status=matching.left_status.assign(status="nowhere"))
    with pytest.raises(ControlTotalsError, match="left"):
        broken.check()


def test_check_finds_a_group_that_does_not_sum() -> None:
    matching = by_key([row("o1", "1", 500)], [row("c1", "1", 500)])
    broken = dataclasses.replace(matching, groups=matching.groups.assign(right_minor=499))
    with pytest.raises(ControlTotalsError, match="right"):
        broken.check()
