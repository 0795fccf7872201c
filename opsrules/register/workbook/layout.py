"""Columns of the sheet of findings: those that are told, those that people edit, and hidden ones that come back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from opsrules.spreadsheet import writable

__all__ = [
    "EDITED",
    "EXPORTED",
    "FINDING",
    "HIDDEN",
    "ID",
    "LONGEST",
    "MINOR",
    "SEQ",
    "SHEET",
    "TOLD",
    "Title",
    "carried",
    "cell_text",
    "exported",
    "short_id",
]

SHEET = "Findings"
LONGEST = 32_767
"""Signs that a cell holds at most. Source: Microsoft, "Excel specifications and limits"."""

FINDING = "Finding"
ID, SEQ, MINOR, EXPORTED = "finding_id", "seq", "amount_minor", "exported"

_SHORT = 10


@dataclass(frozen=True)
class Title:
    """A column.

    Attributes
    ----------
    text : str
        Its heading.
    width : int
        In signs.
    kind : str
        text, day, money or whole.
    name : str
        Of the register's column, "" where it is made of others.
    """

    text: str
    width: int
    kind: str = "text"
    name: str = ""


TOLD: tuple[Title, ...] = (
    Title(FINDING, 13),
    Title("Account", 18, name="account"),
    Title("Desk", 16),
    Title("Period", 11, name="period"),
    Title("Severity", 10),
    Title("What", 30),
    Title("Message", 60, name="message"),
    Title("Cause", 20, name="cause"),
    Title("Currency", 9, name="currency"),
    Title("Amount", 15, "money", "amount_minor"),
    Title("Written off", 15, "money", "written_off_minor"),
    Title("Age in days", 9, "whole", "age_days"),
    Title("First seen", 12, "day", "first_day"),
    Title("Settled by", 16, name="settled_by"),
    Title("Remarks", 9, "whole", "notes"),
    Title("Order", 18, name="order_ref"),
    Title("Payout", 18, name="payout_ref"),
    Title("Source", 36),
)
"""What is told and not taken back, in order."""

EDITED: tuple[Title, ...] = (
    Title("Status", 13),
    Title("Reason", 13),
    Title("Owner", 22),
    Title("Due", 12, "day"),
    Title("Comment", 40),
    Title("Write off", 15, "money"),
)
"""What people edit, in order."""

HIDDEN: tuple[Title, ...] = (Title(ID, 20), Title(SEQ, 10, "whole"), Title(MINOR, 15, "whole"), Title(EXPORTED, 40))
"""What comes back with a row: the finding, its last event, its exact amount, and the edited cells as they were."""


def cell_text(value: Any, longest: int = LONGEST) -> str:
    """Return a text as a cell shows it: without signs that no sheet can hold, and no longer than it may be."""
    text = writable(str(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def short_id(finding_id: str) -> str:
    """Beginning of an id, as the sheet shows it."""
    return cell_text(finding_id)[:_SHORT]


def exported(status: str, reason: str, owner: str, due: str) -> str:
    """Return the edited cells of a row as they are exported; comment and write-off are empty then."""
    return json.dumps([status, reason, owner, due], ensure_ascii=False)


def carried(text: str) -> tuple[str, str, str, str] | None:
    """Return what `exported` was given, None for what it has not written."""
    try:
        parts = json.loads(text)
    except ValueError:
        return None
    if not isinstance(parts, list) or [type(one) for one in parts] != [str] * 4:
        return None
    return parts[0], parts[1], parts[2], parts[3]
