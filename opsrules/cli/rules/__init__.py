"""``opsrules rules``: list them, test them, show what they decided on the last run's data."""

from __future__ import annotations

import typer

from opsrules.cli.rules.catalogue import list_rules
from opsrules.cli.rules.coverage import show_coverage
from opsrules.cli.rules.examples import run_the_examples

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _rules() -> None:
    """List the rules, test them, or show what they decided on the last run's data.

    Example:  opsrules rules test
    """


app.command("list")(list_rules)
app.command("test")(run_the_examples)
app.command("coverage")(show_coverage)
