"""What an account may declare of a canonical table: its columns, what they hold, which it cannot do without."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pap

from opsrules.readers.layout import Column, Kind
from opsrules.schemas import TABLES, dtype_of

__all__ = ["DECLARABLE", "declared_column", "kind_of", "missing", "raw_of", "targets", "term_of", "words_of"]

DECLARABLE = tuple(name for name in TABLES if name not in ("bank_lines", "health_metrics"))
"""Tables that may be declared: banks have a reader of their own, and metrics are not one row each anywhere."""

_OURS = ("source", "source_file", "source_line", "flags", "declared")
_RAW = {"kind": "source_kind", "status": "source_status", "event": "source_event"}
_AMOUNT_OF = {
    "orders": "total_minor",
    "payouts": "amount_minor",
    "payment_events": "amount_minor",
    "disputes": "amount_minor",
    "invoices": "total_minor",
    "reimbursements": "amount_minor",
}
_LINE_AMOUNTS = ("gross_minor", "net_minor")


def targets(table: str) -> tuple[str, ...]:
    """Columns of a canonical table that an account may declare, in its order."""
    schema = TABLES[table]
    own = (*_OURS, raw_of(table)) if term_of(table) else _OURS
    zones = [name for name in schema.columns if name.endswith("_zone")]
    return tuple(name for name in schema.columns if name not in (*own, *zones))


def kind_of(table: str, target: str) -> Kind:
    """What stands in a column of a canonical table."""
    column = TABLES[table].columns[target]
    dtype = dtype_of(column)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return Kind.INSTANT
    if target == "currency":
        return Kind.CURRENCY
    if target.endswith("_minor"):
        return Kind.AMOUNT
    if getattr(dtype, "kind", "") == "i":
        return Kind.INTEGER
    if dtype == "datetime64[us]":
        return Kind.DAY
    return Kind.KEY if _is_key(column) or target == term_of(table) else Kind.TEXT


def declared_column(table: str, target: str, name: str) -> Column:
    """Column of a file that the account says holds a column of a canonical table."""
    kind = kind_of(table, target)
    plain = target.removesuffix("_at") if kind is Kind.INSTANT else target
    filled = target in _needed(table) or target in _LINE_AMOUNTS
    return Column(plain, name, kind, required=True, filled=filled)


def missing(table: str, given: frozenset[str]) -> tuple[str, ...]:
    """Columns that a canonical table cannot do without and that are not given."""
    lacking = [name for name in _needed(table) if name not in given]
    if table == "processor_lines" and not given.intersection(_LINE_AMOUNTS):
        lacking.append(" or ".join(_LINE_AMOUNTS))
    return tuple(lacking)


def term_of(table: str) -> str:
    """Column of a canonical table that says in the field's own words what a row is; "" where none does."""
    columns = TABLES[table].columns
    return next((name for name in _RAW if name in columns and _words(columns[name])), "")


def raw_of(table: str) -> str:
    """Column that keeps the source's own word for it."""
    return _RAW.get(term_of(table), "")


def words_of(table: str) -> tuple[str, ...]:
    """Words of the field for what a row of a canonical table is."""
    term = term_of(table)
    return _words(TABLES[table].columns[term]) if term else ()


def _needed(table: str) -> tuple[str, ...]:
    columns = TABLES[table].columns
    always = {term_of(table), _AMOUNT_OF.get(table, "")}
    return tuple(name for name in targets(table) if name in always or _is_needed(columns[name]))


def _is_needed(column: pap.Column) -> bool:
    dated = getattr(dtype_of(column), "kind", "") == "M" and not column.nullable
    return dated or _is_key(column) or bool(_words(column))


def _is_key(column: pap.Column) -> bool:
    return any(check.name == "str_length" for check in column.checks)


def _words(column: pap.Column) -> tuple[str, ...]:
    """Words that alone may stand in a column."""
    return next((tuple(check.statistics["allowed_values"]) for check in column.checks if check.name == "isin"), ())
