"""Edits of a workbook held against the register as it stands, and turned into acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsrules.money import CURRENCIES, format_amount
from opsrules.register.workbook.read import Edited, Edits, Refusal
from opsrules.terms import Act, FindingStatus, Resolution

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Planned", "plan"]


@dataclass(frozen=True)
class Planned:
    """An act to be done: ``getattr(register, act)(finding_id, **arguments, keep=keep)``.

    Attributes
    ----------
    row : int
        Of the sheet.
    finding_id : str
    act : Act
        assign, comment, resolve, write_off or dispute: the register's method of that name.
    arguments : mapping of str to values
        Of that method.
    keep : int or None
        The finding's last event as it was exported; None for a second act of the same row, which follows the first.
    """

    row: int
    finding_id: str
    act: Act
    arguments: Mapping[str, Any] = field(default_factory=dict)
    keep: int | None = None


class _RefusedError(Exception):
    """A row that cannot be taken, with why and what to do."""


def plan(edits: Edits, findings: pd.DataFrame) -> tuple[tuple[Planned, ...], tuple[Refusal, ...]]:
    """Return the acts that edits mean, and the rows that are not taken; of a row all is taken or nothing.

    Parameters
    ----------
    edits : Edits
    findings : DataFrame
        As `Register.findings` gives them now, of every status; at least those in the workbook.

    Returns
    -------
    tuple of Planned, tuple of Refusal
        In the sheet's order. Rows that nobody has edited give neither, whatever happened to their findings.
    """
    columns = ["finding_id", "seq", "status", "owner", "currency", "amount_minor"]
    known = {row["finding_id"]: row for row in findings[columns].to_dict("records")}
    acts: list[Planned] = []
    refusals = list(edits.refusals)
    for one in edits.rows:
        try:
            told = list(_acts(one, known.get(one.finding_id)))
        except _RefusedError as error:
            refusals.append(Refusal(one.row, str(error)))
            continue
        acts += [
            Planned(one.row, one.finding_id, act, arguments, None if number else one.seq)
            for number, (act, arguments) in enumerate(told)
        ]
    return tuple(acts), tuple(sorted(refusals, key=lambda one: one.row))


def _acts(one: Edited, known: Mapping[Any, Any] | None) -> Iterator[tuple[Act, dict[str, Any]]]:
    if known is None:
        what = f"finding {one.finding_id} is not in this register; import the workbook where it was exported"
        raise _RefusedError(what)
    if not one.is_changed:
        return
    if known["seq"] != one.seq:
        what = (
            f"finding {one.finding_id} has moved on: it was exported at event {one.seq} and is at event "
            f"{known['seq']}; export it again and decide anew"
        )
        raise _RefusedError(what)
    status = FindingStatus(known["status"])
    if (one.owner is not None or one.due is not None) and not status.is_open:
        what = f"finding {one.finding_id} is {status.words().lower()}; only open ones are given an owner or a day"
        raise _RefusedError(what)
    settling = _settling(one, status, known)
    if one.owner is not None or one.due is not None:
        due = {"due": one.due} if one.due is not None else {}
        yield Act.ASSIGN, {"owner": one.owner or known["owner"]} | due
    if settling is not None:
        yield settling
    elif one.comment:
        yield Act.COMMENT, {"text": one.comment}


def _settling(one: Edited, status: FindingStatus, known: Mapping[Any, Any]) -> tuple[Act, dict[str, Any]] | None:
    """The act that a change of status means."""
    if one.write_off is not None and one.status is not FindingStatus.WRITTEN_OFF:
        what = "Write off names an amount, and Status was not set to Written off; set it, or empty the amount"
        raise _RefusedError(what)
    if one.reason is not None and one.status is not FindingStatus.RESOLVED:
        what = "Reason was changed, and Status was not set to Resolved; set it, or put the reason back"
        raise _RefusedError(what)
    if one.status is None:
        return None
    was, now = status.words(), one.status.words()
    if not status.is_open or one.status not in _SETTLINGS:
        step = "a review clears" if one.status is FindingStatus.CLEARED else "reject or undo does that"
        what = f"Status cannot go from {was} to {now} here; {step}, see `opsrules register --help`"
        raise _RefusedError(what)
    return _SETTLINGS[one.status](one, known)


def _resolve(one: Edited, _known: Mapping[Any, Any]) -> tuple[Act, dict[str, Any]]:
    if one.reason is None:
        what = f"Resolved needs a reason; one of: {'; '.join(reason.words() for reason in Resolution)}"
        raise _RefusedError(what)
    if one.reason is Resolution.OTHER and not one.comment:
        what = f"the reason {one.reason.words()!r} needs a comment that says why"
        raise _RefusedError(what)
    return Act.RESOLVE, {"reason": one.reason, "note": one.comment}


def _write_off(one: Edited, known: Mapping[Any, Any]) -> tuple[Act, dict[str, Any]]:
    if not one.comment:
        what = "Written off needs a comment that says why"
        raise _RefusedError(what)
    currency, most = known["currency"], abs(int(known["amount_minor"]))
    if not most:
        what = "there is no amount to write off; set Status to Resolved instead"
        raise _RefusedError(what)
    if one.write_off is None:
        return Act.WRITE_OFF, {"note": one.comment, "amount_minor": None}
    minor = one.write_off.scaleb(CURRENCIES.get(currency, 0))
    if minor != int(minor) or not 0 < minor <= most:
        what = (
            f"Write off is {one.write_off}; expected an amount above 0, up to {format_amount(most, currency)} and with "
            f"no more than {CURRENCIES.get(currency, 0)} decimals"
        )
        raise _RefusedError(what)
    return Act.WRITE_OFF, {"note": one.comment, "amount_minor": int(minor)}


def _dispute(one: Edited, _known: Mapping[Any, Any]) -> tuple[Act, dict[str, Any]]:
    if not one.comment:
        what = "Disputed needs a comment that says why it is no finding"
        raise _RefusedError(what)
    return Act.DISPUTE, {"note": one.comment}


_SETTLINGS = {
    FindingStatus.RESOLVED: _resolve,
    FindingStatus.WRITTEN_OFF: _write_off,
    FindingStatus.DISPUTED: _dispute,
}
