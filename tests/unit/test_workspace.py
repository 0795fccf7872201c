"""Finding the workspace from anywhere inside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrules.errors import UsageError
from opsrules.workspace import Workspace, find


def test_find_walks_up_to_the_folder_that_holds_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parameters").mkdir()
    inner = tmp_path / "exports" / "northwind"
    inner.mkdir(parents=True)
    assert find(inner) == tmp_path.resolve()
    assert find(str(tmp_path)) == tmp_path.resolve()
    monkeypatch.chdir(inner)
    assert find() == tmp_path.resolve()


def test_the_nearest_workspace_counts(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "inner" / "parameters").mkdir(parents=True)
    assert find(tmp_path / "inner") == (tmp_path / "inner").resolve()


def test_a_file_called_parameters_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "parameters").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="opsrules init DIR"):
        find(tmp_path)


def test_its_folders(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    place = Workspace.at(tmp_path)
    root = tmp_path.resolve()
    assert (place.accounts_dir, place.rules_dir) == (root / "parameters/accounts", root / "parameters/rules")
    assert (place.notebooks, place.exports, place.reports) == (root / "notebooks", root / "exports", root / "reports")
