"""What people write, as the register keeps it: without card numbers, bank account numbers and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from opsrules.errors import UsageError
from opsrules.money import format_amount
from opsrules.privacy.columns import shown
from opsrules.terms import Resolution

__all__ = ["needed", "only_told", "owner", "part", "resolution", "text", "value"]

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control signs but tab and line feed, and halves of signs: no text for a database or a page."""


def text(written: str) -> str:
    """A text of a person as it is kept: secrets masked, signs that no page shows left out, no blanks around it."""
    masked: str = shown(_UNWRITABLE.sub("", written.replace("\r\n", "\n")).strip())
    return masked


def needed(written: str, why: str) -> str:
    """The same of a text that has to be there.

    Raises
    ------
    UsageError
        With `why`, if nothing is.
    """
    kept = text(written)
    if not kept:
        msg = f"{why}; nothing was recorded"
        raise UsageError(msg)
    return kept


def owner(written: str) -> str:
    """Name of an owner, an address too, since account files name them so.

    Raises
    ------
    UsageError
        If it is empty.
    """
    name = _UNWRITABLE.sub("", written).strip()
    if not name:
        msg = "an assignment needs an owner; nothing was recorded"
        raise UsageError(msg)
    return name if _ADDRESS.fullmatch(name) else text(name)


_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def resolution(reason: Resolution | str) -> Resolution:
    """The reason of a resolution.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        return Resolution(reason)
    except ValueError:
        msg = f"reason {reason!r} is none; one of {', '.join(Resolution)}; nothing was recorded"
        raise UsageError(msg) from None


def part(row: Mapping[str, Any], amount_minor: int | None) -> int:
    """What is written off of a finding in minor units without sign: all of its amount when nothing is named.

    Raises
    ------
    UsageError
        If there is nothing to write off, or less than is named.
    """
    whole: int = abs(row["amount_minor"])
    if amount_minor is None and whole:
        return whole
    if amount_minor is None or not 0 < amount_minor <= whole:
        named = format_amount(amount_minor, row["currency"]) if amount_minor is not None else ""
        asked = f"{named} was asked" if named else "it has no amount"
        most = format_amount(whole, row["currency"]) if whole else "nothing; resolve it instead"
        msg = f"finding {row['finding_id']}: {asked}, and what can be written off is {most}; nothing was recorded"
        raise UsageError(msg)
    return amount_minor


def only_told(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body without what is empty."""
    return {name: one for name, one in body.items() if one not in ("", None)}


def value(name: str, one: str | int | date) -> str | int:
    """A field of an action, a decision or a risk as it is kept."""
    if isinstance(one, date):
        return one.isoformat()
    if isinstance(one, int):
        return one
    return owner(one) if name in ("owner", "decided_by") and one else text(one)
