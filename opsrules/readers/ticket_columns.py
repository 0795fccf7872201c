"""What the readers of support desks share: the order's field, tags in one text, requesters told apart but not known."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

__all__ = ["Options", "hashed", "joined"]


class Options(BaseModel):
    """What an account may say about a support desk's tickets.

    Attributes
    ----------
    order_field : str
        The custom field that holds the order: its id in Zendesk, its name in Freshdesk.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_field: str = ""


def hashed(system: str, ids: pd.Series[str]) -> pd.Series[str]:
    """Sixteen hexadecimal signs for each requester, the same for the same id of one system; "" stays.

    This keeps a requester's id out of tables, not a secret: who has the system can hash its ids too.
    """
    known = {one: hashlib.sha256(f"{system}:{one}".encode()).hexdigest()[:16] if one else "" for one in ids.unique()}
    return ids.map(known).astype("str")


def joined(values: Any) -> str:
    """Texts of a list with blanks between; a blank inside one becomes ``_``."""
    return " ".join("_".join(one.split()) for one in values if isinstance(one, str)) if isinstance(values, list) else ""
