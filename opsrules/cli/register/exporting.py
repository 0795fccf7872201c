"""``opsrules register export``: findings as a workbook that can be filled in and taken back, or as CSV."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.options import Asked, filtered
from opsrules.errors import UsageError

__all__ = ["export_findings"]


@filtered
def export_findings(
    *,
    asked: Asked,
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx", metavar="FILE", help="Write a workbook; import takes its edits back.", show_default=False
        ),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV file.", show_default=False)
    ] = None,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write findings into a workbook or a CSV file.

    The workbook can be filled in and taken back by `opsrules register import`. A file that is there is written anew. No
    cell can start a formula.

    Example:  opsrules register export --account northwind --xlsx northwind.xlsx
    """
    from opsrules.cli.register.filters import where_of  # noqa: PLC0415
    from opsrules.cli.register.opening import chosen, opened  # noqa: PLC0415
    from opsrules.publish import put  # noqa: PLC0415
    from opsrules.register.lines import sums_words  # noqa: PLC0415
    from opsrules.register.workbook import to_workbook  # noqa: PLC0415
    from opsrules.spreadsheet import guarded_csv  # noqa: PLC0415

    if xlsx is None and csv is None:
        msg = "nothing to write; name a file: --xlsx FILE for a workbook, --csv FILE for a table"
        raise UsageError(msg)
    with opened(workspace) as register:
        head = register.head  # before the findings: what comes between is then seen as having moved on
        findings = chosen(register, where_of(asked))
    contents = {} if csv is None else {csv: guarded_csv(findings).encode()}
    if xlsx is not None:
        contents[xlsx] = to_workbook(findings, head, datetime.now(UTC))
    try:
        for path, content in contents.items():
            put(path, content)
    except OSError as error:
        msg = f"{error.filename or path}: cannot be written ({error.strerror}); name a file in a folder that is there"
        raise UsageError(msg) from error
    if as_json:
        say_json({"files": [str(path) for path in contents], "findings": len(findings)})
        return
    for path in contents:
        say(f"{path}: {sums_words(findings)}".replace("\u00a0", " "))
