"""The commands of the register on PostgreSQL: the same as on a file, but for who acts, grants and backups."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from calling import call
from register import postgres
from register_events import finding
from register_reviews import review, write_account

from opsrules.register import open_register


@pytest.fixture
def workspace(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_account(tmp_path)
    monkeypatch.setenv("OPSRULES_REGISTER_URL", postgres_url)
    monkeypatch.setenv("OPSRULES_ACTOR", "somebody-else")
    with open_register(tmp_path) as register:
        register.record(review([finding("aaaa1111", -120_430), finding("bbbb2222", 700)]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_acts_are_those_of_the_databases_role(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("register", "resolve", "aaaa", "--reason", "expected", "--json") == 0
    (event,) = json.loads(capsys.readouterr().out)
    with open_register(workspace) as register:
        assert event["actor"] == register.actor != "somebody-else"
    assert call("register", "verify") == 0
    assert "4 events, 0 ends of reports compared: nothing wrong" in capsys.readouterr().out


def test_a_backup_says_the_line_to_run_and_the_line_works(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("register", "backup", "copy.dump") == 2
    line = shlex.split(capsys.readouterr().err.partition("run: ")[2])
    programs = postgres.programs()
    assert programs is not None
    assert line[:3] == ["pg_dump", "--format=custom", "--file=copy.dump"]
    subprocess.run([str(programs / line[0]), *line[1:]], cwd=workspace, check=True, timeout=60)
    assert (workspace / "copy.dump").read_bytes().startswith(b"PGDMP")


def test_a_role_that_is_not_there_is_granted_nothing(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("register", "grant", "nobody_of_that_name") == 2
    assert "the server has no role 'nobody_of_that_name'" in capsys.readouterr().err
