"""``opsrules rules backtest``: what a proposed version of the rules would change."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_error, say_json
from opsrules.cli.desks import DESK, of_desk
from opsrules.cli.options import AccountNames, AsJson, AsOfDay, PeriodText, WorkspaceFolder
from opsrules.errors import ParameterError, Problem, ReviewError, UsageError

if TYPE_CHECKING:
    from opsrules.cli.rules.trial import AccountTrial
    from opsrules.parameters import Account
    from opsrules.periods import Period
    from opsrules.rules import Rules

__all__ = ["backtest"]


def backtest(
    *,
    against: Annotated[
        Path, typer.Option(metavar="FILE", help="The proposal: a rule file, or a decision table in place of one.")
    ],
    workspace: WorkspaceFolder = Path(),
    account: AccountNames = None,
    period: PeriodText = "",
    as_of: AsOfDay = None,
    rule: Annotated[
        str | None, typer.Option(metavar="ID", help="Tell of this rule alone.", show_default="all that move")
    ] = None,
    rows: Annotated[int, typer.Option(metavar="N", min=0, help="Rows to name of each rule, each way.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Judge a period by today's rules and by a proposal, and tell which rows would fall in or out, and why.

    Today's rules are the workspace's. In the proposal FILE takes the place of its rules, so that a rule it leaves out
    ends; or, if it is a decision table, of the table of its name. Of both, the rules in force on the as-of day count.
    Nothing is written. An account whose files cannot be read is named, and the exit code is then 3.

    Example:  opsrules rules backtest --against proposal.yaml --period 2026-10
    """
    from opsrules.cli.clock import asked_days  # noqa: PLC0415
    from opsrules.cli.rules.trial_text import lines_of, nothing_moves  # noqa: PLC0415
    from opsrules.periods import day_words  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    root, (day, days) = find(workspace), asked_days(as_of, period)
    accounts, today, proposal = _checked(root, account, against)
    _hold_rule(rule, (today, proposal), day)
    versions = today.active(day), proposal.active(day)
    trials = [_try(root, one, days, day, versions, only=rule, most=rows) for one in accounts]
    judged, failed = [one for one in trials if not one.failure], [one for one in trials if one.failure]
    if as_json:
        say_json(_as_json(trials, days, day, against, versions))
        raise typer.Exit(3 if failed else 0)
    if any(one.moves for one in judged):
        say(f"{days.words()}, ages counted to {day_words(day)}")
        say(f"Today: parameters/rules/{DESK}.yaml, {len(versions[0].rules)} rules in force")
        say(f"Proposal: {against}, {len(versions[1].rules)} rules in force\n")
        say("\n".join(lines_of(judged)).rstrip("\n"))
    elif judged:
        say(nothing_moves(judged, days.words(), rule))
    for one in failed:
        say_error(f"{one.account}: not judged, {one.failure}")
    raise typer.Exit(3 if failed else 0)


def _checked(root: Path, names: list[str] | None, against: Path) -> tuple[list[Account], Rules, Rules]:
    """Return the accounts, today's rules and the proposal.

    Raises
    ------
    ParameterError
        With every mistake of all these files, by place.
    """
    from opsrules.parameters import by_place, examine  # noqa: PLC0415
    from opsrules.pipeline import known  # noqa: PLC0415
    from opsrules.workspace import Workspace  # noqa: PLC0415

    parameters, found = examine(root, only=names, **known())
    problems: list[Problem] = list(found)
    versions: list[Rules] = []
    path = Workspace(root).rules_dir / f"{DESK}.yaml"
    for load in (partial(_loaded, path), partial(_proposed, path, against)):
        try:
            versions.append(load())
        except ParameterError as error:
            problems += error.problems
    if problems:
        raise ParameterError(by_place(problems))
    accounts = of_desk(DESK, parameters.accounts.values(), names)
    if not accounts:
        folder = Workspace(root).accounts_dir
        msg = f"{folder} holds no account of desk {DESK}; copy _template.yaml, or run `opsrules demo`"
        raise UsageError(msg)
    return accounts, versions[0], versions[1]


def _loaded(path: Path, tables: list[Path] | None = None) -> Rules:
    from opsrules.desks.reconciliation import Actions, Variables  # noqa: PLC0415
    from opsrules.rules import Rules  # noqa: PLC0415

    return Rules.load(path, Variables, Actions, desk=DESK, tables=tables)


def _proposed(today: Path, against: Path) -> Rules:
    """Return today's rules with one file in place of the one of which it is another version.

    One in a folder parameters/rules of its own is a proposal with all that stands beside it.
    """
    from opsrules.rules.files import is_house_file, tables_beside  # noqa: PLC0415

    rules, beside = _loaded(against), tables_beside(today)
    names = {rule.table for rule in rules.rules}
    if rules.rules and "" not in names:
        kept = {path.stem.partition(".")[2]: path for path in beside} | dict.fromkeys(names, against)
        return _loaded(today, [kept[name] for name in sorted(kept)])
    return rules if is_house_file(against) else _loaded(against, beside)


def _hold_rule(rule_id: str | None, versions: tuple[Rules, Rules], day: date) -> None:
    """Hold that a rule asked for is in force in one of the versions."""
    from opsrules.parameters.nearest import hint  # noqa: PLC0415

    if rule_id is None:
        return
    if any(one.id == rule_id for version in versions for one in version.active(day).rules):
        return
    ids = {one.id for version in versions for one in version.rules}
    if rule_id in ids:
        msg = f"rule {rule_id} is in force on {day} in neither version; look at its status, since and until"
    else:
        msg = f"no rule {rule_id} in either version; {hint(rule_id, ids)}"
    raise UsageError(msg)


def _try(
    root: Path, account: Account, days: Period, day: date, versions: tuple[Rules, Rules], *, only: str | None, most: int
) -> AccountTrial:
    from opsrules.cli.rules.trial import AccountTrial, trial_of  # noqa: PLC0415
    from opsrules.pipeline import rows_for_rules  # noqa: PLC0415

    try:
        frame = rows_for_rules(DESK, account.account, days.text, root, day)
    except ReviewError as error:
        return AccountTrial(account.account, account.name, failure=str(error))
    tested = versions[0].backtest(versions[1], frame)
    return trial_of(account.account, account.name, frame, tested, only=only, most=most)


def _as_json(
    trials: list[AccountTrial], days: Period, day: date, against: Path, versions: tuple[Rules, Rules]
) -> dict[str, Any]:
    files = (f"parameters/rules/{DESK}.yaml", against.as_posix())
    told = [
        {"file": file, "sha256": version.sha256, "in_force": [one.id for one in version.rules]}
        for file, version in zip(files, versions, strict=True)
    ]
    return {
        "period": days.text,
        "as_of": day.isoformat(),
        "before": told[0],
        "after": told[1],
        "accounts": [asdict(one) | {"status": "not judged" if one.failure else "judged"} for one in trials],
    }
