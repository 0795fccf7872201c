"""``opsrules register list``: findings of all accounts and periods, worst first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.options import Asked, filtered

__all__ = ["list_findings"]


@filtered
def list_findings(
    *,
    asked: Asked,
    most: Annotated[
        int, typer.Option("--most", metavar="COUNT", help="Lines at the most; 0 for all. JSON has all.", min=0)
    ] = 50,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """List open findings of every account, worst first.

    Other options choose others. Ages are days since the first review that saw it.

    Example:  opsrules register list --account northwind --min-amount 500 --currency EUR
    """
    from opsrules.cli.register.filters import where_of  # noqa: PLC0415
    from opsrules.cli.register.opening import chosen, opened  # noqa: PLC0415
    from opsrules.cli.register.shown import say_findings  # noqa: PLC0415
    from opsrules.register.lines import as_records, sums_words  # noqa: PLC0415

    with opened(workspace) as register:
        findings = chosen(register, where_of(asked))
    if as_json:
        say_json(as_records(findings))
    elif findings.empty:
        say("No finding fits." if not asked.is_empty else "No finding is open.")
    else:
        say_findings(findings, most)
        say(sums_words(findings).replace("\u00a0", " "))
