"""Zendesk's tickets as JSON: the API's answers, and the account export with one ticket a line.

A ticket's metrics and its satisfaction rating may be inside the ticket or objects of their own. Those of their own make
rows that know only what they tell, flagged ``partial``: to be joined to the ticket by its id, not counted as tickets,
and their `created_at` is the object's own. Descriptions and comments are never read.

Source: developer.zendesk.com/api-reference/ticketing (tickets, ticket_metrics, satisfaction_ratings); one object of
each seen in samples. That the account export is JSON lines is not verified.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers.delivery import mapped
from opsrules.readers.json_objects import Format, Shape, read_objects, recognised
from opsrules.readers.json_records import children
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.readers.ticket_columns import Options, hashed, joined
from opsrules.terms import TicketStatus

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "zendesk_tickets"
KIND = "tickets"
KNOWN_BY = "the tickets' fields"
CHECKED = "samples: one ticket, ticket metric and satisfaction rating each, as the API answers them"
NOT_VERIFIED = "the account export as lines of JSON; answers of a live account"

_SYSTEM = "zendesk"
_STATUSES = {"hold": TicketStatus.ON_HOLD.value} | {
    one.value: one.value for one in TicketStatus if one is not TicketStatus.OTHER
}
_SCORES = {"good": "good", "good_with_comment": "good", "bad": "bad", "bad_with_comment": "bad"}

_TICKET_MARKS = ("submitter_id", "requester_id", "assignee_id", "via", "status")
_METRIC_MARKS = ("ticket_id", "reopens", "replies", "reply_time_in_minutes", "group_stations")
_RATING_MARKS = ("ticket_id", "score", "requester_id", "assignee_id", "group_id")

_CREATED = Column("created", "created_at", Kind.INSTANT, required=True, filled=True)
_UPDATED = Column("updated", "updated_at", Kind.INSTANT)
_MINUTES = "reply_time_in_minutes.calendar"
_TICKET = (
    Column("ticket_id", "id", Kind.KEY, required=True),
    _CREATED,
    _UPDATED,
    Column("source_status", "status", Kind.KEY, required=True),
    Column("solved", "metric_set.solved_at", Kind.INSTANT),
    Column("reply_minutes", f"metric_set.{_MINUTES}", Kind.INTEGER),
    Column("reply_text", f"metric_set.{_MINUTES}"),
    Column("due", "due_at", Kind.INSTANT),
    Column("priority", "priority"),
    Column("type", "type"),
    Column("channel", "via.channel", aliases=("channel",)),
    Column("group", "group_id"),
    Column("assignee_id", "assignee_id"),
    Column("requester", "requester_id"),
    Column("order_id", "order"),
    Column("subject", "subject", aliases=("raw_subject",)),
    Column("tags", "tag_list"),
    Column("replies", "metric_set.replies", Kind.INTEGER),
    Column("reopens", "metric_set.reopens", Kind.INTEGER),
    Column("satisfaction", "satisfaction_rating.score"),
)
_METRIC = (
    Column("ticket_id", "ticket_id", Kind.KEY, required=True),
    _CREATED,
    _UPDATED,
    Column("solved", "solved_at", Kind.INSTANT),
    Column("reply_minutes", _MINUTES, Kind.INTEGER),
    Column("reply_text", _MINUTES),
    Column("replies", "replies", Kind.INTEGER),
    Column("reopens", "reopens", Kind.INTEGER),
)
_RATING = (
    Column("ticket_id", "ticket_id", Kind.KEY, required=True),
    _CREATED,
    _UPDATED,
    Column("group", "group_id"),
    Column("assignee_id", "assignee_id"),
    Column("requester", "requester_id"),
    Column("satisfaction", "score"),
)


def _format(options: Options) -> Format:
    def told(one: Obj) -> tuple[Obj]:
        fields = children(one, "custom_fields") or children(one, "fields")
        order = next((field.get("value") for field in fields if field.get("id") == options.order_field), "")
        return (Obj({**one, "tag_list": joined(one.get("tags")), "order": order}, one.line),)

    return Format(
        NAME,
        (
            Shape(KIND, Layout(_TICKET, _TICKET_MARKS), _whole, spread=told),
            Shape(KIND, Layout(_METRIC, _METRIC_MARKS), _partial),
            Shape(KIND, Layout(_RATING, _RATING_MARKS), _partial),
        ),
    )


def identify(head: Head) -> bool:
    """Whether the file holds Zendesk's tickets, their metrics or ratings."""
    return recognised(head, _ANY)


def read(source: Source) -> Read:
    """Read one file into tickets.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_objects(source, _format(checked(Options, source)))


def _whole(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    status = mapped(rows["source_status"], _STATUSES, TicketStatus.OTHER)
    replied = rows["created_at"] + pd.to_timedelta(rows["reply_minutes"], unit="min")
    shaped = rows.assign(
        desk_system=pd.Series([_SYSTEM] * len(rows), dtype="str"),
        status=status,
        first_reply_at=replied.where(rows["reply_text"] != "").astype(rows["created_at"].dtype),
        requester=hashed(_SYSTEM, rows["requester"]),
        satisfaction=mapped(rows["satisfaction"], _SCORES, ""),
    )
    return Parsed(shaped, parsed.rejects)


def _partial(parsed: Parsed) -> Parsed:
    """Rows of what only a part of a ticket tells; a column it does not have is blank."""
    rows = parsed.rows
    size = len(rows)
    never = rows["created_at"].where(pd.Series(False, index=rows.index))
    given = set(rows.columns)
    times = {name: never for name in ("solved_at", "due_at") if name not in given}
    counts = {name: pd.Series([0] * size, dtype="int64") for name in ("replies", "reopens", "reply_minutes")}
    words = ("reply_text", "requester", "satisfaction", "source_status")
    texts = {name: pd.Series([""] * size, dtype="str") for name in words}
    missing = {name: value for name, value in (counts | texts).items() if name not in given}
    whole = _whole(Parsed(rows.assign(**times, **missing), parsed.rejects))
    flags = whole.rows["flags"].where(whole.rows["flags"] == "", whole.rows["flags"] + " ") + "partial"
    return Parsed(whole.rows.assign(flags=flags.astype("str")), whole.rejects)


_ANY = _format(Options())
