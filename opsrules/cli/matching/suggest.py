"""``opsrules matching suggest``: changes of an account's file that would settle what people settled by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_error, say_json
from opsrules.cli.desks import DESK, of_desk
from opsrules.cli.options import AccountNames, AsJson, AsOfDay, WorkspaceFolder
from opsrules.errors import ParameterError, ReviewError

if TYPE_CHECKING:
    from datetime import date

    from opsrules.parameters import Account
    from opsrules.periods import Period
    from opsrules.proposals import Proposal, Proposed, Short
    from opsrules.register import Register

__all__ = ["suggest_matching"]

_FAILED = 3


def suggest_matching(
    *,
    workspace: WorkspaceFolder = Path(),
    account: AccountNames = None,
    period: Annotated[
        list[str] | None,
        typer.Option(
            "--period",
            metavar="PERIOD",
            help="Try them on it: 2026-10, 2026-W47 or a range; may be given again.",
            show_default="all that were reviewed",
        ),
    ] = None,
    as_of: AsOfDay = None,
    as_json: AsJson = False,
) -> None:
    """Propose reference patterns, tolerances, days and names that would settle what people settled by hand.

    They come from findings that were resolved or written off; `opsrules register resolve ID --with OTHER` says what one
    belongs together with. Each is tried on past data, with what it would have got wrong. Nothing is changed: paste the
    lines into the account's file. An account whose files cannot be read is named, and the exit code is then 3.

    Example:  opsrules matching suggest --account northwind --period 2026-10
    """
    from opsrules.cli.clock import asked_days  # noqa: PLC0415
    from opsrules.cli.register.opening import opened  # noqa: PLC0415
    from opsrules.periods import Period  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    root, (day, _) = find(workspace), asked_days(as_of, period[0] if period else "")
    accounts = _accounts(root, account)
    asked = tuple(Period.parse(one) for one in dict.fromkeys(period or ()))
    told, failed = [], False
    with opened(workspace) as register:
        for one in accounts:
            periods = asked or _reviewed(register, one.account)
            try:
                told.append((one, periods, _proposed(root, register, one, periods, day)))
            except ReviewError as error:
                failed = True
                say_error(f"{one.account}: nothing was tried, {error}")
    if as_json:
        say_json([_as_json(*one) for one in told])
    for found in () if as_json else told:
        _say(*found)
    raise typer.Exit(_FAILED if failed else 0)


def _accounts(root: Path, names: list[str] | None) -> list[Account]:
    from opsrules.parameters import examine  # noqa: PLC0415
    from opsrules.pipeline import known  # noqa: PLC0415

    parameters, problems = examine(root, only=names, **known())
    if problems:
        raise ParameterError(problems)
    return of_desk(DESK, parameters.accounts.values(), names)


def _reviewed(register: Register, account: str) -> tuple[Period, ...]:
    """Periods of an account that were reviewed, oldest first."""
    from opsrules.periods import Period  # noqa: PLC0415

    runs = register.runs(account, DESK)
    texts = dict.fromkeys(runs["period"][runs["outcome"] == "reviewed"])
    return tuple(sorted((Period.parse(text) for text in texts), key=lambda one: (one.first, one.last)))


def _proposed(root: Path, register: Register, account: Account, periods: Sequence[Period], day: date) -> Proposed:
    from opsrules.desks.reconciliation import Ask  # noqa: PLC0415
    from opsrules.intake import take_in  # noqa: PLC0415
    from opsrules.periods import plausible_as_of  # noqa: PLC0415
    from opsrules.proposals import Proposed, propose, said_of  # noqa: PLC0415

    asks = [Ask(account, one, plausible_as_of(day, one)) for one in periods]
    said = said_of(register, account.account)
    return propose(asks, take_in(root, account), said) if said else Proposed((), (), 0, 0, 0)


def _say(account: Account, periods: Sequence[Period], found: Proposed) -> None:
    if not found.settled:
        say(f"{account.account}: nobody has resolved or written off a finding, so there is nothing to learn from.")
        return
    say(f"{account.account}: {_counted(found)}; tried on {', '.join(one.text for one in periods)}")
    good = [one for one in found.proposals if not one.outcome.wrong]
    bad = [one for one in found.proposals if one.outcome.wrong]
    for head, group, first in (("Never wrong", good, 1), ("Wrong at times", bad, len(good) + 1)):
        if group:
            say(f"\n{head}, in rows of both sides:")
            _say_table(group, first)
    if not found.proposals:
        say("Nothing to propose.")
    for number, one in enumerate(found.proposals, start=1):
        say(f"\n{number}. {one.what}" + (f"; from {'; '.join(one.shown)}" if one.shown else ""))
        say(f"# in place of {one.change.key}: in {account.file}")
        say("\n".join(one.change.lines))
    if found.short:
        say("\nNot proposed:")
        say("\n".join(f"  {one.kind}: {_short(one)}" for one in found.short))
    say()


def _counted(found: Proposed) -> str:
    said = f"{found.settled:,} settled finding{'' if found.settled == 1 else 's'}"
    told = f"{said}, {found.together:,} of {'it' if found.settled == 1 else 'them'} with what belongs together"
    lost = f", {found.lost:,} that name no rows of one leg in the exports" if found.lost else ""
    return told + lost


def _say_table(group: Sequence[Proposal], first: int) -> None:
    from opsrules.cli.tables import say_table  # noqa: PLC0415

    heads = ("", "proposal", "from", "held out", "settles", "agree", "unsaid", "wrong", "ambiguous")
    rows = [
        (
            str(number),
            one.kind,
            f"{one.examples:,}",
            f"{one.held_out:,} of {one.examples:,}",
            f"{one.outcome.settled:,}",
            f"{one.outcome.agree:,}",
            f"{one.outcome.unsaid:,}",
            f"{one.outcome.wrong:,}",
            f"{one.outcome.ambiguous:,}",
        )
        for number, one in enumerate(group, start=first)
    ]
    say_table(heads, rows, range(2, len(heads)))


def _short(one: Short) -> str:
    from opsrules.proposals import WANTED  # noqa: PLC0415

    pairs = f"{one.examples:,} pair{'' if one.examples == 1 else 's'}"
    return f"{pairs}, {WANTED} wanted: {one.why}" if one.examples < WANTED else f"{pairs}: {one.why}"


def _as_json(account: Account, periods: Sequence[Period], found: Proposed) -> dict[str, Any]:
    told: list[dict[str, Any]] = [
        {
            "kind": one.kind,
            "what": one.what,
            "key": one.change.key,
            "yaml": list(one.change.lines),
            "examples": one.examples,
            "held_out": one.held_out,
            "shown": list(one.shown),
            "outcome": asdict(one.outcome) | {"settled": one.outcome.settled},
        }
        for one in found.proposals
    ]
    return {
        "account": account.account,
        "periods": [one.text for one in periods],
        "settled": found.settled,
        "together": found.together,
        "lost": found.lost,
        "proposals": [one for one in told if not one["outcome"]["wrong"]],
        "wrong_at_times": [one for one in told if one["outcome"]["wrong"]],
        "not_proposed": [asdict(one) for one in found.short],
    }
