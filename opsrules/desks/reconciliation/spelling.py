"""References that differ in spelling alone: what people and spreadsheets make of an order's number on its way."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile import WAITING
from opsrules.terms import Leg, SubjectType

__all__ = ["like_references", "respelled_alike"]

_OTHER_SIGNS = re.compile(r"[^0-9A-Z]+")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_LETTERS = re.compile(r"[A-Z]+")
_FEWEST_DIGITS = 4  # shorter numbers are alike by chance

_LEGS = (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS)


def respelled_alike(one: str, other: str) -> bool:
    """Whether two references in normal spelling differ, and only as people and spreadsheets change them.

    Other signs between the same letters and digits, leading zeros, or letters that one of them has lost as a whole.

    Examples
    --------
    >>> respelled_alike("SO-1001", "SO1001"), respelled_alike("SO-1001", "1001"), respelled_alike("1001", "1002")
    (True, True, False)
    """
    if one == other or not one or not other:
        return False
    first, second = (_ZEROS.sub("", _OTHER_SIGNS.sub("", text)) for text in (one, other))
    if first == second:
        return bool(first)
    digits = [_ZEROS.sub("", _LETTERS.sub("", text)) for text in (first, second)]
    lost = not _LETTERS.search(first) or not _LETTERS.search(second)
    return lost and digits[0] == digits[1] and len(digits[0]) >= _FEWEST_DIGITS


def like_references(ready: Prepared, legs: Mapping[Leg, LegResult], breaks: list[Break]) -> dict[str, str]:
    """By break: the one open record of the other side with its amount and a reference that is spelled alike."""
    found: dict[str, str] = {}
    for leg in _LEGS:
        mine = [one for one in breaks if one.leg == leg and one.order_ref]
        for side in ("left", "right"):
            # What stands on one side is looked for on the other.
            subject = SubjectType.ORDER if side == "right" else SubjectType.PROCESSOR_LINE
            asked = [one for one in mine if one.subject_type is subject]
            if asked:
                found |= _looked_up(ready, leg, legs[leg], side, asked)
    return found


def _looked_up(ready: Prepared, leg: Leg, result: LegResult, side: str, breaks: list[Break]) -> dict[str, str]:
    table, status = result.matching.side(side)
    rows = ready.by_name()[LEG_SIDES[leg][0 if side == "left" else 1]]
    sizes = {_size(one) for one in breaks}
    waits = status["status"].isin(WAITING).to_numpy() & table["amount_minor"].isin(sizes).to_numpy()
    by_amount: dict[tuple[str, int], list[tuple[str, str]]] = {}
    at = np.flatnonzero(waits)
    columns = (
        table["currency"].iloc[at],
        table["amount_minor"].iloc[at],
        rows["key"].iloc[at],
        rows["order_id"].iloc[at],
    )
    for currency, amount, key, told in zip(*columns, strict=True):
        by_amount.setdefault((str(currency), int(amount)), []).append((str(key), str(told)))
    found = {}
    for one in breaks:
        key = _normal(one.order_ref)
        near = by_amount.get((one.currency, _size(one)), [])
        alike = {told for other, told in near if respelled_alike(key, other)}
        if len(alike) == 1:
            found[one.item_id] = alike.pop()
    return found


def _size(one: Break) -> int:
    """What the other side would have: a suggested pair's own amount, the whole of what stands alone."""
    told = one.expected_minor if one.expected_minor is not None else one.actual_minor
    return abs(told if told is not None else one.amount_minor)


def _normal(reference: str) -> str:
    return "".join(reference.replace("#", "").split()).upper()
