"""``opsrules check``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

__all__ = ["check"]


def check(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """Check every account file, every rule file and the register's settings; nothing else is done.

    All mistakes are named at once, each with its file and line, and the exit code is then 2.

    Example:  opsrules check
    """
    from opsrules.cli.checking import check_workspace  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    checked = check_workspace(find(workspace))
    accounts = list(checked.parameters.accounts)
    rules = sum(len(one.rules) for one in checked.rules)
    if as_json:
        say_json({"accounts": accounts, "rules": rules, "problems": [asdict(one) for one in checked.problems]})
        raise typer.Exit(2 if checked.problems else 0)
    checked.require()
    say(f"{_count(len(accounts), 'account')}, {_count(rules, 'rule')}: nothing to mend")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
