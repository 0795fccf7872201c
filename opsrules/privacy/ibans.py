"""Bank account numbers in text: a country's length and the check digits.

Source: ISO 13616 and the IBAN registry that SWIFT keeps (lengths); ISO 7064 MOD 97-10 (check digits).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["LENGTHS", "iban_spans", "is_iban"]

_REGISTRY = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
    "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
    "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
    "YE30"
)
LENGTHS: dict[str, int] = {one[:2]: int(one[2:]) for one in _REGISTRY.split()}
"""Country to signs of its account numbers."""

_START = re.compile(r"(?=([A-Za-z]{2})[0-9]{2})")
_SIGN = re.compile(r"[\s.\-\u200b\u2010-\u2015\ufeff]{0,2}([0-9A-Za-z])")
# Banks write the currency right behind a number.
_END = re.compile(r"(?:[A-Za-z]{3})?(?![0-9A-Za-z])")


def is_iban(number: str) -> bool:
    """Whether the signs, without blanks, are an account number with right check digits.

    Examples
    --------
    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    plain = number.upper()
    if len(plain) != LENGTHS.get(plain[:2]) or not (plain.isascii() and plain.isalnum()):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def iban_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each account number in a text, from the left; in any case, with or without blanks."""
    done = 0
    for start in _START.finditer(text):
        if start.start() < done:
            continue
        end = _end_of(text, start.start(), LENGTHS.get(start[1].upper(), 0))
        if end:
            done = end
            yield start.start(), end


def _end_of(text: str, start: int, size: int) -> int:
    """Where the account number ends that starts here; 0 where none does."""
    signs, at = text[start : start + 4], start + 4
    if not size:
        return 0
    while len(signs) < size and (found := _SIGN.match(text, at)):
        signs, at = signs + found[1], found.end()
    return at if is_iban(signs) and _END.match(text, at) else 0
