"""``opsrules register import``: what somebody filled into an exported workbook, taken back under your name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.bulk import confirm
from opsrules.cli.register.options import Yes
from opsrules.errors import ActRefused, UsageError

if TYPE_CHECKING:
    from opsrules.register import Event, Register
    from opsrules.register.workbook import Planned, Refusal

__all__ = ["import_edits"]

_REFUSED = 2
_NEEDED = ("finding_id", "seq", "status", "owner", "currency", "amount_minor")


def import_edits(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook that export wrote.", show_default=False)],
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Take back what was filled into an exported workbook.

    What would be done is shown first, and done after a yes, under your name. A row is refused when it cannot be read,
    when its finding has moved on since the export, or when you may not do it; the others are taken, and the exit code
    is 2.

    Example:  opsrules register import northwind.xlsx
    """
    from opsrules.cli.register.opening import opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record  # noqa: PLC0415
    from opsrules.register import Where  # noqa: PLC0415
    from opsrules.register.workbook import edits, plan  # noqa: PLC0415
    from opsrules.terms import FindingStatus  # noqa: PLC0415

    read = edits(_bytes(file), file.name)
    with opened(workspace) as register:
        findings = register.findings(Where(statuses=tuple(FindingStatus)), columns=_NEEDED)
    acts, refused = plan(read, findings)
    currencies = dict(zip(findings["finding_id"], findings["currency"], strict=True))
    if acts and as_json and not yes:
        msg = "with --json nobody is asked, so nothing was written; look at it without, then add --yes"
        raise UsageError(msg)
    if not as_json:
        _say_plan(acts, refused, currencies)
    written: list[Event] = []
    if acts:
        if not as_json:
            confirm(yes)
        with opened(workspace, write=True) as register:
            written, late = _done(register, acts)
        refused = (*refused, *late)
        if late and not as_json:
            _say_refused(late)
    if as_json:
        events = [event_record(one, currencies.get(one.subject.finding_id, "")) for one in written]
        say_json({"written": events, "refused": [{"row": one.row, "what": one.what} for one in refused]})
    elif acts or refused:
        rows = len({one.row for one in refused})
        say(f"{len(written):,} written, {rows:,} {'row' if rows == 1 else 'rows'} refused")
    else:
        say(f"{file}: nothing was filled in.")
    raise typer.Exit(_REFUSED if refused else 0)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        msg = f"{file}: cannot be read ({error.strerror}); name a workbook that `opsrules register export` wrote"
        raise UsageError(msg) from error


def _done(register: Register, acts: Iterable[Planned]) -> tuple[list[Event], list[Refusal]]:
    """Do the acts one by one; after one that is refused the others of its row are left."""
    from opsrules.register.workbook import Refusal  # noqa: PLC0415

    written: list[Event] = []
    refused: dict[int, Refusal] = {}
    for one in acts:
        if one.row in refused:
            continue
        try:
            written += getattr(register, one.act.value)(one.finding_id, **one.arguments, keep=one.keep)
        except (ActRefused, UsageError) as error:
            refused[one.row] = Refusal(one.row, str(error))
    return written, list(refused.values())


def _say_plan(acts: Sequence[Planned], refused: Sequence[Refusal], currencies: Mapping[str, str]) -> None:
    from opsrules.cli.tables import say_table  # noqa: PLC0415
    from opsrules.register.lines import SHORT_ID  # noqa: PLC0415

    if refused:
        _say_refused(refused)
    if acts:
        rows = [
            (str(one.row), one.finding_id[:SHORT_ID], one.act.words(), _said(one, currencies.get(one.finding_id, "")))
            for one in acts
        ]
        say_table(("row", "finding", "to do", "with"), rows, numbers=(0,))


def _say_refused(refused: Sequence[Refusal]) -> None:
    from opsrules.cli.tables import say_table  # noqa: PLC0415

    say_table(("row", "refused because"), [(str(one.row), one.what) for one in refused], numbers=(0,))


def _said(one: Planned, currency: str) -> str:
    return ", ".join(_argument(value, currency) for value in one.arguments.values() if value not in (None, ""))


def _argument(value: Any, currency: str) -> str:
    from opsrules.money import format_amount  # noqa: PLC0415

    if isinstance(value, int):
        return format_amount(value, currency).replace("\u00a0", " ")
    words = getattr(value, "words", None)
    return str(words()) if words else value.isoformat() if isinstance(value, date) else str(value)
