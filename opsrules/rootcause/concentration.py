"""Where the findings of one group lie among all findings of a review: told from chance where there are enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.rootcause.localisation import Slice
from opsrules.rootcause.locate import localise
from opsrules.whys import Concentration, Share, plain_where

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ENOUGH", "concentration"]

ENOUGH = 20
"""Findings of a group, from which on it is asked where they are concentrated. In fewer, one more or less at one value
moves its share by over five points: what is seen there is told as plain shares."""

_MOST = 3
_TOO_FEW = f"fewer than {ENOUGH} findings: too few to tell a concentration from chance"
_NO_OTHERS = "the review has no other findings to compare with"
_ALIKE = "they differ from the others in nothing that is looked at"
_NO_MORE = "no slice has more of them than of the others"
_NOTHING_SHARED = "at least half of them share nothing that the others do not share as often"


def concentration(frame: pd.DataFrame, member: npt.NDArray[np.bool_], dimensions: Sequence[str]) -> Concentration:
    """Return where the findings of a group lie, beside all others.

    The group is compared with the review's other findings: were it nothing special, each slice would have as large a
    share of it as of all findings. Only slices that have more than that are told.

    Parameters
    ----------
    frame : DataFrame
        One row a finding; `dimensions` are columns of texts, None where a value is missing.
    member : array of bool
        Which of them are of the group; one at least.
    dimensions : sequence of str

    Returns
    -------
    Concentration
        Without the words of its group.
    """
    inside, others = int(member.sum()), int((~member).sum())
    if inside == 1:
        return Concentration(findings=1, others=others)
    used = [name for name in dimensions if frame[name].nunique(dropna=False) > 1]
    reason = _TOO_FEW if inside < ENOUGH else _NO_OTHERS if not others else "" if used else _ALIKE
    if not reason:
        # The share that is usual is known from all findings, not from those of one leaf.
        known = float(len(frame))
        asked = frame[used].assign(_members=member.astype(np.float64), _one=1.0, _usual=float(inside), _known=known)
        found = localise(
            asked, used, good="_members", total="_one", expected_good="_usual", expected_total="_known", kind="ratio"
        )
        # A slice without conditions is what the others leave, and says nothing of where.
        slices = [one for one in found.slices if one.where and one.effect > 0][:_MOST]
        if slices:
            return Concentration("", inside, others, tuple(_of(one, frame, member) for one in slices), True)
        reason = found.reason or _NO_MORE
    shares = _plain(frame, member, dimensions)
    return Concentration("", inside, others, shares, False, reason if shares else f"{_NOTHING_SHARED}; {reason}")


def _of(one: Slice, frame: pd.DataFrame, member: npt.NDArray[np.bool_]) -> Share:
    within = np.ones(len(frame), dtype=np.bool_)
    for name, value in one.where.items():
        column = frame[str(name)]
        within &= (column.isna() if value is None else column == value).to_numpy(dtype=np.bool_)
    return Share(plain_where(one.where), int((within & member).sum()), int((within & ~member).sum()), one.confidence)


def _plain(frame: pd.DataFrame, member: npt.NDArray[np.bool_], dimensions: Sequence[str]) -> tuple[Share, ...]:
    """Values that at least half of the group share, and more of it than of the others; one of each dimension."""
    inside, others = int(member.sum()), int((~member).sum())
    found: list[tuple[float, Share]] = []
    for name in dimensions:
        counts = frame.loc[member, name].value_counts()
        most = 0 if counts.empty else int(counts.iloc[0])
        if most < 2 or 2 * most < inside:
            continue
        value = min(str(one) for one, size in counts.items() if size == most)
        besides = int((frame.loc[~member, name] == value).sum())
        ahead = most / inside - (besides / others if others else 0.0)
        if ahead > 0:
            found.append((ahead, Share({name: value}, most, besides)))
    return tuple(one for _, one in sorted(found, key=lambda each: -each[0])[:_MOST])
