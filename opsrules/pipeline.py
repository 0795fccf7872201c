"""One account's review from files to result: read, validate, desk, Review."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import pandas as pd
from pydantic import BaseModel

from opsrules import parameters, readers, standing
from opsrules.desks import reconciliation
from opsrules.errors import UsageError
from opsrules.inputs import FileRead
from opsrules.intake import take_in
from opsrules.parameters import Account
from opsrules.periods import Period, plausible_as_of
from opsrules.review import Provenance, Review
from opsrules.rootcause import load_cause_rules, load_taxonomy
from opsrules.rules import Rules
from opsrules.standing import Snapshot
from opsrules.terms import Desk
from opsrules.workspace import Workspace

__all__ = ["Known", "known", "open_review", "rows_for_rules"]


class Known(TypedDict):
    """What account files are checked against, as `opsrules.parameters.load` and ``examine`` take it."""

    readers: dict[str, type[BaseModel] | None]
    processors: tuple[str, ...]


def known() -> Known:
    """Each reader with the model of its options, and the processors whose lines the readers give."""
    models = {one.NAME: readers.options_model(one.NAME) for one in readers.READERS}
    return {"readers": models, "processors": readers.processors()}


def open_review(
    desk: str = "reconciliation",
    account: str = "",
    period: str = "",
    workspace: str | Path = ".",
    as_of: str | date = "",
    *,
    snapshot: str | Path = "",
) -> Review:
    """Review one account and period. Nothing is written, to the register neither.

    Parameters
    ----------
    desk : str
        "reconciliation".
    account : str
        Name of a file in parameters/accounts; the first by name when empty.
    period : str
        2026-10, 2026-W47 or 2026-10-01..2026-10-15; the last complete month before `as_of` when empty.
    workspace : str or Path
        Any folder inside the workspace.
    as_of : str or date
        Day to which ages are counted (ISO); today when empty.
    snapshot : str or Path
        File in which the runner wrote what the register knows; the workspace's own register is asked when empty.

    Returns
    -------
    Review
        Frozen; the same files, parameters, rules, code, day and snapshot give the same one.

    Raises
    ------
    UsageError
        If the desk, the account, the period or the day is none, or the snapshot cannot be read.
    ParameterError
        With every mistake in the parameter files.
    RegisterError
        If the workspace has a register that cannot be reached.
    FilesRefused
        If files cannot be trusted as a whole.
    ControlTotalsError
        If rows in differ from rows accounted for.
    """
    place = Workspace.at(workspace)
    ask = _ask(place, desk, account, period, as_of)
    path = place.rules_dir / f"{desk}.yaml"
    rules = Rules.load(path, reconciliation.Variables, reconciliation.Actions).active(ask.as_of)
    exports = take_in(place.root, ask.account)
    book = _causes(place, ask, desk)
    provenance = _provenance(ask, rules, exports.files, _notebook_hash(place, desk), book)
    return reconciliation.review(ask, exports, rules, provenance, _snapshot(place, ask, snapshot), book=book)


def rows_for_rules(
    desk: str = "reconciliation",
    account: str = "",
    period: str = "",
    workspace: str | Path = ".",
    as_of: str | date = "",
) -> pd.DataFrame:
    """Return what the rules of a desk judge in one account and period, before any rule is asked.

    The arguments, and what is raised, are those of `open_review`.

    Returns
    -------
    DataFrame
        One row per break, with amount_minor, currency and its evidence: item_id, source_file, source_line.
    """
    place = Workspace.at(workspace)
    ask = _ask(place, desk, account, period, as_of)
    return reconciliation.rows_for_rules(ask, take_in(place.root, ask.account))


def _causes(place: Workspace, ask: reconciliation.Ask, desk: str) -> reconciliation.CauseBook:
    """Return what names the causes on the as-of day, the account's own extension of the taxonomy among it."""
    taxonomy = load_taxonomy(place.taxonomy_dir, ask.account.account)
    return reconciliation.CauseBook(load_cause_rules(place.causes_dir, desk, taxonomy).active(ask.as_of), taxonomy)


def _ask(place: Workspace, desk: str, account: str, period: str, as_of: str | date) -> reconciliation.Ask:
    if desk != Desk.RECONCILIATION:
        msg = f"desk {desk!r} is not there yet; write desk='reconciliation'"
        raise UsageError(msg)
    chosen = _account(place, account)
    day = plausible_as_of(_as_of(as_of))
    span = Period.parse(period) if period else Period.month_before(day)
    plausible_as_of(day, span)
    return reconciliation.Ask(chosen, span, day)


def _snapshot(place: Workspace, ask: reconciliation.Ask, path: str | Path) -> Snapshot:
    """Return what the register knows: from the runner's file, or from the workspace's register, which is only read."""
    account, desk = ask.account.account, Desk.RECONCILIATION
    if not path:
        from opsrules.register.opening import has_register, open_register  # noqa: PLC0415 - loads SQLAlchemy

        if not has_register(place.root):
            return Snapshot(account, desk, ask.period.text)
        with open_register(place.root, write=False) as register:
            return register.snapshot(account, desk, ask.period)
    try:
        snapshot = standing.load(Path(path))
    except (OSError, ValueError) as error:
        msg = f"{path}: this is no snapshot of a register ({type(error).__name__}); leave snapshot empty"
        raise UsageError(msg) from error
    if (snapshot.account, snapshot.desk, snapshot.period) != (account, desk, ask.period.text):
        msg = f"{path}: a snapshot of {snapshot.account}, {snapshot.period}; expected {account}, {ask.period.text}"
        raise UsageError(f"{msg}; leave snapshot empty")
    return snapshot


def _account(place: Workspace, name: str) -> Account:
    only = {name} if name else None
    found = parameters.load(place.root, only=only, **known()).accounts
    if not found:
        msg = f"{place.accounts_dir} holds no account; copy _template.yaml, or run `opsrules demo`"
        raise UsageError(msg)
    return found[name] if name else next(iter(found.values()))


def _as_of(as_of: str | date) -> date:
    if isinstance(as_of, date):
        return as_of
    if not as_of:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(as_of)
    except ValueError as error:
        msg = f"as_of {as_of!r} is no day; write it as 2026-11-03"
        raise UsageError(msg) from error


@cache
def _code_hash() -> str:
    """Hash of every file of this package, styles and templates too: what ran, whatever the version number says."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _notebook_hash(place: Workspace, desk: str) -> str:
    """Hash of the desk's notebook as it lies in the workspace: its prose and cells are on the page."""
    path = place.notebooks / f"{desk}.ipynb"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _provenance(
    ask: reconciliation.Ask, rules: Rules, files: tuple[FileRead, ...], notebook: str, book: reconciliation.CauseBook
) -> Provenance:
    parts = {
        "account": ask.account.account,
        "desk": Desk.RECONCILIATION.value,
        "period": ask.period.text,
        "as_of": ask.as_of.isoformat(),
        "inputs": sorted((file.name, file.sha256) for file in files),
        "parameters": ask.account.sha256,
        "rules": rules.sha256,
        "causes": [book.rules.sha256, book.taxonomy.sha256],
        "code": _code_hash(),
        "notebook": notebook,
    }
    run_id = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
    return Provenance(
        run_id=run_id,
        code_version=version("opsrules"),
        code_hash=_code_hash(),
        rules_hash=rules.sha256,
        rules_count=len(rules.rules),
        parameters_hash=ask.account.sha256,
        inputs=files,
    )
