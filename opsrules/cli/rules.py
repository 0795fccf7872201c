"""``opsrules rules``: list them, run the examples beside them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.errors import ParameterError

if TYPE_CHECKING:
    from opsrules.rules import Rules

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _rules() -> None:
    """List the rules, or run the examples beside them.

    Example:  opsrules rules test
    """


@app.command("list")
def list_rules(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """List every rule: id, severity, status, name, place.

    Example:  opsrules rules list
    """
    rules = [rule for one in _load(workspace) for rule in one.rules]
    if as_json:
        keys = ("id", "name", "desk", "severity", "status", "owner", "source", "message", "place")
        say_json([{key: getattr(rule, key) for key in keys} for rule in rules])
        return
    for rule in rules:
        say(f"{rule.id:<8} {rule.severity or '':<8} {rule.status:<8} {rule.name}  ({rule.place})")


@app.command("test")
def run_the_examples(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """Run the examples beside each rule: rows that must make it fire, and rows that must not.

    Each example that does not hold is named with its file and line, and the exit code is then 2.

    Example:  opsrules rules test
    """
    from opsrules.rules import run_examples  # noqa: PLC0415

    loaded = _load(workspace)
    failures = [failure for one in loaded for failure in run_examples(one)]
    rules = sum(len(one.rules) for one in loaded)
    examples = sum(len(rule.examples) for one in loaded for rule in one.rules)
    if as_json:
        say_json({"rules": rules, "examples": examples, "failures": [asdict(failure) for failure in failures]})
    else:
        for failure in failures:
            say(str(failure))
        say(f"{rules} rules, {examples} examples: " + (f"{len(failures)} do not hold" if failures else "all hold"))
    raise typer.Exit(2 if failures else 0)


def _load(workspace: Path) -> tuple[Rules, ...]:
    from opsrules.cli.checking import load_rules  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    loaded, problems = load_rules(find(workspace))
    if problems:
        raise ParameterError(problems)
    return loaded
