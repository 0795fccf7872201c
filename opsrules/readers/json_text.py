"""Strict JSON: every object with the line it starts in, every number as its exact text, nothing taken twice.

What plain parsers let pass in silence is refused here: a key that stands twice in one object (the last would win), NaN
and Infinity, nesting deeper than any export's, a file that ends in the middle. Numbers never become floats.

Source: RFC 8259; JSON lines (one object per line) as jsonlines.org describes them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.errors import FileRefused
from opsrules.readers.content import Content
from opsrules.readers.header import plain_lines
from opsrules.readers.model import Head

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = [
    "DEEPEST",
    "LARGEST_JSON",
    "Obj",
    "Signs",
    "Unfit",
    "decode",
    "decode_lines",
    "decoded",
    "is_lines",
    "peek",
    "signs_of_json",
]

DEEPEST = 64
"""Levels of nesting that are read; exports have at most about ten."""

LARGEST_JSON = 1 << 28
"""JSON that must be read whole is refused above 256 MiB: its objects take a dozen times that in memory."""

_AGAIN = "export the file again"
_NO_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|(-?(?:Infinity|NaN))')
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\Z)|[{}\[\],]')
_LINE_END = re.compile(r"\n(\s*\{)")
_SECOND_LINE = re.compile(r"\s*\{[^\n]*\}[^\S\n]*\n\s*\{")


class Obj(dict[str, Any]):
    """One JSON object: texts, numbers as their text, None, True, False, lists and objects, by key.

    Attributes
    ----------
    line : int
        1-based line where it starts.
    """

    __slots__ = ("line",)

    def __init__(self, pairs: Any = (), line: int = 1) -> None:
        super().__init__(pairs)
        self.line = line


class Unfit(Exception):  # noqa: N818 - told as a refusal by who knows the file
    """What is no strict JSON, with its line."""

    def __init__(self, line: int, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(what)

    def refusal(self, name: str) -> FileRefused:
        """Return the refusal of the file."""
        return FileRefused(f"{name}:{self.line}", self.what, _AGAIN)


def decoded(content: Content) -> Any:
    """Return what the file holds: an `Obj`, a list or a text; JSON lines are a list.

    Raises
    ------
    FileRefused
        If it is no JSON, holds a key twice, NaN or Infinity, is nested deeper than `DEEPEST`, was cut, or is too large.
    """
    if len(content.data) > LARGEST_JSON:
        what = f"the file has {len(content.data)} bytes, expected at most {LARGEST_JSON}"
        raise FileRefused(content.name, what, "export shorter periods")
    try:
        return _root(plain_lines(content.text))
    except Unfit as error:
        raise error.refusal(content.name) from error


def peek(head: Head) -> Any:
    """Return what the start of a file holds, closed behind its last whole value; None when it is no JSON.

    Examples
    --------
    >>> peek(Head("a.json", '{"data": [{"id": 1}, {"id": 2, "na', "utf-8"))
    {'data': [{'id': '1'}, {'id': '2'}]}
    """
    text = plain_lines(head.text)
    if text.lstrip()[:1] not in ("{", "["):
        return None
    for start in (text, _closed(text)):
        try:
            return _root(start)
        except Unfit:
            continue
    return None


def _root(text: str) -> Any:
    return decode_lines(text, 1) if is_lines(text) else decode(text, _signs_of_text(text), 1)


def is_lines(text: str) -> bool:
    """Whether a file that begins so has one object a line."""
    return _SECOND_LINE.match(text) is not None


def decode_lines(text: str, first_line: int) -> Any:
    """List of the objects that stand one a line, in a text that begins in that line of the file.

    Raises
    ------
    Unfit
        If one is no strict JSON.
    """
    whole = "[" + _LINE_END.sub(r",\n\1", text.strip("\n")) + "]"
    return decode(whole, _signs_of_text(whole), first_line + _blank_lines(text), added=1)


def _blank_lines(text: str) -> int:
    return len(text) - len(text.lstrip("\n"))


def decode(text: str, signs: Signs, first_line: int, added: int = 0) -> Any:
    """Return what a text holds that begins in that line of the file.

    Parameters
    ----------
    text : str
    signs : Signs
        Its brackets.
    first_line : int
    added : int
        Signs at its end that are not the file's.

    Raises
    ------
    Unfit
        If it is no strict JSON.
    """
    if signs.deep >= 0:
        raise Unfit(first_line + signs.line(signs.deep), f"values are nested deeper than {DEEPEST} levels")
    starts = signs.starts()
    done = 0

    def together(pairs: list[tuple[str, Any]]) -> Obj:
        nonlocal done
        one = Obj(pairs, first_line + starts[done])
        done += 1
        if len(one) < len(pairs):
            raise Unfit(one.line, f"the key {_twice(pairs)!r} stands twice in one object")
        return one

    def no_number(word: str) -> Any:
        found = next(one for one in _NO_NUMBER.finditer(text) if one[1])
        raise Unfit(first_line + text.count("\n", 0, found.start()), f"{word} is no number")

    decoder = json.JSONDecoder(
        object_pairs_hook=together, parse_float=str, parse_int=str, parse_constant=no_number, strict=True
    )
    try:
        found = decoder.decode(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - added or error.msg.startswith("Unterminated")
        what = "the file ends in the middle of a value" if cut else f"this is no JSON: {error.msg.lower()}"
        raise Unfit(first_line + error.lineno - 1, what) from error
    if not isinstance(found, (dict, list)):
        raise Unfit(first_line, "expected an object or a list of objects")
    return found


def _twice(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return next(key for key, _ in pairs if key in seen or seen.add(key))[:40]  # type: ignore[func-returns-value]


@dataclass(frozen=True)
class Signs:
    """Where the brackets of a text are that stand outside its strings, in bytes.

    Attributes
    ----------
    at : ndarray of int64
    sign : ndarray of uint8
    level : ndarray of int64
        Of the value that the bracket opens or closes; 1 for the outermost.
    newlines : ndarray of int64
    """

    at: _Ints
    sign: npt.NDArray[np.uint8]
    level: _Ints
    newlines: _Ints

    @property
    def opens(self) -> npt.NDArray[np.bool_]:
        """Which brackets open a value."""
        return np.asarray((self.sign == ord("{")) | (self.sign == ord("[")))

    def closed(self, end: int, level: int) -> tuple[Signs, str]:
        """Those of the text up to that byte, with the brackets behind it that close as many values, and these."""
        kept = int(np.searchsorted(self.at, end))
        opens = np.flatnonzero(self.opens[:kept] & (self.level[:kept] <= level))
        last = [opens[np.flatnonzero(self.level[opens] == one)[-1]] for one in range(level, 0, -1)]
        closing = "".join("}" if self.sign[one] == ord("{") else "]" for one in last)
        signs = Signs(
            np.append(self.at[:kept], end + np.arange(level)),
            np.append(self.sign[:kept], np.frombuffer(closing.encode(), dtype=np.uint8)),
            np.append(self.level[:kept], np.arange(level, 0, -1)),
            self.newlines,
        )
        return signs, closing

    @property
    def deep(self) -> int:
        """Where the text first goes deeper than `DEEPEST`; -1 for nowhere."""
        beyond = np.flatnonzero(self.level > DEEPEST)
        return int(self.at[beyond[0]]) if beyond.size else -1

    def line(self, at: int) -> int:
        """Line ends before that byte."""
        return int(np.searchsorted(self.newlines, at))

    def starts(self) -> list[int]:
        """Line ends before each object, in the order in which objects end."""
        braces = np.flatnonzero((self.sign == ord("{")) | (self.sign == ord("}")))
        # Within one level a brace that closes follows the one it closes, as far as the text is well formed.
        ordered = braces[np.argsort(self.level[braces], kind="stable")]
        closing = np.flatnonzero(self.sign[ordered] == ord("}"))
        opened = ordered[np.maximum(closing - 1, 0)]
        in_order = np.argsort(ordered[closing], kind="stable")
        found: list[int] = np.searchsorted(self.newlines, self.at[opened[in_order]]).tolist()
        return found


def _signs_of_text(text: str) -> Signs:
    return signs_of_json(text.encode("utf-8", errors="replace"))


def signs_of_json(text: bytes) -> Signs:
    """Brackets of a text in UTF-8, be it the start of one."""
    data = np.frombuffer(text, dtype=np.uint8)
    quotes = _unescaped(data, np.flatnonzero(data == ord('"')))
    brackets = np.zeros(256, dtype=bool)
    brackets[[ord(sign) for sign in "{}[]"]] = True
    at = np.flatnonzero(brackets[data])
    at = at[np.searchsorted(quotes, at) % 2 == 0]
    sign = data[at]
    opens = (sign == ord("{")) | (sign == ord("["))
    level = np.cumsum(np.where(opens, 1, -1)) + ~opens
    return Signs(at, sign, level, np.flatnonzero(data == ord("\n")))


def _unescaped(data: npt.NDArray[np.uint8], quotes: _Ints) -> _Ints:
    """Those quotes before which an even number of backslashes stands."""
    slashes = np.flatnonzero(data == ord("\\"))
    if not slashes.size:
        return quotes
    first = slashes[np.append(True, np.diff(slashes) > 1)]  # of each run
    after = np.flatnonzero((quotes > 0) & (data[np.maximum(quotes - 1, 0)] == ord("\\")))
    run = quotes[after] - first[np.searchsorted(first, quotes[after]) - 1]
    kept = np.ones(quotes.size, dtype=bool)
    kept[after] = run % 2 == 0
    return quotes[kept]


def _closed(text: str) -> str:
    """Return the text up to its last whole value, with the brackets closed that are open there."""
    stack: list[str] = []
    end, closing = 0, ""
    for found in _TOKENS.finditer(text):
        sign = found[0]
        if sign in "{[":
            stack.append("}" if sign == "{" else "]")
        elif sign in "}]":
            stack = stack[:-1]
        if sign == "," or (sign in "}]" and stack):
            end, closing = found.start() + (sign != ","), "".join(reversed(stack))
    return text[:end] + closing
