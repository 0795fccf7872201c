"""``opsrules register resolve``, ``write-off``, ``dispute`` and ``reject``: how a finding ends, and how it does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.bulk import SETTLED, act_on
from opsrules.cli.register.options import Asked, FindingIds, Note, NoteWanted, Together, Yes, filtered
from opsrules.errors import UsageError
from opsrules.terms import Resolution

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.register import Register
    from opsrules.register.model import Event

__all__ = ["dispute", "reject", "resolve", "write_off"]


@filtered
def resolve(
    *,
    ids: FindingIds = None,
    asked: Asked,
    reason: Annotated[
        Resolution,
        typer.Option(
            "--reason",
            metavar="WORD",
            help="corrected, recovered, expected, duplicate, accepted or other.",
            show_default=False,
        ),
    ],
    note: Note = "",
    other: Together = "",
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Resolve findings, with the reason.

    One that a later review finds with a larger amount is open again.

    Example:  opsrules register resolve 3f9a21c0 --reason recovered --note "Paid on 12 Nov."
    """
    act_on(
        lambda register, _, keep: register.resolve(list(keep), reason, note=note, counterpart=other, keep=keep),
        f"resolved ({reason.words().lower()})",
        ids,
        asked,
        workspace=workspace,
        yes=yes,
        as_json=as_json,
    )


@filtered
def write_off(
    *,
    ids: FindingIds = None,
    asked: Asked,
    note: NoteWanted,
    amount: Annotated[
        str,
        typer.Option(
            "--amount", metavar="FIGURE", help="Of one finding, a part such as 12.50.", show_default="all of it"
        ),
    ] = "",
    other: Together = "",
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write findings off: the money is given up.

    The note says why; limits are those of your role in parameters/register.yaml.

    Example:  opsrules register write-off 3f9a21c0 --amount 12.50 --note "Below the cost of a claim."
    """

    def act(register: Register, findings: pd.DataFrame, keep: dict[str, int]) -> Sequence[Event]:
        minor = _part(findings, amount) if amount else None
        return register.write_off(list(keep), note, amount_minor=minor, counterpart=other, keep=keep)

    act_on(act, "written off", ids, asked, workspace=workspace, yes=yes, as_json=as_json)


def _part(findings: pd.DataFrame, amount: str) -> int:
    from opsrules.cli.register.filters import minor_of  # noqa: PLC0415

    if len(findings) != 1:
        msg = f"--amount {amount} is of one finding and {len(findings):,} are chosen; name one, or leave it out"
        raise UsageError(msg)
    currency = str(findings["currency"].iat[0])
    if not currency:
        msg = f"finding {findings['finding_id'].iat[0]} carries no amount, so no part of it can be written off"
        raise UsageError(msg)
    return minor_of(amount, currency, "--amount")


@filtered
def dispute(
    *,
    ids: FindingIds = None,
    asked: Asked,
    note: NoteWanted,
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Say that findings are none; they stay open.

    Example:  opsrules register dispute 3f9a21c0 --note "The bank booked it on the first of the month."
    """
    act_on(
        lambda register, _, keep: register.dispute(list(keep), note, keep=keep),
        "disputed",
        ids,
        asked,
        workspace=workspace,
        yes=yes,
        as_json=as_json,
    )


@filtered
def reject(
    *,
    ids: FindingIds = None,
    asked: Asked,
    note: NoteWanted,
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Open findings again: how they were settled is not accepted.

    Without --status those that are resolved or written off are meant.

    Example:  opsrules register reject 3f9a21c0 --note "The credit note is of another order."
    """
    act_on(
        lambda register, _, keep: register.reject(list(keep), note, keep=keep),
        "opened again",
        ids,
        asked,
        workspace=workspace,
        yes=yes,
        as_json=as_json,
        usual=SETTLED,
    )
