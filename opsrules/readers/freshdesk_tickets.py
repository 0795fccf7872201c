"""Freshdesk's tickets as JSON, from the API or the export: states, priorities and sources are numbers.

Replies are counted where the answer includes the conversations: those that went out and are no private notes. That a
ticket was reopened is known, not how often. Descriptions, mails and names are never read.

Source: developers.freshdesk.com/api, tickets; one ticket seen in samples. Statuses 6 and 7 are those every account has
besides the documented ones (waiting on customer, on third party): not verified.
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

NAME = "freshdesk_tickets"
KIND = "tickets"
KNOWN_BY = "the tickets' fields"
CHECKED = "samples: one ticket as the API answers it; the API's reference"
NOT_VERIFIED = "statuses 6 and 7; the account's export"

_SYSTEM = "freshdesk"
_STATUSES = {
    "2": TicketStatus.OPEN,
    "3": TicketStatus.PENDING,
    "4": TicketStatus.SOLVED,
    "5": TicketStatus.CLOSED,
    "6": TicketStatus.PENDING,
    "7": TicketStatus.ON_HOLD,
}
_PRIORITIES = {"1": "low", "2": "normal", "3": "high", "4": "urgent"}
_CHANNELS = {
    "1": "email",
    "2": "portal",
    "3": "phone",
    "5": "twitter",
    "6": "facebook",
    "7": "chat",
    "9": "feedback_widget",
    "10": "outbound_email",
}
_MARKS = ("responder_id", "requester_id", "fr_due_by", "due_by", "source", "status")


def _columns(options: Options) -> tuple[Column, ...]:
    order = (Column("order_id", f"custom_fields.{options.order_field}", required=True),) if options.order_field else ()
    return (
        Column("ticket_id", "id", Kind.KEY, required=True),
        Column("created", "created_at", Kind.INSTANT, required=True, filled=True),
        Column("updated", "updated_at", Kind.INSTANT),
        Column("source_status", "status", Kind.KEY, required=True),
        Column("first_reply", "stats.first_responded_at", Kind.INSTANT),
        Column("solved", "stats.resolved_at", Kind.INSTANT, ("stats.closed_at",)),
        Column("due", "due_by", Kind.INSTANT),
        Column("priority", "priority"),
        Column("type", "type"),
        Column("channel", "source"),
        Column("group", "group_id"),
        Column("assignee_id", "responder_id"),
        Column("requester", "requester_id"),
        Column("subject", "subject"),
        Column("tags", "tag_list"),
        Column("replies", "reply_count", Kind.INTEGER),
        Column("reopened", "stats.reopened_at", Kind.INSTANT),
        *order,
    )


def _format(options: Options) -> Format:
    return Format(NAME, (Shape(KIND, Layout(_columns(options), _MARKS), _finished, spread=_told),))


def identify(head: Head) -> bool:
    """Whether the file holds Freshdesk's tickets."""
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


def _told(one: Obj) -> tuple[Obj]:
    said = children(one, "conversations")
    replies = sum(part.get("incoming") is False and part.get("private") is False for part in said)
    return (Obj({**one, "tag_list": joined(one.get("tags")), "reply_count": str(replies)}, one.line),)


def _finished(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    shaped = rows.assign(
        desk_system=pd.Series([_SYSTEM] * len(rows), dtype="str"),
        status=mapped(rows["source_status"], _STATUSES, TicketStatus.OTHER),
        priority=mapped(rows["priority"], _PRIORITIES),
        channel=mapped(rows["channel"], _CHANNELS),
        requester=hashed(_SYSTEM, rows["requester"]),
        reopens=rows["reopened_at"].notna().astype("int64"),
    )
    return Parsed(shaped, parsed.rejects)


_ANY = _format(Options())
