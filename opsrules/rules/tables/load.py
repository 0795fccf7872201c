"""A decision table from a file: read, checked as a whole, turned into rules."""

from __future__ import annotations

import hashlib
from pathlib import Path

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, by_place
from opsrules.rules.check import Vocabulary
from opsrules.rules.model import HitPolicy
from opsrules.rules.tables.build import Builder
from opsrules.rules.tables.grid import Grid, read_grid
from opsrules.rules.tables.listing import KEYS, read_listing
from opsrules.rules.tables.model import DecisionTable

__all__ = ["is_listing", "read_table", "table_of"]


def read_table(path: Path, name: str, known: Vocabulary) -> DecisionTable:
    """Return the table of a CSV file; `name` is what places call the file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = Problem(f"{name}:1", f"cannot be read ({error.strerror})", "restore the file or make it readable")
        return _built(Grid("", HitPolicy.COLLECT, (), (), (problem,)), name, "", known)
    return _built(read_grid(content, name, known), name, hashlib.sha256(content).hexdigest(), known)


def is_listing(document: Document) -> bool:
    """Whether a YAML or JSON file is meant to be a decision table: a mapping, where a list of rules is a list."""
    return isinstance(document.value, dict) and any(key in document.value for key in KEYS)


def table_of(document: Document, known: Vocabulary) -> DecisionTable:
    """Return the table of a YAML or JSON file."""
    return _built(read_listing(document), document.name, document.sha256, known)


def _built(grid: Grid, name: str, sha256: str, known: Vocabulary) -> DecisionTable:
    otherwise = next((one for one in grid.variables if one in known.variables), None)
    builder = Builder(grid.name, grid.hit, known, otherwise)
    rules = tuple(builder.rule(line) for line in grid.lines)
    problems = [*grid.problems, *builder.problems]
    if not rules and not problems:
        problems.append(Problem(f"{name}:1", "has no rows", "write one line for each rule"))
    lines = tuple(line.place for line in grid.lines)
    return DecisionTable(grid.name, rules, lines, by_place(problems), sha256)
