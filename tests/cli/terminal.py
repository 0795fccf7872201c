"""The command line as somebody at a terminal has it: a pseudo-terminal of a width, with what they type."""

from __future__ import annotations

import os
import pty
import re
import sys
import threading

import pytest
from calling import call

_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def at_terminal(*arguments: str, typed: str = "", columns: int = 80) -> tuple[int, str]:
    """Run a command; return its exit code and everything that the terminal showed, without colours."""
    ours, theirs = pty.openpty()
    pieces: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(ours, pieces))
    reader.start()
    with (
        pytest.MonkeyPatch.context() as patch,
        open(theirs, "w", encoding="utf-8", buffering=1) as out,  # noqa: PTH123 - a terminal has no path
        open(os.dup(theirs), encoding="utf-8") as keyboard,  # noqa: PTH123
    ):
        os.write(ours, typed.encode())
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("TERM", "xterm")
        patch.setattr(sys, "stdin", keyboard)
        for name in ("stdout", "stderr"):
            patch.setattr(sys, name, out)
        code = call(*arguments)
    reader.join()
    os.close(ours)
    return code, _SEQUENCE.sub("", b"".join(pieces).decode()).replace("\r\n", "\n")


def _drain(ours: int, pieces: list[bytes]) -> None:
    """Take everything until nobody has the terminal open any more, which Linux tells as an error."""
    while True:
        try:
            pieces.append(os.read(ours, 65_536))
        except OSError:
            return
        if not pieces[-1]:
            return
