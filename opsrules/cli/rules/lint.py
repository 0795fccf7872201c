"""``opsrules rules lint``: what is wrong with the rules before any row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.clock import today
from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

if TYPE_CHECKING:
    from opsrules.rules import LintFinding

__all__ = ["lint_rules"]


def lint_rules(
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="Compare the rules in force on this day, and ask each limit for its value on it.",
            show_default="any common day; limits today",
        ),
    ] = None,
    stop_on_first_trigger: Annotated[
        bool, typer.Option("--stop-on-first-trigger", help="The rules are run so: the first that fires ends a row.")
    ] = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Find every mistake in the rules before any row: in their words, logic, examples and days.

    Rules that can never fire, parts of them that never hold or change nothing, rules that fire only where others do,
    conditions that no example comes to, versions of a rule (the same name) that overlap or leave a gap, limits
    without a value. Each is named with its file and line, and the exit code is then 2; notes leave it 0.

    Example:  opsrules rules lint --on 2026-10-31
    """
    from opsrules.cli.checking import load_rules  # noqa: PLC0415
    from opsrules.rules.lint import flaws_of_limits  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    root, day = find(workspace), on.date() if on else None
    sets, refused = load_rules(root)
    linted = [one.lint(day, stop_on_first_trigger=stop_on_first_trigger) for one in sets]
    # Each set gives the workspace's limits again.
    every = dict.fromkeys([*(one for lint in linted for one in lint), *flaws_of_limits(root, day or today())])
    findings, unjudged = list(every), [rule for lint in linted for rule in lint.unjudged]
    wrong = len(refused) + sum(not one.is_note for one in findings)
    rules = sum(len(one.rules) for one in sets)
    if as_json:
        problems = [asdict(one) for one in refused]
        say_json({"rules": rules, "problems": problems, "findings": list(map(asdict, findings)), "unjudged": unjudged})
    else:
        for problem in refused:
            say(str(problem))
        _say_all(findings, unjudged)
        notes = sum(one.is_note for one in findings)
        say(f"{rules} rules: {_count(wrong, 'problem')}, {_count(notes, 'note')}")
    raise typer.Exit(2 if wrong else 0)


def _say_all(findings: Sequence[LintFinding], unjudged: Sequence[str]) -> None:
    from opsrules.rules import Lint  # noqa: PLC0415

    if findings or unjudged:
        say(str(Lint(tuple(findings), tuple(unjudged))))


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}" + ("" if number == 1 else "s")
