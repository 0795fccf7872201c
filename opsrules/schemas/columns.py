"""The kinds of columns that canonical tables are made of."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import pandas as pd
import pandera.pandas as pa

from opsrules.money import CURRENCIES
from opsrules.terms import Secret

__all__ = ["DAY", "count", "currency", "day", "flag", "instant", "key", "minor", "prose", "table", "term", "text"]

DAY = "datetime64[us]"  # pandera reads any unit into this; readers deliver microseconds
_INSTANT = pd.DatetimeTZDtype("us", "UTC")


def text() -> pa.Column:
    """Text that is a name, a code or an id; "" where the source gives none."""
    return pa.Column("str")


def prose(needs: Collection[Secret] = ()) -> pa.Column:
    """Text that people wrote: readers mask the secrets in it, all but those that a desk `needs`."""
    return pa.Column("str", metadata={"prose": True, "needs": tuple(needs)})


def key() -> pa.Column:
    """Text that is never ""."""
    return pa.Column("str", pa.Check.str_length(min_value=1))


def minor() -> pa.Column:
    """Whole minor units."""
    return pa.Column("int64")


def currency() -> pa.Column:
    """ISO 4217 code."""
    return pa.Column("str", pa.Check.isin(list(CURRENCIES)))


def instant(nullable: bool = False) -> pa.Column:
    """Instant in UTC."""
    return pa.Column(_INSTANT, nullable=nullable)


def day(nullable: bool = False) -> pa.Column:
    """Midnight without a zone."""
    return pa.Column(DAY, nullable=nullable)


def table(columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    """Return the schema of a canonical table: these columns, then where each row stands."""
    source = {"source_file": key(), "source_line": pa.Column("int64", pa.Check.ge(1)), "flags": text()}
    return pa.DataFrameSchema(columns | source, strict=True, ordered=True)


def count(nullable: bool = False) -> pa.Column:
    """Whole number."""
    return pa.Column("Int64" if nullable else "int64", nullable=nullable)


def flag() -> pa.Column:
    """Yes or no."""
    return pa.Column("bool")


def term(kind: type[StrEnum]) -> pa.Column:
    """Value of one of the field's enumerations."""
    return pa.Column("str", pa.Check.isin([one.value for one in kind]))
