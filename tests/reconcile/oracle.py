"""What matching must give, row by row in plain loops: slow, and sharing nothing with the package but the spec."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pandas as pd

from opsrules.reconcile import KeyPass, NearPass, Patterns, Spec, SumPass, Tolerance, WindowPass

SIDES = ("left", "right")


@dataclass(eq=False)
class Row:
    side: str
    position: int
    ref: str
    key: str
    tag: str
    day: int
    currency: str
    amount: int
    status: str = "open"
    reason: str = ""
    together: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    @property
    def free(self) -> bool:
        return self.status == "open" and not self.reason


def answers(left: pd.DataFrame, right: pd.DataFrame, spec: Spec) -> list[tuple[str, int, str, str, Any]]:
    """Side, position, status, reason and the rows it stands together with, of every row."""
    rows = [*_rows("left", left), *_rows("right", right)]
    keyed = [one for one in spec.passes if isinstance(one, KeyPass)]
    for one in spec.passes:
        if isinstance(one, KeyPass):
            _key(rows, one)
            if one is keyed[-1]:
                _conflicts(rows, one)
                for other in keyed[:-1]:
                    if isinstance(other.spelling, Patterns):
                        _conflicts(rows, other)
        elif isinstance(one, WindowPass):
            _window(rows, one)
        elif isinstance(one, SumPass):
            _sums(rows, one)
        else:
            _near(rows, one)
    for row in rows:
        if row.free:
            _hold([row], "missing")
    _name(rows)
    return [(row.side, row.position, row.status, row.reason, row.together) for row in rows]


def spelled(key: str, spelling: str) -> str:
    if spelling == "exact":
        return key
    return "".join(sign for sign in key if sign not in "#\u200b\ufeff" and not sign.isspace()).upper()


def _text(row: Row, spec: KeyPass) -> str:
    """Key of a row as a pass compares it."""
    how = spec.spelling
    if not isinstance(how, Patterns):
        return spelled(row.key, how)
    bare = "".join(sign for sign in spelled(row.key, "normalised") if sign not in how.without)
    pattern = how.left if row.side == "left" else how.right
    if not pattern:
        return bare
    found = re.fullmatch(pattern[1:-1], bare)
    return found[1] if found else ""


def _rows(side: str, table: pd.DataFrame) -> list[Row]:
    return [
        Row(
            side,
            position,
            one["ref"],
            one["key"],
            one["tag"],
            one["on"].toordinal(),
            one["currency"],
            int(one["amount_minor"]),
            "excluded" if one["excluded"] else "open",
        )
        for position, one in enumerate(table.to_dict("records"))
    ]


def _sorted(rows: Iterable[Row], by: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    out: dict[Hashable, list[Row]] = {}
    for row in rows:
        out.setdefault(by(row), []).append(row)
    return out


def _sides(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    return [row for row in rows if row.side == "left"], [row for row in rows if row.side == "right"]


def _ids(rows: list[Row]) -> frozenset[tuple[str, int]]:
    return frozenset((row.side, row.position) for row in rows)


def _match(rows: list[Row], status: str) -> None:
    for row in rows:
        row.status, row.together = status, _ids(rows)
        row.reason = "suggested" if status == "suggested" else ""


def _hold(rows: list[Row], reason: str) -> None:
    for row in rows:
        row.reason, row.together = reason, _ids(rows)


def _total(rows: list[Row]) -> int:
    return sum(row.amount for row in rows)


def _close(tolerance: Tolerance, currency: str, one: int, two: int) -> bool:
    allowed = tolerance.minor if tolerance.currency in ("", currency) else 0
    return abs(one - two) <= allowed


def _days_fit(left: list[Row], right: list[Row], days: tuple[int, int] | None) -> bool:
    return days is None or all(days[0] <= b.day - a.day <= days[1] for a in left for b in right)


def _free_keyed(rows: list[Row], spec: KeyPass) -> list[Row]:
    return [row for row in rows if row.free and _text(row, spec)]


def _key(rows: list[Row], spec: KeyPass) -> None:
    def by(row: Row) -> Hashable:
        text = _text(row, spec)
        return (text, row.currency) if spec.many else text

    for mine in _sorted(_free_keyed(rows, spec), by).values():
        left, right = _sides(mine)
        if not left or not right or len({row.currency for row in mine}) > 1:
            continue
        if not spec.many and (len(left), len(right)) != (1, 1):
            continue
        close = _close(spec.tolerance, mine[0].currency, _total(left), _total(right))
        if close and _days_fit(left, right, spec.days):
            _match(mine, "matched")


def _conflicts(rows: list[Row], spec: KeyPass) -> None:
    for mine in _sorted(_free_keyed(rows, spec), lambda row: (_text(row, spec), row.currency)).values():
        left, right = _sides(mine)
        if not left or not right:
            continue
        owed, currency = _total(left), mine[0].currency
        if _close(spec.tolerance, currency, owed, _total(right)):
            _hold(mine, "days")
            continue
        alone = [
            row
            for row in right
            if _close(spec.tolerance, currency, row.amount, owed) and _days_fit(left, [row], spec.days)
        ]
        if not alone:
            _hold(mine, "differs")
            continue
        chosen = min(alone, key=lambda row: (abs(row.amount - owed), row.day, row.ref, row.position))
        _match([*left, chosen], "matched")
        for row in right:
            if row is not chosen:
                _hold([row], "extra")
    for mine in _sorted(_free_keyed(rows, spec), lambda row: _text(row, spec)).values():
        if all(_sides(mine)):
            _hold(mine, "currency")
    placed = [row for row in rows if row.status != "excluded" and not row.free]
    for row in _free_keyed(rows, spec):
        across = {_text(one, spec) for one in placed if one.side != row.side}
        if _text(row, spec) in across:
            _hold([row], "extra")


def _makes(key: str) -> str:
    signs = spelled(key, "normalised")
    return "".join("0" if one in "0123456789" else "A" if one.isascii() and one.isalpha() else one for one in signs)


def _taking_part(rows: list[Row], days: Any) -> tuple[list[Row], list[Row]]:
    left, right = _sides([row for row in rows if row.free and row.tag in days])
    known = {(row.tag, row.currency, _makes(row.key)) for row in left if _makes(row.key)}
    return left, [row for row in right if (row.tag, row.currency, _makes(row.key)) not in known]


def _in_window(left: Row, right: Row, days: Any) -> bool:
    if left.tag != right.tag or left.currency != right.currency or left.tag not in days:
        return False
    low, high = days[left.tag]
    return bool(low <= right.day - left.day <= high)


def _window(rows: list[Row], spec: WindowPass) -> None:
    left, right = _taking_part(rows, spec.days)
    fits = [
        (a, b)
        for a in left
        for b in right
        if _in_window(a, b, spec.days) and _close(spec.tolerance, a.currency, a.amount, b.amount)
    ]
    ends = [row for pair in fits for row in pair]
    for pair in fits:
        if all(ends.count(row) == 1 for row in pair):
            _match(list(pair), "matched" if spec.confirms else "suggested")
    for row in ends:
        if row.free:
            _hold([row], "ambiguous")
            row.status = "ambiguous"


def _sums(rows: list[Row], spec: SumPass) -> None:
    other = "right" if spec.two_on == "left" else "left"
    _fill(rows, spec, other)
    left, right = _taking_part(rows, spec.days)
    free = [*left, *right]
    found = [
        (*two, whole)
        for two in combinations([row for row in free if row.side == spec.two_on], 2)
        for whole in free
        if whole.side == other
        and two[0].day == two[1].day
        and (two[0].amount < 0) == (two[1].amount < 0)
        and _total(list(two)) == whole.amount
        and all(_in_window(*_ordered(part, whole), spec.days) for part in two)
    ]
    _only_ways(found)


def _ordered(one: Row, two: Row) -> tuple[Row, Row]:
    return (one, two) if one.side == "left" else (two, one)


def _only_ways(found: list[tuple[Row, Row, Row]]) -> None:
    ends = [row for three in found for row in three]
    for three in found:
        if all(ends.count(row) == 1 for row in three):
            _match(list(three), "suggested")


def _fill(rows: list[Row], spec: SumPass, other: str) -> None:
    held = [row for row in rows if row.reason == "differs" and row.tag in spec.days]
    found = []
    for mine in _sorted(held, lambda row: row.together).values():
        left, right = _sides(mine)
        if len(left) != 1 or len(right) != 1:
            continue
        part, whole = (left[0], right[0]) if spec.two_on == "left" else (right[0], left[0])
        gap = whole.amount - part.amount
        if not gap or (gap < 0) != (part.amount < 0) or not _in_window(*_ordered(part, whole), spec.days):
            continue
        found += [
            (part, whole, row)
            for row in [one for side in _taking_part(rows, spec.days) for one in side]
            if row.side == spec.two_on and row.amount == gap and _in_window(*_ordered(row, whole), spec.days)
        ]
    _only_ways(found)


def _near(rows: list[Row], spec: NearPass) -> None:
    left, right = _taking_part(rows, spec.days)
    fits = [
        (a, b)
        for a in left
        for b in right
        if _in_window(a, b, spec.days) and abs(b.amount - a.amount) * spec.most_apart <= abs(a.amount)
    ]
    ends = [row for pair in fits for row in pair]
    for pair in fits:
        if all(ends.count(row) == 1 for row in pair):
            _hold(list(pair), "differs")


def _name(rows: list[Row]) -> None:
    for mine in _sorted([row for row in rows if row.reason == "differs"], lambda row: row.together).values():
        left, right = (_total(one) for one in _sides(mine))
        shifted = any(
            small and large == small * factor
            for large, small in ((left, right), (right, left))
            for factor in (10, 100, 1000)
        )
        if shifted or (left and left == -right):
            for row in mine:
                row.reason = "exponent" if shifted else "sign"
