"""A decision table from a file: read, checked as a whole, turned into rules."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from opsrules.errors import ParameterError, Problem
from opsrules.parameters.documents import by_place
from opsrules.parameters.load import read_file
from opsrules.rules.check import Vocabulary
from opsrules.rules.library import BaseActions, BaseVariables
from opsrules.rules.tables.build import Builder
from opsrules.rules.tables.grid import Grid, read_grid
from opsrules.rules.tables.listing import read_listing
from opsrules.rules.tables.model import DecisionTable, HitPolicy

__all__ = ["load_table", "problems_of_table"]


def load_table(path: str | Path, variables: type[BaseVariables], actions: type[BaseActions]) -> DecisionTable:
    """Load a decision table: CSV (`grid`), YAML or JSON (`listing`).

    Parameters
    ----------
    path : path
    variables, actions : class
        What `Rules` takes.

    Raises
    ------
    ParameterError
        With every mistake of the file, by ``file:line`` and column.
    """
    table, problems = _examine(Path(path), Vocabulary(variables, actions))
    if problems:
        raise ParameterError(problems)
    return table


def problems_of_table(path: str | Path, variables: type[BaseVariables], actions: type[BaseActions]) -> list[Problem]:
    """Return every mistake of a table's file, by place: what `load_table` would raise."""
    return list(_examine(Path(path), Vocabulary(variables, actions))[1])


def _examine(path: Path, known: Vocabulary) -> tuple[DecisionTable, tuple[Problem, ...]]:
    grid = _read(path, known)
    otherwise = next((one for one in grid.variables if one in known.variables), None)
    builder = Builder(grid.name, grid.hit, known, otherwise)
    rules = tuple(builder.rule(line) for line in grid.lines)
    problems = [*grid.problems, *builder.problems]
    if not rules and not problems:
        problems.append(Problem(f"{path.as_posix()}:1", "has no rows", "write one line for each rule"))
    return DecisionTable(grid.name, grid.hit, rules, MappingProxyType(builder.places)), by_place(problems)


def _read(path: Path, known: Vocabulary) -> Grid:
    name = path.as_posix()
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return read_listing(read_file(path, name))
    if path.suffix.lower() != ".csv":
        problem = Problem(f"{name}:1", "is no decision table", "name it .csv, .yaml or .json")
        return Grid("", HitPolicy.COLLECT, (), (), (problem,))
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = Problem(f"{name}:1", f"cannot be read ({error.strerror})", "restore the file or make it readable")
        return Grid("", HitPolicy.COLLECT, (), (), (problem,))
    return read_grid(content, name, known)
