"""A workspace's taxonomy and cause rules are checked with all its other parameter files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from calling import call

from opsrules.cli.checking import load_rules
from opsrules.rootcause.classify_words import FAMILIES
from opsrules.workspace import Workspace, shipped

PARAMETERS = Path(__file__).parents[2] / "parameters"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("rules", "causes", "taxonomy"):
        shutil.copytree(PARAMETERS / name, tmp_path / "parameters" / name)
    return tmp_path


def test_the_cause_rules_come_after_those_of_the_desks(root: Path) -> None:
    sets, problems = load_rules(root)
    assert problems == []
    assert len(sets) == 1 + len(FAMILIES)
    assert sets[0].rules[0].id == "REC-010"


def test_a_workspace_without_causes_has_the_shipped_ones(root: Path) -> None:
    sets, _ = load_rules(root)
    shutil.rmtree(root / "parameters" / "causes")
    shutil.rmtree(root / "parameters" / "taxonomy")
    again, problems = load_rules(root)
    assert problems == []
    assert [one.sha256 for one in again] == [one.sha256 for one in sets]
    assert Workspace(root).causes_dir == shipped() / "parameters" / "causes"


def test_mistakes_of_taxonomy_clients_and_cause_rules_are_told_at_once(root: Path) -> None:
    clients = root / "parameters" / "taxonomy" / "clients"
    clients.mkdir()
    (clients / "acme.yaml").write_text("client: amce\nversion: 1\nsince: 2026-01-01\n")
    rules = root / "parameters" / "causes" / "shipping.yaml"
    rules.write_text(rules.read_text("utf-8").replace("SHIP.NO_SCAN", "SHIP.NO_SCANS"), "utf-8")
    _, problems = load_rules(root)
    told = [str(one) for one in problems]
    assert len(told) == 2
    assert told[0].startswith("parameters/taxonomy/clients/acme.yaml:1: client is 'amce' in a file named after 'acme'")
    assert "there is no cause 'SHIP.NO_SCANS'; did you mean SHIP.NO_SCAN?" in told[1]
    taxonomy = root / "parameters" / "taxonomy" / "shipping.yaml"
    taxonomy.write_text(taxonomy.read_text("utf-8").replace("origin: carrier", "origin: courier", 1), "utf-8")
    _, problems = load_rules(root)
    assert any("origin must be one of people" in str(one) for one in problems)
    assert any("acme.yaml:1" in str(one) for one in problems)


def test_the_causes_are_listed_with_those_of_an_account(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clients = root / "parameters" / "taxonomy" / "clients"
    clients.mkdir()
    own = "  - {code: REC.OWN, parent: REC, words: Its own, origin: policy, owner: finance, corrective: [Mend it.], "
    own += "preventive: [Mind it.], source: made for tests, confidence: K}\n"
    (clients / "acme.yaml").write_text("client: acme\nversion: 1\nsince: 2026-01-01\ncauses:\n" + own)
    assert call("rules", "causes", "-w", str(root), "--json") == 0
    shipped_ones = [one["code"] for one in json.loads(capsys.readouterr().out)]
    assert call("rules", "causes", "-w", str(root), "--account", "acme", "--json") == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == [*shipped_ones, "REC.OWN"]
    assert call("rules", "causes", "-w", str(root)) == 0
    assert "Decimal places mixed up" in capsys.readouterr().out
