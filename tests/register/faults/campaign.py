"""Every crash point of a payload, one after another: what breaks at each."""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from register.faults import disk
from register.faults.strace import Call, Injection, disturbed, recorded
from register.faults.warm import ACKNOWLEDGED, Warm

__all__ = ["Campaign", "Payload", "Survey"]

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PLENTIFUL = ("write", "pwrite64", "openat")
GROWING = ("write", "pwrite64", "openat", "mkdir", "ftruncate", "rename")
BAD_DISK = ("write", "pwrite64", "fsync", "fdatasync")


class Payload(Protocol):
    """A module whose runs are disturbed."""

    PROMISED: frozenset[str]

    def check(self, root: Path, acknowledged: frozenset[str], /) -> None:
        """Raise if what is in `root` is not whole, or lacks something acknowledged."""

    def kept(self, root: Path, /) -> object:
        """Return all that is kept, to be compared with another root's."""


@dataclass(frozen=True)
class Survey:
    """What one kind of fault did.

    Attributes
    ----------
    points : int
        Faults tried.
    met : int
        Those that a run met.
    broken : tuple of str
        Where, and what was not kept of the promises.
    """

    points: int
    met: int
    broken: tuple[str, ...]


class Campaign:
    """Runs of one payload and design, each in a copy of the folder `before`, each disturbed at another place.

    After each fault the promises are held against what is there; then the run is made again, undisturbed, and must
    leave what a run without any fault leaves. A weakened design meets the unluckiest disk, and is given up at the first
    promise that it breaks. With `upto` only what comes before that acknowledgement is disturbed.
    """

    def __init__(
        self, strace: str, warm: Warm, payload: Payload, before: Path, scratch: Path, design: str = "", upto: str = ""
    ) -> None:
        self._strace, self._warm, self._payload = strace, warm, payload
        self._before, self._scratch, self._design = before, scratch, design
        with self._copy() as root:
            self._calls = _upto(recorded(strace, warm, root, scratch, design), upto)
            self._root = root
            payload.check(root, payload.PROMISED)
            self._undisturbed = payload.kept(root)

    def kills(self, every: int) -> Survey:
        """D7: the process is killed where it makes a call that changes the disk, or says what it has done."""
        return self._survey("signal=SIGKILL", "", [call for call in self._calls if self._changes(call)], every)

    def full_disks(self, every: int) -> Survey:
        """D9: the disk is full from one call on."""
        growing = [call for call in self._calls if self._changes(call) and call.name in GROWING]
        return self._survey("error=ENOSPC", "+", growing, every)

    def bad_disks(self, every: int) -> Survey:
        """D10: one write or sync fails. Nothing may rest on it, as no sync is tried again."""
        return self._survey("error=EIO", "", [call for call in self._calls if self._is_put(call)], every)

    def power_losses(self, every: int) -> Survey:
        """D8: the power goes after a call; the disk keeps what was synced, and of the rest what it likes."""
        lucks = [disk.Luck.NOTHING] if self._design else list(disk.Luck)
        found = disk.states(self._calls, self._root, self._before, 7, lucks)
        chosen = found if IS_LONG or every == 1 else random.Random(7).sample(found, -(-len(found) // every))
        broken = []
        for state in chosen:
            with self._folder() as root:
                disk.write(state, root)
                if problem := self._problem(root, state.acknowledged):
                    broken.append(f"after call {state.after}, kept {state.luck.value}: {problem}")
            if broken and self._design:
                break
        return Survey(len(chosen), len(chosen), tuple(broken))

    def _survey(self, what: str, later: str, calls: Sequence[Call], every: int) -> Survey:
        met, broken, chosen = 0, [], _some(calls, every)
        for call in chosen:
            injection = Injection(call.name, what, call.nth, later)
            with self._copy() as root:
                ended, is_met = disturbed(self._strace, self._warm, root, self._scratch, injection, self._design)
                met += is_met
                is_silent = is_met and not ended.status and call.paths[0].suffix != "" and "error" in what
                problem = "the fault was passed over" if is_silent else self._problem(root, ended.acknowledged)
            if problem:
                broken.append(f"{injection} on {call.paths[0].name}: {problem}")
                if self._design:
                    break
        return Survey(len(chosen), met, tuple(broken))

    def _problem(self, root: Path, acknowledged: frozenset[str]) -> str:
        try:
            self._payload.check(root, acknowledged)
            again = self._warm.run(root, self._design)
            assert again.status == 0, f"the run after it failed: {again.error[-300:]}"
            assert self._payload.kept(root) == self._undisturbed, "the run after it leaves something else"
        except Exception as error:  # noqa: BLE001 - whatever is wrong there is what is looked for
            return f"{type(error).__name__}: {error}"[:400]
        return ""

    def _changes(self, call: Call) -> bool:
        if call.name == "openat" and b"O_CREAT" not in call.arguments:
            return False
        return call.data.startswith(ACKNOWLEDGED) or call.paths[0].is_relative_to(self._root)

    def _is_put(self, call: Call) -> bool:
        return self._changes(call) and call.name in BAD_DISK and not call.data.startswith(ACKNOWLEDGED)

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        with self._folder() as root:
            shutil.copytree(self._before, root, dirs_exist_ok=True)
            yield root

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        root = self._scratch / "root"
        root.mkdir()
        try:
            yield root
        finally:
            shutil.rmtree(root)


def _upto(calls: Sequence[Call], what: str) -> tuple[Call, ...]:
    """Return the calls up to the one that acknowledges `what`; all of them for ""."""
    last = next(
        (at for at, call in enumerate(calls) if what and call.data == ACKNOWLEDGED + f"{what}\n".encode()), None
    )
    return tuple(calls if last is None else calls[: last + 1])


def _some(calls: Sequence[Call], every: int) -> list[Call]:
    """Every n-th of the calls that come in crowds, the first of each on a file, and all others; all in the long run."""
    crowd = itertools.count(random.Random(7).randrange(every))
    begun: set[tuple[str, Path]] = set()
    chosen = []
    for call in calls:
        is_first = call.name != "openat" and (call.name, call.paths[-1]) not in begun
        begun.add((call.name, call.paths[-1]))
        if IS_LONG or call.name not in PLENTIFUL or is_first or next(crowd) % every == 0:
            chosen.append(call)
    return chosen
