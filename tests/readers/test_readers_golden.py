"""Every fixture of a table format, read, against the values written down beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from table_cases import DECLARED, GOLDEN, JSON, declared, whole

from opsrules import readers
from opsrules.readers import Read, Source

FIXTURES = sorted([*GOLDEN.glob("*/*.csv"), *JSON])


def _plain(table: pd.DataFrame) -> dict[str, Any]:
    rows = json.loads(table.drop(columns=["source", "source_file"]).to_json(orient="values", date_format="iso"))
    return {"columns": [one for one in table.columns if one not in ("source", "source_file")], "rows": rows}


def _written(read: Read) -> str:
    """JSON with one row a line, to be read and checked by hand."""
    parts = {name: _plain(table) for name, table in read.tables.items()} | {"rejects": _plain(read.rejects)}
    lines = [f'"reader": {json.dumps(read.reader)}', f'"records": {read.records}', f'"encoding": "{read.encoding}"']
    for name, part in parts.items():
        rows = ",\n    ".join(json.dumps(row, ensure_ascii=False) for row in part["rows"])
        columns = json.dumps(part["columns"])
        lines.append(f'"{name}": {{\n   "columns": {columns},\n   "rows": [\n    {rows}\n   ]\n  }}')
    controls = [[one.name, one.place, one.currency, one.expected_minor, one.actual_minor] for one in read.controls]
    lines.append(f'"controls": {json.dumps(controls)}')
    return "{\n  " + ",\n  ".join(lines) + "\n}\n"


def _read(path: Path) -> Read:
    source = Source(path, f"exports/demo/{path.name}", zone="Europe/Berlin", options=declared(path))
    return readers.read(source, path.parent.name)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_golden(path: Path, update_golden: bool) -> None:
    expected = path.with_suffix(".expected.json")
    got = _written(whole(_read(path)))
    if update_golden:
        expected.write_text(got)
    assert expected.exists(), f"no expected values beside {path.name}: write them, or run with --update-golden"
    assert json.loads(got) == json.loads(expected.read_text())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fixtures_are_recognised(path: Path) -> None:
    assert readers.identify(path) == (None if path.parent.name in DECLARED else path.parent.name)


def test_every_table_format_has_a_golden_pair() -> None:
    have = {path.parent.name for path in FIXTURES}
    statements = {"camt052", "camt053", "camt054", "mt940", "mt942", "bai2", "ofx", "qif"}
    tables = {reader.NAME for reader in readers.READERS} - statements
    assert tables <= have


def test_no_personal_data_reaches_a_table() -> None:
    for path in FIXTURES:
        read = _read(path)
        for table in (*read.tables.values(), read.rejects):
            text = table.to_csv()
            for private in ("example.com", "Mara", "Jon Doe", "Köln", "ring twice"):
                assert private not in text
