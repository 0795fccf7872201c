"""The command line. Exit codes: 0 done, 1 findings at or above --fail-on, 2 the user's mistake, 3 an account failed.

For the register 1 is also one that does not verify and a no to a question, 2 what somebody may not do, 3 one that
cannot be reached or written.

Every command imports what it needs when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from opsrules.cli import check, demo, explain, init, matching, register, rules, run, sources
from opsrules.cli.console import say, say_error
from opsrules.errors import RegisterError, UserError

__all__ = ["app", "main"]

app = typer.Typer(
    name="opsrules",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables: clients' data
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (init.init, demo.demo, check.check, run.run, explain.explain):
    app.command()(command)
app.add_typer(sources.app, name="sources")
app.add_typer(rules.app, name="rules")
app.add_typer(matching.app, name="matching")
app.add_typer(register.app, name="register")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        say(f"opsrules {version('opsrules')}")
        raise typer.Exit


@app.callback()
def _opsrules(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Reconcile client accounts and write a review report for each.

    A first look:   opsrules init work; cd work; opsrules demo; opsrules run

    Your accounts:  opsrules init --account NAME --from FOLDER; opsrules check; opsrules sources NAME; opsrules run

    What is open:   opsrules register list; opsrules register show ID
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. The one place where the user's mistakes become messages."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="opsrules")
    except UserError as error:
        say_error(str(error))
        raise SystemExit(2) from None
    except RegisterError as error:
        say_error(str(error))
        raise SystemExit(3) from None
