"""Writing files so that a reader meets the old one or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["move", "put"]


def put(path: Path, content: bytes) -> None:
    """Put `content` at `path` atomically: temp file in the same folder, fsync, rename, fsync the folder.

    Raises
    ------
    OSError
        If the folder cannot be written; what stood at `path` is untouched. A failed fsync is never retried, because
        the kernel may have dropped the data, as PostgreSQL learned in 2018.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    _fsync_folder(path.parent)


def move(staged: Path, path: Path) -> None:
    """Give `staged`, written by `put` on the same disk, its place at `path` atomically; a full disk cannot stop it.

    Raises
    ------
    OSError
        If the folder cannot be written; what stood at `path` is untouched.
    """
    staged.replace(path)
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is already durable enough to be ordered
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
