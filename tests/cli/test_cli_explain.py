"""opsrules explain: a planted loss of captures is found through real exports, noise is not explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calling import Opsrules
from planted_change import ACCOUNT, LOST, write_workspace


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("lost") / "work")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("whole") / "work", orders=200, lost=False)


def _asked(root: Path, *more: str) -> tuple[str, ...]:
    return ("explain", "-w", str(root), "--account", ACCOUNT, "--period", "2026-10", "--as-of", "2026-11-05", *more)


def test_the_captures_that_one_country_lost_are_found(opsrules: Opsrules, lost: Path) -> None:
    said = opsrules(*_asked(lost, "--metric", "match_rate", "--json"))
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out)
    assert (told["metric"], told["signal"], told["against"]) == ("match_rate", "signal", "2026-09")
    (one,) = told["slices"]
    assert one["where"] == {"country": LOST}
    assert one["share"] == pytest.approx(1, abs=0.1)
    assert sum(told["drivers"].values()) == pytest.approx(told["value"] - told["before"], abs=1e-12)
    waiting = json.loads(opsrules(*_asked(lost, "--metric", "open_amount", "--json")).out)
    assert [one["where"] for one in waiting["slices"]] == [{"country": LOST}]
    captured = json.loads(opsrules(*_asked(lost, "--metric", "captured", "--json")).out)
    assert [one["where"] for one in captured["slices"]] == [{"ship_country": LOST}]


def test_a_terminal_reads_the_same_in_words_that_claim_no_cause(opsrules: Opsrules, lost: Path) -> None:
    said = opsrules(*_asked(lost, "--metric", "match_rate", "--by", "country"))
    assert said.code == 0
    assert "There is a signal" in said.out
    assert f"The change is concentrated in country = {LOST}" in said.out
    assert "What remains unexplained" in said.out
    assert "What moved it" in said.out
    assert "cause" not in said.out.lower()


def test_without_a_signal_no_slice_is_offered_unless_asked(opsrules: Opsrules, whole: Path) -> None:
    said = opsrules(*_asked(whole, "--metric", "sales"))
    assert "There is no signal: the change lies within what this account usually varies" in said.out
    assert "oncentrated in" not in said.out
    assert "--anyway" in said.out
    asked = json.loads(opsrules(*_asked(whole, "--metric", "sales", "--anyway", "--json")).out)
    assert asked["slices"] == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--metric", "match_rat"), "there is no measure 'match_rat'; did you mean match_rate?"),
        (("--metric", "sales", "--by", "cuntry"), "measure sales has no dimension 'cuntry'; did you mean country?"),
        (("--metric", "sales", "--against", "2026-01"), "has no rows in January 2026; its tables run from 2026-09-01"),
        (("--metric", "sales", "--against", "2026-10"), "share days"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(opsrules: Opsrules, whole: Path, more: tuple[str, ...], told: str) -> None:
    said = opsrules(*_asked(whole, *more))
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_nothing_is_written(opsrules: Opsrules, whole: Path) -> None:
    def files() -> set[str]:
        return {str(path) for path in whole.rglob("*") if path.is_file() and ".opsrules" not in path.parts}

    before = files()
    opsrules(*_asked(whole, "--metric", "orders"))
    assert files() == before
