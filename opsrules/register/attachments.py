"""Files that people keep with findings: copies under attachments/, each named by the SHA-256 of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from opsrules.errors import RegisterError, UsageError
from opsrules.publish import put

__all__ = ["FOLDER", "Kept", "keep", "remove"]

FOLDER = "attachments"
"""Folder of the workspace."""


@dataclass(frozen=True)
class Kept:
    """A file that was copied.

    Attributes
    ----------
    name : str
        That it came with.
    sha256 : str
    bytes : int
        Its size.
    """

    name: str
    sha256: str
    bytes: int


def keep(workspace: Path, path: Path) -> Kept:
    """Copy a file into the workspace; one that is there already is left as it is.

    Raises
    ------
    UsageError
        If the file cannot be read.
    RegisterError
        If the copy cannot be written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: the file cannot be read ({error.strerror}); nothing was attached"
        raise UsageError(msg) from error
    kept = Kept(path.name, sha256(content).hexdigest(), len(content))
    target = workspace / FOLDER / kept.sha256
    try:
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            put(target, content)
    except OSError as error:
        msg = f"{target.parent}: the copy cannot be written there ({error.strerror}); nothing was attached"
        raise RegisterError(msg) from error
    return kept


def remove(workspace: Path, name: str) -> None:
    """Remove a copy by its SHA-256; nothing when it is "" or not there."""
    if name:
        (workspace / FOLDER / name).unlink(missing_ok=True)
