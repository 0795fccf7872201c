"""System calls of a run: recorded, or made to fail or to be its last."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from register.faults.warm import Ended, Warm

__all__ = ["CHANGING", "Call", "Injection", "disturbed", "recorded"]

CHANGING = (
    *("openat", "write", "pwrite64", "writev", "pwritev", "pwritev2", "fsync", "fdatasync", "sync_file_range"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat"),
    *("symlink", "symlinkat", "truncate", "ftruncate", "fallocate", "copy_file_range", "sendfile"),
)
"""Calls that change what a disk holds. A process killed at another one is killed at the next of these."""

_CALL = re.compile(rb"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+)")
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(rb"(?:^|, )(?:\d+|AT_FDCWD)<([^>]*)>")
_BYTE = re.compile(rb"\\x([0-9a-f]{2})")


@dataclass(frozen=True)
class Call:
    """One call that succeeded.

    Attributes
    ----------
    name : str
    nth : int
        How many calls of this name the run had made, this one counted.
    paths : tuple of Path
        Of its descriptors; where it names files, theirs instead.
    data : bytes
        What a write wrote.
    arguments : bytes
        As strace shows them.
    result : int
    """

    name: str
    nth: int
    paths: tuple[Path, ...]
    data: bytes
    arguments: bytes
    result: int


@dataclass(frozen=True)
class Injection:
    """What is done at the `nth` call of a name: ``signal=SIGKILL`` or ``error=EIO``; on all later ones too with "+"."""

    name: str
    what: str
    nth: int
    later: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.what}:when={self.nth}{self.later}"


def recorded(strace: str, warm: Warm, root: Path, scratch: Path, design: str = "") -> tuple[Call, ...]:
    """Run once undisturbed; every changing call in order of time."""
    log = scratch / "calls"
    options = ["-y", "-xx", "-s", "4000000", "-e", f"trace={','.join(CHANGING)}"]
    ended = warm.run(root, design, lambda child: _watch(strace, child, log, options))
    assert ended.status == 0, ended.error
    counts: Counter[str] = Counter()
    calls = []
    for line in log.read_bytes().splitlines():
        if found := _CALL.match(line):
            counts[found["name"].decode()] += 1
            if int(found["result"]) >= 0:
                calls.append(_call(found, counts))
    return tuple(calls)


def disturbed(
    strace: str, warm: Warm, root: Path, scratch: Path, injection: Injection, design: str = ""
) -> tuple[Ended, bool]:
    """Run once with one fault; how it ended, and whether the fault was met."""
    log = scratch / "calls"
    options = ["-s", "0", "-e", f"trace={injection.name}", "-e", f"inject={injection}"]
    ended = warm.run(root, design, lambda child: _watch(strace, child, log, options))
    return ended, ended.status == -signal.SIGKILL or b"(INJECTED)" in log.read_bytes()


def _watch(strace: str, child: int, log: Path, options: Sequence[str]) -> None:
    command = [strace, "-o", str(log), *options, "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        line = tracer.stderr.readline()
        os.kill(child, signal.SIGCONT)
        assert "attached" in line, line
        tracer.stderr.read()


def _call(found: re.Match[bytes], counts: Counter[str]) -> Call:
    name, arguments = found["name"].decode(), found["arguments"]
    texts = [_decoded(text) for text in _TEXT.findall(arguments)]
    descriptors = [_decoded(text) for text in _DESCRIPTOR.findall(arguments)]
    data = b""
    if "write" in name:
        data, texts = b"".join(texts)[: int(found["result"])], []
    return Call(name, counts[name], _paths(descriptors, texts), data, arguments, int(found["result"]))


def _paths(descriptors: list[bytes], names: list[bytes]) -> tuple[Path, ...]:
    if not names:
        return tuple(Path(os.fsdecode(one)) for one in descriptors)
    folders = descriptors or [b""]
    folders += folders[-1:] * (len(names) - len(folders))
    return tuple(Path(os.fsdecode(folder)) / os.fsdecode(name) for folder, name in zip(folders, names, strict=False))


def _decoded(text: bytes) -> bytes:
    return _BYTE.sub(lambda found: bytes([int(found[1], 16)]), text)
