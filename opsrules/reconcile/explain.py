"""Why a row is where it is: the conditions of its pass, or the nearest rows and what keeps each apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.reconcile.evidence import conditions_of
from opsrules.reconcile.references import normalise_reference
from opsrules.reconcile.spec import WindowPass

if TYPE_CHECKING:
    import numpy.typing as npt

    from opsrules.reconcile.matching import Matching

    _Ints = npt.NDArray[np.int64]

__all__ = ["explain_row"]

_SHOWN = 10  # rows that an explanation lists at the most
_NEAREST = 3
_TEXTS = ("ref", "key", "currency")


def explain_row(matching: Matching, side: str, position: int) -> dict[str, Any]:
    """Return why the row at `position` of one side is where it is, as JSON values.

    Always leg, side, the row itself (ref, key, currency, on, amount_minor, source), status, rule and reason. A row that
    stands together with others has ``together`` (the other rows of its match or break) and ``conditions``: what its
    pass asks, wanted, seen and whether it holds - all of a match, and for a break the one that does not hold keeps it
    open. An ambiguous row has ``candidates``. A row that stands alone has ``nearest``: open rows of the other side in
    its currency, each with what keeps it apart.
    """
    table, status = matching.side(side)
    state = status.iloc[position]
    told: dict[str, Any] = {"leg": str(matching.spec.leg), "side": side} | _told(table, position)
    told |= {name: str(state[name]) for name in ("status", "rule", "reason")}
    if state["status"] == "excluded":
        return told
    number = "group" if state["group"] >= 0 else "pair"
    together = {name: _held(matching, name, number, int(state[number])) for name in ("left", "right")}
    told["together"] = [
        _told(matching.side(name)[0], int(at))
        for name, held in together.items()
        for at in held[:_SHOWN]
        if (name, at) != (side, position)
    ]
    told["conditions"] = _conditions(matching, str(state["rule"]), together)
    if state["status"] == "ambiguous":
        told["candidates"] = _candidates(matching, side, position)
    elif not told["together"]:
        told["nearest"] = _nearest(matching, side, position)
    return told


def _held(matching: Matching, side: str, number: str, value: int) -> _Ints:
    numbers: _Ints = matching.side(side)[1][number].to_numpy()
    if number == "group":
        return np.flatnonzero(numbers == value)
    at = matching.waiting[side]
    held: _Ints = at[numbers[at] == value]
    return held


def _conditions(matching: Matching, rule: str, together: dict[str, _Ints]) -> list[dict[str, Any]]:
    """What the pass asks of the rows that stand together; nothing where a side has none."""
    one = next((one for one in matching.spec.passes if one.rule == rule), None)
    rows = {side: matching.side(side)[0].iloc[at] for side, at in together.items()}
    if one is None or rows["left"].empty or rows["right"].empty:
        return []
    return [condition.told() for condition in conditions_of(one, rows["left"], rows["right"])]


def _candidates(matching: Matching, side: str, position: int) -> list[dict[str, Any]]:
    """Rows of the other side that an ambiguous row may belong to: they are ambiguous by the same pass themselves."""
    (table, status), other = matching.side(side), _other(side)
    rows, states = matching.side(other)
    rule = status["rule"].iloc[position]
    one = next(one for one in matching.spec.passes if one.rule == rule and isinstance(one, WindowPass))
    waiting = matching.waiting[other]
    at = waiting[((states["status"] == "ambiguous") & (states["rule"] == rule)).to_numpy()[waiting]]
    mine, theirs = table.iloc[position], rows.iloc[at]
    after = (theirs["on"] - mine["on"]).dt.days * (1 if side == "left" else -1)
    low, high = one.days[mine["tag"]]
    fits = (theirs["tag"] == mine["tag"]) & (theirs["currency"] == mine["currency"]) & after.between(low, high)
    apart = (theirs["amount_minor"] - mine["amount_minor"]).abs()
    fits &= apart <= one.tolerance.of(str(mine["currency"]))
    return [_told(rows, int(place)) for place in at[fits.to_numpy()][:_SHOWN]]


def _nearest(matching: Matching, side: str, position: int) -> list[dict[str, Any]]:
    """The nearest open rows in the row's currency, by amount, then day, and what keeps each apart."""
    table, other = matching.side(side)[0], _other(side)
    rows, free = matching.side(other)[0], matching.waiting[other]
    mine = table.iloc[position]
    theirs = rows.iloc[free]
    at = free[(theirs["currency"] == mine["currency"]).to_numpy()]
    theirs = rows.iloc[at]
    apart = (theirs["amount_minor"] - mine["amount_minor"]).to_numpy()
    days = (theirs["on"] - mine["on"]).dt.days.to_numpy()
    order = np.lexsort((theirs["ref"].to_numpy(dtype=object), np.abs(days), np.abs(apart)))[:_NEAREST]
    return [
        _told(rows, int(at[one]))
        | {"kept_apart_by": _apart(mine, rows.iloc[int(at[one])], int(apart[one]), int(days[one]))}
        for one in order
    ]


def _apart(mine: pd.Series[Any], their: pd.Series[Any], amount: int, days: int) -> dict[str, Any]:
    """What differs between two rows: amounts and days by how much, keys and tags by both."""
    found: dict[str, Any] = {"amount_minor": abs(amount), "days": abs(days)}
    keys = normalise_reference(pd.Series([mine["key"], their["key"]], dtype="str"))
    if keys[0] != keys[1] or keys[0] == "":
        found["key"] = [mine["key"], their["key"]]
    if mine["tag"] != their["tag"]:
        found["tag"] = [mine["tag"], their["tag"]]
    return found


def _other(side: str) -> str:
    return "right" if side == "left" else "left"


def _told(table: pd.DataFrame, position: int) -> dict[str, Any]:
    """One row as JSON values."""
    row: dict[str, Any] = {
        name: table[name].iat[position] for name in (*_TEXTS, "on", "amount_minor", "source_file", "source_line")
    }
    return {name: str(row[name]) for name in _TEXTS} | {
        "on": "" if pd.isna(row["on"]) else f"{row['on']:%Y-%m-%d}",
        "amount_minor": int(row["amount_minor"]),
        "source": f"{row['source_file']}:{row['source_line']}",
    }
