"""A new workspace: the shipped notebooks and parameter files, and the few files that explain it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsrules.errors import UsageError
from opsrules.parameters.names import name_fault
from opsrules.parameters.scalars import shown
from opsrules.publish import put
from opsrules.workspace import Workspace, shipped

__all__ = ["new_account_file", "shipped", "write_account", "write_workspace"]

_IGNORED = """\
# Clients' data and what is made of it stay out of version control.
/exports/*
!/exports/README.md
/.opsrules/
/register.sqlite3*
/attachments/
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

1. Put the account's exports into exports/northwind/2026-10/.
2. `opsrules init --account northwind --from exports/northwind` drafts parameters/accounts/northwind.yaml and lists what
   is left to fill in; parameters/accounts/_template.yaml explains every key.
3. `opsrules check` says what is wrong in the parameter files, with file and line; `opsrules sources northwind` shows
   what every file holds and what is missing.
4. `opsrules run --account northwind --period 2026-10`, then open reports/2026-10/index.html.

Look into it: `jupyter lab notebooks`, open reconciliation.ipynb, set account and period in its parameters cell, then
Run All. Run by hand it writes nothing.

What becomes of a finding: `opsrules register list`, `opsrules register show ID`, `opsrules register --help`, or
notebooks/register.ipynb.

The rules are in parameters/rules/; `opsrules rules test` runs the examples beside each of them. What findings come
from is in parameters/taxonomy/, the rules that name it in parameters/causes/; parameters/taxonomy/clients/ACCOUNT.yaml
adds to it for one account.
"""

_TEXTS = {
    ".gitignore": _IGNORED,
    "README.md": _README,
    "exports/README.md": _EXPORTS,
    "reports/README.md": _REPORTS,
}


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


def new_account_file(root: Path, account: str) -> Path:
    """Return where the file of a new account goes.

    Raises
    ------
    UsageError
        If the name is no account's, or there is one of it.
    """
    if fault := name_fault(account):
        msg = f"account {shown(account)} {fault}; write 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit"
        raise UsageError(msg)
    path = Workspace(root).accounts_dir / f"{account}.yaml"
    if path.exists() or path.is_symlink():
        msg = f"{path.relative_to(root).as_posix()} is there already and is not overwritten; name another account"
        raise UsageError(msg)
    return path


def write_account(path: Path, text: str) -> None:
    """Write the file of a new account; one that came in the meantime is left as it is.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        msg = f"{path}: the account's file cannot be written there ({error.strerror}); nothing was changed"
        raise UsageError(msg) from error


def _refuse_unless_empty(folder: Path) -> None:
    present = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if present:
        more = f" and {len(present) - 5} more" if len(present) > 5 else ""
        msg = f"{folder}: the folder is not empty, it holds {', '.join(present[:5])}{more}; name a new one"
        raise UsageError(msg)


def _shipped_files(source: Path) -> Iterator[Path]:
    """Give notebooks and parameter files; of accounts only the template, of the taxonomy nothing of clients.

    A checkout may hold either.
    """
    yield from sorted((source / "notebooks").glob("*.ipynb"))
    for path in sorted((source / "parameters").rglob("*")):
        is_account = path.parent == source / "parameters" / "accounts" and not path.name.startswith("_")
        is_client = path.parent == source / "parameters" / "taxonomy" / "clients" and not path.name.startswith("_")
        if path.is_file() and not is_account and not is_client and not path.name.startswith("."):
            yield path
