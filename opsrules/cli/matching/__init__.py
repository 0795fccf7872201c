"""``opsrules matching``: what people settled by hand, made into proposals for an account's matching."""

from __future__ import annotations

import typer

from opsrules.cli.matching.suggest import suggest_matching

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _matching() -> None:
    """Propose changes of how an account is matched, from what people settled by hand.

    Example:  opsrules matching suggest --account northwind
    """


app.command("suggest")(suggest_matching)
