"""Random months at the register against a naive model of it, in either database; it verifies after every step."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from register import postgres
from register_events import finding
from register_reviews import review, write_account

from opsrules.errors import ActRefused
from opsrules.periods import Period
from opsrules.register import Event, Register, Where, open_register
from opsrules.standing import Head
from opsrules.terms import Desk, FindingStatus, Resolution

IDS = ("aaaa1", "bbbb2", "cccc3", "dddd4")
PERIODS = ("2026-10", "2026-11", "2026-12")
EVERY = Where(statuses=tuple(FindingStatus))


@dataclass
class Naive:
    """One finding as its story is told: the model of what the register folds."""

    amount: int
    told: list[tuple[int, str]] = field(default_factory=list)
    last: str = ""
    gone: str = ""

    def status(self) -> str:
        settled, is_disputed, is_gone = "", False, False
        for _, kind in self.told:
            if kind in ("resolved", "written_off"):
                settled = kind
            elif kind == "rejected":
                settled, is_disputed = "", False
            elif kind == "reopened":
                settled, is_disputed, is_gone = "", False, False
            elif kind == "disputed":
                is_disputed = True
            elif kind == "cleared":
                is_gone = True
        return settled or ("cleared" if is_gone else "disputed" if is_disputed else "open")


class Months(RuleBasedStateMachine):
    """What may happen: reviews of any period in any order, acts, what takes them back, erasing."""

    register: Register

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Naive] = {}
        self.acts: dict[int, tuple[str, str]] = {}
        self.heads: list[Head] = []
        self.runs = 0

    @initialize()
    def open(self) -> None:
        self.register = type(self).register
        self.heads.append(self.register.head)

    @rule(
        period=st.sampled_from(PERIODS),
        seen=st.dictionaries(st.sampled_from(IDS), st.sampled_from([100, 200, -300])),
        is_again=st.booleans(),
    )
    def review(self, period: str, seen: dict[str, int], is_again: bool) -> None:
        self.runs += 1
        rows = [finding(finding_id, amount) for finding_id, amount in sorted(seen.items())]
        made = review(rows, run_id=f"run-{self.runs}", period=period)
        told = self.register.record(made)
        assert told.is_new
        self.heads.append(told.head)
        for finding_id in IDS:
            self._expect(finding_id, period, seen.get(finding_id), told.head.seq)
        if is_again:
            again = self.register.record(made)
            assert (again.is_new, again.head) == (False, told.head)

    def _expect(self, finding_id: str, period: str, amount: int | None, seq: int) -> None:
        known = self.known.get(finding_id)
        if known is None:
            if amount is not None:
                self.known[finding_id] = Naive(amount, [(seq, "opened")], period)
            return
        latest = known.gone or known.last
        if period < latest:
            return
        if amount is None:
            if not known.gone:
                known.gone = period
                known.told.append((seq, "cleared"))
            return
        grown = abs(amount) > abs(known.amount) and known.status() in ("resolved", "written_off")
        if known.gone or grown:
            known.told.append((seq, "reopened"))
        known.amount, known.last, known.gone = amount, period, ""

    @rule(
        finding_id=st.sampled_from(IDS),
        act=st.sampled_from(["commented", "assigned", "disputed", "resolved", "written_off", "rejected"]),
    )
    def act(self, finding_id: str, act: str) -> None:
        if finding_id not in self.known:
            return
        status = self.known[finding_id].status()
        is_open, is_settled = status in ("open", "disputed"), status in ("resolved", "written_off")
        may = act == "commented" or (is_settled if act == "rejected" else is_open)
        before = self.register.head
        try:
            (event,) = self._do(finding_id, act)
        except ActRefused:
            assert not may
            assert self.register.head == before
            return
        assert may
        self.acts[event.seq] = (finding_id, act)
        self.known[finding_id].told.append((event.seq, act))

    def _do(self, finding_id: str, act: str) -> tuple[Event, ...]:
        register = self.register
        match act:
            case "commented":
                return register.comment(finding_id, "a note")
            case "assigned":
                return register.assign(finding_id, "Jo")
            case "disputed":
                return register.dispute(finding_id, "a note")
            case "resolved":
                return register.resolve(finding_id, Resolution.EXPECTED)
            case "written_off":
                return register.write_off(finding_id, "a note")
        return register.reject(finding_id, "a note")

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if not self.acts:
            return
        seq = data.draw(st.sampled_from(sorted(self.acts)))
        finding_id, act = self.acts.pop(seq)
        self.register.undo(seq)
        self.known[finding_id].told.remove((seq, act))
        with pytest.raises(ActRefused):
            self.register.undo(seq)

    @rule(data=st.data())
    def erase_note(self, data: st.DataObject) -> None:
        notes = [seq for seq, (_, act) in self.acts.items() if act == "commented"]
        if notes:
            seq = data.draw(st.sampled_from(notes))
            self.register.erase(seq=seq)
            del self.acts[seq]  # it stays told, and is taken back no more here

    @rule()
    def erase_name(self) -> None:
        if any(event.actor for event in self.register.events()):
            self.register.erase(self.register.actor)

    @rule(period=st.sampled_from(PERIODS))
    def sign(self, period: str) -> None:
        try:
            (event,) = self.register.sign_off("northwind", Desk.RECONCILIATION, Period.parse(period))
        except ActRefused:
            return
        self.register.undo(event.seq)

    @invariant()
    def verifies(self) -> None:
        if not hasattr(self, "register"):
            return
        found = self.register.verify(self.heads)
        assert found.problems == ()
        table = self.register.findings(EVERY).set_index("finding_id")
        assert table["status"].to_dict() == {name: one.status() for name, one in self.known.items()}
        assert table["last_period"].to_dict() == {name: one.last for name, one in self.known.items()}
        amounts = {name: one.amount for name, one in self.known.items()}
        assert table["amount_minor"].to_dict() == amounts
        notes = {name: sum(kind == "commented" for _, kind in one.told) for name, one in self.known.items()}
        assert {name: count for name, count in table["notes"].to_dict().items() if name in notes} == {
            name: count + _more_notes(self.known[name]) for name, count in notes.items()
        }


def _more_notes(one: Naive) -> int:
    return sum(kind in ("disputed", "written_off", "rejected") for _, kind in one.told)


@contextmanager
def _workspace(monkeypatch: pytest.MonkeyPatch, url: str) -> Iterator[Register]:
    monkeypatch.setenv("OPSRULES_REGISTER_URL", url)
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "parameters").mkdir()
        write_account(Path(folder), second_person_minor=10_000)
        with open_register(folder) as register:
            yield register


def _machine(opened: Iterator[Register]) -> type[RuleBasedStateMachine]:
    class Fresh(Months):
        """Each run has a register of its own."""

        def __init__(self) -> None:
            super().__init__()
            type(self).register = next(opened)

    return Fresh


def test_random_months_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fresh() -> Iterator[Register]:
        while True:
            with _workspace(monkeypatch, "") as register:
                yield register

    run_state_machine_as_test(_machine(fresh()), settings=settings(max_examples=25, stateful_step_count=25))


def test_random_months_in_postgresql(monkeypatch: pytest.MonkeyPatch, cluster: postgres.Cluster) -> None:
    def fresh() -> Iterator[Register]:
        while True:
            with cluster.database() as name, _workspace(monkeypatch, cluster.url(name)) as register:
                yield register

    run_state_machine_as_test(_machine(fresh()), settings=settings(max_examples=5, stateful_step_count=15))
