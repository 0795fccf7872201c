"""The register's tables by version: every older register is brought to the newest, a newer one is refused."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from opsrules.errors import RegisterNewer

__all__ = ["bring", "is_current", "migrate", "newest"]


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def newest() -> str:
    """Version of the tables that this opsrules writes."""
    return _scripts().get_current_head() or ""


def is_current(connection: Connection, place: str) -> bool:
    """Whether the register's tables are of the version that this opsrules writes; nothing is written.

    Raises
    ------
    RegisterNewer
        If a later opsrules has written it; the text says which.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = _scripts()
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        by = connection.execute(text("SELECT value FROM meta WHERE key = 'written_by'")).scalar_one_or_none()
        needed = f"opsrules {by}" if by else "a later opsrules"
        msg = (
            f"{place}: {needed} has written this register (its version is {found}), and this is opsrules "
            f"{version('opsrules')}; install {needed} or later; nothing was written"
        )
        raise RegisterNewer(msg)
    return found == scripts.get_current_head()


def bring(connection: Connection, place: str) -> None:
    """Bring the tables to the newest version, unless somebody else just has.

    Raises
    ------
    RegisterNewer
        If a later opsrules has written them.
    """
    if not is_current(connection, place):
        migrate(connection)


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a version, in the transaction that the connection is in: all of it or nothing."""
    scripts = _scripts()

    def steps(revision: Any, context: MigrationContext) -> Any:
        del context
        return scripts._upgrade_revs(to, revision)  # what alembic's own command calls

    context = MigrationContext.configure(connection, opts={"fn": steps, "transactional_ddl": False})
    with Operations.context(context):
        context.run_migrations()
    connection.execute(text("DELETE FROM meta WHERE key = 'written_by'"))
    connection.execute(text("INSERT INTO meta VALUES ('written_by', :by)"), {"by": version("opsrules")})
