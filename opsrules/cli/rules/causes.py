"""``opsrules rules causes``: the causes that findings may have, and what mends them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

__all__ = ["list_causes"]


def list_causes(
    workspace: WorkspaceFolder = Path(),
    account: Annotated[str, typer.Option(metavar="NAME", help="Account whose own causes are to be added.")] = "",
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/causes.md.")] = False,
) -> None:
    """List the causes that findings may have: code, words, origin, owner, actions, source and confidence.

    Example:  opsrules rules causes
    """
    from opsrules.cli.tables import say_table  # noqa: PLC0415
    from opsrules.rootcause.taxonomy_load import load_taxonomy  # noqa: PLC0415
    from opsrules.rootcause.taxonomy_page import page  # noqa: PLC0415
    from opsrules.workspace import Workspace  # noqa: PLC0415

    taxonomy = load_taxonomy(Workspace.at(workspace).taxonomy_dir, account)
    if as_json:
        say_json(taxonomy.to_frame().to_dict("records"))
    elif markdown:
        say(page(taxonomy))
    else:
        rows = [(one.code, one.words, one.origin.value, one.owner) for one in taxonomy.causes.values()]
        say_table(("cause", "what it is", "origin", "owner"), rows)
