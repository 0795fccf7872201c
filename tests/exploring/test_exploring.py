"""The controls without a browser: what they hold, and what a conclusion leaves in the register."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from planted_change import ACCOUNT, LOST, write_workspace

import opsrules
from opsrules import exploring, open_register
from opsrules.errors import ActRefused, UsageError
from opsrules.exploring.browse import Browser
from opsrules.report import Fragment
from opsrules.rootcause import Exploration, explore


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("explored") / "work", orders=300)


@pytest.fixture(scope="module")
def found(root: Path) -> Exploration:
    return explore(opsrules.open_review("reconciliation", ACCOUNT, "2026-10", root, "2026-11-05"))


def _events(root: Path) -> int:
    with open_register(root) as register:
        return sum(1 for _ in register.events())


def test_in_a_batch_run_nobody_is_asked_and_nothing_shown(found: Exploration, root: Path) -> None:
    assert exploring.browse(found, root, "somewhere") is None


def test_without_ipywidgets_a_sentence_says_so(found: Exploration, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = exploring.browse(found, root)
    assert isinstance(shown, Fragment)
    assert "ipywidgets, which is not installed: pip install 'opsrules[lab]'" in shown.text


def test_the_controls_begin_with_a_signal_and_drill_into_its_slice(found: Exploration, root: Path) -> None:
    pytest.importorskip("ipywidgets")
    browser = exploring.browse(found, root)
    assert isinstance(browser, Browser)
    assert browser.metric.value == found.signals[0].measure.id
    browser.metric.value = "match_rate"
    browser.show.click()
    assert browser.slices.options[0][0] == f"country = {LOST}"
    browser.drill.click()
    assert f"Inside country = {LOST}" in browser.status.value
    assert browser.explanation is not None
    assert browser.explanation.value < 0.2
    browser.back.click()
    assert browser.explanation.value > 0.5
    browser.dimension.value = "country"
    browser.compare.click()
    assert "Two slices of match rate" in browser.pair.value
    browser.against.value = "<b>"
    browser.show.click()
    assert "&lt;b&gt;" in browser.status.value
    assert browser.explanation is None


def test_a_conclusion_is_a_decision_or_a_comment_on_a_finding(found: Exploration, root: Path) -> None:
    before = _events(root)
    with pytest.raises(UsageError, match="the conclusion is empty"):
        exploring.conclude(root, ACCOUNT, " ")
    with pytest.raises((ActRefused, UsageError), match="beefbeef"):
        exploring.conclude(root, ACCOUNT, "No such finding.", finding="beefbeef")
    assert _events(root) == before
    exploring.conclude(root, ACCOUNT, "The acquirer was switched off.", explanation=found.signals[0])
    with open_register(root, write=False) as register:
        (kept,) = register.decisions().to_dict("records")
    assert kept["decision"] == "The acquirer was switched off."
    assert found.signals[0].lines[0] in kept["context"]


def test_what_is_delivered_holds_the_findings_and_the_tables_of_root_causes(found: Exploration, tmp_path: Path) -> None:
    found.review.save(tmp_path)
    names = {path.stem for path in (tmp_path / "tables").iterdir()}
    assert names == {"measures", "slices", "drivers", "causes", "cause_counts"}
    assert list(found.review.tables["measures"]["metric"]) == [one.measure.id for one in found.explanations]


def test_a_dimension_that_no_measure_has_is_named_with_the_nearest(root: Path) -> None:
    review = opsrules.open_review("reconciliation", ACCOUNT, "2026-10", root, "2026-11-05")
    with pytest.raises(UsageError, match="no measure has a dimension 'contry'; did you mean country"):
        explore(review, dimensions="contry")
    only = explore(review, "match_rate", "2026-09", "country, status")
    assert [one.dimensions for one in only.explanations] == [("country", "status")]
