"""What an unlucky disk keeps when the power goes: recorded calls, replayed.

A sync of a file makes its content safe, a sync of a folder the names in it, and the folder's own. The folder's own name
is not promised by POSIX, but ext4, XFS and Btrfs keep it. All else is kept or lost as `Luck` says.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from register.faults.strace import Call
from register.faults.warm import ACKNOWLEDGED

__all__ = ["Kept", "Luck", "states", "write"]

SECTOR = 512


class Luck(Enum):
    """What is kept of that which was not synced."""

    NOTHING = "nothing"
    NAMES = "names"
    CONTENT = "content"
    SOME = "some sectors and the first names, by chance"


@dataclass(frozen=True)
class Kept:
    """A disk after the power came back.

    Attributes
    ----------
    after : int
        Calls that had been made.
    luck : Luck
    folders : frozenset of Path
    files : mapping of Path to bytes
        Relative to the root, as the folders are.
    acknowledged : frozenset of str
    """

    after: int
    luck: Luck
    folders: frozenset[Path]
    files: dict[Path, bytes]
    acknowledged: frozenset[str]


@dataclass
class _File:
    content: bytearray
    safe: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # where and what; None cuts the file there
    at: int = 0

    def put(self, at: int, data: bytes) -> None:
        self.pending.append((at, data))
        _put(self.content, at, data)

    def cut(self, at: int) -> None:
        self.pending.append((at, None))
        _cut(self.content, at)

    def sync(self) -> None:
        self.safe = bytearray(self.content)
        self.pending = []

    def kept(self, luck: Luck, chance: random.Random) -> bytes:
        if luck is Luck.CONTENT:
            return bytes(self.content)
        out = bytearray(self.safe)
        if luck is Luck.SOME:
            for at, data in self.pending:
                if data is None:
                    if chance.random() < 0.5:
                        _cut(out, at)
                    continue
                for start, part in _sectors(at, data):
                    if chance.random() < 0.5:
                        _put(out, start, part)
        return bytes(out)


def _put(content: bytearray, at: int, data: bytes) -> None:
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


def _cut(content: bytearray, at: int) -> None:
    del content[at:]
    content.extend(bytes(at - len(content)))


def _sectors(at: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start < len(data):
        size = SECTOR - (at + start) % SECTOR
        yield at + start, data[start : start + size]
        start += size


_Names = dict[Path, _File | None]
"""What stands where; None for a folder."""


class _Disk:
    def __init__(self, before: Path) -> None:
        self.names: _Names = {}
        for path in sorted(before.rglob("*")):
            name = path.relative_to(before)
            self.names[name] = (
                None if path.is_dir() else _File(bytearray(path.read_bytes()), bytearray(path.read_bytes()))
            )
        self.safe: _Names = dict(self.names)
        self.changes: list[list[tuple[Path, _File | str | None]]] = []  # names given since; "gone" for those taken
        self.acknowledged: set[str] = set()

    def change(self, *change: tuple[Path, _File | str | None]) -> None:
        for name, what in change:
            _change(self.names, name, what)
        self.changes.append(list(change))

    def sync_folder(self, folder: Path) -> None:
        inside = {name for name in (*self.names, *self.safe) if name.parent == folder and name != folder}
        for name in (*inside, *(one for one in (folder, *folder.parents) if one in self.names)):
            _change(self.safe, name, self.names.get(name, "gone"))
        done = inside | {folder, *folder.parents}
        self.changes = [[one for one in change if one[0] not in done] for change in self.changes]

    def kept(self, after: int, luck: Luck, chance: random.Random) -> Kept:
        names = dict(self.safe)
        lucky = {Luck.NAMES: len(self.changes), Luck.SOME: chance.randint(0, len(self.changes))}.get(luck, 0)
        for name, what in itertools.chain.from_iterable(self.changes[:lucky]):
            _change(names, name, what)
        reached = {name: what for name, what in names.items() if _is_reached(name, names)}
        return Kept(
            after,
            luck,
            frozenset(name for name, what in reached.items() if what is None),
            {name: what.kept(luck, chance) for name, what in reached.items() if what is not None},
            frozenset(self.acknowledged),
        )


def _change(names: _Names, name: Path, what: _File | str | None) -> None:
    if isinstance(what, str):
        names.pop(name, None)
    else:
        names[name] = what


def _is_reached(name: Path, names: _Names) -> bool:
    return all(names.get(folder, False) is None for folder in list(name.parents)[:-1])


def states(
    calls: Sequence[Call], root: Path, before: Path, seed: int, lucks: Iterable[Luck] = tuple(Luck)
) -> tuple[Kept, ...]:
    """Every disk that a power loss after any of the calls could leave, each once.

    Parameters
    ----------
    calls : sequence of Call
        Of a run in `root`, which then held what `before` still holds.
    seed : int
        Of what chance keeps.
    """
    chance = random.Random(seed)
    disk = _Disk(before)
    found: dict[object, Kept] = {}
    for after in range(len(calls) + 1):
        if after:
            _make(disk, calls[after - 1], root)
        for luck in lucks:
            kept = disk.kept(after, luck, chance)
            found.setdefault((kept.folders, tuple(sorted(kept.files.items())), kept.acknowledged), kept)
    return tuple(found.values())


def write(kept: Kept, root: Path) -> None:
    """Write such a disk into the empty folder `root`."""
    for folder in sorted(kept.folders):
        (root / folder).mkdir()
    for name, content in kept.files.items():
        (root / name).write_bytes(content)


def _make(disk: _Disk, call: Call, root: Path) -> None:
    if call.data.startswith(ACKNOWLEDGED):
        disk.acknowledged.add(call.data.removeprefix(ACKNOWLEDGED).decode().strip())
        return
    names = [path.relative_to(root) for path in call.paths if path.is_relative_to(root)]
    if not names:
        return
    name, file = names[0], disk.names.get(names[0])
    match call.name:
        case "openat":
            _open(disk, name, call.arguments)
        case "write" if file:
            file.put(file.at, call.data)
            file.at += len(call.data)
        case "pwrite64" if file:
            file.put(_last_number(call.arguments), call.data)
        case "ftruncate" if file:
            file.cut(_last_number(call.arguments))
        case "fsync" | "fdatasync" if file:
            file.sync()
        case "fsync" | "fdatasync":
            disk.sync_folder(name)
        case "mkdir" | "mkdirat":
            disk.change((name, None))
        case "rename" | "renameat" | "renameat2" if len(names) == 2 and file:
            disk.change((name, "gone"), (names[1], file))
        case "unlink" | "unlinkat" | "rmdir":
            disk.change((name, "gone"))
        case _:
            raise NotImplementedError(f"the replay does not know what a disk does at {call.name}({call.paths})")


def _open(disk: _Disk, name: Path, arguments: bytes) -> None:
    file = disk.names.get(name)
    if file is None and b"O_CREAT" in arguments:
        file = _File(bytearray(), bytearray())
        disk.change((name, file))
    elif file is not None and b"O_TRUNC" in arguments:
        file.cut(0)
    if file is not None:
        file.at = len(file.content) if b"O_APPEND" in arguments else 0


def _last_number(arguments: bytes) -> int:
    found = re.search(rb", (\d+)$", arguments)
    assert found is not None
    return int(found[1])
