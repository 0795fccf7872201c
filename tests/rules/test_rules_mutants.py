"""The comparison with run_all notices each of these faults planted in the evaluator."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dirty_rows import DirtyVariables, FiredActions, cases, numbered, oracle, told_by
from hypothesis import HealthCheck, Phase, given, settings

from opsrules.rules import (
    Rules,
    binding,
    coding,
    columns,
    conditions,
    exact,
    masks,
    numerals,
    questions,
    recorder,
    rows,
    ruleset,
    several,
    vectors,
)
from opsrules.rules.alone import Alone

Replace = pytest.MonkeyPatch
MUTANTS: dict[str, Callable[[Replace], None]] = {}


@dataclass(frozen=True)
class Case:
    plain: list[dict[str, Any]]
    table: pd.DataFrame
    stop: bool
    expected: list[tuple[list[int], str | None]]

    def is_caught(self) -> bool:
        """Whether the run differs from run_all, or does not come to an end."""
        exact._span.cache_clear()
        try:
            result = Rules(self.plain, DirtyVariables, FiredActions).run(self.table, self.stop, on_error="collect")
            return told_by(result, len(self.table)) != self.expected
        except Exception:  # noqa: BLE001 - a mutant may break in any way
            return True


def _leaf(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


def _long() -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """More rows than a byte has bits and a table has quick ways."""
    texts = [f"{place % 23}-x" for place in range(75)]
    table = pd.DataFrame(
        {"text": pd.Series(texts, dtype="str"), "int": np.arange(75), "day": [pd.Timestamp("2026-10-01")] * 75}
    )
    trees = [_leaf("text", "starts_with", "1"), _leaf("text", "equal_to", "7-x"), _leaf("text", "contains", "2")]
    trees += [_leaf("whole", "greater_than", 40), _leaf("text", "ends_with", "x"), _leaf("day", "before", "2026-10-02")]
    return numbered(trees), table


def _edges() -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Numbers one step to either side of where answers turn, as floats and as large whole numbers."""
    ends = [100.0, 100.000001, 99.999999, 2.0**53]
    floats = [one for end in ends for one in (math.nextafter(end, -math.inf), end, math.nextafter(end, math.inf))]
    wholes = [2**53 + step for step in range(-3, 3)] + [100, 99, 101, -1, 0, 2**62]
    table = pd.DataFrame({"float": floats, "int": pd.Series(wholes, dtype="int64"), "int8": np.int8(4)})
    operators = ("equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to")
    trees = [_leaf(name, one, value) for name in ("number", "whole") for one in operators for value in (100, 2**53)]
    return numbered([*trees, _leaf("product", "less_than", 2**60)]), table


def _signs() -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Values that are easily taken for one another."""
    table = pd.DataFrame(
        {
            "text": pd.Series(["straße", "STRASSE", "ß", "İ", None], dtype="str"),
            "float": [math.inf, -math.inf, math.nan, 1.0, math.nan],
            "int": [1, 2, 3, 4, 5],
            "yes": pd.Series([True, 1, False, 0, 1.0], dtype=object),
        }
    )
    trees = [_leaf("text", "equal_to_case_insensitive", "strasse"), _leaf("or_whole", "greater_than", 3)]
    return numbered([*trees, _leaf("yes", "is_true", True)]), table


def _gaps() -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Rows without a value, each of which is another matter."""
    table = pd.DataFrame(
        {
            "float": [math.nan, math.nan, math.nan, math.nan, 1.0, 2.0],
            "Int64": pd.Series([1, 2, None, 4, None, 6], dtype="Int64"),
            "int": [1, 2, 3, 4, 5, 6],
            "int8": pd.Series([1, 0, 1, 1, 0, 1], dtype="int8"),
            "flag": [False, True, True, False, True, False],
            "text": pd.Series([None, None, "a", None, "b", None], dtype="str"),
            "text2": pd.Series(["x", "y", "x", "x", "x", "y"], dtype="str"),
            "kind": pd.Series(["A", "A", None, "B", "A", "A"], dtype="category"),
        }
    )
    trees = [_leaf("worded", "equal_to", "Ay"), _leaf("text", "equal_to", ""), _leaf("by_flag", "greater_than", 3)]
    return numbered(trees), table


def _raising() -> list[tuple[list[dict[str, Any]], pd.DataFrame]]:
    """Rows that raise, each in its own way."""
    table = _gaps()[1]
    alone = [_leaf(name, "greater_than", 1) for name in ("later", "share_less", "guarded", "caught")]
    # What stands behind a condition that raises is not asked.
    before = [{"any": [one, _leaf("whole", "greater_than", 0)]} for one in alone]
    return [(numbered([one]), table) for one in (*alone, *before)]


def _pairs() -> list[tuple[list[dict[str, Any]], pd.DataFrame]]:
    """Pairs of numbers about the epsilon apart, beyond what floats hold, or not there."""
    near = [5.000001, math.nextafter(5.000001, 6), 4.999999, math.nextafter(4.999999, 4), 5.0, 6.0, 4.0]
    big = [2.0**53, 2.0**53, 2.0**62]
    count = pd.DataFrame({"float": near + big})
    count["Int64"] = pd.array([5] * len(near) + [2**53, 2**53 + 1, 2**62 + 1], dtype="Int64")
    gaps = pd.DataFrame({"float": [1.0, math.nan, math.inf], "Int64": pd.array([None, 1, 1], dtype="Int64")})
    operators = ("equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to")
    rules = numbered([_leaf("count", one, {"variable": "limit"}) for one in operators])
    # The difference is more than the epsilon, and as a float less.
    tiny = pd.DataFrame({"float": [5.0, math.nextafter(1e-6, 1)], "float32": pd.Series([5, 1.3e-22], dtype="float32")})
    return [(rules, count), (rules, gaps), (numbered([_leaf("count", "greater_than", {"variable": "single"})]), tiny)]


def _infinite() -> tuple[list[dict[str, Any]], pd.DataFrame]:
    return numbered([_leaf("number", "greater_than", 1)]), pd.DataFrame({"float": [math.inf, 2.0]})


@pytest.fixture(scope="module")
def battery() -> list[Case]:
    drawn: list[tuple[list[dict[str, Any]], pd.DataFrame, bool]] = [
        (*made, False) for made in (_long(), _edges(), _signs(), _infinite(), _gaps(), *_raising(), *_pairs())
    ]

    @settings(
        max_examples=200,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def draw(case: tuple[list[dict[str, Any]], pd.DataFrame, bool]) -> None:
        drawn.append(case)

    draw()
    return [Case(plain, table, stop, oracle(plain, table, stop)) for plain, table, stop in drawn]


def mutant(function: Callable[[Replace], None]) -> Callable[[Replace], None]:
    MUTANTS[function.__name__] = function
    return function


@mutant
def threshold_one_step_up(patch: Replace) -> None:
    first = exact._first
    patch.setattr(
        exact,
        "_first",
        lambda says, at, whole: (
            first(says, at, whole) + 1 if whole else math.nextafter(first(says, at, whole), math.inf)
        ),
    )


@mutant
def threshold_one_step_down(patch: Replace) -> None:
    first = exact._first
    patch.setattr(
        exact,
        "_first",
        lambda says, at, whole: (
            first(says, at, whole) - 1 if whole else math.nextafter(first(says, at, whole), -math.inf)
        ),
    )


@mutant
def equality_without_an_upper_end(patch: Replace) -> None:
    span = exact._span.__wrapped__

    def cut(operator: str, *rest: Any) -> exact.Span:
        found = span(operator, *rest)
        return exact.Span(found.low, None) if operator == "equal_to" else found

    cut.cache_clear = lambda: None  # type: ignore[attr-defined]
    patch.setattr(exact, "_span", cut)


@mutant
def whole_numbers_with_the_thresholds_of_floats(patch: Replace) -> None:
    span = exact.span
    patch.setattr(exact, "span", lambda operator, constant, whole: span(operator, constant, whole=False))


@mutant
def no_epsilon(patch: Replace) -> None:
    def plain(operator: str, constant: Any, whole: bool) -> exact.Span:
        constant = float(constant)
        after = math.nextafter(constant, math.inf)
        return {
            "equal_to": exact.Span(constant, after),
            "greater_than": exact.Span(after, None),
            "greater_than_or_equal_to": exact.Span(constant, None),
            "less_than": exact.Span(None, constant),
            "less_than_or_equal_to": exact.Span(None, after),
        }[operator]

    patch.setattr(exact, "span", plain)


@mutant
def all_asks_what_is_settled(patch: Replace) -> None:
    patch.setattr(masks, "_and_then", lambda first, then: (first[0] & then[0], masks._both(first[1], then[1])))


@mutant
def any_asks_what_is_settled(patch: Replace) -> None:
    patch.setattr(masks, "_or_else", lambda first, then: (first[0] | then[0], masks._both(first[1], then[1])))


@mutant
def any_goes_on_after_an_error(patch: Replace) -> None:
    join = masks._or_else
    patch.setattr(masks, "_or_else", lambda first, then: (first[0] | then[0], join(first, then)[1]))


@mutant
def an_error_is_taken_for_no(patch: Replace) -> None:
    patch.setattr(masks, "_never_both", lambda holds, raises: (holds if raises is None else holds & ~raises, None))


@mutant
def what_raises_holds_as_well(patch: Replace) -> None:
    patch.setattr(masks, "_never_both", lambda holds, raises: (holds if raises is None else holds | raises, raises))


@mutant
def rows_live_on_after_an_error(patch: Replace) -> None:
    patch.setattr(masks, "_without", lambda alive, gone: ~np.zeros_like(gone))


@mutant
def the_stop_flag_is_ignored(patch: Replace) -> None:
    judge = masks.judge
    patch.setattr(ruleset, "judge", lambda rules, table, stop: judge(rules, table, stop=False))


@mutant
def all_and_any_are_swapped(patch: Replace) -> None:
    group = conditions.Group
    patch.setattr(conditions, "Group", lambda number, is_all, kids: group(number, not is_all, kids))


@mutant
def conditions_shared_whatever_their_constant(patch: Replace) -> None:
    patch.setattr(conditions, "sameness", lambda constant: ("one", "for all"))


@mutant
def case_folded(patch: Replace) -> None:
    fold = lambda constant, texts: [text.casefold() == constant.casefold() for text in texts]  # noqa: E731
    patch.setitem(exact._TEXT, "equal_to_case_insensitive", fold)


@mutant
def starts_anywhere(patch: Replace) -> None:
    patch.setitem(exact._TEXT, "starts_with", exact._TEXT["contains"])


@mutant
def missing_text_is_a_word(patch: Replace) -> None:
    code = coding._with_missing
    patch.setattr(
        coding,
        "_with_missing",
        lambda codes, distinct: columns.Coded(
            code(codes, distinct).codes, ["nan" if one is None else one for one in code(codes, distinct).distinct]
        ),
    )


@mutant
def true_is_the_same_value_as_1(patch: Replace) -> None:
    same = rows.sameness
    patch.setattr(coding, "sameness", lambda value: same(int(value)) if isinstance(value, bool) else same(value))


@mutant
def missing_inputs_are_not_asked_alone(patch: Replace) -> None:
    patch.setattr(Alone, "gaps", lambda self, name: None)


@mutant
def doubtful_results_are_not_asked_alone(patch: Replace) -> None:
    patch.setattr(vectors.Notes, "doubt", lambda self, bad: None)


@mutant
def one_answer_for_all_rows_without_a_value(patch: Replace) -> None:
    def first_for_all(
        variable: str, table: Alone, kept_rows: Any, kept: Any, called: Any, *, numeric: bool
    ) -> columns.Column:
        answer, _ = table.watch(variable, int(kept_rows[kept[0]]))
        return coding.column_of_values([answer], numeric=numeric).take(np.zeros(len(kept), dtype=np.intp))

    patch.setattr(binding, "_same_or_whole", first_for_all)


@mutant
def what_raises_over_a_gap_raises_in_doubtful_rows_too(patch: Replace) -> None:
    settle = binding._settled

    def without_doubt(*given: Any, **named: Any) -> Any:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(vectors.Notes, "doubt", lambda self, bad: None)
            return list(settle(*given, **named))

    patch.setattr(binding, "_settled", without_doubt)


@mutant
def gaps_of_columns_read_later_are_passed_over(patch: Replace) -> None:
    gaps = binding._with_gaps

    def only_once(variable: str, table: Alone, some: Any, names: Any, known: Any, *, numeric: bool) -> Any:
        return [] if known else gaps(variable, table, some, names, known, numeric=numeric)

    patch.setattr(binding, "_with_gaps", only_once)


@mutant
def rows_alike_in_one_column_are_asked_once(patch: Replace) -> None:
    alike = Alone._alike
    patch.setattr(Alone, "_alike", lambda self, some, names: alike(self, some, names[:1]))


@mutant
def the_epsilon_of_pairs_by_floats(patch: Replace) -> None:
    patch.setattr(several, "_SURELY_EQUAL", 1e-6)
    patch.setattr(several, "_SURELY_APART", math.nextafter(1e-6, 1))


@mutant
def large_whole_numbers_of_pairs_as_floats(patch: Replace) -> None:
    patch.setattr(several, "_EXACT", 1 << 62)


@mutant
def pairs_with_nothing_in_them_are_all_one(patch: Replace) -> None:
    patch.setattr(several, "by_presence", lambda column: columns.Coded(np.zeros(len(column.numbers), np.int64), [0]))


@mutant
def less_and_equal_pairs_are_one(patch: Replace) -> None:
    pair = several._of_pair
    patch.setattr(several, "_of_pair", lambda left, right: (np.maximum(pair(left, right)[0], 1), pair(left, right)[1]))


@mutant
def columns_of_one_truth_value(patch: Replace) -> None:
    patch.setattr(recorder, "_has_one_type", lambda dtype: True)


@mutant
def infinity_is_a_number(patch: Replace) -> None:
    patch.setattr(
        numerals, "_floats", lambda array: columns.Numeric(array, np.isnan(array) if np.isnan(array).any() else None)
    )


@mutant
def one_code_of_several(patch: Replace) -> None:
    patch.setattr(questions, "_any_equal", lambda codes, wanted: codes == wanted[0])


@mutant
def bits_the_other_way_round(patch: Replace) -> None:
    def unpacked(bits: Any, count: int) -> Any:
        return np.unpackbits(bits.view(np.uint8), count=count, bitorder="little").view(np.bool_)

    patch.setattr("opsrules.rules.result.unpacked", unpacked)


@mutant
def blocks_that_do_not_meet(patch: Replace) -> None:
    patch.setattr(masks, "BLOCK", 12)


@mutant
def only_the_first_block(patch: Replace) -> None:
    packed = masks._packed
    patch.setattr(masks, "BLOCK", 8)
    patch.setattr(
        masks,
        "_packed",
        lambda asked, count: [
            (np.where(np.arange(len(holds)) < 1, holds, 0).astype(np.uint64), raises)
            for holds, raises in packed(asked, count)
        ],
    )


def test_the_evaluator_itself_passes(battery: list[Case]) -> None:
    assert not [case for case in battery if case.is_caught()]


def test_small_blocks_change_nothing(battery: list[Case], monkeypatch: Replace) -> None:
    monkeypatch.setattr(masks, "BLOCK", 8)
    assert not [case for case in battery if case.is_caught()]


@pytest.fixture
def fresh_thresholds() -> Iterator[None]:
    yield
    exact._span.cache_clear()


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_planted_fault_is_caught(
    name: str, battery: list[Case], monkeypatch: Replace, fresh_thresholds: None
) -> None:
    # The sample check of the evaluator must not be what notices it.
    monkeypatch.setattr(binding, "_checked", lambda variable, column, *_: column)
    with monkeypatch.context() as patch:
        MUTANTS[name](patch)
        assert any(case.is_caught() for case in battery)
