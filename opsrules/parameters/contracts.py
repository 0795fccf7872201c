"""Whether dated fee contracts leave exactly one rate for each day (RELIABILITY.md C7 and C8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from opsrules.errors import Problem
from opsrules.parameters.documents import Document
from opsrules.parameters.model import FeeContract

__all__ = ["problems_of_fees"]


def problems_of_fees(document: Document, contracts: Sequence[tuple[int, FeeContract]]) -> list[Problem]:
    """Return overlaps and gaps between contracts for the same processor, method, card brand and currency.

    Parameters
    ----------
    document : Document
        The account's file.
    contracts : sequence of (int, FeeContract)
        Position in ``fees`` and the contract.
    """
    problems = []
    alike: defaultdict[tuple[str | None, ...], list[tuple[int, FeeContract]]] = defaultdict(list)
    for position, one in contracts:
        if one.since and one.until and one.until < one.since:
            place, what = document.place(("fees", position, "until")), f"fees[{position}] ends on {one.until}"
            problems.append(Problem(place, f"{what}, before it starts on {one.since}", "correct one of the days"))
        else:
            alike[one.processor, one.method, one.card_brand, one.currency].append((position, one))
    for group in alike.values():
        problems += _between(document, sorted(group, key=lambda pair: pair[1].since or date.min))
    return problems


def _between(document: Document, group: list[tuple[int, FeeContract]]) -> list[Problem]:
    problems = []
    last, first = group[0]
    for position, second in group[1:]:
        place, other = document.place(("fees", position)), document.line(("fees", last))
        pair = f"fees[{position}] and fees[{last}] (line {other})"
        starts, ends = second.since or date.min, first.until or date.max
        if starts <= ends:
            what = f"{pair} overlap: both hold on {_day(starts)}"
            problems.append(Problem(place, what, "end the older one the day before the newer one starts"))
        elif starts - ends > timedelta(days=1):
            gap = f"from {ends + timedelta(days=1)} to {starts - timedelta(days=1)}"
            problems.append(Problem(place, f"{pair} leave a gap: no rate {gap}", "extend one of them"))
        if (second.until or date.max) >= ends:
            last, first = position, second
    return problems


def _day(day: date) -> str:
    return "the earliest days" if day == date.min else day.isoformat()
