"""What texts were made into, remembered: the days of a file stand in every block of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Remembered"]

_Made = TypeVar("_Made")

_MOST = 20_000


class Remembered(Generic[_Made]):
    """Asks for texts that are not known yet, all at once, and knows them then.

    Parameters
    ----------
    make : callable
        From texts to what each of them becomes, whatever stands beside it.
    """

    def __init__(self, make: Callable[[tuple[str, ...]], Sequence[_Made]]) -> None:
        self._make = make
        self._known: dict[str, _Made] = {}

    @property
    def kept(self) -> int:
        """Texts that are known now, of which only so many are kept."""
        return len(self._known)

    def of(self, texts: Sequence[str]) -> list[_Made]:
        """Return what each text becomes."""
        known = self._known  # which another thread may begin anew
        fresh = tuple({text: None for text in texts if text not in known})
        if fresh:
            made = dict(zip(fresh, self._make(fresh), strict=True))
            self._known = made | known if len(known) + len(made) <= _MOST else {}
            known = known | made
        return [known[text] for text in texts]
