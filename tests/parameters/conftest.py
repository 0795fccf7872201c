"""Workspaces with one right account, for tests to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from account_files import ACCOUNT, READERS

from opsrules.errors import ParameterError, Problem
from opsrules.parameters import load


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with the exports that `ACCOUNT` names."""
    (tmp_path / "parameters/accounts").mkdir(parents=True)
    exports = tmp_path / "exports/northwind/2026-10"
    exports.mkdir(parents=True)
    for name in ("orders_1.csv", "orders_2.csv", "bank.csv"):
        (exports / name).write_text("a,b\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def problems(workspace: Path) -> Callable[..., list[Problem]]:
    """Problems of an account file with this text, as a list of Problem."""

    def check(text: str | bytes, name: str = "northwind.yaml") -> list[Problem]:
        path = workspace / "parameters/accounts" / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        try:
            load(workspace, READERS)
        except ParameterError as error:
            return list(error.problems)
        return []

    return check


@pytest.fixture
def one_problem(problems: Callable[..., list[Problem]]) -> Callable[[str, str], tuple[int, Problem]]:
    """The line and the one problem that a replacement in `ACCOUNT` makes."""

    def check(old: str, new: str) -> tuple[int, Problem]:
        assert old in ACCOUNT
        found = problems(ACCOUNT.replace(old, new, 1))
        assert len(found) == 1, [str(one) for one in found]
        file, _, line = found[0].place.rpartition(":")
        assert file == "parameters/accounts/northwind.yaml"
        return int(line), found[0]

    return check
