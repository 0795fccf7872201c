"""Workspaces with planted truths for proposals: exports, people's acts, and what a rerun gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import yaml
from pipeline.small import ACCOUNT, workspace

import opsrules
from opsrules import parameters
from opsrules.desks.reconciliation import Ask
from opsrules.intake import take_in
from opsrules.parameters import Account
from opsrules.periods import Period
from opsrules.pipeline import known
from opsrules.proposals import Proposed, propose, said_of
from opsrules.register import Register, Where
from opsrules.review import Review
from opsrules.terms import FindingStatus

__all__ = ["AS_OF", "OCTOBER", "account_of", "begun", "by_ref", "open_left", "pasted", "proposed", "review"]

AS_OF = date(2026, 11, 3)
OCTOBER = Period.parse("2026-10")


def review(root: Path) -> Review:
    """October, seen from 3 November."""
    return opsrules.open_review("reconciliation", "acme", "2026-10", root, as_of=AS_OF)


def begun(root: Path, files: Mapping[str, str], account: str = ACCOUNT) -> Path:
    """A workspace whose October is recorded in its register."""
    workspace(root, dict(files), account)
    with opsrules.open_register(root) as register:
        register.record(review(root))
    return root


def by_ref(register: Register, kind: str) -> dict[str, str]:
    """Finding ids of a class, whatever their status, by order."""
    table = register.findings(Where(statuses=tuple(FindingStatus)))
    table = table[table["class"] == kind]
    return dict(zip(table["order_ref"], table["finding_id"], strict=True))


def account_of(root: Path) -> Account:
    """The account as its file says it."""
    return parameters.load(root, only={"acme"}, **known()).accounts["acme"]


def proposed(root: Path, periods: Iterable[Period] = (OCTOBER,)) -> Proposed:
    """What is proposed from the workspace's register."""
    account = account_of(root)
    with opsrules.open_register(root, write=False) as register:
        said = said_of(register, "acme")
    return propose([Ask(account, one, AS_OF) for one in periods], take_in(root, account), said)


def pasted(root: Path, key: str, lines: Iterable[str]) -> None:
    """Put lines in the place of a key of the account's file, as a person would."""
    path = root / "parameters" / "accounts" / "acme.yaml"
    kept: list[str] = []
    inside = False
    for line in path.read_text("utf-8").splitlines():
        inside = line.startswith(f"{key}:") or (inside and line.startswith((" ", "-")))
        if not inside:
            kept.append(line)
    text = "\n".join([*kept, *lines]) + "\n"
    assert list(yaml.safe_load(text)).count(key) == 1
    path.write_text(text, encoding="utf-8")


def open_left(root: Path) -> set[str]:
    """Ids of the findings of a fresh review."""
    return set(review(root).findings["finding_id"])
