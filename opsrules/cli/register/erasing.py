"""``opsrules register erase``: a person's name, or what one event says, is erased; that it happened stays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.bulk import confirm
from opsrules.cli.register.options import Yes
from opsrules.errors import UsageError

__all__ = ["erase"]


def erase(
    event: Annotated[
        int | None, typer.Argument(metavar="[EVENT]", help="The number of an event.", show_default=False)
    ] = None,
    person: Annotated[
        str, typer.Option("--person", metavar="NAME", help="Whose name is erased everywhere.", show_default=False)
    ] = "",
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Erase what one event says, with the file it attached, or a person's name.

    It cannot be brought back. The chain still verifies; a backup made before still has it all.

    Example:  opsrules register erase --person anna
    """
    from opsrules.cli.register.opening import opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events  # noqa: PLC0415

    if bool(person) == (event is not None):
        msg = "name one: the number of an event, as `opsrules register history` has it, or --person NAME"
        raise UsageError(msg)
    if as_json and not yes:
        msg = "with --json nobody is asked, so nothing was erased; add --yes"
        raise UsageError(msg)
    what = f"the name {person}" if person else f"what event {event} says"
    confirm(yes, f"Erase {what} for good?")
    with opened(workspace, write=True) as register:
        written = register.erase(person) if person else register.erase(seq=event or 0)
    if as_json:
        say_json([event_record(one) for one in written])
    else:
        say_events(written)
