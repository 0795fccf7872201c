"""What tells the rows of an example apart, so that no pass has brought them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from opsrules.proposals.examples import Example, Truth
from opsrules.proposals.tried import Legs
from opsrules.reconcile import Spec
from opsrules.reconcile.references import normalise_reference
from opsrules.terms import Leg

__all__ = ["Facts", "facts_of"]


@dataclass(frozen=True)
class Facts:
    """An example that matching does not bring together today.

    Attributes
    ----------
    example : Example
    spec : Spec
        How its leg is matched.
    keys : tuple of str
        The one key of each side in its normal spelling; "" where a side has none or several.
    tags : tuple of str
        The one tag of each side, as the keys.
    currency : str
        Of all rows; "" where they have several.
    residual_minor : int
        Right minus left.
    days : tuple of int
        Fewest and most days from a left row to a right one.
    """

    example: Example
    spec: Spec
    keys: tuple[str, str]
    tags: tuple[str, str]
    currency: str
    residual_minor: int
    days: tuple[int, int]

    @property
    def leg(self) -> Leg:
        """Leg of the example."""
        return self.example.leg

    @property
    def is_one_to_one(self) -> bool:
        """Whether one row stands on each side."""
        return len(self.example.left) == len(self.example.right) == 1


def facts_of(truth: Truth, legs: Legs) -> tuple[Facts, ...]:
    """Facts of all examples that matching does not bring together today."""
    return tuple(_facts(truth, legs))


def _facts(truth: Truth, legs: Legs) -> Iterator[Facts]:
    for one in truth.together:
        matching = legs[one.leg].matching
        left, right = matching.left.iloc[list(one.left)], matching.right.iloc[list(one.right)]
        groups = {
            *matching.left_status["group"].iloc[list(one.left)],
            *matching.right_status["group"].iloc[list(one.right)],
        }
        is_matched = (matching.left_status["status"].iloc[list(one.left)] == "matched").all()
        if is_matched and len(groups) == 1:
            continue
        yield Facts(
            example=one,
            spec=matching.spec,
            keys=(_only(normalise_reference(left["key"])), _only(normalise_reference(right["key"]))),
            tags=(_only(left["tag"]), _only(right["tag"])),
            currency=_only(pd.concat([left["currency"], right["currency"]])),
            residual_minor=int(right["amount_minor"].sum()) - int(left["amount_minor"].sum()),
            days=((right["on"].min() - left["on"].max()).days, (right["on"].max() - left["on"].min()).days),
        )


def _only(texts: pd.Series[str]) -> str:
    found = set(texts)
    return str(found.pop()) if len(found) == 1 else ""
