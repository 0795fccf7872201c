"""Shipped notebooks are thin: prose and short cells that call opsrules; those of desks have one parameters cell."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from opsrules.batch.jobs import BESIDE
from opsrules.batch.notebook import load, tags
from opsrules.terms import Desk

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
GIVEN = {"account", "period", "as_of", "workspace", "run_folder", "snapshot"}
DESKS = [path for path in NOTEBOOKS if path.stem in {*Desk, *BESIDE}]
OWN = {"root_cause": {"desk", "metric", "finding", "against", "dimensions"}}
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.comprehension)

shipped = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
of_desk = pytest.mark.parametrize("path", DESKS, ids=lambda path: path.stem)


def _cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_there_is_a_notebook_for_the_reconciliation_desk_and_one_for_the_register() -> None:
    assert [path.stem for path in DESKS] == ["reconciliation", "root_cause"]
    assert [path.stem for path in NOTEBOOKS if path not in DESKS] == ["register"]


@of_desk
def test_declares_what_the_runner_gives_and_nothing_it_does_not(path: Path) -> None:
    notebook = load(path, path.name)
    notebook.check(GIVEN)
    assert set(notebook.declared) == GIVEN | OWN.get(path.stem, set())


@of_desk
def test_each_parameter_is_a_typed_literal_with_help_beside_it(path: Path) -> None:
    parameters = next(cell for cell in _cells(path, "code") if "parameters" in tags(cell))
    for line in _source(parameters).splitlines():
        assert re.fullmatch(r"\w+(: \w+)? = \S.*?  # .{8,}", line), line
        statement = ast.parse(line).body[0]
        assert isinstance(statement, ast.Assign | ast.AnnAssign)
        assert isinstance(statement.value, ast.Constant)


@shipped
def test_holds_no_output_count_or_timing(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    assert set(document["metadata"]) <= {"kernelspec", "language_info"}
    for cell in _cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert set(cell["metadata"]) <= {"tags"}


@shipped
def test_cells_have_stable_ids_of_words(path: Path) -> None:
    ids = [cell["id"] for cell in json.loads(path.read_text("utf-8"))["cells"]]
    assert len(set(ids)) == len(ids)
    assert [one for one in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", one)] == []


@shipped
def test_cells_are_short_calls_of_opsrules(path: Path) -> None:
    for cell in _cells(path, "code"):
        source = _source(cell)
        lines = [line for line in source.splitlines() if line.strip()]
        assert len(lines) <= 5 or "parameters" in tags(cell), source
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, FORBIDDEN), source
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} == {"opsrules"}, source
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] == "opsrules", source


@shipped
def test_no_number_stands_in_a_cell_of_the_report(path: Path) -> None:
    for cell in _cells(path, "code"):
        if "notebook-only" in tags(cell):  # how many rows an analyst looks at first matters to nobody else
            continue
        numbers = [
            node.value
            for node in ast.walk(ast.parse(_source(cell)))
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        ]
        assert numbers == [], _source(cell)


@shipped
def test_tells_its_story_in_prose(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    prose = [cell for cell in cells if cell["cell_type"] == "markdown" and _source(cell).strip()]
    assert cells[0]["cell_type"] == "markdown"
    assert 2 * len(prose) >= len(_cells(path, "code"))


@of_desk
def test_delivers_last(path: Path) -> None:
    last = ast.parse(_source(_cells(path, "code")[-1])).body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    assert ast.unparse(last.value.func).endswith("deliver")
    assert [ast.unparse(argument) for argument in last.value.args] == ["review", "run_folder"]


WRITES = {"act", "assign", "attach", "comment", "decide", "dispute", "erase", "grant", "record", "record_failure"} | {
    *("reject", "resolve", "risk", "sign_off", "undo", "write_off")
}


@shipped
def test_no_cell_writes_into_the_register(path: Path) -> None:
    called = {
        node.func.attr
        for cell in _cells(path, "code")
        for node in ast.walk(ast.parse(_source(cell)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if ast.unparse(node.func.value) != "report"  # it shows, and holds no register
    }
    assert not called & WRITES
