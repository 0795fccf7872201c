"""All account files of a workspace: read once, checked as a whole, every mistake reported at once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from opsrules.errors import ParameterError, Problem, UsageError
from opsrules.parameters.calendars import Calendars, calendar_files, problems_of_calendars
from opsrules.parameters.contracts import problems_of_fees
from opsrules.parameters.documents import Document, by_place
from opsrules.parameters.faults import problems_of
from opsrules.parameters.model import Account, FeeContract
from opsrules.parameters.nearest import hint
from opsrules.parameters.reading import read_document
from opsrules.parameters.scalars import shown
from opsrules.parameters.sources import Readers, problems_of_sources
from opsrules.terms import Desk

__all__ = ["Parameters", "examine", "load", "read_file"]


@dataclass(frozen=True)
class Parameters:
    """Checked parameters of one workspace.

    Attributes
    ----------
    root : Path
        The workspace.
    accounts : mapping of str to Account
        By id, in alphabetical order.
    """

    root: Path
    accounts: Mapping[str, Account]

    @property
    def desks(self) -> tuple[Desk, ...]:
        """Desks that at least one account uses."""
        used = {desk for account in self.accounts.values() for desk in account.desks}
        return tuple(desk for desk in Desk if desk in used)


def load(
    root: Path,
    readers: Readers,
    only: Collection[str] | None = None,
    processors: Collection[str] = (),
) -> Parameters:
    """Read and check parameters/accounts/*.yaml; files that start with ``_`` are templates.

    Parameters
    ----------
    root : Path
        The workspace.
    readers : mapping of str to (type of BaseModel or None)
        Each known reader and the model of its options, None for a reader without options.
    only : collection of str, optional
        Ids of the accounts to read; all when left out.
    processors : collection of str
        Known processors; empty means that any name will do.

    Raises
    ------
    ParameterError
        With every mistake of every file, by place.
    UsageError
        If `only` names an account that has no file.
    """
    parameters, problems = examine(root, readers, only, processors)
    if problems:
        raise ParameterError(problems)
    return parameters


def examine(
    root: Path,
    readers: Readers,
    only: Collection[str] | None = None,
    processors: Collection[str] = (),
    *,
    files_wanted: bool = True,
) -> tuple[Parameters, tuple[Problem, ...]]:
    """Return the accounts without mistakes and all mistakes: for a caller that has more files to check.

    The arguments are those of `load`; without `files_wanted` a source that matches no file is no mistake.

    Raises
    ------
    UsageError
        If `only` names an account that has no file.
    """
    files, problems = _account_files(root, only)
    documents = []
    for path in files:
        document = read_file(path, path.relative_to(root).as_posix())
        documents.append(document)
        problems += document.problems
    calendars, found, hashes = calendar_files(root)
    problems += found
    accounts = {}
    for document in documents:
        account, found = _account(document, root if files_wanted else None, readers, processors, calendars)
        problems += found
        if account is not None:
            accounts[account.account] = account.from_file(document.name, _hash(document, account, hashes), calendars)
    problems += _same_names(documents)
    return Parameters(root, MappingProxyType(dict(sorted(accounts.items())))), by_place(problems)


def read_file(path: Path, name: str) -> Document:
    """Read one parameter file, once; a file that cannot be read is a document with that one problem."""
    try:
        content = path.read_bytes()
    except OSError as error:
        what = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        problem = Problem(f"{name}:1", what, "restore the file or make it readable")
        return Document(name, None, {}, {}, (problem,), frozenset({()}), "")
    return read_document(content, name, as_json=path.suffix.lower() == ".json")


def _account_files(root: Path, only: Collection[str] | None) -> tuple[list[Path], list[Problem]]:
    folder = root / "parameters" / "accounts"
    present = sorted(folder.iterdir()) if folder.is_dir() else []
    candidates = [path for path in present if not path.name.startswith(("_", "."))]
    files = [path for path in candidates if path.suffix == ".yaml"]
    problems = [
        Problem(f"{path.relative_to(root).as_posix()}:1", "would be passed over", f"rename it to {path.stem}.yaml")
        for path in candidates
        if path.suffix != ".yaml" and path.suffix.lower() in (".yaml", ".yml", ".json")
    ]
    if only is None:
        return files, problems
    stems = {path.stem for path in files}
    if unknown := sorted(set(only) - stems):
        msg = f"no account {shown(unknown[0])} in parameters/accounts; {hint(unknown[0], stems)}"
        raise UsageError(msg)
    return [path for path in files if path.stem in set(only)], []


def _hash(document: Document, account: Account, calendars: Mapping[str, str]) -> str:
    """Hash of all that the account's review depends on: its file, and the calendars that it names."""
    used = [*account.calendar.use, *(name for one in account.processors for name in one.calendars)]
    if not used:
        return document.sha256
    told = "".join([document.sha256, *(calendars[name] for name in used)])
    return hashlib.sha256(told.encode()).hexdigest()


def _account(
    document: Document, root: Path | None, readers: Readers, processors: Collection[str], calendars: Calendars
) -> tuple[Account | None, list[Problem]]:
    if document.is_spoilt(()):
        return None, []
    raw = document.value
    context = {"currency": raw.get("currency") if isinstance(raw, dict) else None}
    problems: list[Problem] = []
    account = None
    try:
        account = Account.model_validate(raw, context=context)
    except ValidationError as error:
        problems += problems_of(error, document, Account)
    if isinstance(raw, dict):
        problems += _own_name(document)
        problems += problems_of_sources(document, root, readers)
        problems += problems_of_fees(document, _contracts(raw))
        problems += _processors(document, processors)
        problems += problems_of_calendars(document, calendars)
    if account is None or problems or document.problems:
        return None, problems
    return account, problems


def _own_name(document: Document) -> list[Problem]:
    stem, name = Path(document.name).stem, document.value.get("account")
    if not isinstance(name, str) or name == stem or document.is_spoilt(("account",)):
        return []
    what = f"account is {shown(name)} in a file named {shown(stem + '.yaml')}"
    return [Problem(document.place(("account",)), what, f"write account: {stem}, or rename the file")]


def _contracts(raw: Mapping[str, Any]) -> list[tuple[int, FeeContract]]:
    """Those that are right in themselves; the others have their problems already."""
    found = []
    entries = raw.get("fees")
    for position, entry in enumerate(entries if isinstance(entries, list) else []):
        try:
            found.append((position, FeeContract.model_validate(entry)))
        except ValidationError:
            continue
    return found


def _processors(document: Document, readers_know: Collection[str]) -> list[Problem]:
    declared = _declared_processors(document.value.get("sources"))
    known = {*readers_know, *declared} if readers_know and declared is not None else ()
    problems = []
    for section in ("payouts", "fees", "processors", "reserves"):
        entries = document.value.get(section)
        for position, entry in enumerate(entries if isinstance(entries, list) else []):
            name = entry.get("processor") if isinstance(entry, dict) else None
            if known and isinstance(name, str) and name not in known:
                place = document.place((section, position, "processor"))
                what = f"{section}[{position}].processor: no reader gives lines of {shown(name)}"
                problems.append(Problem(place, what, hint(name, known)))
    return problems


def _declared_processors(sources: Any) -> set[str] | None:
    """Names that the account gives its own tables; None when a column of such a table holds them."""
    entries = [one.get("options") for one in sources if isinstance(one, dict)] if isinstance(sources, list) else []
    found = set()
    for options in entries:
        columns, values = (options.get(key) if isinstance(options, dict) else None for key in ("columns", "values"))
        if isinstance(columns, dict) and "processor" in columns:
            return None
        if isinstance(values, dict) and isinstance(values.get("processor"), str):
            found.add(values["processor"])
    return found


def _same_names(documents: list[Document]) -> list[Problem]:
    """Return problems of ids that two files share, or that differ only by case: some systems cannot hold both."""
    groups: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for document in documents:
        name = document.value.get("account") if isinstance(document.value, dict) else None
        if isinstance(name, str):
            groups[name.lower()].append((name, document.place(("account",))))
    problems = []
    for (first, place), *others in groups.values():
        for other, other_place in others:
            how = "also stands" if other == first else f"differs only by case from {shown(first)}"
            what = f"account {shown(other)} {how} at {place}"
            problems.append(Problem(other_place, what, "give each account a name of its own"))
    return problems
