"""Reviews recorded in either database: what is new, what changed, what went, and nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_events import finding, read
from register_reviews import NOVEMBER, OCTOBER, review

from opsrules.register import Where, open_register
from opsrules.register.queries import FINDING_COLUMNS
from opsrules.terms import Desk, FindingStatus

OTHER = read("exports/shop.csv", "d" * 64)


def test_a_review_opens_its_findings_and_names_the_chains_end(register_workspace: Path) -> None:
    with open_register(register_workspace) as register:
        told = register.record(review([finding("aaaa1", -1234), finding("bbbb2", 50, severity="critical")]))
        assert (told.run, told.is_new, dict(told.counts)) == (1, True, {"recorded": 1, "opened": 2})
        assert told.head == register.head
        assert told.head.seq == 3
        table = register.findings()
        assert list(table.columns) == list(FINDING_COLUMNS)
        assert table["finding_id"].tolist() == ["bbbb2", "aaaa1"]  # worst first
        row = table.iloc[1]
        assert (row["amount_minor"], row["status"], row["owner"]) == (-1234, "open", "Finance lead")
        assert (row["due"], row["first_day"], row["period"]) == ("2026-11-05", "2026-11-01", "2026-10")
        assert (row["seq"], row["notes"], bool(row["is_present"])) == (2, 0, True)


def test_e1_the_same_review_again_writes_nothing(register_workspace: Path) -> None:
    with open_register(register_workspace) as register:
        first = register.record(review([finding("aaaa1")]))
    with open_register(register_workspace) as register:
        again = register.record(review([finding("aaaa1")]))
        assert (again.run, again.is_new, again.head) == (first.run, False, first.head)
        assert again.counts == first.counts
        assert register.head == first.head
        assert len(register.runs()) == 1


def test_a_changed_input_records_exactly_the_differences(register_workspace: Path) -> None:
    with open_register(register_workspace) as register:
        register.record(review([finding("aaaa1"), finding("bbbb2"), finding("cccc3")]))
        later = [finding("aaaa1"), finding("bbbb2", 2000, message="now larger"), finding("dddd4")]
        told = register.record(review(later, run_id="run-2"))
        assert dict(told.counts) == {"recorded": 1, "seen": 1, "opened": 1, "cleared": 1}
        assert [event.kind for event in register.history("aaaa1")] == ["opened"]
        seen = register.history("bbbb2")[-1]
        assert seen.body is not None
        assert seen.body["changed"] == {"amount_minor": [1000, 2000]}
        every = register.findings(Where(statuses=tuple(FindingStatus))).set_index("finding_id")
        assert every["status"].to_dict() == {"aaaa1": "open", "bbbb2": "open", "cccc3": "cleared", "dddd4": "open"}
        assert every.at["bbbb2", "message"] == "now larger"
        assert every.at["bbbb2", "amount_minor"] == 2000


def test_a_finding_goes_comes_back_and_cannot_be_looked_for(register_workspace: Path) -> None:
    with open_register(register_workspace) as register:
        register.record(review([finding("aaaa1")]))
        register.record(review([], run_id="run-2", period="2026-11"))
        register.record(review([finding("aaaa1")], run_id="run-3", period="2026-11"))
        register.record(review([], run_id="run-4", period="2026-11", inputs=[OTHER]))
        told = register.history("aaaa1")
        assert [event.kind for event in told] == ["opened", "cleared", "reopened", "unchecked"]
        assert [event.run for event in told] == [1, 2, 3, 4]
        row = register.findings().iloc[0]
        assert bool(row["is_unchecked"])
        assert row["status"] == "open"
        assert row["last_period"] == "2026-11"


def test_a_failure_is_told_once_for_one_cause(register_workspace: Path) -> None:
    desk = Desk.RECONCILIATION
    with open_register(register_workspace) as register:
        day = OCTOBER.last
        first = register.record_failure("northwind", desk, OCTOBER, day, "no file")
        again = register.record_failure("northwind", desk, OCTOBER, day, "no file")
        other = register.record_failure("northwind", desk, OCTOBER, day, "no disk")
        assert [one.is_new for one in (first, again, other)] == [True, False, True]
        assert [event.kind for event in register.events()] == ["not_reviewed", "not_reviewed"]
        # The same review counts anew after a failure, since that was the last word.
        register.record(review([finding("aaaa1")]))
        register.record_failure("northwind", desk, OCTOBER, day, "no disk")
        told = register.record(review([finding("aaaa1")]))
        assert dict(told.counts) == {"recorded": 1}
        assert register.runs()["outcome"].tolist() == [
            *("not_reviewed", "not_reviewed", "reviewed", "not_reviewed", "reviewed")
        ]


def test_accounts_and_periods_do_not_mix(register_workspace: Path) -> None:
    with open_register(register_workspace) as register:
        register.record(review([finding("aaaa1")]))
        register.record(review([finding("aaaa1")], account="southwind", run_id="run-s"))
        register.record(review([], account="southwind", run_id="run-s2"))
        assert register.findings(Where(accounts=("northwind",)))["status"].tolist() == ["open"]
        assert len(register.findings(Where(accounts=("southwind",)))) == 0
        assert [event.kind for event in register.events("southwind")] == ["recorded", "opened", "recorded", "cleared"]
        assert [event.seq for event in register.events(after=5)] == [6]


def test_metrics_of_every_run_are_kept(register_workspace: Path) -> None:
    with open_register(register_workspace) as register:
        register.record(review([], measured=7))
        register.record(review([], measured=None, run_id="run-2", period="2026-11"))
        table = register.metrics("northwind", metric_id="match_rate")
        assert table["numerator"].tolist()[0] == 7
        assert table["numerator"].isna().tolist() == [False, True]
        assert table["period"].tolist() == [OCTOBER.text, NOVEMBER.text]
        assert table["value"].tolist() == ["77.7", "77.7"]
        assert str(table["at"].dtype) == "datetime64[us, UTC]"
        assert len(register.metrics("southwind")) == 0
        runs = register.runs("northwind")
        assert runs["run_id"].tolist() == ["run-1", "run-2"]
        assert runs["inputs"].str.contains("exports/bank.csv").all()
        assert runs["actor"].tolist() == [register.actor] * 2


def test_opening_to_look_makes_no_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from opsrules.errors import RegisterError, UsageError

    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    (tmp_path / "parameters").mkdir()
    with pytest.raises(UsageError, match="there is no register yet"):
        open_register(tmp_path, write=False)
    assert not (tmp_path / "register.sqlite3").exists()
    open_register(tmp_path).close()
    before = (tmp_path / "register.sqlite3").read_bytes()
    with open_register(tmp_path, write=False) as register:
        assert register.head.seq == 0
        assert len(register.findings()) == 0
        with pytest.raises(RegisterError, match="cannot be written"):
            register.record(review([]))
    assert (tmp_path / "register.sqlite3").read_bytes() == before
