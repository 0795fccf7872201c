"""Findings held against the events that tell of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from opsrules.register import bulk, chain
from opsrules.register.checked import Problems
from opsrules.register.checked_chain import Key, Walk
from opsrules.register.projection import folded, state_of
from opsrules.register.reading import events_of_findings
from opsrules.register.tables import FACTS, STATE, findings
from opsrules.standing import Standing

__all__ = ["check_findings"]

_FACTS_END = 3 + len(FACTS)
_NAMES = ", ".join(f'"{column.name}"' for column in findings.columns)
_FINDINGS = f"SELECT {_NAMES} FROM findings"  # noqa: S608 - names of our own


def check_findings(connection: Connection, problems: Problems, walk: Walk) -> None:
    """Hold that every finding stands as its events fold, with the facts that its last review told of it."""
    unfolded = {key: folded(told) for key, told in events_of_findings(connection, sorted(walk.unfolded)).items()}
    left = dict.fromkeys(walk.findings)
    memory: dict[tuple[int, str], tuple[Any, ...]] = {}
    for row in bulk.rows(connection, _FINDINGS):
        key = row[:3]
        known = walk.findings.get(key)
        if known is None:
            problems.add(row[-1], f"finding {key[2]} of {key[0]} is there, and no event tells of it")
            continue
        left.pop(key, None)
        standing, gone, seq, facts_hash = known
        if chain.of_facts(row[3:_FACTS_END]) != facts_hash:
            problems.add(seq, f"finding {key[2]} of {key[0]}: what its review told of it was changed")
        expected = unfolded.get(key)
        if expected is None:
            asked = (id(standing), gone)
            expected = memory.get(asked) or memory.setdefault(asked, state_of(standing or Standing(), gone, 0)[:-1])
            expected = (*expected, seq)
        if row[_FACTS_END:] != expected:
            problems.add(max(seq, row[-1]), f"finding {key[2]} of {key[0]}: {_differing(row[_FACTS_END:], expected)}")
    for key in left:
        problems.add(_last(walk, key), f"finding {key[2]} of {key[0]} is missing, and events tell of it")


def _last(walk: Walk, key: Key) -> int:
    return walk.findings[key][2]


def _differing(found: tuple[Any, ...], expected: tuple[Any, ...]) -> str:
    name, got, want = next(
        (name, got, want) for name, got, want in zip(STATE, found, expected, strict=True) if got != want
    )
    return f"{name} is {got!r}, and its events tell {want!r}"
