"""rules coverage: the counts that the last run left, summed over its accounts."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from calling import Opsrules

import opsrules as package

COUNTS = ("held", "not_held", "not_reached", "error")


@pytest.fixture(scope="module")
def reviewed(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run leaves of reviews: October of both accounts, and an older September of one."""
    root = tmp_path_factory.mktemp("reviewed") / "reports"
    for period, accounts in (("2026-09", ["demo-harrow"]), ("2026-10", ["demo-harrow", "demo-northwind"])):
        for account in accounts:
            review = package.open_review(account=account, period=period, workspace=demo_workspace, as_of="2026-11-10")
            review.save(root / period / account / "reconciliation")
            (root / period / account / "reconciliation.html").touch()
        (root / period / "manifest.json").touch()
    os.utime(root / "2026-09/manifest.json", (0, 0))
    return root


@pytest.fixture
def after_a_run(own_workspace: Path, reviewed: Path) -> Path:
    """A workspace of the test's own, with those reviews."""
    shutil.copytree(reviewed, own_workspace / "reports", dirs_exist_ok=True)
    return own_workspace


def told(opsrules: Opsrules, *options: str) -> dict[str, Any]:
    said = opsrules("rules", "coverage", "--json", *options)
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_the_last_run_of_all_accounts_is_counted(opsrules: Opsrules, after_a_run: Path) -> None:
    found = told(opsrules)
    assert (found["period"], found["accounts"]) == ("2026-10", ["demo-harrow", "demo-northwind"])
    assert (found["left_out"], found["rules_changed_since"], found["not_in_the_run"]) == ({}, False, [])
    findings = [
        pd.read_csv(after_a_run / "reports/2026-10" / account / "reconciliation/findings.csv")
        for account in found["accounts"]
    ]
    # Each break that a rule fired on is a finding; REC-064 and REC-067 may both fire on one.
    assert found["rows"] == sum(map(len, findings)) > 0
    single = {one["rule_id"]: one["fired"] for one in found["rules"] if one["rule_id"] not in ("REC-064", "REC-067")}
    counted = pd.concat(findings)["rule_id"].value_counts()
    assert single == {rule_id: int(counted.get(rule_id, 0)) for rule_id in single}
    for rule in found["rules"]:
        assert rule["fired"] + rule["not_fired"] + rule["not_judged"] == rule["reached"] == found["rows"]
        for condition in rule["conditions"]:
            assert sum(condition[name] for name in COUNTS) == found["rows"]


def test_account_and_period_choose(opsrules: Opsrules, after_a_run: Path) -> None:
    assert told(opsrules, "--period", "2026-09")["accounts"] == ["demo-harrow"]
    one = told(opsrules, "--account", "demo-northwind")
    both = told(opsrules)
    assert one["accounts"] == ["demo-northwind"]
    assert 0 < one["rows"] < both["rows"]


def test_rules_that_never_fired_and_conditions_never_decided_stand_out(opsrules: Opsrules, after_a_run: Path) -> None:
    said = opsrules("rules", "coverage")
    lines = said.out.splitlines()
    assert lines[0].startswith("October 2026, 2 accounts, ")
    [silent] = [line for line in lines if line.startswith("REC-092: ")]
    assert silent.endswith(" 0 fired, 0 not judged  <- never fired")
    assert any(line.endswith("Kind of break is “Same file twice”  <- never held") for line in lines)
    assert lines[-2].split(" rules never fired: ")[1].split(", ")
    assert "REC-092" in lines[-2]


def test_a_change_of_the_rules_since_is_said(opsrules: Opsrules, after_a_run: Path) -> None:
    path = after_a_run / "parameters/rules/reconciliation.yaml"
    path.write_text(path.read_text("utf-8").replace("id: REC-012", "id: REC-112"), "utf-8")
    assert "The rules have changed since" in opsrules("rules", "coverage").out
    found = told(opsrules)
    assert (found["rules_changed_since"], found["not_in_the_run"]) == (True, ["REC-112"])


def test_an_account_without_counts_is_named_not_dropped(opsrules: Opsrules, after_a_run: Path) -> None:
    (after_a_run / "reports/2026-10/demo-harrow/reconciliation/review.json").unlink()
    assert told(opsrules)["left_out"] == {"demo-harrow": "was not reviewed"}
    assert "demo-harrow was not reviewed: not counted" in opsrules("rules", "coverage").out
    (after_a_run / "reports/2026-10/demo-northwind/reconciliation/tables/rule_coverage.parquet").unlink()
    said = opsrules("rules", "coverage")
    assert said.code == 2
    assert "demo-northwind was reviewed before rules were counted" in said.err


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--period", "2026-08"), "there is no run of 2026-08; run `opsrules run --period 2026-08`"),
        (("--period", "august"), "august"),
        (("--account", "demo-northwnd"), "the run has no account 'demo-northwnd'; did you mean demo-northwind?"),
    ],
)
def test_what_is_not_there_is_the_users_mistake(
    opsrules: Opsrules, after_a_run: Path, options: tuple[str, ...], what: str
) -> None:
    said = opsrules("rules", "coverage", *options)
    assert (said.code, said.out) == (2, "")
    assert what in said.err


def test_before_any_run_it_says_so(opsrules: Opsrules, own_workspace: Path) -> None:
    said = opsrules("rules", "coverage")
    assert said.code == 2
    assert "nothing was run yet; run `opsrules run`" in said.err
