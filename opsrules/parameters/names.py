"""Which account names are safe: they become folder names on every system, and people tell accounts apart by them."""

from __future__ import annotations

import re

from opsrules.parameters.scalars import shown

__all__ = ["name_fault"]

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SIGNS = re.compile(r"[a-z0-9_-]")
# Source: Microsoft, "Naming Files, Paths, and Namespaces"; reserved on Windows whatever the ending.
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{digit}" for digit in range(10)), *(f"lpt{digit}" for digit in range(10))]
)


def name_fault(name: str) -> str | None:
    """Return what is wrong with an account name, None when nothing is.

    Examples
    --------
    >>> name_fault("northwind-de"), name_fault("con")
    (None, 'is a name that Windows reserves')
    """
    if _SAFE.fullmatch(name):
        return "is a name that Windows reserves" if name in _RESERVED else None
    if not name:
        return "is empty"
    if len(name) > 64:
        return f"has {len(name)} signs, more than 64"
    wrong = next((sign for sign in name if not _SIGNS.fullmatch(sign)), None)
    if wrong is None:
        return f"starts with {shown(name[0])}"
    return f"holds {shown(wrong)} (U+{ord(wrong):04X})"
