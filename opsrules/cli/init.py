"""``opsrules init``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say

__all__ = ["init"]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
) -> None:
    """Write a new workspace: notebooks, rules, a template for accounts.

    Example:  opsrules init work
    """
    from opsrules.scaffold import write_workspace  # noqa: PLC0415

    names = write_workspace(folder)
    say(f"{folder}: a workspace of {len(names)} files. What comes next is in its README.md; to try it:")
    say(f"  cd {shlex.quote(str(folder))}; opsrules demo; opsrules run")
