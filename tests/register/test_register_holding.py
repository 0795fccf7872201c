"""One run at a time holds a workspace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opsrules.errors import UsageError, WorkspaceHeld
from opsrules.register.holding import held

HOLDS = """
import sys, time
from pathlib import Path
from opsrules.register.holding import held
with held(Path(sys.argv[1]), "mina"):
    print("held", flush=True)
    time.sleep(60)
"""


def _holding(workspace: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(workspace)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_d13_a_second_run_is_told_who_holds_the_workspace(tmp_path: Path) -> None:
    process = _holding(tmp_path)
    try:
        with pytest.raises(WorkspaceHeld, match=rf"process {process.pid} on \S+, mina's, since 20\d\d-") as told:  # noqa: SIM117
            with held(tmp_path, "jo"):
                pytest.fail("both hold it")
        assert "run again" in str(told.value)
        assert json.loads((tmp_path / ".opsrules" / "run.json").read_text())["pid"] == process.pid
    finally:
        _end(process)


def test_d14_the_lock_of_a_dead_run_is_taken_over(tmp_path: Path) -> None:
    _end(_holding(tmp_path))
    with held(tmp_path, "jo"):
        told = json.loads((tmp_path / ".opsrules" / "run.json").read_text())
        assert (told["pid"], told["actor"]) == (os.getpid(), "jo")
    assert not (tmp_path / ".opsrules" / "run.json").exists()


def test_a_run_that_fails_lets_go(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), held(tmp_path, "jo"):
        raise RuntimeError
    with held(tmp_path, "jo"), pytest.raises(WorkspaceHeld), held(tmp_path, "jo"):
        pytest.fail("both hold it")


def test_d11_a_workspace_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".opsrules").write_text("a file in its place")
    with pytest.raises(UsageError, match="no run can be noted"), held(tmp_path, "jo"):
        pytest.fail("held nothing")
