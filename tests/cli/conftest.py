"""A demo workspace, made by the command line once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from calling import Opsrules, Said, call


@pytest.fixture
def opsrules(capsys: pytest.CaptureFixture[str]) -> Opsrules:
    """Call the command line: opsrules("check", "-w", "work")."""

    def called(*arguments: str) -> Said:
        capsys.readouterr()
        code = call(*arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return called


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two made-up accounts, which no test may change."""
    root = tmp_path_factory.mktemp("demo") / "work"
    assert call("init", str(root)) == 0
    assert call("demo", "-w", str(root), "--accounts", "2", "--orders", "30", "--period", "2026-10") == 0
    return root


@pytest.fixture
def own_workspace(demo_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo workspace that the test works in."""
    root = tmp_path / "work"
    shutil.copytree(demo_workspace, root)
    monkeypatch.chdir(root)
    return root
