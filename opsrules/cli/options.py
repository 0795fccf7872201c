"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "WorkspaceFolder"]

WorkspaceFolder = Annotated[
    Path,
    typer.Option(
        "--workspace", "-w", metavar="DIR", help="Folder of the workspace, or one inside it.", show_default="this one"
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")]
