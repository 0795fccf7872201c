"""How whatever is shown words numbers, counts, shares and lists."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["count", "listed", "lower_first", "number", "share"]


def number(value: int) -> str:
    """A whole number with thousands commas and U+2212 for minus."""
    return f"{value:,}".replace("-", "−")


def count(size: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    Examples
    --------
    >>> count(1, "item"), count(1204, "item"), count(2, "currency", "currencies")
    ('1 item', '1,204 items', '2 currencies')
    """
    return f"{number(size)} {one if size == 1 else many or one + 's'}"


def share(part: int, total: int) -> str:
    """Share in per cent; 100% and 0% only when it is all or nothing.

    Examples
    --------
    >>> share(1, 3), share(9999, 10000), share(1, 10000), share(5, 5)
    ('33%', 'over 99%', 'under 1%', '100%')
    """
    if part == total:
        return "100%"
    if part == 0:
        return "0%"
    rounded = (200 * part + total) // (2 * total)
    return "over 99%" if rounded >= 100 else "under 1%" if rounded == 0 else f"{rounded}%"


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it starts with an abbreviation or a name in capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def listed(parts: Iterable[str]) -> str:
    """Parts as a sentence lists them: a, b and c."""
    every = list(parts)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}" if every else ""
