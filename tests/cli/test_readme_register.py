"""The README's worked example of the register, line by line on a demo."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from calling import Opsrules

import opsrules as package
from opsrules.register import open_register

README = Path(__file__).parents[2] / "README.md"


def _lines() -> list[list[str]]:
    section = README.read_text("utf-8").partition("## The register")[2]
    found = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert found
    return [shlex.split(line) for line in found[1].splitlines()]


def test_the_worked_example_works(
    opsrules: Opsrules, own_workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPSRULES_ACTOR", "ana")
    monkeypatch.setenv("OPSRULES_REGISTER_URL", f"sqlite:///{tmp_path / 'register.sqlite3'}")
    with open_register(own_workspace) as register:
        for path in sorted((own_workspace / "parameters" / "accounts").glob("demo-*.yaml")):
            register.record(package.open_review("reconciliation", account=path.stem, period="2026-10"))
    lines = _lines()
    assert len(lines) == 9
    listed = json.loads(opsrules(*lines[0][1:], "--json").out)
    assert listed, "the demo has no such finding"
    for line in lines:
        asked = [listed[0]["finding_id"][:8] if word == "ID" else word for word in line[1:]]
        said = opsrules(*asked, *(["--yes"] if "--class" in asked else []))
        assert (said.code, said.err) == (0, ""), line
        assert said.out
    history = json.loads(opsrules("register", "show", listed[0]["finding_id"], "--json").out)
    assert [one["kind"] for one in history["history"]][:5] == ["opened", "assigned", "commented", "resolved", "undone"]
    assert (history["finding"]["status"], history["finding"]["owner"]) == ("open", "Finance lead")
    assert (own_workspace / "open.xlsx").stat().st_size > 0
