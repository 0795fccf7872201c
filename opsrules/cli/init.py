"""``opsrules init``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say
from opsrules.cli.options import WorkspaceFolder
from opsrules.errors import UsageError

__all__ = ["init"]


def init(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A new or empty folder.", show_default=False)
    ] = None,
    account: Annotated[
        str, typer.Option(metavar="NAME", help="Draft this account's file instead.", show_default=False)
    ] = "",
    exports: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="The account's exports, to draft from.", show_default=False),
    ] = None,
    workspace: WorkspaceFolder = Path(),
) -> None:
    """Write a new workspace, or inside one draft an account's file from a folder of its exports.

    The draft holds what the files tell; what a person has to fill in is marked and listed. No file is overwritten.

    Example:  opsrules init work

    Example:  opsrules init --account northwind --from exports/northwind
    """
    if folder is not None and not account and exports is None:
        _new_workspace(folder)
    elif folder is None and account and exports is not None:
        _new_account(workspace, account, exports)
    else:
        msg = "write opsrules init DIR for a workspace, or opsrules init --account NAME --from FOLDER for an account"
        raise UsageError(msg)


def _new_workspace(folder: Path) -> None:
    from opsrules.scaffold import write_workspace  # noqa: PLC0415

    names = write_workspace(folder)
    say(f"{folder}: a workspace of {len(names)} files. What comes next is in its README.md; to try it:")
    say(f"  cd {shlex.quote(str(folder))}; opsrules demo; opsrules run")


def _new_account(workspace: Path, account: str, exports: Path) -> None:
    from opsrules.cli.tables import say_table  # noqa: PLC0415
    from opsrules.scaffold import new_account_file, write_account  # noqa: PLC0415
    from opsrules.sources.draft import draft_account  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    root = find(workspace)
    folder = exports.expanduser().resolve()
    if not folder.is_dir():
        msg = f"{exports}: there is no such folder; name the folder of the client's exports"
        raise UsageError(msg)
    path = new_account_file(root, account)
    draft = draft_account(root, account, folder)
    write_account(path, draft.text)
    name = path.relative_to(root).as_posix()
    say(f"{name}: drafted from {len(draft.files)} {'file' if len(draft.files) == 1 else 'files'}")
    say()
    say_table(("file", "what it is"), draft.files)
    say()
    for line, what in draft.to_fill_in:
        say(f"To fill in: {name}:{line}: {what}")
    say(f"Next: opsrules check; opsrules sources {account}")
