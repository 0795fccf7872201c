"""What a settled finding belongs together with: another finding, or a row of an export by its file and line."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from opsrules.errors import UsageError
from opsrules.register.projection import Row
from opsrules.register.queries import keys_of
from opsrules.register.said import text

__all__ = ["counterpart_of"]

_PLACE = re.compile(r"[^\x00-\x1f\x7f:][^\x00-\x1f\x7f]*:[1-9][0-9]*")


def counterpart_of(connection: Connection, row: Row, named: str) -> str:
    """Return the counterpart of a finding as its event keeps it: a whole finding id, or ``file:line``.

    Parameters
    ----------
    connection : Connection
    row : Row
        The finding that is settled.
    named : str
        An id or the beginning of one, or a file as findings name it and a line.

    Raises
    ------
    UsageError
        If it is neither, means none or several, is the finding itself or one of another account or desk.
    """
    if _PLACE.fullmatch(named):
        return text(named)
    ((account, desk, finding_id),) = keys_of(connection, [named])
    if (account, desk) != (row["account"], row["desk"]) or finding_id == row["finding_id"]:
        what = "itself" if finding_id == row["finding_id"] else f"a finding of {account}, {desk.replace('_', ' ')}"
        msg = (
            f"finding {row['finding_id']} of {row['account']} cannot belong together with {what}; name another finding "
            "of its account, or a row by file:line; nothing was recorded"
        )
        raise UsageError(msg)
    return finding_id
