"""put(): the old file or the new one, never half of it, and nothing left behind."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsrules.publish import put


def test_put_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    put(path, b"one")
    assert path.read_bytes() == b"one"
    put(path, b"")
    assert path.read_bytes() == b""
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_what_was_put(tmp_path: Path) -> None:
    put(tmp_path / "page.html", b"x")
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o644


def test_put_into_a_missing_folder_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "missing" / "page.html", b"x")


def failing(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("target", ["os.fsync", "os.fdopen", "pathlib.Path.replace", "pathlib.Path.chmod"])
@pytest.mark.parametrize("old", [b"old", None])
def test_d9_a_failure_before_the_rename_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, old: bytes | None
) -> None:
    path = tmp_path / "page.html"
    if old is not None:
        path.write_bytes(old)
    monkeypatch.setattr(target, failing)
    with pytest.raises(OSError, match="No space left"):
        put(path, b"new")
    monkeypatch.undo()
    assert [one.name for one in tmp_path.iterdir()] == (["page.html"] if old else [])
    assert old is None or path.read_bytes() == old


def test_d10_a_failed_fsync_is_not_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fails(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        put(tmp_path / "page.html", b"new")
    assert len(calls) == 1


def test_an_interrupt_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "page.html", b"new")
    assert list(tmp_path.iterdir()) == []


def test_d8_the_file_is_synced_before_the_rename_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story: list[str] = []

    def noting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            is_folder = isinstance(arguments[0], int) and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            story.append(f"{name} folder" if is_folder else name)
            return real(*arguments)

        return call

    monkeypatch.setattr(os, "fsync", noting("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noting("rename", Path.replace))
    put(tmp_path / "page.html", b"x")
    assert story == ["fsync", "rename", "fsync folder"]


def test_a_reader_meets_only_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each system call of a put, what stands at the path is all old or all new."""
    path = tmp_path / "page.html"
    path.write_bytes(b"old" * 1000)
    seen = set()

    def watching(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            seen.add(path.read_bytes())
            out = real(*arguments, **named)
            seen.add(path.read_bytes())
            return out

        return call

    for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "chmod")):
        monkeypatch.setattr(owner, name, watching(getattr(owner, name)))
    put(path, b"new" * 2000)
    assert seen == {b"old" * 1000, b"new" * 2000}
