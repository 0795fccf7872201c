"""A warm process that forks a child a run: hundreds of crashes without waiting for imports each time.

A payload is a module with ``main(root, design)``, which does its work in the folder `root` and says what it has
acknowledged with `acknowledge`, and with ``warm_up(root)``, which does as much in an empty folder, so that what is done
once a process has been done before it forks.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ACKNOWLEDGED", "Ended", "Warm", "acknowledge"]

ACKNOWLEDGED = b"ACKNOWLEDGED "
"""How an acknowledgement begins."""

_SET_PTRACER, _ANY = 0x59616D61, ctypes.c_ulong(-1)  # prctl(2): a tracer that is no ancestor of the child


def acknowledge(what: str) -> None:
    """Promise that `what` is kept from here on: a write to standard output, so that a trace shows when it was made."""
    os.write(1, ACKNOWLEDGED + what.encode() + b"\n")


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes
    ----------
    status : int
        0, 1 when the payload raised, minus the signal that killed it.
    acknowledged : frozenset of str
    error : str
        What it wrote to standard error.
    """

    status: int
    acknowledged: frozenset[str]
    error: str


class Warm:
    """Starts runs of one payload; a context manager."""

    def __init__(self, payload: str, scratch: Path) -> None:
        self._out = scratch / "out"
        there = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",  # it would be traced
            "OPENBLAS_NUM_THREADS": "1",  # a fork keeps one thread
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "register.faults.warm", payload],
            env=there,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, root: Path, design: str = "", watch: Callable[[int], None] | None = None) -> Ended:
        """Run the payload once; `watch` is given the stopped child's process id and has to let it go on."""
        for suffix in ("", ".error"):
            self._out.with_suffix(suffix).write_bytes(b"")
        self._tell(json.dumps([str(root), design, str(self._out), watch is not None]))
        child = int(self._told())
        if watch is not None:
            watch(child)
        status = int(self._told())
        lines = self._out.read_bytes().splitlines()
        said = frozenset(line.removeprefix(ACKNOWLEDGED).decode() for line in lines if line.startswith(ACKNOWLEDGED))
        return Ended(status, said, self._out.with_suffix(".error").read_text("utf-8", "replace"))

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _told(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def _serve(payload: str) -> None:
    module = importlib.import_module(payload)
    told, silence = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    with tempfile.TemporaryDirectory() as folder:
        module.warm_up(Path(folder))
    os.dup2(told, 1)
    for line in sys.stdin:
        root, design, out, is_watched = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(module.main, Path(root), design, out, is_watched=is_watched)
        if is_watched:
            os.waitpid(child, os.WUNTRACED)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(main: Callable[[Path, str], None], root: Path, design: str, out: str, *, is_watched: bool) -> None:
    for number, name in ((1, out), (2, out + ".error")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_APPEND), number)
    if is_watched:
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANY, 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
    try:
        main(root, design)
    except BaseException:  # noqa: BLE001 - the child ends here, whatever it was
        os.write(2, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
