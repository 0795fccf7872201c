"""What a pass asks of the rows it brings together, asked again of the rows themselves.

An explanation is no memory of what happened while matching: each condition is looked up in the rows that it names, so
that whoever reads it can look it up as well.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from opsrules.reconcile.references import normalise_reference, taken_out
from opsrules.reconcile.spec import Days, KeyPass, NearPass, Pass, Patterns, Spelling, SumPass, WindowPass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Condition", "conditions_of"]


@dataclass(frozen=True)
class Condition:
    """One thing a pass asks of the rows.

    Attributes
    ----------
    what : str
        key, currency, tag, names, amount_minor, days or rows.
    wanted, seen : str or int
    holds : bool
    """

    what: str
    wanted: str | int
    seen: str | int
    holds: bool

    def told(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def conditions_of(one: Pass, left: pd.DataFrame, right: pd.DataFrame) -> tuple[Condition, ...]:
    """Return what the pass asks of these rows of both sides, and whether it holds."""
    both = pd.concat([left, right])
    found = [_same("currency", both["currency"])]
    if isinstance(one, KeyPass):
        found.append(_same("key", _keys(one.spelling, left["key"], right["key"])))
        found.append(_rows(left, right, None if one.many else (1, 1)))
        return (*found, *_amount(one, left, right), *_days(one.days, left, right))
    found += [_same("tag", both["tag"]), *_names(one, left, right)]
    found.append(_rows(left, right, _sizes(one)))
    days = _span(one.days, left)
    return (*found, *_amount(one, left, right), *_days(days, left, right))


def _keys(spelling: Spelling | Patterns, left: pd.Series[str], right: pd.Series[str]) -> pd.Series[str]:
    """Keys of the rows of both sides as the pass compares them."""
    if spelling is Spelling.EXACT:
        return pd.concat([left, right])
    sides = [normalise_reference(left), normalise_reference(right)]
    if isinstance(spelling, Patterns):
        told = zip(sides, (spelling.left, spelling.right), strict=True)
        sides = [taken_out(texts, pattern, spelling.without) for texts, pattern in told]
    return pd.concat(sides)


def _sizes(one: Pass) -> tuple[int, int]:
    if isinstance(one, SumPass):
        return (2, 1) if one.two_on == "left" else (1, 2)
    return 1, 1


def _span(days: Mapping[str, Days], left: pd.DataFrame) -> Days:
    return days.get(str(left["tag"].iloc[0]), (1, 0))  # a tag without days has none that fit


def _same(what: str, values: pd.Series[str]) -> Condition:
    distinct = sorted(set(values))
    return Condition(
        what, distinct[0], " and ".join(distinct), len(distinct) == 1 and (what == "tag" or distinct[0] != "")
    )


def _names(one: Pass, left: pd.DataFrame, right: pd.DataFrame) -> list[Condition]:
    """That the right rows name no left row, unless one of them has their very key."""
    ours, theirs = (normalise_reference(rows["key"]).tolist() for rows in (left, right))
    kept = set(ours) & set(theirs) if isinstance(one, SumPass) else set[str]()
    made = {_made(key) for key in ours if key}
    held = all(key == "" or key in kept or _made(key) not in made for key in theirs)
    seen = f"{' and '.join(ours) or 'none'}, {' and '.join(theirs) or 'none'}"
    return [Condition("names", "none, or made otherwise", seen, held)]


def _made(key: str) -> str:
    return re.sub("[A-Za-z]", "A", re.sub("[0-9]", "0", key))


def _rows(left: pd.DataFrame, right: pd.DataFrame, sizes: tuple[int, int] | None) -> Condition:
    seen = f"{len(left)} to {len(right)}"
    if sizes is None:
        return Condition("rows", "at least 1 to 1", seen, bool(len(left) and len(right)))
    return Condition("rows", f"{sizes[0]} to {sizes[1]}", seen, (len(left), len(right)) == sizes)


def _amount(one: Pass, left: pd.DataFrame, right: pd.DataFrame) -> list[Condition]:
    total = int(left["amount_minor"].sum())
    apart = int(right["amount_minor"].sum()) - total
    if isinstance(one, NearPass):
        return [
            Condition(
                "amount_minor",
                f"at most {abs(total) // one.most_apart} apart",
                apart,
                abs(apart) * one.most_apart <= abs(total),
            )
        ]
    most = one.tolerance.of(str(left["currency"].iloc[0])) if isinstance(one, KeyPass | WindowPass) else 0
    return [Condition("amount_minor", f"at most {most} apart", apart, abs(apart) <= most)]


def _days(days: Days | None, left: pd.DataFrame, right: pd.DataFrame) -> list[Condition]:
    if days is None:
        return []
    first = (right["on"].min() - left["on"].max()).days
    last = (right["on"].max() - left["on"].min()).days
    seen = f"{first}" if first == last else f"{first} to {last}"
    return [Condition("days", f"{days[0]} to {days[1]}", seen, days[0] <= first and last <= days[1])]
