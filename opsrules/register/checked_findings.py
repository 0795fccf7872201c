"""Findings held against the events that tell of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from opsrules.register import bulk, chain
from opsrules.register.cells import cells_of, line_of
from opsrules.register.checked import Problems
from opsrules.register.checked_chain import Key, Walk
from opsrules.register.projection import folded, row_of, state_cells
from opsrules.register.reading import events_of_findings
from opsrules.register.tables import STATE, findings
from opsrules.standing import Standing

__all__ = ["check_findings"]

_NAMES = ", ".join(f'"{column.name}"' for column in findings.columns)
_FINDINGS = f"SELECT {_NAMES} FROM findings"  # noqa: S608 - names of our own


def check_findings(connection: Connection, problems: Problems, walk: Walk) -> None:
    """Hold that every finding stands as its events fold, with the facts that its last review told of it."""
    unfolded = {key: folded(told)[0] for key, told in events_of_findings(connection, sorted(walk.unfolded)).items()}
    left = dict.fromkeys(walk.findings)
    memory: dict[tuple[int, str], tuple[tuple[str, ...], str]] = {}
    for row in bulk.rows(connection, _FINDINGS):
        key = row[:3]
        known = walk.findings.get(key)
        if known is None:
            problems.add(row[-1], f"finding {key[2]} of {key[0]} is there, and no event tells of it")
            continue
        left.pop(key, None)
        standing, gone, seq, facts_hash = known
        facts = row[3]
        if chain.of_facts(facts) != facts_hash:
            problems.add(seq, f"finding {key[2]} of {key[0]}: what its review told of it was changed")
            continue
        asked = (id(standing), gone)
        made = memory.get(asked) if key not in unfolded else None
        if made is None:
            cells = unfolded.get(key) or state_cells(standing or Standing(), gone)
            made = (cells, line_of(cells))
            if key not in unfolded:
                memory[asked] = made
        if row != (expected := row_of(key, facts, *made, seq)):
            problems.add(max(seq, row[-1]), f"finding {key[2]} of {key[0]}: {_differing(row, expected)}")
    for key in left:
        problems.add(_last(walk, key), f"finding {key[2]} of {key[0]} is missing, and events tell of it")


def _last(walk: Walk, key: Key) -> int:
    return walk.findings[key][2]


def _differing(found: tuple[Any, ...], expected: tuple[Any, ...]) -> str:
    names = [column.name for column in findings.columns]
    state = names.index("state")
    told = list(zip(names, found, expected, strict=True))
    told += zip(STATE, cells_of(found[state]), cells_of(expected[state]), strict=False)
    differing = (one for one in told if one[1] != one[2] and one[0] != "state")
    name, got, want = next(differing, told[state])
    return f"{name} is {got!r}, and its events tell {want!r}"
