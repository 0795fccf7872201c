"""A shipped or edited notebook as the runner sees it: its source, and the parameters it declares."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint

__all__ = ["INJECTED", "Notebook", "load", "tags"]

INJECTED = "injected-parameters"
"""Tag that papermill gives the cell in which it writes the parameters."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that has not run yet.

    Attributes
    ----------
    name : str
        As messages name it.
    source : str
        JSON without outputs, so that what an earlier run left cannot be taken for this one's.
    declared : tuple of str
        Parameters of the cell tagged ``parameters``, in order.
    required : tuple of str
        Those of them without a default.
    code_cells : int
    """

    name: str
    source: str
    declared: tuple[str, ...]
    required: tuple[str, ...]
    code_cells: int

    def check(self, given: Iterable[str]) -> None:
        """Compare the parameters given with those declared. papermill itself would only log a difference.

        Raises
        ------
        UsageError
            If one is unknown to the notebook, or one without a default is missing; all of them are named.
        """
        names = set(given)
        faults = [
            f"{self.name}: its cell tagged 'parameters' declares no parameter {name!r}; {hint(name, self.declared)}"
            for name in sorted(names - set(self.declared))
        ]
        faults += [
            f"{self.name}: parameter {name!r} has no value; give it a default in the cell tagged 'parameters'"
            for name in self.required
            if name not in names
        ]
        if faults:
            raise UsageError("\n".join(faults))


def load(path: Path, name: str) -> Notebook:
    """Read a notebook from `path`; `name` is what messages call it.

    Raises
    ------
    UsageError
        If there is none, it is not one, or its cell tagged ``parameters`` is missing, double or no plain assignments.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        cells: list[dict[str, Any]] = document["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
    except FileNotFoundError as error:
        msg = f"{name}: there is no such notebook; opsrules init DIR writes a workspace that has it"
        raise UsageError(msg) from error
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{name}: this is not a notebook that can be read; take a fresh one from opsrules init DIR"
        raise UsageError(msg) from error
    for cell in code:
        cell.update(outputs=[], execution_count=None)
    tagged = [cell for cell in code if "parameters" in tags(cell)]
    if len(tagged) != 1:
        msg = f"{name}: one cell must be tagged 'parameters', {len(tagged)} are; tag the cell with the defaults"
        raise UsageError(msg)
    declared = dict(_assignments("".join(tagged[0]["source"]), name))
    required = tuple(key for key, has_default in declared.items() if not has_default)
    kept = [cell for cell in cells if INJECTED not in tags(cell)]
    return Notebook(name, json.dumps(document | {"cells": kept}), tuple(declared), required, len(code))


def tags(cell: Any) -> list[str]:
    """Tags of a notebook's cell."""
    return list(cell.get("metadata", {}).get("tags", []))


def _assignments(source: str, name: str) -> Iterator[tuple[str, bool]]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        msg = f"{name}: the cell tagged 'parameters' is not Python, line {error.lineno}; write name = value"
        raise UsageError(msg) from error
    for statement in statements:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value is not None
        elif isinstance(statement, ast.Assign):
            yield from ((target.id, True) for target in statement.targets if isinstance(target, ast.Name))
