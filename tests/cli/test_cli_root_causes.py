"""opsrules register root-cause: a finding or a slice, said, replaced, refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calling import Opsrules
from register_events import finding
from register_reviews import review, write_account

from opsrules.register import open_register


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one review of two findings, events 1 to 3, in which ana works."""
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    monkeypatch.setenv("OPSRULES_ACTOR", "ana")
    write_account(tmp_path)
    with open_register(tmp_path) as register:
        register.record(review([finding("aaaa1111", -120_430), finding("bbbb2222", 700)]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_whys_cause_and_plan_are_written_and_shown(workspace: Path, opsrules: Opsrules) -> None:
    said = opsrules(
        *("register", "root-cause", "aaaa", "--why", "Late file.", "--why", "No alarm.", "--cause", "REC.EXPORT_GAP"),
        *("--corrective", "Ask again.", "--preventive", "An alarm.", "--owner", "Jo", "--due", "2026-12-01"),
        *("--note", "after a call"),
    )
    assert (said.code, said.err) == (0, "")
    line = "Root cause: why 1. Late file.; why 2. No alarm.; cause REC.EXPORT_GAP; corrective: Ask again.; "
    line += "preventive: An alarm.; seen to by Jo; due 1 Dec 2026: after a call"
    assert said.out.strip() == f"aaaa1111: {line} (event 4, by ana)"
    assert line in opsrules("register", "show", "aaaa").out
    again = json.loads(opsrules("register", "root-cause", "aaaa", "--why", "Other.", "--json").out)
    assert [one["body"] for one in again] == [{"whys": ["Other."]}]
    assert opsrules("register", "undo", "5").code == 0
    assert opsrules("register", "verify").code == 0


def test_a_slice_is_told_by_its_conditions(workspace: Path, opsrules: Opsrules) -> None:
    slice_ = ("--measure", "refunds", "--account", "northwind", "--period", "2026-10", "--where", "processor=adyen")
    said = opsrules("register", "root-cause", *slice_, "--where", "method=", "--why", "Not mapped.", "--json")
    (event,) = json.loads(said.out)
    assert event["body"]["slice"]["where"] == {"method": None, "processor": "adyen"}
    assert event["words"] == "Root cause of refunds where method missing, processor = adyen: why 1. Not mapped."
    shown = opsrules("register", "root-cause", *slice_, "--preventive", "Map it.")
    assert "ana" in shown.out
    assert "preventive: Map it." in shown.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("aaaa", "--cause", "REC.EXPORT_GAB"), "did you mean REC.EXPORT_GAP?"),
        (("aaaa",), "nothing is said of the root cause"),
        (("zzzz", "--why", "x"), "no finding 'zzzz'"),
        (("--why", "x"), "name a finding by its first signs, or a slice"),
        (("aaaa", "--where", "a=b", "--why", "x"), "one of them"),
        (("--where", "adyen", "--why", "x"), "--where 'adyen' is no condition"),
        (("--where", "a=b", "--where", "a=c", "--why", "x"), "--where 'a=c' is no condition of its own"),
        (("--where", "a=b", "--why", "x", "--account", "northwnid"), "did you mean northwind?"),
        (("--where", "a=b", "--why", "x", "--account", "northwind"), ""),
        (("--where", "a=b", "--why", "x", "--account", "northwind", "--period", "2026-10"), "measure"),
    ],
)
def test_what_it_cannot_write_is_the_users_mistake(
    workspace: Path, opsrules: Opsrules, arguments: tuple[str, ...], words: str
) -> None:
    before = opsrules("register", "verify").out
    said = opsrules("register", "root-cause", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert opsrules("register", "verify").out == before
