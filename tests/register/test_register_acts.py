"""What people do to findings, in either database: told, checked, refused, taken back, erased."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from register_events import finding
from register_reviews import OCTOBER, review, write_account

from opsrules.errors import ActRefused, UsageError
from opsrules.register import Register, Where, open_register
from opsrules.register.told import told
from opsrules.terms import Desk, FindingStatus, Resolution

DESK = Desk.RECONCILIATION
EVERY = Where(statuses=tuple(FindingStatus))


@pytest.fixture
def workspace(register_workspace: Path) -> Path:
    """A workspace with one review recorded: EUR 10.00 and EUR -500.00, a second person above EUR 100.00."""
    write_account(register_workspace, second_person_minor=10_000)
    with open_register(register_workspace) as register:
        register.record(review([finding("aaaa1", 1000), finding("aaaa2", -50_000), finding("bbbb3", 700)]))
    return register_workspace


def _row(register: Register, finding_id: str) -> dict[str, object]:
    return dict(register.findings(Where(finding_ids=(finding_id,))).iloc[0])


def test_acts_are_told_and_folded(workspace: Path) -> None:
    with open_register(workspace) as register:
        register.assign(["aaaa1", "bbbb3"], "Jo", date(2026, 12, 1), "please")
        register.comment("aaaa1", "asked the bank")
        register.dispute("bbbb3", "not ours")
        register.resolve("aaaa1", Resolution.RECOVERED)
        (event,) = register.write_off("aaaa2", "too old", 40_000)
        assert (event.kind, event.actor, event.run) == ("written_off", register.actor, 0)
        told = register.findings(EVERY).set_index("finding_id")
        assert told["status"].to_dict() == {"aaaa1": "resolved", "aaaa2": "written_off", "bbbb3": "disputed"}
        assert told["owner"].to_dict() == {"aaaa1": "Jo", "aaaa2": "Finance lead", "bbbb3": "Jo"}
        assert told["due"].to_dict() == {"aaaa1": "2026-12-01", "aaaa2": "2026-11-05", "bbbb3": "2026-12-01"}
        assert told["notes"].to_dict() == {"aaaa1": 2, "aaaa2": 1, "bbbb3": 2}
        assert told.at["aaaa2", "written_off_minor"] == 40_000
        assert told.at["aaaa1", "reason"] == "recovered"
        assert told.at["aaaa1", "settled_by"] == register.actor
        assert set(register.findings()["finding_id"]) == {"bbbb3"}


def test_a_settlement_names_what_the_finding_belongs_together_with(workspace: Path) -> None:
    with open_register(workspace) as register:
        (first,) = register.resolve("aaaa1", Resolution.EXPECTED, counterpart="bbbb")
        (second,) = register.write_off("aaaa2", "bank charge", counterpart="exports/northwind/bank.csv:17")
        assert (first.body or {})["counterpart"] == "bbbb3"
        assert (second.body or {})["counterpart"] == "exports/northwind/bank.csv:17"
        assert told(first) == "Resolved (as expected) together with bbbb3"
        assert told(second).endswith(" together with exports/northwind/bank.csv:17: bank charge")
        assert register.verify().problems == ()


@pytest.mark.parametrize("named", ["aaaa1", "zzzz9", "bb", "exports/bank.csv:0", "a\nb:3", "cccc"])
def test_a_counterpart_is_another_finding_of_the_account_or_a_row(workspace: Path, named: str) -> None:
    with open_register(workspace) as register:
        register.record(review([finding("cccc4", 1000)], run_id="other", account="elsewhere"))
        head = register.head
        with pytest.raises(UsageError):
            register.resolve("aaaa1", Resolution.EXPECTED, counterpart=named)
        assert register.head == head


def test_a_review_after_acts_keeps_what_people_said(workspace: Path) -> None:
    with open_register(workspace) as register:
        register.comment("aaaa1", "asked the bank")
        register.assign("aaaa1", "Jo")
        register.record(review([finding("aaaa1", 1000), finding("aaaa2", -50_000)], run_id="run-2", period="2026-11"))
        row = _row(register, "aaaa1")
        assert (row["notes"], row["owner"], row["last_period"], row["status"]) == (1, "Jo", "2026-11", "open")
        assert _row(register, "bbbb3")["status"] == "cleared"


def test_one_refusal_leaves_the_whole_act_undone(workspace: Path) -> None:
    with open_register(workspace) as register:
        register.resolve("aaaa1", Resolution.EXPECTED)
        head = register.head
        with pytest.raises(ActRefused, match="aaaa1: cannot resolve what is resolved"):
            register.resolve(["bbbb3", "aaaa1"], Resolution.EXPECTED)
        with pytest.raises(ActRefused, match="nothing to reject"):
            register.reject("bbbb3", "why")
        assert register.head == head
        assert _row(register, "bbbb3")["status"] == "open"


def test_an_act_on_what_has_moved_on_is_refused(workspace: Path) -> None:
    with open_register(workspace) as register:
        seen = {row["finding_id"]: int(row["seq"]) for _, row in register.findings().iterrows()}
        register.comment("aaaa1", "one", keep=seen)
        with pytest.raises(ActRefused, match=r"aaaa1 has moved on: its last event is 5, expected 2"):
            register.resolve(["aaaa1", "bbbb3"], Resolution.EXPECTED, keep=seen)
        assert [event.seq for event in register.resolve("bbbb3", Resolution.EXPECTED, keep=seen["bbbb3"])] == [6]


@pytest.mark.parametrize(
    ("named", "fault"),
    [("aaaa", "means several: northwind aaaa1, northwind aaaa2"), ("aaa", "at least 4 signs"), ("cccc9", "no finding")],
)
def test_an_id_means_one_finding(workspace: Path, named: str, fault: str) -> None:
    with open_register(workspace) as register:
        with pytest.raises(UsageError, match=fault):
            register.comment(named, "text")
        assert register.comment("bbbb", "text")[0].subject.finding_id == "bbbb3"
        assert len(register.comment(["bbbb", "bbbb3"], "one for both names")) == 1


def test_an_act_says_what_it_has_to(workspace: Path) -> None:
    with open_register(workspace) as register:
        head = register.head
        refused: list[Callable[[], object]] = [
            lambda: register.comment("aaaa1", " "),
            lambda: register.resolve("aaaa1", Resolution.OTHER),
            lambda: register.resolve("aaaa1", "fine"),
            lambda: register.write_off("aaaa1", ""),
            lambda: register.write_off("aaaa1", "all and more", 1001),
            lambda: register.write_off("aaaa1", "none", 0),
            lambda: register.dispute("aaaa1", ""),
            lambda: register.assign("aaaa1", ""),
            lambda: register.attach("aaaa1", workspace / "none.pdf"),
            register.erase,
        ]
        for act in refused:
            with pytest.raises(UsageError):
                act()
        assert register.head == head


def test_b14_no_secret_is_kept_of_what_people_write(workspace: Path) -> None:
    with open_register(workspace) as register:
        register.comment("aaaa1", "card 4111 1111 1111 1111, iban DE89 3704 0044 0532 0130 00, mail a.b@example.org")
        register.assign("aaaa1", "finance@example.org")
        note = register.history("aaaa1")[1].body
        assert note is not None
        assert "4111 1111 1111 1111" not in note["note"]
        assert "0532" not in note["note"]
        assert "a.b@example.org" not in note["note"]
        assert _row(register, "aaaa1")["owner"] == "finance@example.org"


def test_an_attachment_is_copied_under_its_hash(workspace: Path, tmp_path: Path) -> None:
    content = b"%PDF advice"
    (tmp_path / "advice.pdf").write_bytes(content)
    with open_register(workspace) as register:
        (event,) = register.attach("aaaa1", tmp_path / "advice.pdf", "from the bank")
        (other,) = register.attach("bbbb3", tmp_path / "advice.pdf")
        sha256 = hashlib.sha256(content).hexdigest()
        kept = workspace / "attachments" / sha256
        assert kept.read_bytes() == content
        assert event.body == {"name": "advice.pdf", "sha256": sha256, "bytes": len(content), "note": "from the bank"}
        assert _row(register, "aaaa1")["attachments"] == 1
        register.erase(seq=event.seq)
        assert kept.exists()  # the other finding has it still
        register.erase(seq=other.seq)
        assert not kept.exists()


def test_undo_is_a_further_event(workspace: Path) -> None:
    with open_register(workspace) as register:
        (done,) = register.resolve("aaaa1", Resolution.EXPECTED)
        (back,) = register.undo(done.seq, "wrong one")
        assert (back.kind, back.body) == ("undone", {"seq": done.seq, "note": "wrong one"})
        assert _row(register, "aaaa1")["status"] == "open"
        with pytest.raises(ActRefused, match=f"taken back by event {back.seq} already"):
            register.undo(done.seq)
        with pytest.raises(ActRefused, match="do again what was taken back"):
            register.undo(back.seq)
        with pytest.raises(ActRefused, match="is a review's"):
            register.undo(2)
        with pytest.raises(UsageError, match="no event 99"):
            register.undo(99)


def test_sign_off_needs_a_review_and_a_second_person(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_register(workspace) as register:
        with pytest.raises(ActRefused, match="it was never recorded"):
            register.sign_off("southwind", DESK, OCTOBER)
        register.resolve("aaaa1", Resolution.EXPECTED)  # EUR 10.00 needs no second person
        (signed,) = register.sign_off("northwind", DESK, OCTOBER, "looked at all", keep=register.head.seq)
        assert signed.body == {"note": "looked at all", "run_id": "run-1"}
        with pytest.raises(ActRefused, match="has signed off northwind 2026-10 already"):
            register.sign_off("northwind", DESK, OCTOBER)
        head = register.head
        with pytest.raises(ActRefused, match="they have signed its review off"):
            register.write_off("aaaa2", "mine to give")
        assert register.head == head
        register.undo(signed.seq)
        register.write_off("aaaa2", "mine to give")
        with pytest.raises(ActRefused, match="finding aaaa2 themselves"):
            register.sign_off("northwind", DESK, OCTOBER)
        with pytest.raises(ActRefused, match=r"has moved on"):
            register.sign_off("northwind", DESK, OCTOBER, keep=head.seq)


def test_e13_a_body_and_a_name_are_erased(workspace: Path, register_url: str) -> None:
    with open_register(workspace) as register:
        (told,) = register.comment("aaaa1", "Mrs Miller called about it")
        register.resolve("bbbb3", Resolution.EXPECTED, "as Mrs Miller said")
        (gone,) = register.erase(seq=told.seq)
        assert gone.body == {"seq": told.seq}
        assert register.history("aaaa1")[1].body is None
        assert _row(register, "aaaa1")["notes"] == 1
        with pytest.raises(ActRefused, match="says nothing any more"):
            register.erase(seq=told.seq)
        with pytest.raises(ActRefused, match="only what people wrote"):
            register.erase(seq=2)
        register.erase(register.actor)
        assert {event.actor for event in register.events()} == {""}
        assert _row(register, "bbbb3")["settled_by"] == ""
        register.comment("aaaa1", "somebody still works here")
        assert [event.actor for event in register.events(after=8)] == [register.actor]
        with pytest.raises(UsageError, match="nobody named"):
            register.erase("nobody")
    if not register_url:
        content = (workspace / "register.sqlite3").read_bytes()
        assert b"Miller called" not in content
        assert b"as Mrs Miller said" in content  # what was not erased is there: the search can find


def test_actions_decisions_and_risks(workspace: Path) -> None:
    with open_register(workspace) as register:
        day = date(2026, 11, 20)
        register.act(account="northwind", text="Ask the bank", owner="Jo", due=day, metric="match_rate")
        register.act(1, due=date(2026, 11, 27), status="doing")
        (late,) = register.act(1, due=date(2026, 12, 4))
        assert register.act(1, status="doing") == ()
        row = register.actions().iloc[0]
        assert (row["text"], row["due"], row["status"], row["carried"]) == ("Ask the bank", "2026-12-04", "doing", 2)
        assert row["age_days"] == 0
        register.undo(late.seq)
        assert register.actions().iloc[0][["due", "carried"]].tolist() == ["2026-11-27", 1]
        register.decide(decision="Write off below EUR 5", context="too many", decided_by="CFO", review_on=day)
        register.risk(cause="one clerk", event="is ill", effect="no review", likelihood=4, impact=4, owner="COO")
        register.risk(1, likelihood=1)
        assert register.decisions().iloc[0]["decision"] == "Write off below EUR 5"
        assert register.risks().iloc[0][["likelihood", "impact", "band"]].tolist() == [1, 4, "low"]
        refused: tuple[Callable[[], object], ...] = (
            lambda: register.act(text="no owner"),
            lambda: register.act(9, status="done"),
            lambda: register.act(1, status="finished"),
            lambda: register.risk(1, impact=6),
        )
        for wrong in refused:
            with pytest.raises(UsageError):
                wrong()
