"""Whys, causes and actions that people write, in either database: told, replaced, taken back, erased, refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from register_events import finding
from register_reviews import NOVEMBER, OCTOBER, review, write_account

from opsrules import standing
from opsrules.errors import ActRefused, ParameterError, UsageError
from opsrules.register import Register, open_register
from opsrules.terms import Desk
from opsrules.whys import Said, Sliced, Whys, slice_id

WHERE = {"processor": "adyen", "method": None}
SLICE: dict[str, Any] = {"measure": "refunds", "account": "northwind", "period": "2026-10"}


@pytest.fixture
def workspace(register_workspace: Path) -> Path:
    """A workspace with one review recorded, of three findings."""
    write_account(register_workspace)
    with open_register(register_workspace) as register:
        register.record(review([finding("aaaa1", 1000), finding("aaaa2", -50_000), finding("bbbb3", 700)]))
    return register_workspace


def _said(register: Register, subject: str = "aaaa1") -> Whys:
    return register.snapshot("northwind", Desk.RECONCILIATION, NOVEMBER).root_causes.get(subject, Whys())


def _texts(said: Said | None) -> tuple[str, ...] | None:
    return None if said is None else said.texts


def test_what_is_said_later_replaces_the_part_that_it_names(workspace: Path) -> None:
    with open_register(workspace) as register:
        (first,) = register.root_cause("aaaa1", whys=["Late file.", "No alarm."], corrective=["Ask."], owner="Jo")
        (second,) = register.root_cause(
            "aaaa1", whys=["The alarm is off."], cause="REC.EXPORT_GAP.DAYS", due=date(2026, 12, 1), note="after a call"
        )
        said = _said(register)
        assert _texts(said.whys) == ("The alarm is off.",)
        assert _texts(said.corrective) == ("Ask.",)
        assert [_texts(one) for one in (said.cause, said.owner, said.due)] == [
            ("REC.EXPORT_GAP.DAYS",),
            ("Jo",),
            ("2026-12-01",),
        ]
        assert said.preventive is None
        assert said.whys is not None
        assert said.corrective is not None
        assert (said.whys.actor, said.whys.at) == (register.actor, second.at)
        assert said.corrective.at == first.at
        assert [one.seq for one in register.history("aaaa1")][-2:] == [first.seq, second.seq]
        assert register.findings().set_index("finding_id").at["aaaa1", "notes"] == 1
        assert register.verify().problems == ()


def test_undone_counts_no_longer_and_what_was_said_before_does_again(workspace: Path) -> None:
    with open_register(workspace) as register:
        register.root_cause("aaaa1", whys=["Late file."])
        (wrong,) = register.root_cause("aaaa1", whys=["No."], cause="unknown")
        register.undo(wrong.seq)
        said = _said(register)
        assert (_texts(said.whys), said.cause) == (("Late file.",), None)
        assert register.verify().problems == ()


def test_erased_says_nothing_and_the_chain_still_verifies(workspace: Path) -> None:
    with open_register(workspace) as register:
        (kept,) = register.root_cause("aaaa1", whys=["Late file."], owner="Jo")
        (gone,) = register.root_cause("aaaa1", whys=["Ana forgot it."])
        register.erase(seq=gone.seq)
        said = _said(register)
        assert _texts(said.whys) == ("Late file.",)
        assert [one.body for one in register.events() if one.seq in (kept.seq, gone.seq)][1] is None
        register.erase(register.actor)
        said = _said(register)
        assert said.whys is not None
        assert said.whys.actor == ""
        assert register.verify().problems == ()


def test_a_slice_is_kept_by_its_account_measure_period_and_conditions(workspace: Path) -> None:
    known = slice_id("northwind", "refunds", "2026-10", {"method": None, "processor": "adyen"})
    with open_register(workspace) as register:
        (event,) = register.root_cause(WHERE, whys=["No mapping."], **SLICE)
        (other,) = register.root_cause({"processor": "adyen"}, whys=["Other."], **SLICE)
        register.root_cause(WHERE, corrective=["Map it."], **SLICE)
        assert (event.subject.finding_id, event.subject.period) == ("", "2026-10")
        of = register.snapshot("northwind", Desk.RECONCILIATION, OCTOBER).root_causes
        assert set(of) == {known, slice_id("northwind", "refunds", "2026-10", {"processor": "adyen"})}
        assert (_texts(of[known].whys), _texts(of[known].corrective)) == (("No mapping.",), ("Map it.",))
        assert of[known].about == Sliced("refunds", {"method": None, "processor": "adyen"})
        assert register.snapshot("northwind", Desk.RECONCILIATION, NOVEMBER).root_causes == {}
        register.undo(other.seq)
        register.erase(seq=event.seq)
        of = register.snapshot("northwind", Desk.RECONCILIATION, OCTOBER).root_causes
        assert {name: (one.whys, _texts(one.corrective)) for name, one in of.items()} == {known: (None, ("Map it.",))}
        assert register.verify().problems == ()


def test_the_snapshot_carries_it_to_whoever_has_no_register(workspace: Path, tmp_path: Path) -> None:
    with open_register(workspace) as register:
        register.root_cause("aaaa1", whys=["Late file."], due=date(2026, 12, 1))
        register.root_cause(WHERE, whys=["No mapping."], **SLICE)
        taken = register.snapshot("northwind", Desk.RECONCILIATION, OCTOBER)
    standing.save(taken, tmp_path / "snapshot.json")
    assert standing.load(tmp_path / "snapshot.json") == taken
    assert len(taken.root_causes) == 2


def test_secrets_are_masked_before_they_are_kept(workspace: Path) -> None:
    with open_register(workspace) as register:
        texts = ["Card 4111 1111 1111 1111 was charged.", "From DE02120300000000202051."]
        register.root_cause("aaaa1", whys=texts, preventive=texts)
        register.root_cause({"card": "4111 1111 1111 1111"}, whys=["x"], **SLICE)
        told = repr([one.body for one in register.events()])
    assert "4111 1111" not in told
    assert "1203" not in told


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"cause": "REC.EXPORT_GAP.DAYZ"}, "did you mean REC.EXPORT_GAP.DAYS?"),
        ({"whys": ["a", "b", "c", "d", "e", "f"]}, "at most 5 whys, got 6"),
        ({"whys": ["a", " "]}, "a why needs a text"),
        ({"corrective": [""]}, "a corrective action needs a text"),
        ({"note": "only a note"}, "nothing is said of the root cause"),
        ({}, "nothing is said of the root cause"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_written(
    workspace: Path, said: dict[str, Any], words: str
) -> None:
    with open_register(workspace) as register:
        head = register.head
        with pytest.raises(UsageError, match=words.replace("?", r"\?")):
            register.root_cause("aaaa1", **said)
        assert register.head == head


@pytest.mark.parametrize(
    ("where", "about", "error"),
    [
        ({}, SLICE, UsageError),
        (WHERE, SLICE | {"measure": " "}, UsageError),
        (WHERE, SLICE | {"period": "October"}, UsageError),
        (WHERE, SLICE | {"account": "nobody"}, ParameterError),
    ],
)
def test_a_slice_needs_all_that_makes_it_one(
    workspace: Path, where: dict[str, str | None], about: dict[str, Any], error: type[Exception]
) -> None:
    with open_register(workspace) as register:
        head = register.head
        with pytest.raises(error):
            register.root_cause(where, whys=["x"], **about)
        assert register.head == head


def test_a_group_of_causes_and_that_none_is_known_are_words_too(workspace: Path) -> None:
    with open_register(workspace) as register:
        (event,) = register.root_cause("aaaa1", cause="REC.EXPORT_GAP")
        assert (event.body or {})["cause"] == "REC.EXPORT_GAP"
        (event,) = register.root_cause("aaaa1", cause="unknown")
        assert (event.body or {})["cause"] == "unknown"


def test_roles_say_who_may(workspace: Path) -> None:
    with open_register(workspace) as register:
        me = register.actor
    roles = f"roles:\n  clerk: [comment]\n  analyst: [root_cause]\npeople:\n  {me}: [clerk]\n  zoe: [analyst]\n"
    path = workspace / "parameters" / "register.yaml"
    path.write_text(roles)
    with open_register(workspace) as register:
        head = register.head
        asked: list[tuple[Any, dict[str, Any]]] = [("aaaa1", {}), (WHERE, SLICE)]
        for subject, about in asked:
            with pytest.raises(ActRefused, match=f"{me} may not write of root causes: .*ask zoe"):
                register.root_cause(subject, whys=["x"], **about)
        assert register.head == head
    path.write_text(roles.replace("[clerk]", "[analyst]"))
    with open_register(workspace) as register:
        register.root_cause("aaaa1", whys=["x"])


def test_what_has_moved_on_is_refused(workspace: Path) -> None:
    with open_register(workspace) as register:
        seq = register.history("aaaa1")[-1].seq
        register.comment("aaaa1", "meanwhile")
        with pytest.raises(ActRefused, match="has moved on"):
            register.root_cause("aaaa1", whys=["x"], keep=seq)
