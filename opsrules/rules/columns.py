"""The values of one variable over a table: numbers in an array, or a code for each distinct value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[Any]

__all__ = ["Coded", "Column", "Numeric"]


@dataclass(frozen=True)
class Numeric:
    """Numbers that the library's numeric type takes, exactly as they are.

    Attributes
    ----------
    numbers : array of float or of whole numbers
        NaN, or 0 among whole numbers, where `bad`.
    bad : array of bool or None
        Rows with a value that the type refuses; None when there are none.
    odd : mapping of int to object
        Values that are not what `numbers` holds: those of bad rows where not None, a Decimal, a boolean.
    """

    numbers: Numbers
    bad: Bools | None = None
    odd: Mapping[int, object] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the numbers are whole."""
        return self.numbers.dtype.kind != "f"

    def values(self, rows: Numbers) -> list[object]:
        """Return the values of some rows as a row at a time would have them."""
        found: list[object] = self.numbers[rows].tolist()
        if self.bad is not None:
            refused = self.bad[rows].tolist()
            found = [None if is_bad else value for is_bad, value in zip(refused, found, strict=True)]
        if not self.odd:
            return found
        return [self.odd.get(row, value) for row, value in zip(rows.tolist(), found, strict=True)]

    def take(self, rows: Numbers) -> Numeric:
        """Return some rows as a column of their own."""
        odd = {place: self.odd[row] for place, row in enumerate(rows.tolist()) if row in self.odd} if self.odd else {}
        return Numeric(self.numbers[rows], None if self.bad is None else self.bad[rows], odd)


@dataclass(frozen=True)
class Coded:
    """A code for each row, and the distinct values by code."""

    codes: Numbers
    distinct: Sequence[object]

    def values(self, rows: Numbers) -> list[object]:
        """Return the values of some rows as a row at a time would have them."""
        return [self.distinct[code] for code in self.codes[rows].tolist()]

    def take(self, rows: Numbers) -> Coded:
        """Return some rows as a column of their own."""
        return Coded(self.codes[rows], self.distinct)


Column = Numeric | Coded
