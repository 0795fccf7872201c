"""Columns in which few texts stand many times, worked out once for each text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["constant", "each_text"]


def each_text(texts: pd.Series[str], word: Callable[[str], str]) -> pd.Series[str]:
    """Return what `word` makes of each text, asked once for each that occurs."""
    codes, unique = pd.factorize(texts.reset_index(drop=True))
    words = pd.Series([word(text) for text in unique], dtype="str")
    return words.take(np.asarray(codes)).set_axis(texts.index)


def constant(text: str, size: int) -> pd.Series[str]:
    """Return a column that holds the same text in every row."""
    column: pd.Series[str] = pa.repeat(pa.scalar(text, pa.large_string()), size).to_pandas()
    return column.astype("str")
