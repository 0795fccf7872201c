"""What reaches the terminal: plain lines in which no client's data can move the cursor (RELIABILITY B12).

Card and bank account numbers are masked before, in reviews and refusals; here once more, whoever speaks.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from opsrules.privacy import masked
from opsrules.terms import Secret

__all__ = ["printable", "say", "say_error", "say_json"]

# Controls, invisible formatting such as bidi overrides, lone surrogates, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Return `text` with every character that acts on a terminal, or hides in one, written as its escape.

    Numbers of cards and bank accounts are masked.

    Examples
    --------
    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _UNSAFE else char
        for char in masked(text, (Secret.CARD, Secret.IBAN))
    )


def say(text: str = "") -> None:
    """Print lines to standard output."""
    sys.stdout.write(_lines(text))


def say_error(text: str) -> None:
    """Print lines to standard error."""
    sys.stderr.write(_lines(text))


def say_json(value: Any) -> None:
    """Print a value for a machine, as ASCII."""
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


def _lines(text: str) -> str:
    return "".join(f"{printable(line)}\n" for line in text.split("\n"))
