"""``opsrules sources``: what an account's files are, a mapping for a file nobody knows, the formats there are."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from opsrules.cli.sources.formats import list_formats
from opsrules.cli.sources.show import show_sources
from opsrules.cli.sources.suggest import suggest_mapping

__all__ = ["app"]


class _Sources(TyperGroup):
    """``opsrules sources NAME`` is short for ``opsrules sources show NAME``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``show`` before an account's name, wherever options stand."""
        named = next((one for one in args if not one.startswith("-")), "")
        if args and named not in self.commands and not {"-h", "--help"} & set(args):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Sources, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _sources() -> None:
    """Show what an account's files hold and lack, draft a mapping for an unknown file, list the formats.

    Example:  opsrules sources northwind
    """


app.command("show")(show_sources)
app.command("suggest")(suggest_mapping)
app.command("formats")(list_formats)
