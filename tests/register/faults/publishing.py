"""The runner's delivery of one account: a review staged, then moved over the one of the day before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from register.faults.warm import acknowledge

from opsrules import publish
from opsrules.batch import publication
from opsrules.batch.folders import Place
from opsrules.batch.publication import publish_review, stage_review

__all__ = ["MUTANTS", "PROMISED", "check", "kept", "main", "publish_text", "warm_up"]

MUTANTS = {"copied into place": "kills", "no sync": "power", "the page first": "kills"}
PROMISED = frozenset({"published"})
NAMES = ("review.json", "findings.csv", "tables/causes.parquet")
LINES = 4_000


def main(root: Path, design: str) -> None:
    """Publish the new review."""
    if design == "the page first":
        publish.put(_place(root).page, _content("new"))
    with _weakened(design):
        publish_text(root, "new", NAMES)
    acknowledge("published")


def publish_text(root: Path, text: str, names: tuple[str, ...]) -> None:
    """Publish a review of which every file says one thing over and over."""
    staging = root / "reports" / "2026-10" / ".staging" / "northwind"
    shutil.rmtree(staging, ignore_errors=True)
    staged = Place(staging, "reconciliation")
    (staged.data / "tables").mkdir(parents=True)
    for name in (*names, "delivered.json"):
        publish.put(staged.data / name, _content(text))
    stage_review(staged, _content(text).decode(), _content(text))
    place = _place(root)
    place.data.mkdir(parents=True, exist_ok=True)
    publish_review(staged, place)
    shutil.rmtree(staging)


def warm_up(root: Path) -> None:
    """Do it once, so that a process is warm."""
    publish_text(root, "new", NAMES)


def check(root: Path, acknowledged: frozenset[str]) -> None:
    """Every file is the old one or the new one; a new page has new files beside it."""
    place = _place(root)
    for path, content in _files(root).items():
        assert content in (_content("old"), _content("new")), f"{path} is neither the old one nor the new one"
    assert place.page.exists(), "the page is not there"
    if place.page.read_bytes() == _content("new"):
        beside = {name: (place.data / name).read_bytes() for name in NAMES}
        assert set(beside.values()) == {_content("new")}, "a new page stands on old files"
    else:
        assert not acknowledged, "acknowledged, and the old page is there"


def kept(root: Path) -> object:
    """All published files."""
    return _files(root)


def _place(root: Path) -> Place:
    return Place(root / "reports" / "2026-10" / "northwind", "reconciliation")


def _files(root: Path) -> dict[str, bytes]:
    folder = _place(root).account_folder
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _content(text: str) -> bytes:
    return f"{text}\n".encode() * LINES


@contextmanager
def _weakened(design: str) -> Iterator[None]:
    changed: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "copied into place": (publication, "move", shutil.copyfile),
        "no sync": (os, "fsync", lambda _: None),
    }
    if design not in changed:
        yield
        return
    module, name, instead = changed[design]
    before = getattr(module, name)
    setattr(module, name, instead)
    try:
        yield
    finally:
        setattr(module, name, before)
