"""JSON larger than memory should hold at once: cut between values into parts, each decoded as if it were the file.

A part is closed by the brackets that are open where it is cut, and the next one begins by opening them again, with a
null in the place of all that was read: what lies on the way to that place, the spine, goes on from part to part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from opsrules.readers.json_text import Obj, Signs, decode, decode_lines, is_lines, signs_of_json
from opsrules.readers.texts import Undecided

__all__ = ["PART_BYTES", "Part", "parts"]

PART_BYTES = 4 << 20
"""Bytes read at a time: their objects take a dozen times as much in memory."""

_LARGEST_PART = 8  # times as much is held, when no value ends before
_HERE = ""  # where the null stands in an object
_Spine = list[str | None]
"""Containers from the outermost on, each by the key under which its last value stands; None for lists."""


@dataclass(frozen=True)
class Part:
    """Some of a file's values, in all that they are inside of.

    Attributes
    ----------
    value : Obj or list
        The outermost value.
    before : int
        How many containers, from the outermost on, go on from the part before, each but the outermost the first value
        in the one around it.
    behind : int
        How many go on in the next part, each but the outermost the last value in the one around it.
    """

    value: Any
    before: int = 0
    behind: int = 0


def parts(texts: Iterable[str]) -> Iterator[Part]:
    """Cut a file's text, given in pieces, into parts that hold whole values.

    Raises
    ------
    Undecided
        If the file has to be read as a whole.
    Unfit
        If a part is no strict JSON.
    """
    pieces = iter(texts)
    first = next(pieces, "")
    return _lines(first, pieces) if is_lines(first) else _values(first, pieces)


def _lines(first: str, pieces: Iterator[str]) -> Iterator[Part]:
    line, before = 1, 0
    rest = first
    for piece in _and_nothing(pieces):
        end = len(rest) if piece is None else rest.rfind("\n") + 1
        text = rest[:end]
        if text.strip():
            if text.lstrip()[:1] != "{":
                raise Undecided
            yield Part(decode_lines(text, line), before, int(piece is not None))
            before = 1
        line += text.count("\n")
        rest = rest[end:] + (piece or "")
        _hold(rest)


def _values(first: str, pieces: Iterator[str]) -> Iterator[Part]:
    spine: _Spine = []
    line = 1
    rest = first.encode()
    for piece in _and_nothing(pieces):
        opening = _opening(spine).encode()
        data = opening + rest
        signs = signs_of_json(data)
        if piece is None:
            yield _part(data.decode(), signs, line, spine, 0)[0]
            return
        end, level = _cut(signs, len(data))
        if end > len(opening):
            closed, closing = signs.closed(end, level)
            part, following = _part(data[:end].decode() + closing, closed, line, spine, level)
            yield part
            line += data.count(b"\n", 0, end)
            spine, data, opening = following, data[end:], b""
        rest = data[len(opening) :] + piece.encode()
        _hold(rest)


def _and_nothing(pieces: Iterator[str]) -> Iterator[str | None]:
    yield from pieces
    yield None


def _hold(rest: str | bytes) -> None:
    if len(rest) > _LARGEST_PART * PART_BYTES:
        raise Undecided


def _opening(spine: _Spine) -> str:
    """Text that opens the containers of a spine again, with a null in the innermost."""
    if not spine:
        return ""
    *outer, inner = spine
    opened = "".join("[" if key is None else f"{{{json.dumps(key)}:" for key in outer)
    return opened + ("[null" if inner is None else f'{{"{_HERE}":null')


def _cut(signs: Signs, size: int) -> tuple[int, int]:
    """Where to cut, behind a value in as few containers as there is one in the second half, and how many these are."""
    ends = np.flatnonzero(~signs.opens & (signs.at >= size // 2) & (signs.level > 1))
    if not ends.size:
        return 0, 0
    level = signs.level[ends]
    last = ends[np.flatnonzero(level == level.min())[-1]]
    return int(signs.at[last]) + 1, int(level.min()) - 1


def _part(text: str, signs: Signs, line: int, spine: _Spine, behind: int) -> tuple[Part, _Spine]:
    """Decode a part, and tell the spine that goes on behind it."""
    value = decode(text, signs, line)
    inner = value
    for key in spine[:-1]:
        inner = inner[0 if key is None else key]
    if spine:
        del inner[0 if spine[-1] is None else _HERE]
    following: _Spine = []
    inner = value
    for _ in range(behind):
        key = next(reversed(inner)) if isinstance(inner, Obj) else None
        following.append(key)
        inner = inner[-1 if key is None else key]
    return Part(value, len(spine), behind), following
