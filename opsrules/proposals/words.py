"""The words that stand in every bank line of a processor's payouts, and in few others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsrules.privacy import masked
from opsrules.proposals.wanted import WANTED

__all__ = ["Phrase", "phrase_of"]

_WORD = re.compile(r"[^\W\d_]{3,}")
_MOST_WORDS = 3
_MOST = 200


@dataclass(frozen=True)
class Phrase:
    """Words, and how many of the lines have the words that are made from all others."""

    words: str
    held_out: int


def phrase_of(lines: Sequence[str], others: Sequence[str], processor: str, owner: str) -> Phrase | None:
    """Return the words that stand in all lines and in the fewest others; None where there are none, or too few lines.

    Words with the processor's name come before any others; words of the account's own name are never taken.

    Parameters
    ----------
    lines : sequence of str
        Whole texts of bank lines that are payouts of the processor.
    others : sequence of str
        Texts of all other bank lines.
    processor : str
    owner : str
        Name of the account.
    """
    told = [masked(one).casefold() for one in lines[:_MOST]]
    elsewhere = [one.casefold() for one in others]
    if len(told) < WANTED:
        return None
    words = _best(told, elsewhere, processor, owner)
    if words is None:
        return None
    held_out = 0
    for at, line in enumerate(told):
        without = _best(told[:at] + told[at + 1 :], elsewhere, processor, owner)
        held_out += without is not None and without in line
    return Phrase(words.upper(), held_out) if held_out == len(told) else None


def _best(lines: Sequence[str], others: Sequence[str], processor: str, owner: str) -> str | None:
    own = set(_WORD.findall(owner.casefold()))
    common = {one for one in _phrases(lines[0]) if all(one in line for line in lines)}
    free = [one for one in common if not own & set(_WORD.findall(one)) and masked(one) == one]
    names = [name for name in processor.split("_") if len(name) > 2 and name != "payments"]

    def rank(phrase: str) -> tuple[bool, int, int, str]:
        return (
            not any(name in phrase for name in names),
            sum(phrase in line for line in others),
            len(phrase),
            phrase,
        )

    return min(free, key=rank, default=None)


def _phrases(line: str) -> Iterator[str]:
    """Words of a text, and up to three that follow one another, as they stand in it."""
    found = list(_WORD.finditer(line))
    for first in range(len(found)):
        for last in found[first : first + _MOST_WORDS]:
            phrase = line[found[first].start() : last.end()]
            if not any(sign.isdigit() for sign in phrase) and "*" not in phrase and phrase.isprintable():
                yield phrase
