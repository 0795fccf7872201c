"""Publishing with a fault at every step: readers meet old files or new ones, never a clean page of a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrules.batch import publication
from opsrules.batch.folders import Place
from opsrules.batch.publication import publish_failure, publish_review, stage_review
from opsrules.publish import move, put

FAILURE = b"why"


class _StoppedError(Exception):
    """Stands for a kill at this very call."""


def _staged(folder: Path, text: str) -> Place:
    place = Place(folder, "reconciliation")
    (place.data / "tables").mkdir(parents=True)
    for name in ("review.json", "findings.csv", "tables/causes.parquet", "delivered.json"):
        (place.data / name).write_text(text)
    stage_review(place, f"page {text}", f"notebook {text}".encode(), text.encode())
    return place


def _published(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def _place(tmp_path: Path, text: str) -> Place:
    place = Place(tmp_path / "account", "reconciliation")
    place.data.mkdir(parents=True)
    publish_review(_staged(tmp_path / "first", text), place)
    return place


def test_the_page_is_moved_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []

    def note(staged: Path, path: Path) -> None:
        moved.append(path.name)
        move(staged, path)

    monkeypatch.setattr(publication, "move", note)
    _place(tmp_path, "old")
    assert moved[-1] == "reconciliation.html"
    assert moved[-3:-1] == ["reconciliation.html", "review.json"]  # the copies for last_good, before the page itself


@pytest.mark.parametrize("step", range(8))
def test_kill_at_any_move_leaves_whole_files_and_a_rerun_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    place = _place(tmp_path, "old")
    calls = 0

    def killed(staged: Path, path: Path) -> None:
        nonlocal calls
        if calls == step:
            raise _StoppedError
        calls += 1
        move(staged, path)

    staged = _staged(tmp_path / "second", "new")
    with monkeypatch.context() as patch:
        patch.setattr(publication, "move", killed)
        with pytest.raises(_StoppedError):
            publish_review(staged, place)
    assert set(_published(place.account_folder).values()) <= {
        *("old", "page old", "notebook old"),
        *("new", "page new", "notebook new"),
    }
    assert place.page.read_text() == "page old"
    publish_review(_staged(tmp_path / "third", "new"), place)
    assert set(_published(place.account_folder).values()) == {"new", "page new", "notebook new"}


@pytest.mark.parametrize("step", range(4))
def test_kill_while_a_failure_is_published_never_leaves_a_clean_page_without_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    place = _place(tmp_path, "old")
    calls = 0

    def killed(path: Path, content: bytes) -> None:
        nonlocal calls
        if calls == step:
            raise _StoppedError
        calls += 1
        put(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(publication, "put", killed)
        with pytest.raises(_StoppedError):
            publish_failure(place, "not reviewed", FAILURE, b"notebook failed", b"failed")
    assert place.review.exists() == (place.page.read_text() == "page old")
    assert place.last_good_page.read_text() == "page old"
    publish_failure(place, "not reviewed", FAILURE, b"notebook failed", b"failed")
    assert set(_published(place.account_folder)) == {
        "reconciliation.html",
        "reconciliation/failure.json",
        "reconciliation/executed.ipynb",
        "reconciliation/register.json",
        "reconciliation/last_good/reconciliation.html",
        "reconciliation/last_good/findings.csv",
        "reconciliation/last_good/review.json",
    }


def test_success_after_a_failure_takes_its_record_away(tmp_path: Path) -> None:
    place = _place(tmp_path, "old")
    publish_failure(place, "not reviewed", FAILURE, None, None)
    publish_review(_staged(tmp_path / "second", "new"), place)
    assert not place.failure.exists()
    assert place.last_good_page.read_text() == "page new"
    assert place.last_good_link() == "reconciliation/last_good/reconciliation.html"


def test_first_failure_links_no_last_good_run(tmp_path: Path) -> None:
    place = Place(tmp_path / "account", "reconciliation")
    publish_failure(place, "not reviewed", FAILURE, None, None)
    assert place.last_good_link() == ""
