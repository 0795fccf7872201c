"""What a review may know of the register, taken before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from register_events import finding
from register_reviews import NOVEMBER, OCTOBER, review, write_account

from opsrules.errors import ParameterError
from opsrules.register import open_register
from opsrules.standing import load, save
from opsrules.terms import Desk, FindingStatus, Resolution

DESK = Desk.RECONCILIATION


def test_a_snapshot_tells_what_was_before(register_workspace: Path, tmp_path: Path) -> None:
    write_account(register_workspace, second_person_minor=10_000)
    with open_register(register_workspace) as register:
        first = register.snapshot("northwind", DESK, OCTOBER)
        assert (first.before, dict(first.standings), first.prepared_by) == ("", {}, register.actor)
        register.record(review([finding("aaaa1", 1000), finding("bbbb2", -700)]))
        register.comment("aaaa1", "asked the bank")
        register.sign_off("northwind", DESK, OCTOBER, "done")
        register.resolve("bbbb2", Resolution.EXPECTED)
        told = register.snapshot("northwind", DESK, NOVEMBER)
        assert (told.before, told.second_person_minor) == ("2026-10", 10_000)
        assert told.open_before == {"aaaa1", "bbbb2"}
        assert told.known_before == {"aaaa1", "bbbb2"}
        assert told.amounts == {"aaaa1": ("EUR", 1000), "bbbb2": ("EUR", -700)}
        assert told.standings["bbbb2"].status is FindingStatus.RESOLVED
        assert [note.text for note in told.standings["aaaa1"].notes] == ["asked the bank"]
        assert told.signatures == ()
        signed = register.snapshot("northwind", DESK, OCTOBER).signatures
        assert [(one.actor, one.note, one.run_id) for one in signed] == [(register.actor, "done", "run-1")]
        save(told, tmp_path / "snapshot.json")
        assert load(tmp_path / "snapshot.json") == told
        with pytest.raises(ParameterError, match="southwind"):
            register.snapshot("southwind", DESK, OCTOBER)
