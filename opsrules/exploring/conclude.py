"""Keeping a conclusion in the workspace's register, under the name of who looks."""

from __future__ import annotations

from pathlib import Path

from opsrules.errors import UsageError
from opsrules.rootcause import Explanation
from opsrules.terms import Desk

__all__ = ["conclude"]


def conclude(
    workspace: str | Path, account: str, text: str, *, finding: str = "", explanation: Explanation | None = None
) -> str:
    """Record what was concluded, and return what was written: a comment on a finding, else a decision of the account.

    Parameters
    ----------
    workspace : str or Path
        Any folder inside the workspace.
    account : str
    text : str
        The conclusion.
    finding : str
        The first signs of its id, at least four; "" for none.
    explanation : Explanation, optional
        What it rests on: its sentences are kept with it.

    Raises
    ------
    UsageError
        If there is no text.
    ActRefused
        If there is no such finding, or one may not speak of it.
    RegisterError
        If the register cannot be written; nothing was recorded.
    """
    from opsrules.register.opening import open_register  # noqa: PLC0415 - loads SQLAlchemy

    if not text.strip():
        msg = "the conclusion is empty; write what you concluded, then save it"
        raise UsageError(msg)
    rests_on = " ".join(explanation.lines) if explanation else ""
    with open_register(workspace) as register:
        if finding.strip():
            return str(register.comment(finding.strip(), f"{text.strip()} {rests_on}".strip()))
        return str(register.decide(account=account, desk=Desk.RECONCILIATION, decision=text.strip(), context=rests_on))
