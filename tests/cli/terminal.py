"""The command line as somebody at a terminal has it: a pseudo-terminal of a width, with what they type."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
SECONDS = 120


def at_terminal(folder: Path, *arguments: str, typed: str = "", columns: int = 80) -> tuple[int, str]:
    """Run a command in a folder; return its exit code and everything that the terminal showed, without colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "opsrules", *arguments]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment | {"TERM": "xterm"}
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b"".join(_pieces(ours))
        code = process.wait(SECONDS)
    os.close(ours)
    return code, _SEQUENCE.sub("", shown.decode()).replace("\r\n", "\n")


def _pieces(ours: int) -> list[bytes]:
    """Everything until the command lets go of the terminal, which Linux tells as an error."""
    pieces = []
    while True:
        try:
            piece = os.read(ours, 65_536)
        except OSError:
            return pieces
        if not piece:
            return pieces
        pieces.append(piece)
