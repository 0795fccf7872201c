"""The split of a change adds up to it, and is what the definitions give when worked out row by row in fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.errors import UsageError
from opsrules.report.charts.drivers import driver_steps, driver_waterfall
from opsrules.rootcause import Drivers, drivers, drivers_money

Rows = list[tuple[str | None, str, Any, Any]]
NAMES = ["country", "brand", "top", "base"]


def table(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=NAMES).astype({"country": "object", "brand": "object"})


def split(before: Rows, after: Rows, how: Callable[..., Drivers] = drivers) -> Drivers:
    return how(table(before), table(after), ["country", "brand"], "top", "base")


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """One to eight rows over few levels, so that slices come and go; a column holds one kind of number."""
    size = draw(st.integers(1, 8))
    levels = st.tuples(st.sampled_from(["DE", "FR", None]), st.sampled_from(["visa", "amex"]))
    kind = draw(st.sampled_from(["int", "float", "decimal"]))
    kinds = {
        "int": st.integers(0, 10**9),
        "float": st.floats(0, 1e9, allow_nan=False),
        "decimal": st.decimals(0, 10**6, places=2),
    }
    bases = {
        "int": st.integers(1, 10**9),
        "float": st.floats(0.001, 1e9),
        "decimal": st.decimals("0.01", 10**6, places=2),
    }
    return [(*draw(levels), draw(kinds[kind]), draw(bases[kind])) for _ in range(size)]


def sums(found: Rows) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    """Sums by slice, row by row."""
    out: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
    for country, brand, top, base in found:
        key = (country or "(missing)", brand)
        old = out.get(key, (Fraction(0), Fraction(0)))
        out[key] = (old[0] + Fraction(top), old[1] + Fraction(base))
    return out


def whole(found: dict[tuple[str, str], tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    return sum((top for top, _ in found.values()), Fraction(0)), sum((base for _, base in found.values()), Fraction(0))


def close(told: float, wanted: Fraction, sizes: Fraction) -> bool:
    return abs(Fraction(told) - wanted) <= Fraction(1, 10**12) * max(abs(wanted), sizes)


@given(rows(), rows())
def test_a_rate_is_split_as_its_definition_says(before: Rows, after: Rows) -> None:
    old, new = sums(before), sums(after)
    (top_old, base_old), (top_new, base_new) = whole(old), whole(new)
    change = top_new / base_new - top_old / base_old
    middle = (top_new / base_new + top_old / base_old) / 2
    wanted = dict.fromkeys(("rate", "mix", "entrants", "leavers"), Fraction(0))
    for key in old.keys() | new.keys():
        share_old = old[key][1] / base_old if key in old else Fraction(0)
        share_new = new[key][1] / base_new if key in new else Fraction(0)
        if key in old and key in new:
            first, second = old[key][0] / old[key][1], new[key][0] / new[key][1]
            # The mean of both orders: rates first and shares then, or the other way round.
            wanted["rate"] += (share_old * (second - first) + share_new * (second - first)) / 2
            moved = share_new - share_old
            wanted["mix"] += (moved * (first - middle) + moved * (second - middle)) / 2
        elif key in new:
            wanted["entrants"] += share_new * (new[key][0] / new[key][1] - middle)
        else:
            wanted["leavers"] -= share_old * (old[key][0] / old[key][1] - middle)
    assert sum(wanted.values()) == change
    found = split(before, after)
    sizes = sum((abs(value) for part in found.parts for value in part.effects.values()), Fraction(0))
    for name, value in wanted.items():
        assert close(found.effects[name], value, sizes), name
    assert sum((value for part in found.parts for value in part.effects.values()), Fraction(0)) == change
    assert close(math.fsum(found.effects.values()), change, sizes)
    assert close(math.fsum(found.to_frame()["effect"]), change, sizes)
    assert found.change == float(change)


@given(rows(), rows())
def test_an_amount_is_split_as_its_definition_says(before: Rows, after: Rows) -> None:
    old, new = sums(before), sums(after)
    (amount_old, quantity_old), (amount_new, quantity_new) = whole(old), whole(new)
    price_old = amount_old / quantity_old
    wanted = {
        "price": sum(
            (new[key][0] - old[key][0] / old[key][1] * new[key][1] for key in old.keys() & new.keys()), Fraction(0)
        ),
        "volume": (quantity_new - quantity_old) * price_old,
        "entrants": sum((new[key][0] - new[key][1] * price_old for key in new.keys() - old.keys()), Fraction(0)),
    }
    found = split(before, after, drivers_money)
    sizes = sum((abs(value) for part in found.parts for value in part.effects.values()), Fraction(0))
    for name, value in wanted.items():
        assert close(found.effects[name], value, sizes), name
    assert (
        sum((value for part in found.parts for value in part.effects.values()), Fraction(0)) == amount_new - amount_old
    )
    assert close(math.fsum(found.effects.values()), amount_new - amount_old, sizes)
    if old.keys() == new.keys():
        assert (found.effects["entrants"], found.effects["leavers"]) == (0, 0)


@given(rows(), rows())
def test_rows_may_be_shuffled_cut_and_turned_round(before: Rows, after: Rows) -> None:
    found = split(before, after)
    assert split(before[::-1], after[::-1]).parts == found.parts
    doubled = [(*row[:2], row[2] * 2, row[3] * 2) for row in before]
    assert split(before + before, after).before == split(doubled, after).before == found.before
    back = split(after, before)
    turned = {"rate": "rate", "mix": "mix", "entrants": "leavers", "leavers": "entrants"}
    for part, other in zip(found.parts, back.parts, strict=True):
        assert {name: -other.effects[turned[name]] for name in turned} == part.effects
    same = split(before, before)
    assert set(same.effects.values()) == {0.0}


@given(rows(), rows(), st.sampled_from([drivers, drivers_money]))
def test_what_the_waterfall_shows_adds_up(before: Rows, after: Rows, how: Callable[..., Drivers]) -> None:
    first, *moved, last = driver_steps(split(before, after, how))
    assert first.amount_minor + sum(step.amount_minor for step in moved) == last.amount_minor


OLD: Rows = [("DE", "visa", 10, 100), ("FR", "visa", 40, 100), ("IT", "visa", 5, 50)]
NEW: Rows = [("DE", "visa", 30, 300), ("FR", "visa", 60, 100), ("NL", "visa", 8, 100)]


def test_a_rate_worked_out_by_hand() -> None:
    found = split(OLD, NEW)
    # 55 of 250 is 22%, 98 of 500 is 19.6%; the mean is 20.8%. DE: shares 0.4 and 0.6, 10% in both.
    # FR: shares 0.4 and 0.2, from 40% to 60%. IT leaves with 0.2 of 10%, NL comes with 0.2 of 8%.
    assert found.effects["rate"] == pytest.approx(0.3 * 0.2, abs=1e-15)
    assert found.effects["mix"] == pytest.approx(0.2 * (0.1 - 0.208) - 0.2 * (0.5 - 0.208), abs=1e-15)
    assert found.effects["entrants"] == pytest.approx(0.2 * (0.08 - 0.208), abs=1e-15)
    assert found.effects["leavers"] == pytest.approx(-0.2 * (0.1 - 0.208), abs=1e-15)
    assert found.change == -0.024
    table = found.to_frame()
    # FR adds 0.06 - 0.0584, NL -0.0256, DE -0.0216, IT 0.0216.
    assert set(table["country"].head(1)) == {"NL"}
    assert table["country"].iloc[-1] == "FR"
    assert table["share"].sum() == pytest.approx(1)
    assert [(step.label, step.amount_minor) for step in driver_steps(found)] == [
        ("Before", 2200),
        ("Rates inside slices", 600),
        ("Shares of slices", -800),
        ("Slices that came", -256),
        ("Slices that went", 216),
        ("After", 1960),
    ]
    drawn = driver_waterfall(found, "Waterfall of the decline rate")
    assert "22.00" in drawn
    assert "Waterfall of the decline rate" in drawn


def test_an_amount_worked_out_by_hand() -> None:
    before: Rows = [("DE", "a", 1000, 10), ("FR", "a", 1000, 20)]
    after: Rows = [("DE", "a", 2400, 20), ("FR", "a", 1000, 20), ("NL", "a", 500, 5)]
    found = split(before, after, drivers_money)
    # Prices 100 and 50, 66 2/3 together; quantity 30 to 45: (15) x 66 2/3. DE now at 120: 20 x 20.
    # DE would have sold 15 and sold 20: 5 x 33 1/3; FR 30 and 20: -10 x -16 2/3. NL: 500 - 5 x 66 2/3.
    wanted = {"price": 400, "volume": 1000, "mix": 500 / 3 + 500 / 3, "entrants": 500 / 3, "leavers": 0}
    assert found.effects == pytest.approx(wanted)
    assert sum(found.effects.values()) == pytest.approx(1900)
    assert sum(step.amount_minor for step in driver_steps(found)[1:-1]) == 1900
    assert "Prices inside slices" in driver_waterfall(found, "Waterfall", "EUR")


def test_a_simpsons_paradox_is_told_as_mix() -> None:
    before: Rows = [("DE", "a", 90, 100), ("FR", "a", 300, 1000)]
    after: Rows = [("DE", "a", 950, 1000), ("FR", "a", 35, 100)]
    found = split(before, after)
    assert found.effects["rate"] > 0
    assert found.effects["mix"] > found.effects["rate"]


def test_missing_levels_are_a_level_of_their_own() -> None:
    found = split([(None, "a", 1, 10)], [(None, "a", 2, 10), (math.nan, "a", 1, 10)])  # type: ignore[list-item]
    assert found.to_frame()["country"].tolist() == ["(missing)"]


def test_a_slice_without_a_denominator_is_not_there() -> None:
    found = split([("DE", "a", 1, 10), ("FR", "a", 0, 0)], [("DE", "a", 1, 10), ("FR", "a", 1, 10)])
    assert found.effects["entrants"] == 0.0  # 10% beside 10%: it came, and moved nothing
    assert found.to_frame().set_index("country").loc["FR", "denominator_before"] == 0


def test_an_amount_may_come_from_nothing_or_go() -> None:
    nothing: Rows = []
    came = split(nothing, [("DE", "a", 100, 2)], drivers_money)
    assert (came.effects["entrants"], came.change) == (100.0, 100.0)
    went = split([("DE", "a", 100, 2)], nothing, drivers_money)
    assert (sum(went.effects.values()), went.change) == (-100.0, -100.0)
    assert [step.value for step in split(nothing, nothing, drivers_money).steps] == [0.0, 0.0]


BAD: list[tuple[Rows, Rows, str]] = [
    ([], [("DE", "a", 1, 1)], "before: column 'base' adds up to zero, so that there is no rate"),
    ([("DE", "a", 1, 1)], [("DE", "a", 0, 0)], "after: column 'base' adds up to zero"),
    (
        [("DE", "a", 1, 0)],
        [("DE", "a", 1, 1)],
        "before: column 'base' is zero while 'top' is not for country DE, brand a",
    ),
    ([("DE", "a", 1, 1)], [("DE", "a", 1, -1)], "after: column 'base' is below zero for country DE, brand a"),
    ([("DE", "a", 1, 1)], [("DE", "a", math.nan, 1)], "after: column 'top' has no number in row 0, expected a finite"),
    ([("DE", "a", 1, 1)], [("DE", "a", 1, math.inf)], "after: column 'base' has inf in row 0"),
    ([("DE", "a", "x", 1)], [("DE", "a", 1, 1)], "before: column 'top' has 'x' in row 0"),
    ([("DE", "a", None, 1)], [("DE", "a", 1, 1)], "before: column 'top' has no number in row 0"),
    ([("DE", "a", True, 1)], [("DE", "a", 1, 1)], "before: column 'top' has True in row 0"),
    ([(["DE"], "a", 1, 1)], [("DE", "a", 1, 1)], "column 'country' holds lists or mappings"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("before", "after", "what"), BAD)
def test_bad_input_is_named_with_its_period_and_column(before: Rows, after: Rows, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        split(before, after)


@pytest.mark.parametrize(
    ("dimensions", "what"),
    [
        ([], "dimensions is empty; name one or more"),
        (["country", "country"], "dimensions names a column twice: country, country"),
        (["countri"], r"before: there is no column 'countri'; did you mean country\?"),
    ],
)
def test_dimensions_must_be_columns(dimensions: list[str], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        drivers(table(OLD), table(NEW), dimensions, "top", "base")


def test_large_whole_numbers_are_summed_exactly() -> None:
    large = 2**62
    found = split([("DE", "a", large, large), ("DE", "a", large - 1, large)], [("DE", "a", 1, 1)])
    assert found.before == Fraction(2 * large - 1, 2 * large)
    assert split([("DE", "a", Decimal("0.1"), Decimal(1))], [("DE", "a", 1, 1)]).before == Fraction(1, 10)
