"""run: what it asks of the batch, what it says, and its exit codes. The batch itself has its own tests."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from calling import Opsrules

from opsrules import batch
from opsrules.batch import Event, Failure, Outcome, RunResult, Summary
from opsrules.cli import clock
from opsrules.register import Recorded
from opsrules.standing import Head
from opsrules.terms import Level, Severity

TODAY = date(2026, 11, 22)


def _summary(**counts: int) -> Summary:
    findings = {severity: counts.get(severity.value, 0) for severity in Severity}
    stake = (("EUR", 123400), ("JPY", 500)) if counts else ()
    return Summary("Northwind", Level.AT_RISK, "run-1", findings, stake, "worst", "owner", simulated=True)


class _Batch:
    """Stands for the batch: notes what it was asked for and gives the outcomes it was told to."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.summary: Summary | None = _summary(high=1, low=2)
        self.failure: Failure | None = None
        self.recorded: Recorded | None = None
        self.stops = False

    def run(self, root: Path, accounts: list[str], period: Any, as_of: Any, desk: str, **more: Any) -> RunResult:
        self.asked = {"accounts": accounts, "period": period.text, "as_of": as_of, "desk": desk, **more}
        folder = root / "reports" / period.text
        outcomes: list[Outcome] = []
        for account in accounts:
            more["on_event"](Event(account, 0, 9))
            if self.stops and outcomes:
                raise KeyboardInterrupt
            page = folder / account / "reconciliation.html"
            outcomes.append(Outcome(account, page, self.summary, self.failure, self.recorded))
            more["on_event"](Event(account, 9, 9, outcomes[-1]))
        return RunResult(tuple(outcomes), folder / "index.html", folder / "manifest.json")


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, own_workspace: Path) -> _Batch:
    one = _Batch()
    monkeypatch.setattr(batch, "run", one.run)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return one


def test_without_options_all_accounts_of_last_month_as_of_today(opsrules: Opsrules, stand_in: _Batch) -> None:
    said = opsrules("run")
    assert said.code == 0
    assert stand_in.asked["accounts"] == ["demo-harrow", "demo-northwind"]
    assert stand_in.asked["period"] == "2026-10"
    assert stand_in.asked["as_of"] == TODAY
    assert stand_in.asked["simulated"] == stand_in.asked["accounts"]


def test_options_choose_account_period_and_day(opsrules: Opsrules, stand_in: _Batch) -> None:
    options = ("--account", "demo-harrow", "--period", "2026-W44", "--as-of", "2026-11-05")
    assert opsrules("run", *options).code == 0
    assert stand_in.asked["accounts"] == ["demo-harrow"]
    assert (stand_in.asked["period"], stand_in.asked["as_of"]) == ("2026-W44", date(2026, 11, 5))


def test_each_account_is_a_line_and_the_end_says_where_the_reports_are(opsrules: Opsrules, stand_in: _Batch) -> None:
    said = opsrules("run", "--account", "demo-harrow")
    assert said.out.splitlines() == [
        "demo-harrow: at risk, 3 findings, EUR 1,234.00 and JPY 500 at stake",
        "1 account, October 2026. The reports: reports/2026-10/index.html",
    ]
    stand_in.summary = _summary()
    assert opsrules("run", "--account", "demo-harrow").out.splitlines()[0] == "demo-harrow: at risk, 0 findings"


def test_the_end_says_what_the_register_took_in(opsrules: Opsrules, stand_in: _Batch) -> None:
    counts = {"recorded": 1, "opened": 3, "cleared": 600, "reopened": 1, "seen": 9}
    stand_in.recorded = Recorded(4, True, Head(1234, "ab" * 32), counts)
    said = opsrules("run")
    assert said.out.splitlines()[-1] == (
        "2 accounts, October 2026; findings: 6 new, 1,200 cleared, 2 reopened. The reports: reports/2026-10/index.html"
    )
    account = json.loads(opsrules("run", "--json", "--account", "demo-harrow").out)["accounts"][0]
    assert account["recorded"] == {"new": 3, "cleared": 600, "reopened": 1}
    assert account["register"] == {"seq": 1234, "hash": "ab" * 32}
    stand_in.recorded = replace(stand_in.recorded, is_new=False)
    said = opsrules("run")
    assert said.out.splitlines()[-1].startswith("2 accounts, October 2026; the register has it all already. ")
    account = json.loads(opsrules("run", "--json", "--account", "demo-harrow").out)["accounts"][0]
    assert account["recorded"] == {"new": 0, "cleared": 0, "reopened": 0}


@pytest.mark.parametrize(("fail_on", "code"), [("critical", 0), ("high", 1), ("medium", 1), ("low", 1)])
def test_findings_at_or_above_fail_on_give_exit_code_1(
    opsrules: Opsrules, stand_in: _Batch, fail_on: str, code: int
) -> None:
    assert opsrules("run", "--fail-on", fail_on).code == code


def test_failed_account_gives_exit_code_3_even_with_findings(opsrules: Opsrules, stand_in: _Batch) -> None:
    stand_in.summary, stand_in.failure = None, Failure(2, "FilesRefused", "a.csv: empty\nb.csv: cut", "export again")
    said = opsrules("run", "--fail-on", "low")
    assert said.code == 3
    assert said.out.splitlines() == [
        "demo-harrow: not reviewed: cell 2: a.csv: empty; b.csv: cut; export again",
        "demo-northwind: not reviewed: cell 2: a.csv: empty; b.csv: cut; export again",
        "2 accounts, October 2026, 2 not reviewed. The reports: reports/2026-10/index.html",
    ]


def test_b12_a_cause_cannot_move_the_cursor(opsrules: Opsrules, stand_in: _Batch) -> None:
    stand_in.summary, stand_in.failure = None, Failure(2, "E", "\x1b]8;;http://x\x07link\x9b2J\u202e", "next")
    said = opsrules("run")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(said.out)
    assert "\\x1b]8;;" in said.out


def test_json_is_all_that_is_printed(opsrules: Opsrules, stand_in: _Batch) -> None:
    said = opsrules("run", "--json", "--account", "demo-harrow")
    assert said.err == ""
    found = json.loads(said.out)
    assert found["index"] == "reports/2026-10/index.html"
    account = found["accounts"][0]
    assert account["findings"] == {"critical": 0, "high": 1, "medium": 0, "low": 2}
    assert account["at_stake_minor"] == {"EUR": 123400, "JPY": 500}
    assert (account["status"], account["level"], account["failure"]) == ("reviewed", "at_risk", None)


def test_unknown_account_is_the_users_mistake_with_the_nearest(opsrules: Opsrules, stand_in: _Batch) -> None:
    said = opsrules("run", "--account", "demo-harow")
    assert said.code == 2
    assert "did you mean demo-harrow?" in said.err
    assert stand_in.asked == {}


@pytest.mark.parametrize("period", ["2026-13", "2026-W60", "2026-10-15..2026-10-01", "October", ""])
def test_c11_wrong_period_is_refused(opsrules: Opsrules, stand_in: _Batch, period: str) -> None:
    said = opsrules("run", f"--period={period or ' '}")
    assert said.code == 2
    assert "2026-W47" in said.err
    assert stand_in.asked == {}


@pytest.mark.parametrize("options", [("--as-of", "5.11.2026"), ("--fail-on", "bad"), ("--bogus",)])
def test_wrong_option_is_the_users_mistake(opsrules: Opsrules, stand_in: _Batch, options: tuple[str, ...]) -> None:
    said = opsrules("run", *options)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert stand_in.asked == {}


def test_mistake_in_an_account_or_a_rule_stops_before_any_run(
    opsrules: Opsrules, stand_in: _Batch, own_workspace: Path
) -> None:
    rules = own_workspace / "parameters" / "rules" / "reconciliation.yaml"
    rules.write_text(rules.read_text() + "\n- id: REC-999\n")
    assert opsrules("run").code == 2
    assert stand_in.asked == {}


def test_account_of_another_desk_is_left_out_and_refused_by_name(
    opsrules: Opsrules, stand_in: _Batch, own_workspace: Path
) -> None:
    account = own_workspace / "parameters" / "accounts" / "demo-harrow.yaml"
    account.write_text(account.read_text().replace("- reconciliation", "- payments"))
    opsrules("run")
    assert stand_in.asked["accounts"] == ["demo-northwind"]
    assert "has no desk reconciliation" in opsrules("run", "--account", "demo-harrow").err


def test_interrupt_says_how_far_it_came(opsrules: Opsrules, stand_in: _Batch) -> None:
    stand_in.stops = True
    said = opsrules("run")
    assert said.code == 130
    assert said.err == "Stopped. 1 of 2 accounts were done; the others keep what they had.\n"
