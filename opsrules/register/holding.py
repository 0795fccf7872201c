"""One run at a time holds a workspace: what it publishes and records is never mixed with another's."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from opsrules.errors import UsageError, WorkspaceHeld
from opsrules.publish import put

__all__ = ["held"]


@contextmanager
def held(workspace: Path, actor: str) -> Iterator[None]:
    """Hold a workspace for a run; the operating system lets go of it when the process ends, however it does.

    Beside the lock, .opsrules/run.json says who holds it. The lock is of this machine: two machines that share the
    folder over a network may not see each other's.

    Parameters
    ----------
    workspace : Path
    actor : str
        Whose run it is.

    Raises
    ------
    WorkspaceHeld
        If another run holds it, with its process, machine, person and start.
    UsageError
        If nothing can be written there.
    """
    folder = workspace / ".opsrules"
    lock = FileLock(folder / "run.lock")
    told = folder / "run.json"
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise WorkspaceHeld(_holder(workspace, told)) from None
    except OSError as error:
        msg = f"{folder}: no run can be noted there ({error.strerror}); see to the folder's rights"
        raise UsageError(msg) from error
    try:
        own = {"pid": os.getpid(), "host": socket.gethostname(), "actor": actor, "since": _now()}
        with contextlib.suppress(OSError):  # a full disk: the lock itself holds, only its name is missing
            put(told, json.dumps(own).encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            told.unlink()
        lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _holder(workspace: Path, told: Path) -> str:
    step = "wait until it is done, or end it, then run again"
    try:
        own: dict[str, Any] = json.loads(told.read_bytes())
        who = f"process {own['pid']} on {own['host']}, {own['actor']}'s, since {own['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "one that has not said whose it is"
    return f"{workspace}: another run holds this workspace ({who}); {step}"
