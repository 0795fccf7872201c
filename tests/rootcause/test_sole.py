"""Tables too small to tell of noise: what moved alone is named, what moved here and there is not."""

from __future__ import annotations

from itertools import product
from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.rootcause import localise


def table(*sizes: int) -> pd.DataFrame:
    """Every combination once, all as expected."""
    names = [f"d{axis}" for axis in range(len(sizes))]
    frame = pd.DataFrame(list(product(*(range(size) for size in sizes))), columns=names)
    frame["expected"] = [100.0 + 37 * at for at in range(len(frame))]
    return frame.assign(actual=frame["expected"])


@pytest.mark.parametrize("factor", [0.0, 0.5, 0.85, 2.0])
@pytest.mark.parametrize(
    ("sizes", "where"),
    [((5,), {"d0": 1}), ((3,), {"d0": 0}), ((3, 2), {"d0": 1}), ((2, 2), {"d1": 0}), ((3, 2), {"d0": 2, "d1": 1})],
)
def test_what_moved_alone_is_the_slice(sizes: tuple[int, ...], where: dict[str, int], factor: float) -> None:
    frame = table(*sizes)
    inside = np.logical_and.reduce([frame[name] == value for name, value in where.items()])
    frame.loc[inside, "actual"] *= factor
    names = [f"d{axis}" for axis in range(len(sizes))]
    found = localise(frame, names, "actual", "expected")
    [one] = found.slices
    assert one.where == where
    assert one.effect == pytest.approx((frame["actual"] - frame["expected"]).sum())
    assert found.unexplained == pytest.approx(0)
    # None of the others moved: a further one moves once in their number and two.
    assert one.confidence == pytest.approx(1 - (len(frame) - inside.sum() + 2.0) ** -inside.sum())


@given(st.lists(st.sampled_from([0.5, 1.0, 1.0, 1.5]), min_size=6, max_size=6))
def test_what_moved_here_and_there_is_no_slice(factors: list[float]) -> None:
    frame = table(3, 2)
    frame["actual"] *= factors
    moved = [at for at, factor in enumerate(factors) if factor != 1]
    found = localise(frame, ["d0", "d1"], "actual", "expected").slices
    slices = [{at for at in range(6) if at // 2 == value} for value in range(3)]
    slices += [{at for at in range(6) if at % 2 == value} for value in range(2)] + [{at} for at in range(6)]
    is_slice = set(moved) in slices and len({factors[at] for at in moved}) == 1
    assert bool(found) == (is_slice and len(moved) <= 4)


def test_the_share_of_a_change_that_is_only_rounding_is_not_told() -> None:
    frame = table(4, 4)
    frame.loc[frame["d0"] == 1, "actual"] *= 0.5
    lost = (frame["expected"] - frame["actual"]).sum()
    frame.loc[frame["d0"] == 2, "actual"] += lost / 4 * (1 + 1e-15)
    assert all(isnan(one.share) for one in localise(frame, ["d0", "d1"], "actual", "expected").slices)
