"""``opsrules register``: findings that live on between reviews, and what people decide of them."""

from __future__ import annotations

import typer

from opsrules.cli.register.backing import backup
from opsrules.cli.register.causing import root_cause
from opsrules.cli.register.erasing import erase
from opsrules.cli.register.exporting import export_findings
from opsrules.cli.register.granting import grant
from opsrules.cli.register.history import show_history
from opsrules.cli.register.importing import import_edits
from opsrules.cli.register.items import actions, decisions, risks
from opsrules.cli.register.listing import list_findings
from opsrules.cli.register.settling import dispute, reject, resolve, write_off
from opsrules.cli.register.show import show_finding
from opsrules.cli.register.signing import sign_off
from opsrules.cli.register.talking import assign, attach, comment
from opsrules.cli.register.undoing import undo
from opsrules.cli.register.verifying import verify

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _register() -> None:
    """Look at findings of all accounts and periods, and say what becomes of them, under your name.

    What somebody did stays for good, and each of it can be taken back by a further event. Findings are named by their
    first signs, or chosen by options; what is chosen is shown before anything is written.

    Example:  opsrules register list --severity critical
    """


app.command("list")(list_findings)
app.command("show")(show_finding)
app.command("assign")(assign)
app.command("comment")(comment)
app.command("attach")(attach)
app.command("root-cause")(root_cause)
app.command("resolve")(resolve)
app.command("write-off")(write_off)
app.command("dispute")(dispute)
app.command("reject")(reject)
app.command("sign-off")(sign_off)
app.command("undo")(undo)
app.command("erase")(erase)
app.command("history")(show_history)
app.command("export")(export_findings)
app.command("import")(import_edits)
app.command("verify")(verify)
app.command("backup")(backup)
app.command("grant")(grant)
app.add_typer(actions, name="action")
app.add_typer(decisions, name="decision")
app.add_typer(risks, name="risk")
