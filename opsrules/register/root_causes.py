"""Whys, causes and actions that people write of findings and slices: checked, then told as events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.register import said
from opsrules.register.acts import Rights
from opsrules.register.ledger import append, hand_of
from opsrules.register.model import Draft, Event, Subject
from opsrules.register.policy import allow
from opsrules.terms import Act, EventKind
from opsrules.whys import MOST_WHYS, SliceLike, plain_where, slice_id
from opsrules.workspace import Workspace

__all__ = ["Parts", "body_of", "known_cause", "tell_of_slice"]

_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Parts:
    """What somebody writes of a root cause; what is left empty stays as it is.

    Attributes
    ----------
    whys, corrective, preventive : sequence of str
    cause, owner, note : str
    due : date or None
    """

    whys: Sequence[str] = ()
    cause: str = ""
    corrective: Sequence[str] = ()
    preventive: Sequence[str] = ()
    owner: str = ""
    due: date | None = None
    note: str = ""


def body_of(written: Parts) -> dict[str, Any]:
    """What the event says: texts masked as all that people write.

    Raises
    ------
    UsageError
        If nothing is said, a text is empty, or there are more whys than five.
    """
    if len(written.whys) > MOST_WHYS:
        msg = f"a chain has at most {MOST_WHYS} whys, got {len(written.whys)}; nothing was recorded"
        raise UsageError(msg)
    body = {
        "whys": _texts(written.whys, "why"),
        "cause": written.cause.strip(),
        "corrective": _texts(written.corrective, "corrective action"),
        "preventive": _texts(written.preventive, "preventive action"),
        "owner": said.owner(written.owner) if written.owner else "",
        "due": written.due.isoformat() if written.due else "",
        "note": said.text(written.note),
    }
    told = {name: one for name, one in body.items() if one}
    if not told.keys() - {"note"}:
        msg = (
            "nothing is said of the root cause; say a why, a cause, a corrective or preventive action, an owner or a "
            "day, or comment on the finding; nothing was recorded"
        )
        raise UsageError(msg)
    return told


def known_cause(root: Path, account: str, code: str) -> None:
    """Hold that a code is one of the account's taxonomy, or ``unknown``.

    Raises
    ------
    UsageError
        If it is none; the text names the nearest.
    ParameterError
        If the taxonomy of the workspace has a mistake.
    """
    from opsrules.rootcause.taxonomy_load import load_taxonomy  # noqa: PLC0415 - only whoever names a cause needs it

    if code == _UNKNOWN:
        return
    taxonomy = load_taxonomy(Workspace.at(root).taxonomy_dir, account)
    try:
        taxonomy.named(code)
    except KeyError as error:
        msg = f"{error.args[0]}; `opsrules rules causes` lists them, nothing was recorded"
        raise UsageError(msg) from None


def tell_of_slice(
    connection: Connection,
    rights: Rights,
    slice_: SliceLike | Mapping[Any, Any],
    measure: str,
    *,
    about: Subject,
    body: Mapping[str, Any],
) -> tuple[Event, ...]:
    """Tell the root cause of a slice: an event of the account and period, about no finding.

    Raises
    ------
    ActRefused
        If the actor may not.
    ParameterError
        If the account has no file.
    UsageError
        If the measure or all conditions are missing, or the period is none.
    """
    where = plain_where(slice_ if isinstance(slice_, Mapping) else slice_.where)
    period = Period.parse(about.period).text
    known = slice_id(about.account, measure, period, where)
    allow(rights.policy, rights.actor, Act.ROOT_CAUSE)
    rights.second(about.account)  # refuses an account that has no file
    shown = {said.text(name): None if value is None else said.text(value) for name, value in where.items()}
    told = {"slice": {"id": known, "measure": said.text(measure), "where": shown}, **body}
    draft = Draft(EventKind.ROOT_CAUSE, Subject(about.account, about.desk, period), told)
    return append(connection, hand_of(connection, rights.actor), [draft])


def _texts(written: Sequence[str], what: str) -> list[str]:
    return [said.needed(one, f"a {what} needs a text") for one in written]
