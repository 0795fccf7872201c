r"""Regular expressions of analysts, judged in linear time: whether a pattern is found in a text, as `re.search` tells.

`re` tries every way to match and needs 2^n steps for ``(a+)+$`` (RELIABILITY.md B25); RE2 reads the text once. They
differ in what ``\d``, ``\w``, ``\s``, ``\b``, ``$`` and ignoring case mean, so RE2 never sees the pattern as it is
written: Python's own parser reads it, `re` itself says which signs each single-sign part takes, and RE2 gets those
signs spelled out. What cannot be said that way is refused by name: look-around, back-references, possessive and atomic
groups, ``\B``, ``$`` with something after it, repeats of more than 1,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.rules.patterns import Piece, RegexRefused, pieces_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["RegexRefused", "regex_fault", "regex_holds", "regex_holds_all"]

_NOTHING = r"[^\x00-\xff]"
_SPARE = 8  # codes kept for signs that only categories tell apart: letters, digits and spaces of other scripts


def regex_fault(pattern: str) -> str | None:
    """Return why a pattern is refused, None when it is not.

    Examples
    --------
    >>> regex_fault("^PO-[0-9]+$"), regex_fault("(?=a)b")
    (None, 'uses look-around (?=...) or (?<=...), which cannot be judged in linear time')
    """
    try:
        _matcher(pattern)
    except RegexRefused as error:
        return str(error)
    return None


def regex_holds(pattern: str, text: str) -> bool:
    """Whether `re.search(pattern, text)` finds something, told in time linear in the text.

    Raises
    ------
    RegexRefused
        For a pattern with a `regex_fault`.

    Examples
    --------
    >>> regex_holds("(?i)refund", "Teil-REFUND"), regex_holds("(a+)+$", "a" * 1000 + "b")
    (True, False)
    """
    return _matcher(pattern).holds(text)


def regex_holds_all(pattern: str, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether the pattern is found, for each text: `regex_holds` of many, without a call for each.

    Raises
    ------
    RegexRefused
        For a pattern with a `regex_fault`.
    """
    matcher = _matcher(pattern)
    is_plain = np.fromiter((text.isascii() for text in texts), dtype=np.bool_, count=len(texts))
    out = np.zeros(len(texts), dtype=np.bool_)
    plain = pa.array([text for text in texts if text.isascii()], type=pa.large_string())
    # Arrow's engine is RE2 too, and over ASCII text its bytes are our bytes.
    out[is_plain] = pc.match_substring_regex(plain, matcher.spelled).to_numpy(zero_copy_only=False)
    out[~is_plain] = [matcher.holds(text) for text in texts if not text.isascii()]
    return out


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> _Matcher:
    return _Matcher(pattern)


class _Matcher:
    """One pattern: a program for ASCII text and, made when first needed, one for coded text."""

    def __init__(self, pattern: str) -> None:
        self.pieces, edges = pieces_of(pattern)
        self.spelled = _spelled(self.pieces, {code: chr(code) for code in range(128)})
        self.ascii = _program(self.spelled)
        self.codes = _Codes(self.pieces, edges)
        self.coded: Any = None
        self.known = 0

    def holds(self, text: str) -> bool:
        if text.isascii():
            return self.ascii.search(text.encode("ascii")) is not None
        content = text.translate(self.codes).encode("latin-1")
        if self.known != len(self.codes.alphabet):
            spelled = _spelled(self.pieces, self.codes.alphabet)
            self.coded, self.known = _program(spelled), len(self.codes.alphabet)
        return self.coded.search(content) is not None


class _Codes(dict[int, int]):
    """One byte for all signs that a pattern cannot tell apart, so that RE2 needs no table of Unicode.

    Word signs get ASCII word bytes where the pattern asks for a word's edge: RE2 knows no other words.
    """

    def __init__(self, pieces: Iterable[Piece], edges: set[int]) -> None:
        super().__init__()
        self.atoms = list(dict.fromkeys(one for one in pieces if not isinstance(one, str)))
        self.word = re.compile(r"\w", next(iter(edges))) if edges else None
        self.alphabet: dict[int, str] = {}
        self.signs: dict[tuple[bool, ...], int] = {}
        inside = [code for code in range(128) if chr(code).isalnum() or chr(code) == "_"]
        outside = [code for code in range(256) if code not in inside and code != 10]
        self.free = {True: inside, False: outside if edges else outside + inside}
        for code in range(128):
            self[code]
        room = len(self.free[self.word is not None])
        if room < _SPARE + 2 * sum(not one.pattern.isascii() for one in self.atoms):
            raise RegexRefused("tells too many signs apart; split it into several conditions")

    def __missing__(self, ordinal: int) -> int:
        sign = chr(ordinal)
        is_word = self.word is not None and self.word.fullmatch(sign) is not None
        kind = (sign == "\n", is_word, *(one.fullmatch(sign) is not None for one in self.atoms))
        if kind not in self.signs:
            if sign != "\n" and not self.free[is_word]:
                raise RegexRefused("tells too many signs of this text apart; split it into several conditions")
            self.signs[kind] = 10 if sign == "\n" else self.free[is_word].pop()
            self.alphabet[self.signs[kind]] = sign
        self[ordinal] = self.signs[kind]
        return self.signs[kind]


def _spelled(pieces: Iterable[Piece], alphabet: Mapping[int, str]) -> str:
    """Return a pattern for RE2 over bytes; `alphabet` says which sign each byte stands for."""
    spelled: dict[Piece, str] = {}
    for one in pieces:
        if one not in spelled:
            spelled[one] = one if isinstance(one, str) else _class(one, alphabet)
    return "".join(spelled[one] for one in pieces)


def _program(spelled: str) -> Any:
    import re2  # noqa: PLC0415 - a compiled library, loaded by the first rule that has a pattern

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False  # otherwise every bad pattern is written to stderr
    options.never_capture = True
    try:
        return re2.compile(spelled.encode("ascii"), options)
    except re2.error as error:
        told = bytes(error.args[0]).decode("latin-1")
        if "repetition" in told:
            raise RegexRefused("repeats something more than 1000 times, counting repeats inside repeats") from error
        raise RegexRefused(f"is too large ({told.partition(':')[0]})") from error


def _class(atom: re.Pattern[str], alphabet: Mapping[int, str]) -> str:
    taken = [f"\\x{code:02x}" for code, sign in sorted(alphabet.items()) if atom.fullmatch(sign)]
    return f"[{''.join(taken)}]" if taken else _NOTHING
