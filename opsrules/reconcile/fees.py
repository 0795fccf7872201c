"""Fees charged against the contract.

fee = fixed + gross x rate / 10,000, rounded half even to whole minor units a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.money import half_even

__all__ = ["Contract", "contract_of", "expected_fee_minor"]


class Contract(Protocol):
    """One fee contract, as parameters hold it."""

    @property
    def processor(self) -> str: ...  # noqa: D102
    @property
    def method(self) -> str | None: ...  # noqa: D102
    @property
    def card_brand(self) -> str | None: ...  # noqa: D102
    @property
    def currency(self) -> str: ...  # noqa: D102
    @property
    def rate_bps(self) -> Decimal: ...  # noqa: D102
    @property
    def fixed_minor(self) -> int: ...  # noqa: D102
    @property
    def since(self) -> date | None: ...  # noqa: D102
    @property
    def until(self) -> date | None: ...  # noqa: D102


def expected_fee_minor(
    gross_minor: npt.NDArray[np.int64], rate_bps: Decimal, fixed_minor: int
) -> npt.NDArray[np.int64]:
    """Fee in minor units that the contract gives for each charge; exact, half even.

    Examples
    --------
    >>> expected_fee_minor(np.array([10_000, 5_000]), Decimal("150"), 25).tolist()
    [175, 100]
    """
    distinct, place = np.unique(gross_minor, return_inverse=True)
    fees = [half_even(Decimal(int(gross)) * rate_bps / 10_000) + fixed_minor for gross in distinct]
    return np.array(fees, dtype=np.int64)[place]


def contract_of(lines: pd.DataFrame, contracts: Sequence[Contract]) -> npt.NDArray[np.int64]:
    """Position of the contract that applies to each line, -1 for none.

    A contract that names the card brand goes before one that names only the method, and that before a general one;
    `lines` needs processor, method, card_brand, currency and day.
    """
    chosen = np.full(len(lines), -1, dtype=np.int64)
    weight = np.full(len(lines), -1, dtype=np.int64)
    brand, method = lines["card_brand"].str.casefold(), lines["method"].str.casefold()
    for position, one in enumerate(contracts):
        fits = (lines["processor"] == one.processor) & (lines["currency"] == one.currency)
        if one.card_brand is not None:
            fits &= brand == one.card_brand.casefold()
        if one.method is not None:
            fits &= method == one.method.casefold()
        if one.since is not None:
            fits &= lines["day"] >= pd.Timestamp(one.since)
        if one.until is not None:
            fits &= lines["day"] <= pd.Timestamp(one.until)
        heavy = 2 * (one.card_brand is not None) + (one.method is not None)
        better = fits.to_numpy() & (weight < heavy)
        chosen[better], weight[better] = position, heavy
    return chosen
