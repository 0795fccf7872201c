"""Publishing one account: everything is finished in a staging folder first, then renamed into place, the page last."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from opsrules.batch.folders import EXECUTED, LAST_GOOD, Place
from opsrules.delivery import RECORD
from opsrules.publish import move, put

__all__ = ["publish_failure", "publish_review", "stage_review"]

_TO_INDEX = 'href="../index.html"'
_TO_INDEX_FROM_LAST_GOOD = 'href="../../../index.html"'
_KEPT = ("review.json", "findings.csv")


def stage_review(staged: Place, page: str, executed: bytes, register: bytes | None) -> None:
    """Add to a delivered review its page, notebook and place in the register, and the copies that a failure links."""
    put(staged.data / EXECUTED, executed)
    if register is not None:
        put(staged.register, register)
    put(staged.page, page.encode())
    (staged.data / LAST_GOOD).mkdir(exist_ok=True)
    # The kept page lies two folders deeper, and its data beside it.
    kept = page.replace(_TO_INDEX, _TO_INDEX_FROM_LAST_GOOD).replace(f'href="{staged.data.name}/', 'href="')
    put(staged.last_good_page, kept.encode())
    for name in _KEPT:
        if (staged.data / name).exists():
            put(staged.data / LAST_GOOD / name, (staged.data / name).read_bytes())
    (staged.data / RECORD).unlink()


def publish_review(staged: Place, place: Place) -> None:
    """Move a staged review into its place: data, the copies, the page last. What an earlier run left is removed."""
    new = [path.relative_to(staged.data) for path in _files(staged.data)]
    for name in sorted(new, key=lambda name: (name.parts[0] == LAST_GOOD, name)):
        (place.data / name).parent.mkdir(parents=True, exist_ok=True)
        move(staged.data / name, place.data / name)
    move(staged.page, place.page)
    for old in list(_files(place.data)):
        if old.relative_to(place.data) not in new:
            old.unlink()


def publish_failure(place: Place, page: str, record: bytes, executed: bytes | None, register: bytes | None) -> None:
    """Replace the page by one that says so, first; then take away what would look current. The last good run stays."""
    place.data.mkdir(parents=True, exist_ok=True)
    put(place.page, page.encode())
    kept = {place.failure, *_files(place.data / LAST_GOOD)}
    for old in list(_files(place.data)):
        if old not in kept:
            old.unlink()
    shutil.rmtree(place.data / "tables", ignore_errors=True)
    put(place.failure, record)
    if executed is not None:
        put(place.data / EXECUTED, executed)
    if register is not None:
        put(place.register, register)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
