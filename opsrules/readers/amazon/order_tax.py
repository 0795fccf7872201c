"""Whether the prices of an order report hold the tax, told by the rates that follow from either reading."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["is_tax_included"]


def is_tax_included(price: pd.Series[int], tax: pd.Series[int]) -> bool:
    """Whether more items have a tax of whole per cent when it is taken out of the price than when it comes on top.

    Rates of VAT are whole per cent, but for a few; where both readings explain as many items, it comes on top.

    Examples
    --------
    >>> is_tax_included(pd.Series([11900]), pd.Series([1900])), is_tax_included(pd.Series([10000]), pd.Series([1900]))
    (True, False)
    """
    taxed = ((tax > 0) & (price > tax)).to_numpy()
    prices, taxes = price.to_numpy()[taxed], tax.to_numpy()[taxed]
    return int(_is_whole(prices - taxes, taxes).sum()) > int(_is_whole(prices, taxes).sum())


def _is_whole(base: np.ndarray, tax: np.ndarray) -> np.ndarray:
    """Whether the nearest whole per cent of the base is the tax, to the minor unit."""
    rate = (200 * tax + base) // (2 * base)
    off: np.ndarray = np.abs(100 * tax - rate * base) <= _ROUNDING
    return off


_ROUNDING = 100
"""Hundredths of a minor unit by which a rounded tax may be off: items of several units are rounded one by one."""
