"""``opsrules register sign-off``: an account's review of a period, signed by a second person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.desks import DESK
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.bulk import confirm
from opsrules.cli.register.options import Note, Yes
from opsrules.errors import UsageError

__all__ = ["sign_off"]

_PREVIEW = 20


def sign_off(
    *,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.", show_default=False)],
    period: Annotated[
        str,
        typer.Option(
            "--period", metavar="PERIOD", help="2026-10, 2026-W47 or 2026-10-01..2026-10-15.", show_default=False
        ),
    ],
    desk: Annotated[str, typer.Option("--desk", metavar="NAME", help="Of this desk.")] = DESK,
    note: Note = "",
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Sign an account's review of a period.

    It shows what stands open, and asks. Whoever settled a finding above the account's second_person_minor cannot be who
    signs. What was recorded between the look and the yes stops the signature.

    Example:  opsrules register sign-off northwind --period 2026-10
    """
    from opsrules.cli.register.filters import where_of  # noqa: PLC0415
    from opsrules.cli.register.opening import known_account, opened  # noqa: PLC0415
    from opsrules.cli.register.options import Asked  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events, say_findings  # noqa: PLC0415
    from opsrules.periods import Period  # noqa: PLC0415
    from opsrules.register.lines import sums_words  # noqa: PLC0415

    days = Period.parse(period)
    where = where_of(Asked(account=[account], desk=[desk]))
    with opened(workspace) as register:
        known_account(register, account)
        head = register.head
        findings = register.findings(where)
    if as_json and not yes:
        msg = "with --json nobody is asked, so nothing was written; look at it without, then add --yes"
        raise UsageError(msg)
    if not as_json:
        say(f"{account}, {desk.replace('_', ' ')}, {days.words()}")
        if findings.empty:
            say("Nothing stands open.")
        else:
            say_findings(findings, _PREVIEW)
            say(f"Open: {sums_words(findings)}".replace("\u00a0", " "))
        confirm(yes, "Sign it?")
    with opened(workspace, write=True) as register:
        written = register.sign_off(account, where.desks[0], days, note=note, keep=head.seq)
    if as_json:
        say_json([event_record(one) for one in written])
    else:
        say_events(written)
