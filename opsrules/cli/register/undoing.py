"""``opsrules register undo``: an earlier act counts no longer; that it happened stays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.console import say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.options import Note
from opsrules.errors import UsageError

if TYPE_CHECKING:
    from opsrules.register import Register

__all__ = ["undo"]

_AT_ONCE = 1000


def undo(
    event: Annotated[
        int | None, typer.Argument(metavar="[EVENT]", help="The number of what is taken back.", show_default=False)
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Take back what you did last.")] = False,
    note: Note = "",
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Take back an act by its number.

    It stays in the history and counts no longer. What runs saw cannot be taken back.

    Example:  opsrules register undo 1204 --note "Wrong order."
    """
    from opsrules.cli.register.opening import opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events  # noqa: PLC0415

    if (event is None) != last:
        msg = "name one act: its number, as `opsrules register show` and `history` have it, or --last for your own last"
        raise UsageError(msg)
    with opened(workspace, write=True) as register:
        written = register.undo(event or _last_own(register), note=note)
    if as_json:
        say_json([event_record(one) for one in written])
    else:
        say_events(written)


def _last_own(register: Register) -> int:
    """Return the number of the last act of whoever asks that still counts, looking back from the end."""
    from opsrules.register.told import taken_back  # noqa: PLC0415
    from opsrules.terms import EventKind  # noqa: PLC0415

    reach = _AT_ONCE
    never = (EventKind.UNDONE, EventKind.ERASED)
    while True:
        # What took an event back came after it, so the end of the chain tells of all that is in it.
        events = list(register.events(after=max(0, register.head.seq - reach)))
        gone = taken_back(events)
        own = [one for one in events if not one.run and one.actor == register.actor and one.kind not in never]
        if counting := [one.seq for one in own if one.seq not in gone]:
            return counting[-1]
        if reach >= register.head.seq:
            msg = f"{register.actor} has done nothing that could be taken back; name an event by its number"
            raise UsageError(msg)
        reach *= 10
