"""``opsrules sources formats``: every format that is read, what it was checked against, and what is not verified."""

from __future__ import annotations

from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson

__all__ = ["list_formats"]


def list_formats(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/formats.md.")] = False,
) -> None:
    """List the formats: how a file is known, what it becomes, what it was checked against, what is not verified.

    Example:  opsrules sources formats
    """
    from dataclasses import asdict  # noqa: PLC0415

    from opsrules.cli.tables import say_table  # noqa: PLC0415
    from opsrules.report.words import source  # noqa: PLC0415
    from opsrules.sources.formats import formats, page  # noqa: PLC0415

    every = formats()
    if as_json:
        say_json([asdict(one) for one in every])
    elif markdown:
        say(page(every, source))
    else:
        heads = ("reader", "format", "becomes", "known by", "checked against")
        rows = [(one.reader, source(one.reader), one.kind, one.known_by, one.checked) for one in every]
        say_table(heads, rows)
