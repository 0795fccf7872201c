"""Stripe's own minor units, where they are not those of ISO 4217.

Stripe writes amounts as whole numbers in the smallest unit. Krónur and Ugandan shillings have no decimals, but are
written with two, always 00; ariary are written without any, though ISO counts two. Forints and Taiwan dollars have two
as in ISO, also in payouts, which are whole all the same.

Source: docs.stripe.com/currencies, zero-decimal currencies and special cases: confidence high for ISK, for UGX and MGA
as the page lists them; not seen in samples.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.money import exponent
from opsrules.readers.layout import Column, Kind
from opsrules.readers.table import Records

__all__ = ["DECIMALS", "in_iso_units"]

DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Decimals that Stripe counts in, for the currencies where ISO 4217 counts others."""


def in_iso_units(records: Records, columns: tuple[Column, ...]) -> Records:
    """Return the records with all amounts in ISO minor units; one that is then no whole number will be a reject."""
    if "currency" not in records.cells:
        return records
    coins = records.cells["currency"].str.strip().str.upper()
    odd = coins.isin(list(DECIMALS))
    if not odd.any():
        return records
    cells = records.cells.copy()
    for column in columns:
        if column.kind is Kind.AMOUNT and column.target in cells:
            pairs = zip(cells.loc[odd, column.target], coins[odd], strict=True)
            moved = [_moved(text.strip(), exponent(coin) - DECIMALS[coin]) for text, coin in pairs]
            cells.loc[odd, column.target] = pd.Series(moved, index=cells.index[odd], dtype="str")
    return replace(records, cells=cells)


def _moved(text: str, places: int) -> str:
    """Whole number with its decimal point moved to the right, or to the left where `places` is negative.

    Examples
    --------
    >>> _moved("-500", -2), _moved("5", -2), _moved("5", 2), _moved("x", 2)
    ('-5.00', '0.05', '500', 'x')
    """
    sign, digits = (text[:1], text[1:]) if text[:1] == "-" else ("", text)
    if not (digits.isascii() and digits.isdigit()):
        return text
    if places >= 0:
        return sign + digits + "0" * places
    padded = digits.rjust(1 - places, "0")
    return f"{sign}{padded[:places]}.{padded[places:]}"
