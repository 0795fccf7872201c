"""What an account's own rule writes off: decided by the review, recorded after it, and allowed by policy."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from opsrules.errors import ActRefused
from opsrules.periods import Period
from opsrules.register.acts import refold
from opsrules.register.ledger import append, hand_of
from opsrules.register.model import Draft, Event, Subject
from opsrules.register.policy import Policy, allow
from opsrules.register.projection import rows_of
from opsrules.register.reading import events_where
from opsrules.register.tables import events
from opsrules.register.who import RULE
from opsrules.review import Review
from opsrules.terms import Act, EventKind, FindingStatus

__all__ = ["events_by_rule", "refusal", "write_off"]


def refusal(policy: Policy, currency: str, most_minor: int) -> str:
    """Why the rule may not write off so much, "" when it may or has nothing to write off."""
    if not most_minor:
        return ""
    try:
        allow(policy, RULE, Act.WRITE_OFF, currency=currency, amount_minor=most_minor)
    except ActRefused as error:
        return str(error)
    return ""


def events_by_rule(connection: Connection, account: str, desk: str, beside: Iterable[Event]) -> list[Event]:
    """Every write-off of an account and desk and all that was taken back, but those that stand `beside` already."""
    known = {one.seq for one in beside}
    kinds = (EventKind.WRITTEN_OFF.value, EventKind.UNDONE.value)
    here = (events.c.account == account, events.c.desk == desk, events.c.kind.in_(kinds))
    return [one for one in events_where(connection, *here) if one.seq not in known]


def write_off(connection: Connection, policy: Policy, review: Review) -> None:
    """Record what a review says that the rule writes off, in the transaction that has just recorded the review.

    A finding that is not open any more is passed over: the review has said so before.

    Raises
    ------
    ActRefused
        If the policy does not let the rule.
    """
    table = review.tables.get("write_offs")
    told = [] if table is None else [row for row in table.to_dict("records") if row["outcome"] == "written_off"]
    if not told:
        return
    account, desk, period = review.account, review.desk.value, review.period
    keys = [(account, desk, str(row["finding_id"])) for row in told]
    known = {row["finding_id"]: row for row in rows_of(connection, keys)}
    drafts = []
    for row in told:
        finding_id, currency, minor = str(row["finding_id"]), str(row["currency"]), int(row["amount_minor"])
        stands = known.get(finding_id)
        if stands is None or stands["status"] != FindingStatus.OPEN or _is_later(stands["last_period"], period):
            continue
        allow(policy, RULE, Act.WRITE_OFF, currency=currency, amount_minor=minor)
        body = {"amount_minor": minor, "currency": currency, "rule": "write_off", "day": review.as_of.isoformat()}
        drafts.append(Draft(EventKind.WRITTEN_OFF, Subject(account, desk, period.text, finding_id), body))
    if drafts:
        append(connection, hand_of(connection, RULE), drafts)
        refold(connection, [(account, desk, one.subject.finding_id) for one in drafts])


def _is_later(period: str, than: Period) -> bool:
    return Period.parse(period).last > than.last
