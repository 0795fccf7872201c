"""What people do to findings: checked, then told as events, all of an act or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from opsrules.errors import ActRefused
from opsrules.periods import Period
from opsrules.register import bulk
from opsrules.register.cells import line_of
from opsrules.register.ledger import append, hand_of
from opsrules.register.model import Draft, Event, Subject
from opsrules.register.policy import Policy, SecondPerson, Settled, allow, check_standing, may_settle, may_sign
from opsrules.register.projection import Row, folded, row_of, rows_of, standing_in
from opsrules.register.queries import keys_of
from opsrules.register.reading import events_of_findings
from opsrules.register.tables import events, findings, runs, sign_offs
from opsrules.terms import Act, EventKind, FindingStatus

__all__ = ["Keep", "Rights", "act_on", "hold_second_person", "refold", "sign_off"]

Key = tuple[str, str, str]
Keep = int | Mapping[str, int] | None
"""Number of the last event that somebody has seen, of each finding by its id or of all."""

_SETTLED = (FindingStatus.RESOLVED.value, FindingStatus.WRITTEN_OFF.value)


@dataclass(frozen=True)
class Rights:
    """Who acts, and what they may do.

    Attributes
    ----------
    actor : str
    policy : Policy
    second : callable
        `SecondPerson` of an account by its id.
    rule : callable
        Currency and largest amount in minor units that an account's own rule writes off, by its id; 0 for nothing.
    """

    actor: str
    policy: Policy
    second: Callable[[str], SecondPerson]
    rule: Callable[[str], tuple[str, int]] = lambda _: ("", 0)


def act_on(
    connection: Connection,
    rights: Rights,
    act: Act,
    *,
    kind: EventKind,
    ids: str | Sequence[str],
    body: Callable[[Row], Mapping[str, Any]],
    keep: Keep = None,
) -> tuple[Event, ...]:
    """Do one act to each finding.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    rights : Rights
    act : Act
    kind : EventKind
        That tells of it.
    ids : str or sequence of str
        Findings, by whole ids or their beginnings.
    body : callable
        What the event says of a finding, from its row.
    keep : int or mapping of str to int, optional

    Raises
    ------
    ActRefused
        If the actor may not, or a finding stands otherwise than the act needs, or has moved on since `keep`.
    UsageError
        If an id means none or several.
    """
    keys = keys_of(connection, [ids] if isinstance(ids, str) else ids)
    found = {(row["account"], row["desk"], row["finding_id"]): row for row in rows_of(connection, keys)}
    drafts = []
    for key in keys:
        row, told = found[key], body(found[key])
        _hold_kept(row, keep)
        _hold_allowed(connection, rights, act, row, told)
        drafts.append(Draft(kind, Subject(key[0], key[1], row["last_period"], key[2]), told))
    if not drafts:
        return ()
    written = append(connection, hand_of(connection, rights.actor), drafts)
    refold(connection, keys, found)
    return written


def refold(connection: Connection, keys: Sequence[Key], rows: Mapping[Key, Row] | None = None) -> None:
    """Have the rows of findings say what all their events fold to."""
    before = rows or {(row["account"], row["desk"], row["finding_id"]): row for row in rows_of(connection, keys)}
    told = events_of_findings(connection, list(keys))
    changed = []
    for key in keys:
        state, seq = folded(told[key])
        changed.append(row_of(key, before[key]["facts"], state, line_of(state), seq))
    bulk.upsert(connection, findings, changed)


def _hold_kept(row: Row, keep: Keep) -> None:
    finding_id, seq = row["finding_id"], row["seq"]
    seen = keep.get(finding_id) if isinstance(keep, Mapping) else keep
    if seen is not None and seq != seen:
        msg = (
            f"finding {finding_id} has moved on: its last event is {seq}, expected {seen}; "
            f"see `opsrules register show {finding_id}`, then decide anew"
        )
        raise ActRefused(msg)


def _hold_allowed(connection: Connection, rights: Rights, act: Act, row: Row, told: Mapping[str, Any]) -> None:
    minor = told.get("amount_minor", 0) if act is Act.WRITE_OFF else 0
    allow(rights.policy, rights.actor, act, currency=row["currency"], amount_minor=minor)
    check_standing(act, standing_in(row), row["finding_id"])
    if act in (Act.RESOLVE, Act.WRITE_OFF):
        hold_second_person(connection, rights, act, row)


def hold_second_person(connection: Connection, rights: Rights, act: Act, row: Row) -> None:
    """Refuse to let somebody settle a finding of a review that they have signed off, if two people are needed."""
    signers = _signers(connection, row)
    if rights.actor in signers:
        settled = Settled(row["finding_id"], rights.actor, row["currency"], row["amount_minor"])
        second = rights.second(row["account"])
        may_settle(rights.policy, rights.actor, act, settled, signers=signers, second=second)


def _signers(connection: Connection, row: Row) -> frozenset[str]:
    """Who has signed off, in force, a review that saw a finding."""
    here = (sign_offs.c.account == row["account"], sign_offs.c.desk == row["desk"], ~sign_offs.c.is_undone)
    signed = connection.execute(select(sign_offs.c.period, sign_offs.c.actor).where(*here)).all()
    if not signed:
        return frozenset()
    of_finding = (
        events.c.account == row["account"],
        events.c.desk == row["desk"],
        events.c.finding_id == row["finding_id"],
    )
    periods = set(connection.execute(select(events.c.period).distinct().where(*of_finding)).scalars())
    return frozenset(actor for period, actor in signed if period in periods)


def sign_off(
    connection: Connection,
    rights: Rights,
    account: str,
    desk: str,
    period: Period,
    *,
    note: str = "",
    keep: int | None = None,
) -> tuple[Event, ...]:
    """Sign an account's review of a period off.

    Raises
    ------
    ActRefused
        If the actor may not, the review is not there, or something has happened to the account since event `keep`.
    """
    allow(rights.policy, rights.actor, Act.SIGN_OFF)
    subject = Subject(account, desk, period.text)
    run_id = _reviewed(connection, subject)
    _hold_unmoved(connection, subject, keep)
    same = (sign_offs.c.account == account, sign_offs.c.desk == desk, sign_offs.c.period == period.text)
    mine = select(sign_offs.c.seq).where(
        *same, sign_offs.c.actor == rights.actor, sign_offs.c.run_id == run_id, ~sign_offs.c.is_undone
    )
    if (seq := connection.execute(mine.limit(1)).scalar_one_or_none()) is not None:
        msg = f"{rights.actor} has signed off {account} {period.text} already, by event {seq}; nothing is left to sign"
        raise ActRefused(msg)
    if settled := _settled(connection, account, desk):
        second = rights.second(account)
        may_sign(rights.policy, rights.actor, account, period.text, settled=settled, second=second)
    body = {"run_id": run_id} | ({"note": note} if note else {})
    draft = Draft(EventKind.SIGNED_OFF, subject, body)
    written = append(connection, hand_of(connection, rights.actor), [draft])
    row = (written[0].seq, account, desk, period.text, rights.actor, run_id, False)
    bulk.insert(connection, sign_offs, [row])
    return written


def _reviewed(connection: Connection, subject: Subject) -> str:
    """Run id of the review that stands, which is the last one."""
    same = (runs.c.account == subject.account, runs.c.desk == subject.desk, runs.c.period == subject.period)
    last = connection.execute(select(runs).where(*same).order_by(runs.c.run.desc()).limit(1)).mappings().first()
    if last is None or last["outcome"] != "reviewed":
        why = "it was never recorded" if last is None else f"it could not be reviewed ({last['cause']})"
        msg = (
            f"cannot sign off {subject.account} {subject.desk} {subject.period}: {why}; "
            f"`opsrules run --account {subject.account} --period {subject.period}` first"
        )
        raise ActRefused(msg)
    return str(last["run_id"])


def _hold_unmoved(connection: Connection, subject: Subject, keep: int | None) -> None:
    if keep is None:
        return
    later = (events.c.account == subject.account, events.c.desk == subject.desk, events.c.seq > keep)
    if (seq := connection.execute(select(events.c.seq).where(*later).limit(1)).scalar_one_or_none()) is not None:
        msg = (
            f"{subject.account} {subject.period} has moved on: event {seq} came after event {keep}; "
            "look at the review as it is now, then sign"
        )
        raise ActRefused(msg)


def _settled(connection: Connection, account: str, desk: str) -> list[Settled]:
    columns = (findings.c.finding_id, findings.c.settled_by, findings.c.currency, findings.c.amount_minor)
    here = (findings.c.account == account, findings.c.desk == desk, findings.c.status.in_(_SETTLED))
    return [Settled(*row) for row in connection.execute(select(*columns).where(*here).order_by(findings.c.finding_id))]
