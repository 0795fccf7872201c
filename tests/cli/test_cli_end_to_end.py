"""The newcomer's way, for real: init, demo, run; then a client's broken file and an analyst's own cell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROSE = {"cell_type": "markdown", "id": "own-prose", "metadata": {}, "source": "## What the analyst found"}
CODE: dict[str, Any] = {"cell_type": "code", "id": "own-code", "metadata": {}, "outputs": [], "execution_count": None}
TABLE = 'review.findings[["severity"]].value_counts().rename("rows in an own table").reset_index()'


def _opsrules(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "opsrules", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass(frozen=True)
class Twice:
    """A run, the same of one account again, and another one after a file was broken and a cell added."""

    root: Path
    first: subprocess.CompletedProcess[str]
    before: dict[str, bytes]
    again: subprocess.CompletedProcess[str]
    unchanged: dict[str, bytes]
    second: subprocess.CompletedProcess[str]

    @property
    def folder(self) -> Path:
        return self.root / "reports" / "2026-10"


@pytest.fixture(scope="module")
def twice(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    root = tmp_path_factory.mktemp("newcomer") / "work"
    shutil.copytree(demo_workspace, root)
    run = ("run", "--period", "2026-10", "--as-of", "2026-11-10")
    first = _opsrules(root, *run)
    before = _files(root / "reports" / "2026-10")
    again = _opsrules(root, *run, "--account", "demo-northwind")
    unchanged = _files(root / "reports" / "2026-10")
    (root / "exports" / "demo-harrow" / "2026-10" / "shopify_orders.csv").write_bytes(b"")
    path = root / "notebooks" / "reconciliation.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][-2:-2] = [PROSE, {**CODE, "source": TABLE}]
    path.write_text(json.dumps(notebook))
    return Twice(root, first, before, again, unchanged, _opsrules(root, *run))


def test_run_reviews_every_account(twice: Twice) -> None:
    assert (twice.first.returncode, twice.first.stderr) == (0, "")
    lines = twice.first.stdout.splitlines()
    assert re.fullmatch(r"demo-harrow: [a-z ]+, \d+ findings, GBP [\d,.]+ at stake", lines[0])
    assert re.fullmatch(r"demo-northwind: [a-z ]+, \d+ findings, EUR [\d,.]+ at stake", lines[1])
    found = sum(int(size) for size in re.findall(r"(\d+) findings", twice.first.stdout))
    moved = f"findings: {found} new, 0 cleared, 0 reopened"  # a demo records nothing in advance
    assert lines[2:] == [f"2 accounts, October 2026; {moved}. The reports: reports/2026-10/index.html"]


def test_e1_the_same_run_again_gives_the_same_bytes_and_records_nothing(twice: Twice) -> None:
    assert twice.unchanged == twice.before
    assert "1 account, October 2026; the register has it all already." in twice.again.stdout


def test_a17_empty_file_fails_its_account_with_place_and_next_step(twice: Twice) -> None:
    assert (twice.second.returncode, twice.second.stderr) == (3, "")
    line = twice.second.stdout.splitlines()[0]
    assert line.startswith("demo-harrow: not reviewed: cell 2: exports/demo-harrow/2026-10/shopify_orders.csv: ")
    page = (twice.folder / "demo-harrow" / "reconciliation.html").read_text("utf-8")
    assert "Not reviewed" in page
    assert "exports/demo-harrow/2026-10/shopify_orders.csv" in page
    assert not (twice.folder / "demo-harrow" / "reconciliation" / "findings.csv").exists()


def test_e1_other_account_has_the_same_bytes_again(twice: Twice) -> None:
    after = _files(twice.folder)
    # The notebook is part of the run, so review.json carries another run id; every figure is the same.
    data = [name for name in twice.before if re.search(r"^demo-northwind/.*(csv|parquet)$", name)]
    assert len(data) > 10
    assert [name for name in data if after[name] != twice.before[name]] == []


def test_cell_that_an_analyst_added_appears_on_the_page(twice: Twice) -> None:
    page = (twice.folder / "demo-northwind" / "reconciliation.html").read_text("utf-8")
    assert "What the analyst found" in page
    assert "rows in an own table" in page
    assert "value_counts" not in page


def test_index_shows_both_states(twice: Twice) -> None:
    assert "Not reviewed" not in twice.before["index.html"].decode()
    index = (twice.folder / "index.html").read_text("utf-8")
    assert "Not reviewed" in index
    assert "Critical" in index


def test_every_link_leads_to_a_file(twice: Twice) -> None:
    broken = [
        (page.relative_to(twice.folder).as_posix(), href)
        for page in twice.folder.rglob("*.html")
        for href in re.findall(r'href="([^"#][^"]*)"', page.read_text("utf-8"))
        if not (page.parent / href).is_file()
    ]
    assert broken == []
    assert len(list(twice.folder.rglob("*.html"))) == 5
