"""Where evidence lies: files by the shortest name that is still their own, lines as runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from opsrules.display.markup import join
from opsrules.report.words import count, place

__all__ = ["lines_told", "runs", "short_names"]

_MOST_RUNS = 6  # of one file; the table attached has every line


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Return the shortest end of each path that no other path ends with."""
    every = sorted(set(paths))
    return {path: _short_name(path, [other for other in every if other != path]) for path in every}


def _short_name(path: str, others: list[str]) -> str:
    parts = path.split("/")
    for size in range(1, len(parts)):
        end = "/".join(parts[-size:])
        if not any(other == end or other.endswith(f"/{end}") for other in others):
            return end
    return path


def runs(numbers: Iterable[int]) -> list[str]:
    """Return line numbers in order, neighbours joined.

    Examples
    --------
    >>> runs([7, 3, 4, 5, 9, 8])
    ['3–5', '7–9']
    """
    found: list[list[int]] = []
    for one in sorted(set(numbers)):
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return [str(first) if first == last else f"{first}\u2013{last}" for first, last in found]


def lines_told(at: Sequence[tuple[str, int]], short: Mapping[str, str]) -> Markup:
    """Return files with the lines in them: ``payments.csv:2–14, 17``; of many runs the first, and how many more.

    Parameters
    ----------
    at : sequence of (str, int)
        File and line.
    short : mapping of str to str
        What each file is called here.
    """
    parts = []
    for file in sorted({file for file, _ in at}):
        numbers = [line for name, line in at if name == file]
        told = runs(numbers)
        more = len(told) - _MOST_RUNS
        rest = f" and {count(more, 'more place')}" if more > 0 else ""
        parts.append(place(short.get(file, file), ", ".join(told[:_MOST_RUNS])) + rest)
    return join(parts, "<br>")
