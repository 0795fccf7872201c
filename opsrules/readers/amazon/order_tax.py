"""Whether the prices of an order report hold the tax, told by the rates that follow from either reading."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["tax_readings"]


def tax_readings(price: pd.Series[int], tax: pd.Series[int]) -> pd.DataFrame:
    """Tell which items have a tax of whole per cent when it is taken out of the price, and which when it comes on top.

    Rates of VAT are whole per cent, but for a few: prices hold the tax where more items are so when it is taken out.

    Returns
    -------
    DataFrame
        Columns inside and on_top, 1 or 0 for each item, with the prices' index.

    Examples
    --------
    >>> tax_readings(pd.Series([11900, 10000, 500]), pd.Series([1900, 1900, 0])).to_numpy().tolist()
    [[1, 0], [0, 1], [0, 0]]
    """
    taxed = ((tax > 0) & (price > tax)).to_numpy()
    prices, taxes = price.to_numpy()[taxed], tax.to_numpy()[taxed]
    told = pd.DataFrame(0, price.index, ["inside", "on_top"], dtype="int64")
    told.loc[taxed, "inside"] = _is_whole(prices - taxes, taxes).astype("int64")
    told.loc[taxed, "on_top"] = _is_whole(prices, taxes).astype("int64")
    return told


def _is_whole(base: np.ndarray, tax: np.ndarray) -> np.ndarray:
    """Whether the nearest whole per cent of the base is the tax, to the minor unit."""
    rate = (200 * tax + base) // (2 * base)
    off: np.ndarray = np.abs(100 * tax - rate * base) <= _ROUNDING
    return off


_ROUNDING = 100
"""Hundredths of a minor unit by which a rounded tax may be off: items of several units are rounded one by one."""
