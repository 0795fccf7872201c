"""Opening a workspace's register: where it is, whose it is, and its tables brought to the newest version."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from opsrules.errors import UsageError
from opsrules.register import migrations
from opsrules.register.acts import Rights
from opsrules.register.engine import Database, connect
from opsrules.register.settings import load_settings, rule_terms, second_person
from opsrules.register.store import Register
from opsrules.register.who import actor_of
from opsrules.workspace import find

__all__ = ["has_register", "open_register"]


def open_register(workspace: str | Path = ".", *, write: bool = True) -> Register:
    """Open the register of the workspace at or above a folder.

    Parameters
    ----------
    workspace : str or Path
    write : bool
        False opens it so that it cannot be written, and makes none where there is none.

    Returns
    -------
    Register
        Fit for `with`.

    Raises
    ------
    UsageError
        If there is no workspace, or no register yet and `write` is False.
    ParameterError
        If parameters/register.yaml has a mistake.
    RegisterNewer
        If a later opsrules has written it.
    RegisterError
        If it cannot be reached or written.
    """
    root = find(workspace)
    settings = load_settings(root)
    database = connect(settings.url, write=write)
    try:
        actor = _made_ready(database, write=write)
    except BaseException:
        database.close()
        raise
    rights = Rights(actor, settings.policy, partial(second_person, root), partial(rule_terms, root))
    return Register(database, root, rights)


def has_register(workspace: str | Path = ".") -> bool:
    """Whether the register of the workspace at or above a folder has been begun; nothing is written.

    Raises
    ------
    UsageError, ParameterError, RegisterError
        As `open_register` does.
    """
    database = connect(load_settings(find(workspace)).url, write=False)
    try:
        if database.is_sqlite and not Path(database.place).exists():
            return False
        with database.reading() as connection:
            return migrations.is_begun(connection)
    finally:
        database.close()


def _made_ready(database: Database, *, write: bool) -> str:
    """Bring the tables to the newest version, if they may be written; return who acts."""
    if database.is_sqlite and not write and not Path(database.place).exists():
        msg = f"{database.place}: there is no register yet; `opsrules run` begins one"
        raise UsageError(msg)
    with database.reading() as connection:
        actor = actor_of(connection)
        is_current = migrations.is_current(connection, database.place)
    if is_current:
        return actor
    if not write:
        msg = f"{database.place}: an earlier opsrules has written this register; `opsrules run` brings it up to date"
        raise UsageError(msg)
    database.write(lambda connection: migrations.bring(connection, database.place))
    return actor
