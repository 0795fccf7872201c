"""Line breaks in cells of Amazon's settlement reports, which stand there without quotes and tear a record apart."""

from __future__ import annotations

import numpy as np

__all__ = ["SettlementTears"]

_MOST_PIECES = 5
_LEAST_ID = 6  # digits of a settlement id
_LONGEST_ID = 64


class SettlementTears:
    """How records of a settlement report are torn; see `opsrules.readers.layout.Tears`.

    Every record begins with the id of its settlement. Only the number of tabs tells how a torn one goes on: pieces that
    have those of one record together are joined. A settlement's first row that ends after the currency gets its blank
    cells back.
    """

    def begins(self, text: str, at: int) -> bool:
        """Whether the line at this offset begins with an id."""
        return _has_id(text[at : at + _LONGEST_ID].partition("\n")[0])

    def mended(self, text: str, names: tuple[str, ...], delimiter: str) -> str:
        """Text in which each record stands whole in its first line, and the lines behind that are blank."""
        if delimiter != "\t":
            return text
        tabs, plain = len(names) - 1, [name.casefold() for name in names]
        short = plain.index("currency") if "currency" in plain else -1
        suspects = _with_fewer(text, tabs)
        if not suspects:
            return text
        lines = text.split("\n")
        for at in suspects:
            have = lines[at].count("\t")
            if not lines[at] or at >= len(lines) - 1:
                continue
            pieces = _pieces(lines, at, tabs)
            if pieces > 1:
                lines[at : at + pieces] = [" ".join(lines[at : at + pieces]), *[""] * (pieces - 1)]
            elif have == short:
                lines[at] += "\t" * (tabs - have)
        return "\n".join(lines)


def _with_fewer(text: str, tabs: int) -> list[int]:
    """Which lines are not blank and have fewer tabs."""
    signs = np.frombuffer(text.encode(), dtype=np.uint8)
    ends = np.append(np.flatnonzero(signs == ord("\n")), signs.size)
    until = np.searchsorted(np.flatnonzero(signs == ord("\t")), ends)
    fewer = np.diff(until, prepend=0) < tabs
    fewer &= np.diff(ends, prepend=-1) > 1
    return [int(at) for at in np.flatnonzero(fewer)]


def _pieces(lines: list[str], at: int, tabs: int) -> int:
    """How many lines from this one on make one record; 1 when they make none."""
    have = lines[at].count("\t")
    for more in range(1, _MOST_PIECES):
        following = lines[at + more] if at + more < len(lines) else ""
        if _has_id(following):
            return 1
        have += following.count("\t")
        if have >= tabs:
            return more + 1 if have == tabs and following else 1
    return 1


def _has_id(line: str) -> bool:
    number, is_parted, _ = line.partition("\t")
    return bool(is_parted) and number.strip().isdigit() and len(number.strip()) >= _LEAST_ID
