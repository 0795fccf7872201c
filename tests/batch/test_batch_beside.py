"""Pages beside a desk's own: published by the same rules, listed in the manifest, and nothing recorded of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from throwaway import DELIVER, PARAMETERS, READ, notebook_document, write_workspace

from opsrules import open_register
from opsrules.batch import RunResult, run
from opsrules.errors import UsageError
from opsrules.periods import Period

OCTOBER, AS_OF = Period.parse("2026-10"), date(2026, 11, 5)
BREAK = "from pathlib import Path\nif Path('break_now').exists():\n    raise ValueError('broken')"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = write_workspace(tmp_path_factory.mktemp("beside") / "work", notebook_document(READ, "print(1)", DELIVER))
    more = notebook_document(READ, BREAK, DELIVER, parameters=PARAMETERS + 'metric = ""\n')
    (found / "notebooks" / "root_cause.ipynb").write_text(json.dumps(more))
    return found


def _files(root: Path) -> dict[str, bytes]:
    folder = root / "reports" / "2026-10"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _events(root: Path) -> int:
    with open_register(root, write=False) as register:
        return sum(1 for _ in register.events())


def _run(root: Path, desk: str) -> RunResult:
    return run(root, ["good"], OCTOBER, AS_OF, desk)


def test_the_page_stands_beside_the_desks_own_and_is_not_recorded(root: Path) -> None:
    _run(root, "reconciliation")
    before, events = _files(root), _events(root)
    result = _run(root, "root_cause")
    assert result.outcomes[0].page == root / "reports" / "2026-10" / "good" / "root_cause.html"
    assert result.outcomes[0].recorded is None
    assert _events(root) == events
    after = _files(root)
    assert {name: after[name] for name in before if name != "manifest.json"} == {
        name: content for name, content in before.items() if name != "manifest.json"
    }
    assert "good/root_cause/register.json" not in after
    manifest = json.loads(after["manifest.json"])
    assert manifest["accounts"] == json.loads(before["manifest.json"])["accounts"]
    entry = manifest["beside"]["root_cause"]["good"]
    assert entry["status"] == "reviewed"
    assert "good/root_cause.html" in entry["files"]
    _run(root, "root_cause")
    assert _files(root) == after
    _run(root, "reconciliation")
    assert json.loads(_files(root)["manifest.json"])["beside"] == manifest["beside"]


def test_a_page_that_fails_says_so_and_leaves_the_desks_own(root: Path) -> None:
    _run(root, "reconciliation")
    _run(root, "root_cause")
    before, events = _files(root), _events(root)
    (root / "break_now").touch()
    try:
        result = _run(root, "root_cause")
    finally:
        (root / "break_now").unlink()
    assert [one.account for one in result.failed] == ["good"]
    after = _files(root)
    assert b"Not reviewed" in after["good/root_cause.html"]
    assert b"last_good/root_cause.html" in after["good/root_cause.html"]
    assert after["good/reconciliation.html"] == before["good/reconciliation.html"]
    assert after["index.html"] == before["index.html"]
    assert _events(root) == events
    assert json.loads(after["manifest.json"])["beside"]["root_cause"]["good"]["status"] == "failed"


def test_a_page_that_nobody_knows_is_no_notebook(root: Path) -> None:
    with pytest.raises(UsageError, match="root_caus"):
        _run(root, "root_caus")
