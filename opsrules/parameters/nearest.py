"""The nearest known name to one that is not known: what most mistakes need as their next step."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["hint", "nearest"]

_MOST_LISTED = 12


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` most likely stands for, or None when none is close.

    Examples
    --------
    >>> nearest("acount", ["account", "name"]), nearest("zzz", ["account"])
    ('account', None)
    """
    by_lower = {one.lower(): one for one in sorted(known, reverse=True)}
    # Long rubbish is never a typing mistake, and difflib is quadratic in it.
    found = difflib.get_close_matches(name.lower()[:80], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def hint(name: str, known: Iterable[str]) -> str:
    """Return the next step for an unknown name: the nearest one, else those that exist.

    Examples
    --------
    >>> hint("acount", ["account", "name"])
    'did you mean account?'
    >>> hint("zzz", ["name", "account"])
    'known: account, name'
    """
    names = sorted(known)
    if found := nearest(name, names):
        return f"did you mean {found}?"
    if not names:
        return "none is known"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"known: {', '.join(names[:_MOST_LISTED])}{more}"
