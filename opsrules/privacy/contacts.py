"""E-mail addresses and phone numbers in text.

A phone number must look like one: by its country code, by a word before it, or by its groups. A plain run of digits is
an order's or a payment's number far more often.

Source: RFC 5321 4.5.3.1 (longest parts of an address); ITU-T E.164 (at most 15 digits after the plus); the habits of
writing in North America, Germany, France and Britain.
"""

from __future__ import annotations

import re

__all__ = ["EMAIL", "PHONE"]

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'|]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
"""An e-mail address; every part is bounded, so that a long text takes linear time."""

_MORE = r"(?:[\s()./\-\u2010-\u2015]{0,3}[0-9])"
_AMOUNT = r"\+[0-9]{1,3}(?:[\s.][0-9]{3})+[.,][0-9]{2}(?![0-9])"
PHONE = re.compile(
    rf"""
      (?<![\w+])(?!{_AMOUNT})\+[1-9]{_MORE}{{7,14}}(?![0-9]|[.,][0-9])
    | (?<![\w+])00[1-9][0-9]{{0,2}}[\s/\-]{_MORE}{{6,12}}(?![0-9])
    | \b(?:tele?(?:f|ph)on[eo]?|tel|t[ée]l|phone|fon|fax|mobile?|mobilnummer|handy|cell|whatsapp|rufnummer)
      [\s.:#]{{0,3}}(?:n[or°]\.?[\s:]{{0,2}})?\(?\+?[0-9]{_MORE}{{5,14}}(?![0-9])
    | (?<![\w.\-/])(?:\([2-9][0-9]{{2}}\)\s?|[2-9][0-9]{{2}}[\-.])[0-9]{{3}}[\-.][0-9]{{4}}(?![\w\-])
    | (?<![\w.\-/+])0[1-9](?:[\s.\-][0-9]{{2}}){{4}}(?![\w\-])
    | (?<![\w.\-/+])0[1-9][0-9]{{1,3}}[\s/\-](?:[0-9]{{6,8}}|[0-9]{{3,4}}[\s\-][0-9]{{3,4}})(?![\w\-])
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A phone number as people write it."""
