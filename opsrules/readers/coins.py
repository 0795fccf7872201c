"""Currencies that the amounts of a table are in, looked up once for all of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.money import CURRENCIES
from opsrules.readers.signs import one_text

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Coins"]

_UNKNOWN = -1


@dataclass(frozen=True)
class Coins:
    """The currency of each row, or of all.

    Attributes
    ----------
    codes : Series of str, or str
    places : int or ndarray of int64
        Its decimals; one number where all rows have as many. Below 0 for what is no currency.
    """

    codes: pd.Series[str] | str
    places: int | npt.NDArray[np.int64]

    @classmethod
    def of(cls, codes: pd.Series[str] | str) -> Coins:
        """Look up the currencies of rows, or the one of all."""
        only = codes if isinstance(codes, str) else one_text(codes)
        if only is not None:
            return cls(only, CURRENCIES.get(only, _UNKNOWN))
        at, unique = pd.factorize(pd.Series(codes).reset_index(drop=True))
        places = np.array([CURRENCIES.get(one, _UNKNOWN) for one in unique], dtype=np.int64)
        return cls(codes, int(places[0]) if len(places) and (places == places[0]).all() else places[at])

    def decimals(self, in_minor: bool) -> int | npt.NDArray[np.int64]:
        """Decimals of an amount; none of one that is in minor units already."""
        if not in_minor:
            return self.places
        return min(self.places, 0) if isinstance(self.places, int) else np.minimum(self.places, 0)

    def where(self, rows: npt.NDArray[np.bool_]) -> pd.Series[str] | str:
        """Return the currencies of some rows."""
        return self.codes if isinstance(self.codes, str) else self.codes[rows]
