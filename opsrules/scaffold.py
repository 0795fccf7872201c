"""A new workspace: the shipped notebooks and parameter files, and the few files that explain it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsrules.errors import UsageError
from opsrules.publish import put

__all__ = ["shipped", "write_workspace"]

_IGNORED = """\
# Clients' data and what is made of it stay out of version control.
/exports/*
!/exports/README.md
/.opsrules/
/reports/*
!/reports/README.md
.ipynb_checkpoints/
"""

_EXPORTS = """\
# exports

What clients and their platforms send: one folder an account and period, for instance exports/northwind/2026-10/.
Files are recognised by their content, so keep the names they came with. Nothing here is ever changed by opsrules.
"""

_REPORTS = """\
# reports

What `opsrules run` leaves: reports/<period>/index.html is the page of all accounts, <account>/reconciliation.html the
page of one, and the folder reconciliation/ beside it holds its findings, metrics and tables as files.
"""

_README = """\
# A workspace of opsrules

Try it with made-up accounts:

    opsrules demo
    opsrules run

Review a client account of your own:

1. Copy parameters/accounts/_template.yaml to parameters/accounts/northwind.yaml and fill it in.
2. Put the account's exports into exports/northwind/2026-10/.
3. `opsrules check` says what is wrong in the parameter files, with file and line.
4. `opsrules run --account northwind --period 2026-10`, then open reports/2026-10/index.html.

Look into it: `jupyter lab notebooks`, open reconciliation.ipynb, set account and period in its parameters cell, then
Run All. Run by hand it writes nothing.

The rules are in parameters/rules/; `opsrules rules test` runs the examples beside each of them.
"""

_TEXTS = {
    ".gitignore": _IGNORED,
    "README.md": _README,
    "exports/README.md": _EXPORTS,
    "reports/README.md": _REPORTS,
}


def shipped() -> Path:
    """Return the folder that holds the shipped notebooks/ and parameters/.

    Inside an installed wheel that is opsrules/_workspace; in a checkout it is the repository, itself a workspace.

    Raises
    ------
    UsageError
        If neither is there: the installation is not whole.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_workspace", package.parent):
        if (folder / "notebooks").is_dir() and (folder / "parameters").is_dir():
            return folder
    msg = f"{package}: this installation has no notebooks and parameter files; install the wheel of opsrules again"
    raise UsageError(msg)


def write_workspace(folder: Path) -> tuple[str, ...]:
    """Write a workspace into `folder`, which must be empty or not exist yet; return the names of its files.

    Raises
    ------
    UsageError
        If something is there already, or it cannot be written.
    """
    source = shipped()
    contents = {name: text.encode() for name, text in _TEXTS.items()}
    contents |= {path.relative_to(source).as_posix(): path.read_bytes() for path in _shipped_files(source)}
    try:
        _refuse_unless_empty(folder)
        for name in sorted(contents):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            put(folder / name, contents[name])
    except OSError as error:
        msg = f"{folder}: no workspace can be written there ({error.strerror}); name another folder"
        raise UsageError(msg) from error
    return tuple(sorted(contents))


def _refuse_unless_empty(folder: Path) -> None:
    present = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if present:
        more = f" and {len(present) - 5} more" if len(present) > 5 else ""
        msg = f"{folder}: the folder is not empty, it holds {', '.join(present[:5])}{more}; name a new one"
        raise UsageError(msg)


def _shipped_files(source: Path) -> Iterator[Path]:
    """Give notebooks and parameter files; of the accounts only the template, since a checkout may hold others."""
    yield from sorted((source / "notebooks").glob("*.ipynb"))
    for path in sorted((source / "parameters").rglob("*")):
        is_account = path.parent == source / "parameters" / "accounts" and not path.name.startswith("_")
        if path.is_file() and not is_account and not path.name.startswith("."):
            yield path
