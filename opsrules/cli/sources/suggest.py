"""``opsrules sources suggest``: a mapping for a table that no reader knows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

if TYPE_CHECKING:
    from opsrules.sources.suggest import Suggestion

__all__ = ["suggest_mapping"]

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def suggest_mapping(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table that no reader knows.", show_default=False)],
    workspace: WorkspaceFolder = Path(),
    currency: Annotated[
        str,
        typer.Option(metavar="CODE", help="Currency of its amounts, where the file names none.", show_default=False),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show what the columns of an unknown table seem to be, and a mapping to paste into the account's file.

    Values are shown masked. What the file does not tell is left blank and marked, never guessed.

    Example:  opsrules sources suggest exports/northwind/2026-10/bank.csv
    """
    from opsrules.errors import FileRefused, UsageError  # noqa: PLC0415
    from opsrules.money import is_currency  # noqa: PLC0415
    from opsrules.readers import identify  # noqa: PLC0415
    from opsrules.sources.suggest import suggest  # noqa: PLC0415

    if currency and not is_currency(currency):
        msg = f"{currency!r} is no ISO 4217 currency; write one such as EUR"
        raise UsageError(msg)
    path, files = _placed(file, workspace)
    try:
        known = identify(path)
        found = None if known else suggest(path, files, currency)
    except FileRefused as error:
        raise UsageError(str(error)) from error
    if as_json:
        mapping = {"mapping": list(found.source(files)) if found.reader else []} if found else {}
        say_json({"file": files, "known": known or "", **(asdict(found) if found else {}), **mapping})
    elif found is None:
        say(f"{files} is read by {known}: name it, or its folder, under sources of the account; no mapping is needed")
    else:
        _say(found, files)


def _placed(file: Path, workspace: Path) -> tuple[Path, str]:
    """The file, and its path as an account names it: from the workspace where it lies in one, else absolute."""
    from opsrules.errors import UsageError  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    try:
        root = find(workspace)
    except UsageError:
        root = Path().resolve()
    path = next((one for one in (file.expanduser(), root / file) if one.is_file()), None)
    if path is None:
        msg = f"{file}: there is no such file; name one from here, or from the workspace"
        raise UsageError(msg)
    whole = path.resolve()
    return whole, whole.relative_to(root).as_posix() if whole.is_relative_to(root) else whole.as_posix()


def _say(found: Suggestion, files: str) -> None:
    from glob import escape  # noqa: PLC0415

    from opsrules.cli.tables import say_table  # noqa: PLC0415

    parted = _DELIMITERS[found.delimiter]
    say(f"{files}: a table in {found.encoding}, cells parted by {parted}, header in line {found.line}")
    say()
    rows = [(one.name or "(no name)", one.role, f"{one.filled:.0%}", "  ".join(one.samples)) for one in found.columns]
    say_table(("column", "seems to be", "filled", "values, masked"), rows, numbers=(2,))
    say()
    if not found.reader:
        say("No column with days, or none with amounts, was found: no mapping can be drafted.")
        return
    say("For sources: in the account's file:")
    say()
    for line in found.source(escape(files)):
        say(line)
    say()
    for path, why in found.to_fill_in:
        say(f"To fill in: {path}: {why}")
    if found.tried:
        say(f"Tried on this file: {found.tried}")
