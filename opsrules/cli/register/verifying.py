"""``opsrules register verify``: whether anything was changed, taken out, put in or moved behind the register's back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.errors import UsageError

if TYPE_CHECKING:
    from opsrules.standing import Head

__all__ = ["verify"]

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


def verify(
    head: Annotated[
        list[str] | None,
        typer.Option(
            "--head",
            metavar="EVENT:HASH",
            help="An end of the chain that was written down, as the foot of a report has it; may be given again.",
            show_default="those that the reports' manifests hold",
        ),
    ] = None,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Verify that no event was changed, taken out or moved.

    A register that was cut off at its end holds together; only an end that stands elsewhere shows it, so the manifests
    under reports/ are held against it too. The exit code is 1 when something is wrong.

    Example:  opsrules register verify
    """
    from opsrules.cli.register.opening import opened  # noqa: PLC0415
    from opsrules.workspace import Workspace  # noqa: PLC0415

    given = [_parsed(one) for one in head or ()]
    told, unread = _manifests(Workspace.at(workspace).reports)
    heads = dict.fromkeys([*given, *told])
    with opened(workspace) as register:
        found = register.verify(heads)
    if as_json:
        problems = [{"seq": seq, "what": what} for seq, what in found.problems]
        say_json(
            {
                "events": found.events,
                "head": asdict(found.head),
                "heads_compared": len(heads),
                "problems": problems,
                "manifests_unread": unread,
            }
        )
    else:
        for name in unread:
            say(f"{name}: cannot be read, so its ends were not compared")
        for seq, what in found.problems:
            say(f"event {seq}: {what}")
        wrong = f"{len(found.problems):,} wrong" if found.problems else "nothing wrong"
        compared = f"{len(heads):,} {'end' if len(heads) == 1 else 'ends'} of reports compared"
        say(f"{found.events:,} events, {compared}: {wrong}")
        say(f"Its end, to be kept elsewhere: {found.head}")
    raise typer.Exit(1 if found.problems else 0)


def _parsed(text: str) -> Head:
    from opsrules.standing import Head  # noqa: PLC0415

    found = _HEAD.fullmatch(text.strip().lower())
    if not found:
        msg = f"--head {text!r} is no end of a chain; write EVENT:HASH with the 64 signs, as a report's foot has it"
        raise UsageError(msg)
    return Head(int(found[1]), found[2])


def _manifests(reports: Path) -> tuple[list[Head], list[str]]:
    """Return the ends that manifests name, and the manifests that could not be read."""
    heads, unread = [], []
    for path in sorted(reports.glob("*/manifest.json")):
        try:
            heads += list(_heads(json.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            unread.append(path.relative_to(reports.parent).as_posix())
    return heads, unread


def _heads(manifest: dict[str, Any]) -> Iterator[Head]:
    from opsrules.standing import Head  # noqa: PLC0415

    for one in manifest.get("accounts", {}).values():
        if told := one.get("register"):
            yield Head(int(told["seq"]), str(told["hash"]))
