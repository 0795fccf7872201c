"""Patterns that take the telling part out of a reference: ``^SHOP-([0-9]+)-A$`` takes 1001 out of SHOP-1001-A.

They are a small, closed language: signs and classes such as ``[0-9]``, each perhaps repeated, between ``^`` and ``$``,
and one group around what is taken. Nothing in it can be repeated inside a repetition, and no part of it takes any sign
at all, so that none is slow and none fits everything.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["LEFT_OUT", "LONGEST", "capture_fault", "captured", "left_out_fault"]

LONGEST = 200
"""Signs that a pattern has at the most; ours."""

LEFT_OUT = "-_/.:+=,;*|"
"""Signs that may be left out of references before they are compared."""

_SIGN = r"[A-Z0-9_/:=,;@%~&!-]"
_CLASS = r"\[(?:[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Z0-9_/:=,;@%~&!.+*?|()$])+-?\]"
_TIMES = r"(?:[+*?]|\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?"
_PIECE = f"(?:{_SIGN}|{_CLASS}){_TIMES}"
_PATTERN = re.compile(rf"\^(?:{_PIECE})*\((?:{_PIECE})+\)(?:{_PIECE})*\$")


def capture_fault(pattern: str) -> str | None:
    """Return why a pattern is none of these, None when it is one.

    Examples
    --------
    >>> capture_fault("^SHOP-0*([1-9][0-9]*)$")
    >>> capture_fault("SHOP-([0-9]+)")
    'must begin with ^ and end with $'
    """
    if len(pattern) > LONGEST:
        return f"must have at most {LONGEST} signs, has {len(pattern)}"
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return "must begin with ^ and end with $"
    if not _PATTERN.fullmatch(pattern):
        return (
            "must be capitals, digits, signs and classes such as [0-9], each with +, *, ? or {2} behind it at the "
            "most, and one group ( ) around what is compared"
        )
    try:
        re.compile(pattern)
    except re.error as error:
        return f"cannot be read: {error}"
    return None


def left_out_fault(signs: str) -> str | None:
    """Return why these signs cannot be left out of references, None when they can."""
    strange = sorted(set(signs) - set(LEFT_OUT))
    return f"must be signs of {LEFT_OUT}, got {''.join(strange)}" if strange else None


def captured(texts: pa.LargeStringArray, pattern: str, without: str = "") -> pa.LargeStringArray:
    """What the pattern takes out of each text; "" where it does not fit.

    Parameters
    ----------
    texts : LargeStringArray
    pattern : str
        Without a `capture_fault`; "" takes the whole text.
    without : str
        Signs that are left out before.
    """
    if without:
        texts = pc.replace_substring_regex(texts, f"[{re.escape(without)}]+", "")
    if not pattern:
        return texts
    # Arrow's engine is RE2: each text is read once, whatever the pattern.
    taken = pc.replace_substring_regex(texts, pattern, r"\1")
    return pc.if_else(pc.match_substring_regex(texts, pattern), taken, "")
