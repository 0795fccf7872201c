"""Rows on which each rule fired, never shown without the rows on which nobody knows."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from opsrules.display.wording import count, number, share

__all__ = ["Counts"]


class Counts(pd.Series):
    """A series like any other that shows beneath itself how many rows could not be judged.

    Whatever is made of it - a selection, a copy, a sum - is a plain series and shows as one.
    """

    _rows: tuple[int, int] = (0, 0)
    _internal_names: ClassVar[list[str]] = [*pd.Series._internal_names, "_rows"]  # type: ignore[attr-defined]
    _internal_names_set: ClassVar[set[str]] = set(_internal_names)

    @property
    def _constructor(self) -> type[pd.Series]:
        return pd.Series

    @classmethod
    def of(cls, counts: pd.Series[int], failed: int, rows: int) -> Counts:
        """Return counts that say how many of a table's rows could not be judged by every rule."""
        told = cls(counts)
        told._rows = (failed, rows)
        return told

    def __repr__(self) -> str:
        failed, rows = self._rows
        of = f"{number(failed)} of {count(rows, 'row')}"
        return f"{super().__repr__()}\n{of} ({share(failed, rows)}) could not be judged by every rule"
