"""Where the two sides of an unknown table's amounts stand, as the readers' options say it."""

from __future__ import annotations

from typing import Any

import numpy as np

from opsrules.money import NumberStyle, parse_minor
from opsrules.sources.suggest.roles import mark_words
from opsrules.sources.suggest.values import Facts

__all__ = ["debit_options", "mark_options", "mark_remarks", "minor_of"]


def minor_of(one: Facts, style: NumberStyle, coin: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Amounts of a column in minor units, 0 where one cannot be read."""
    minor, _ = parse_minor(one.cells, coin, style)
    return minor


def debit_options(debit: Facts, style: NumberStyle, coin: str) -> dict[str, Any]:
    """How a column of debits writes them."""
    minor = minor_of(debit, style, coin)
    return {"debit_sign": "negative"} if (minor < 0).sum() > (minor > 0).sum() else {}


def mark_options(amount: Facts, mark: Facts, style: NumberStyle, coin: str) -> dict[str, Any]:
    """What the marks beside amounts mean; nothing where the amounts' own signs say the same."""
    minor = minor_of(amount, style, coin)
    debits, credits_ = mark_words(mark)
    marks = amount.marks if amount.marks is not None else mark.cells
    is_debit = marks.isin(debits).to_numpy(dtype=bool)
    agrees = bool(((minor < 0) == is_debit)[minor != 0].all())
    if amount.marks is None and (minor < 0).any() and agrees:
        return {}
    told: dict[str, Any] = {"marks": {"debit": list(debits), "credit": list(credits_)}}
    return told | ({"amount_sign": "ignored"} if (minor < 0).any() else {})


def mark_remarks(told: dict[str, Any], at: str = "") -> dict[str, str]:
    """Remarks on marks of which only one side was met, by dotted path below `at`."""
    found = {}
    for side, words in told.get("marks", {}).items():
        if not words:
            found[f"{at}marks.{side}"] = f"no {side} was met: add the word that marks one"
        elif words == [""]:
            found[f"{at}marks.{side}"] = f"an amount without a mark is taken for a {side}; look whether it is meant"
    return found
