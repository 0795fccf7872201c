"""Order references, brought to one spelling."""

from __future__ import annotations

import pandas as pd

__all__ = ["normalise_reference"]


def normalise_reference(texts: pd.Series[str]) -> pd.Series[str]:
    """Upper case, without ``#`` and without blanks of any kind: ``" #1001 "`` and ``1001`` are one order.

    Nothing else is touched: leading zeros, prefixes and signs tell orders apart.
    """
    known, values = pd.factorize(texts.to_numpy())
    spelled = (
        pd.Series(values, dtype="str")
        .str.replace(r"[\s#\u00a0\u200b\u202f\ufeff]+", "", regex=True)
        .str.upper()
        .to_numpy()
    )
    return pd.Series(spelled[known] if len(spelled) else [], index=texts.index, dtype="str")
