"""The register of a workspace, opened for one command; and findings named or chosen in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.register import Register
    from opsrules.register.model import Where

__all__ = ["chosen", "known_account", "one_finding", "opened"]


@contextmanager
def opened(workspace: Path, *, write: bool = False) -> Iterator[Register]:
    """Open the register of the workspace around a folder, and close it."""
    from opsrules.register import open_register  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    with open_register(find(workspace), write=write) as register:
        yield register


def chosen(register: Register, where: Where) -> pd.DataFrame:
    """Return the findings that are asked for, worst first.

    Raises
    ------
    UsageError
        If an account is asked for that the register has never seen.
    """
    found = register.findings(where)
    if found.empty:
        for name in where.accounts:
            known_account(register, name)
    return found


def known_account(register: Register, account: str) -> None:
    """Hold that an account was recorded once.

    Raises
    ------
    UsageError
        If it was not, with the nearest that was.
    """
    known = set(register.runs()["account"])
    if account not in known:
        msg = f"the register knows no account {account!r}; {hint(account, known)}"
        raise UsageError(msg)


def one_finding(register: Register, named: str) -> pd.DataFrame:
    """Return one finding, whatever its status, as a table of one row.

    Raises
    ------
    UsageError
        If nothing or more than one is meant.
    """
    from opsrules.cli.register.filters import where_of  # noqa: PLC0415
    from opsrules.cli.register.options import Asked  # noqa: PLC0415

    return register.findings(where_of(Asked(), [named]))
