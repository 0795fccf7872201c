"""``opsrules rules``: list them, check and test them, show what they decided, try a proposal."""

from __future__ import annotations

import typer

from opsrules.cli.rules.backtest import backtest
from opsrules.cli.rules.catalogue import list_rules
from opsrules.cli.rules.causes import list_causes
from opsrules.cli.rules.coverage import show_coverage
from opsrules.cli.rules.examples import run_the_examples
from opsrules.cli.rules.lint import lint_rules

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _rules() -> None:
    """List the rules, check and test them, show what they decided, or try a proposal on past data.

    Example:  opsrules rules test
    """


app.command("list")(list_rules)
app.command("test")(run_the_examples)
app.command("lint")(lint_rules)
app.command("backtest")(backtest)
app.command("coverage")(show_coverage)
app.command("causes")(list_causes)
