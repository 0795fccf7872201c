"""A decision table from a file: read, checked as a whole, turned into rules."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, by_place
from opsrules.rules.check import Vocabulary
from opsrules.rules.model import HitPolicy
from opsrules.rules.tables.build import Builder
from opsrules.rules.tables.examples import read_examples
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
        return _built(path, Grid("", HitPolicy.COLLECT, (), (), (problem,)), name, "", known)
    return _built(path, read_grid(content, name, known), name, hashlib.sha256(content).hexdigest(), known)


def is_listing(document: Document) -> bool:
    """Whether a YAML or JSON file is meant to be a decision table: a mapping, where a list of rules is a list."""
    return isinstance(document.value, dict) and any(key in document.value for key in KEYS)


def table_of(document: Document, path: Path, known: Vocabulary) -> DecisionTable:
    """Return the table of a YAML or JSON file, which has been read from `path`."""
    return _built(path, read_listing(document), document.name, document.sha256, known)


def _built(path: Path, grid: Grid, name: str, sha256: str, known: Vocabulary) -> DecisionTable:
    otherwise = next((one for one in grid.variables if one in known.variables), None)
    builder = Builder(grid.name, grid.hit, known, otherwise)
    rules = [builder.rule(replace(line, own={**grid.common, **line.own})) for line in grid.lines]
    ids = [str(rule["id"]).removeprefix(f"{grid.name}.") for rule in rules]
    examples = read_examples(path, name, ids, grid.hit, known)
    problems = dict.fromkeys([*grid.problems, *builder.problems, *examples.problems])
    if not rules and not problems:
        problems = {Problem(f"{name}:1", "has no rows", "write one line for each rule"): None}
    for rule, row_id in zip(rules, ids, strict=True) if examples.entries else ():
        told = [{"row": row, "fires": row_id in decides, "why": why} for row, decides, why in examples.entries]
        rule["examples"] = told
    lines = tuple(line.place for line in grid.lines)
    digest = hashlib.sha256((sha256 + examples.sha256).encode()).hexdigest() if examples.sha256 else sha256
    return DecisionTable(grid.name, tuple(rules), lines, by_place(problems), digest, examples.lines)
