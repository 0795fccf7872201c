"""What is wrong with a register, by the number of the event."""

from __future__ import annotations

__all__ = ["Problem", "Problems"]

Problem = tuple[int, str]

_MOST = 200


class Problems:
    """Problems as they are found; so many that nobody would read them are counted alone."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._more = 0

    def add(self, seq: int, what: str) -> None:
        """Note a problem of one event."""
        if len(self._found) < _MOST:
            self._found.append((seq, what))
        else:
            self._more += 1

    def told(self) -> tuple[Problem, ...]:
        """All of them by number, none twice; the last one says how many more there are."""
        found = sorted(dict.fromkeys(self._found))
        return (*found, (found[-1][0], f"and {self._more} more problems")) if self._more else tuple(found)
