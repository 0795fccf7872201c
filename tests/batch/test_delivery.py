"""deliver: nothing by hand, everything and the record last for the runner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sample_review import sample_review

import opsrules
from opsrules.delivery import RECORD, ByHand, deliver

REVIEW = sample_review("northwind", "2026-10", "2026-11-05")


def test_by_hand_nothing_is_written_and_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = deliver(REVIEW, "")
    assert isinstance(shown, ByHand)
    assert shown._repr_mimebundle_()["text/plain"] == str(shown) == "Run by hand: nothing is written."
    assert list(tmp_path.iterdir()) == []


def test_for_the_runner_the_record_names_the_review_and_nothing_is_shown(tmp_path: Path) -> None:
    assert deliver(REVIEW, str(tmp_path)) is None
    assert json.loads((tmp_path / RECORD).read_text()) == {
        "run_id": "run-northwind",
        "account": "northwind",
        "period": "2026-10",
        "desk": "reconciliation",
    }
    assert (tmp_path / "review.json").exists()


def test_the_record_is_missing_when_saving_did_not_end(tmp_path: Path) -> None:
    (tmp_path / "findings.csv").mkdir()
    with pytest.raises(OSError, match="findings"):
        deliver(REVIEW, str(tmp_path))
    assert not (tmp_path / RECORD).exists()


def test_name_stays_the_function_however_often_it_is_fetched() -> None:
    assert opsrules.deliver is opsrules.deliver is deliver
