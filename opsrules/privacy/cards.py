"""Card numbers in text: a brand's length, a range it issues from, and the check digit.

All three, because one alone says little: of sixteen random digits one in ten has a right check digit, one in forty is
in a brand's range as well.

Source: ISO/IEC 7812-1 (length, check digit by Luhn's formula); the ranges as the brands tell them to merchants: Visa,
Mastercard (2-series since 2016), American Express, Discover Global Network (Discover, Diners Club International, JCB,
UnionPay), Maestro. Compared with published lists of issuer ranges, not with each brand's bulletin of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["BRANDS", "LONGEST", "SHORTEST", "brand_of", "card_spans"]

_ISSUED: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("visa", "4", (13, 16, 19)),
    ("mastercard", "51-55 2221-2720", (16,)),
    ("american_express", "34 37", (15,)),
    ("discover", "6011 644-649 65", (16, 17, 18, 19)),
    ("jcb", "3528-3589", (16, 17, 18, 19)),
    ("diners_club", "300-305 3095 36 38 39", (14, 15, 16, 17, 18, 19)),
    ("unionpay", "62 810-817", (16, 17, 18, 19)),
    ("maestro", "5018 5020 5038 5893 6304 6703 6759 6761-6763 6771", (13, 14, 15, 16, 17, 18, 19)),
)
SHORTEST, LONGEST = 13, 19
"""Digits of card numbers."""


def _by_prefix() -> dict[str, tuple[str, tuple[int, ...]]]:
    known: dict[str, tuple[str, tuple[int, ...]]] = {}
    for brand, ranges, lengths in _ISSUED:
        for one in ranges.split():
            first, _, last = one.partition("-")
            known |= dict.fromkeys(map(str, range(int(first), int(last or first) + 1)), (brand, lengths))
    return known


BRANDS = _by_prefix()
"""First digits to the brand that issues them and the lengths of its numbers."""

_PREFIXES = sorted({len(prefix) for prefix in BRANDS})
_DOUBLED = str.maketrans("0123456789", "0246813579")  # twice the digit, its own digits added up
_NONE: tuple[str, tuple[int, ...]] = ("", ())

# What people put between groups of digits: blanks of every width, dashes, points, signs nobody sees.
_GAP = r"[\s._\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff]{1,3}"
# A number that is masked already is no part of another one.
_RUN = re.compile(rf"\*{{4}}[0-9]{{4}}(?![0-9])|[0-9]+(?:{_GAP}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")


def brand_of(number: str) -> str:
    """Brand whose card number these digits can be, "" for none.

    Examples
    --------
    >>> brand_of("4242424242424242"), brand_of("4242424242424243"), brand_of("1234567890123452")
    ('visa', '', '')
    """
    for size in _PREFIXES:
        brand, lengths = BRANDS.get(number[:size], _NONE)
        if len(number) in lengths and _luhn(number):
            return brand
    return ""


def _luhn(number: str) -> bool:
    doubled = number[-2::-2].translate(_DOUBLED)
    return (sum(map(int, number[-1::-2])) + sum(map(int, doubled))) % 10 == 0


def card_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each card number in a text, from the left; digits may stand in groups.

    Longer runs of digits are no card numbers, whatever they hold; of several groups any that make one together do, so
    that a number before it or an expiry date behind it hides none.
    """
    for run in _RUN.finditer(text):
        if run.end() - run.start() < SHORTEST:
            continue
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        at = 0
        while at < len(groups):
            size = _groups_of_card(text, groups[at : at + LONGEST])
            if size:
                yield groups[at][0], groups[at + size - 1][1]
            at += size or 1


def _groups_of_card(text: str, groups: list[tuple[int, int]]) -> int:
    """How many of the first groups make a card number, the longest where several do; 0 where none does."""
    digits, found = "", 0
    for size, (start, end) in enumerate(groups, start=1):
        digits += text[start:end]
        if len(digits) > LONGEST:
            break
        if len(digits) >= SHORTEST and _spelled(groups[:size]) and brand_of(digits):
            found = size
    return found


def _spelled(groups: list[tuple[int, int]]) -> bool:
    """Whether people write card numbers in such groups: 4-4-4-4, 4-6-5, 8-8; dates and prices have shorter ones."""
    *sizes, _ = (end - start for start, end in groups)
    return min(sizes, default=3) >= 3 or (len(sizes) > 1 and len(set(sizes)) == 1)
