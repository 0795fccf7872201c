"""``opsrules rules test``: run the examples beside the rules."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.rules.loading import loaded

__all__ = ["run_the_examples"]


def run_the_examples(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """Run the examples beside each rule: rows that must make it fire, and rows that must not.

    Each example that does not hold is named with its file and line, and the exit code is then 2.

    Example:  opsrules rules test
    """
    from opsrules.rules import run_examples  # noqa: PLC0415

    sets = loaded(workspace)
    failures = [failure for one in sets for failure in run_examples(one)]
    rules = sum(len(one.rules) for one in sets)
    examples = sum(len(rule.examples) for one in sets for rule in one.rules)
    if as_json:
        say_json({"rules": rules, "examples": examples, "failures": [asdict(failure) for failure in failures]})
    else:
        for failure in failures:
            say(str(failure))
        say(f"{rules} rules, {examples} examples: " + (f"{len(failures)} do not hold" if failures else "all hold"))
    raise typer.Exit(2 if failures else 0)
