"""Whether the last row of a file without a final line end is whole.

Many exports end without a line end; so does a file whose transfer broke off, and then ``2500.00`` may have become
``2500``. Only what cannot have been longer is taken: a last cell that no reader uses, one in closed quotes that is no
text, a currency code, a date or an offset with all its digits, an amount with all the decimals of its currency.
"""

from __future__ import annotations

import re

from opsrules.money import CURRENCIES, NumberStyle
from opsrules.readers.layout import Column, Kind

__all__ = ["is_whole"]


def is_whole(column: Column | None, cell: str, quoted: bool, style: NumberStyle, currency: str) -> bool:
    """Whether the last cell of the last row, without a line end after it, must be complete.

    Parameters
    ----------
    column : Column or None
        The last column, None when it is not used.
    cell : str
        What stands there.
    quoted : bool
        Whether the file ends with a quote.
    style : NumberStyle
        How amounts are written.
    currency : str
        Currency of the row.
    """
    if column is None:
        return True
    if column.kind in (Kind.TEXT, Kind.KEY):
        return False
    if quoted:
        return True
    match column.kind:
        case Kind.CURRENCY:
            found = re.fullmatch(r"\s*[A-Za-z]{3}\s*", cell)
        case Kind.AMOUNT:
            places = CURRENCIES.get(currency, 0)
            open_end = style.trailing_sign or style.parentheses or not places
            found = None if open_end else re.search(rf"{re.escape(style.decimal)}[0-9]{{{places}}}$", cell)
        case Kind.INSTANT:
            found = re.search(r"([+-][0-9]{2}:?[0-9]{2}|Z)$", cell)
        case Kind.DAY if not column.date_format:
            found = re.match(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}", cell)
        case _:
            found = None
    return found is not None
