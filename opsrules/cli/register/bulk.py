"""An act on findings: named ones at once, chosen ones after a look at them and a yes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.register.options import Asked
from opsrules.errors import UsageError
from opsrules.terms import FindingStatus

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.register import Register
    from opsrules.register.model import Event

__all__ = ["OPEN", "SETTLED", "Deed", "act_on", "confirm"]

Deed = Callable[["Register", "pd.DataFrame", dict[str, int]], "Sequence[Event]"]
"""What is done: with the register, the findings, and the last event of each that was seen."""

OPEN = tuple(one for one in FindingStatus if one.is_open)
SETTLED = (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF)

_PREVIEW = 20
_NO = 1


def act_on(
    act: Deed,
    doing: str,
    ids: Sequence[str] | None,
    asked: Asked,
    *,
    workspace: Path,
    yes: bool,
    as_json: bool,
    usual: Sequence[FindingStatus] = OPEN,
) -> None:
    """Do something to findings, all of them in one transaction, and say what was written.

    Named findings are acted on at once. Chosen ones are shown before, and only those that were shown are acted on: one
    that moved on meanwhile is refused, and nothing is written then.

    Parameters
    ----------
    act : callable
    doing : str
        What would be done, after "to be": resolved as put right.
    ids : sequence of str or None
        Findings by their first signs.
    asked : Asked
        A choice of findings; together with `ids` both must hold.
    workspace : Path
    yes : bool
        Whether to go on without asking.
    as_json : bool
        Whether the written events are printed for a machine.
    usual : sequence of FindingStatus
        Statuses that are meant when none is asked for and no finding is named.

    Raises
    ------
    UsageError
        If nothing is named or chosen, nothing fits, or nobody could be asked.
    """
    from opsrules.cli.register.filters import where_of  # noqa: PLC0415
    from opsrules.cli.register.opening import chosen, opened  # noqa: PLC0415

    if not ids and asked.is_empty:
        msg = "no finding is named; give the first signs of some, or choose by options such as --account and --class"
        raise UsageError(msg)
    with opened(workspace) as register:
        findings = chosen(register, where_of(asked, ids or (), usual))
    if findings.empty:
        msg = "no finding fits, so nothing was written; `opsrules register list` with the same options shows what does"
        raise UsageError(msg)
    if not asked.is_empty:
        _look_first(findings, doing, yes=yes, as_json=as_json)
    keep = {str(one): int(seq) for one, seq in zip(findings["finding_id"], findings["seq"], strict=True)}
    with opened(workspace, write=True) as register:
        written = act(register, findings, keep)
    say_written(written, findings, doing, as_json=as_json)


def say_written(written: Sequence[Event], findings: pd.DataFrame, doing: str, *, as_json: bool) -> None:
    """Say what was written of which findings."""
    from opsrules.cli.register.shown import event_record  # noqa: PLC0415
    from opsrules.register.lines import SHORT_ID, sums_words  # noqa: PLC0415
    from opsrules.register.told import told  # noqa: PLC0415

    if as_json:
        currencies = dict(zip(findings["finding_id"], findings["currency"], strict=True))
        say_json([event_record(one, currencies.get(one.subject.finding_id, "")) for one in written])
        return
    first, last = written[0], written[-1]
    if first is last:
        currency = str(findings["currency"].iat[0])
        said = f"{first.subject.finding_id[:SHORT_ID]}: {told(first, currency)} (event {first.seq}, by {first.actor})"
    else:
        said = f"{sums_words(findings)}, {doing} (events {first.seq} to {last.seq}, by {first.actor})"
    say(said.replace("\u00a0", " "))


def confirm(yes: bool, question: str = "Go on?") -> None:
    """Ask somebody at the terminal; a no ends the command with exit code 1.

    Raises
    ------
    UsageError
        If nobody is at the terminal and `yes` was not given.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        msg = "nobody is at the terminal to say yes, so nothing was written; look at the list above, then add --yes"
        raise UsageError(msg)
    if not typer.confirm(question, default=False):
        say("Nothing was written.")
        raise typer.Exit(_NO)


def _look_first(findings: pd.DataFrame, doing: str, *, yes: bool, as_json: bool) -> None:
    from opsrules.cli.register.shown import say_findings  # noqa: PLC0415
    from opsrules.register.lines import sums_words  # noqa: PLC0415

    if as_json:
        if not yes:
            msg = "with --json nobody is asked, so nothing was written; look at it without, then add --yes"
            raise UsageError(msg)
        return
    say_findings(findings, _PREVIEW)
    say(f"To be {doing}: {sums_words(findings)}".replace("\u00a0", " "))
    confirm(yes)
