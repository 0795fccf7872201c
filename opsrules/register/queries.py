"""What is asked of findings: which they are, and how their table looks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from functools import reduce

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv
from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, select, tuple_

from opsrules.errors import UsageError
from opsrules.register.cells import SEPARATOR
from opsrules.register.model import Where
from opsrules.register.tables import FACTS, STATE, findings, runs
from opsrules.terms import FindingStatus, Severity

__all__ = ["FINDING_COLUMNS", "findings_table", "keys_of", "today"]

FINDING_COLUMNS: tuple[str, ...] = (
    *("finding_id", "account", "desk", "period", "status", "severity", "class", "cause", "currency", "amount_minor"),
    *("written_off_minor", "owner", "due", "age_days", "first_day", "last_period", "reason", "settled_by", "notes"),
    *("attachments", "message", "rule_id", "leg", "order_ref", "payout_ref", "source_file", "source_line"),
    *("is_present", "is_unchecked", "seq"),
)
"""Columns of `Register.findings`, in order. `period` is the one that saw it last, as `last_period`; days are ISO text,
"" where there is none; `owner` and `due` are what people set, else what the review named; `notes` and `attachments`
are counted; `seq` is the number of its last event."""

_BLOCK = 1 << 24
"""Bytes that are taken apart at once: no finding's line is longer."""

_SHORTEST = 4
"""Signs of the beginning of an id."""

_AT_ONCE = 900
"""Ids in one question: old versions of SQLite take 999."""

_OPEN = tuple(status for status in FindingStatus if status.is_open)

_NUMBERS = frozenset({"amount_minor", "written_off_minor", "notes", "attachments", "source_line", "seq"})
_YES_NO = frozenset({"is_present", "is_unchecked"})
_KEY = ("finding_id", "account", "desk", "seq")
_MADE = {"period": ("last_period",), "age_days": ("first_day",), "owner": ("owner", "named_owner")}
"""Columns that are made of others."""

_NAMES = (*_KEY, *FACTS, *STATE)
_LINE: ColumnElement[str] = reduce(
    lambda line, name: line + SEPARATOR + cast(findings.c[name], Text),
    ("account", "desk", "seq", "facts", "state"),
    cast(findings.c.finding_id, Text),
)
_SORTED_BY = ("severity", "amount_minor", "finding_id")


def findings_table(connection: Connection, where: Where, columns: Sequence[str] = FINDING_COLUMNS) -> pd.DataFrame:
    """Return a row a finding, worst first: by severity, then by the size of the amount, then by id.

    Raises
    ------
    UsageError
        If a finding id means none or several, or amounts are asked for without a currency.
    """
    as_of = where.as_of or today()
    needed = {part for name in (*columns, *_SORTED_BY) for part in _MADE.get(name, (name,))}
    # One text an account: what comes out of a database costs by the number of its rows.
    lines = select(func.aggregate_strings(_LINE, "\n")).group_by(findings.c.account, findings.c.desk)
    texts = connection.execute(lines.where(*_conditions(connection, where, as_of))).scalars().all()
    table = _worst_first(_read("\n".join(texts), [name for name in _NAMES if name in needed]))
    told = pa.table({name: _column(table, name, as_of) for name in columns})
    frame: pd.DataFrame = told.to_pandas(split_blocks=True, self_destruct=True)
    return frame


def _read(lines: str, wanted: list[str]) -> pa.Table:
    """Lines of all cells as a table: a reader of CSV takes them apart far faster than they come cell by cell."""
    types = {name: pa.int64() if name in _NUMBERS else pa.string() for name in wanted}
    if not lines:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})
    return read_csv(
        io.BytesIO(lines.encode()),
        read_options=ReadOptions(column_names=list(_NAMES), block_size=_BLOCK),
        parse_options=ParseOptions(delimiter=SEPARATOR, newlines_in_values='"' in lines),
        convert_options=ConvertOptions(include_columns=wanted, column_types=types, null_values=[]),
    )


def _worst_first(table: pa.Table) -> pa.Table:
    ranks = pa.array([severity.value for severity in sorted(Severity, key=lambda one: one.rank)])
    rank = pc.fill_null(pc.index_in(table["severity"], ranks), len(ranks))
    size = pc.negate(pc.abs(table["amount_minor"]))
    keys = pa.table({"rank": rank, "size": size, "id": table["finding_id"]})
    return table.take(pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names]))


def _column(table: pa.Table, name: str, as_of: date) -> pa.ChunkedArray:
    match name:
        case "period":
            return table["last_period"]
        case "owner":
            return pc.if_else(pc.equal(table["owner"], ""), table["named_owner"], table["owner"])
        case "age_days":
            days = pc.dictionary_encode(table["first_day"]).combine_chunks()
            first = [date.fromisoformat(day) if day else as_of for day in days.dictionary.to_pylist()]
            ages = [(as_of - day).days for day in first]
            return pa.array(ages, pa.int64()).take(days.indices)
    return pc.equal(table[name], "1") if name in _YES_NO else table[name]


def keys_of(connection: Connection, named: Sequence[str]) -> list[tuple[str, str, str]]:
    """Account, desk and id of the one finding that each id, whole or its beginning, means; none twice.

    Raises
    ------
    UsageError
        If one means none or several.
    """
    wanted = list(dict.fromkeys(named))
    whole: dict[str, list[tuple[str, str, str]]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        for key in _keys(connection, findings.c.finding_id.in_(wanted[start : start + _AT_ONCE])):
            whole.setdefault(key[2], []).append(key)
    return list(dict.fromkeys(_only(name, whole.get(name) or _beginning(connection, name)) for name in wanted))


def _keys(connection: Connection, condition: ColumnElement[bool]) -> list[tuple[str, str, str]]:
    # Asked account by account, the table's own key answers; an index by id alone would cost more to keep than all else.
    reviewed = select(runs.c.account, runs.c.desk).distinct().subquery()
    here = and_(findings.c.account == reviewed.c.account, findings.c.desk == reviewed.c.desk, condition)
    chosen = select(findings.c.account, findings.c.desk, findings.c.finding_id).join_from(reviewed, findings, here)
    return [(account, desk, finding_id) for account, desk, finding_id in connection.execute(chosen)]


def _beginning(connection: Connection, named: str) -> list[tuple[str, str, str]]:
    if len(named) < _SHORTEST:
        return []
    # A range instead of LIKE: it uses the key, and no sign of an id means anything else.
    beyond = findings.c.finding_id < named + "\U0010ffff"
    return sorted(_keys(connection, and_(findings.c.finding_id >= named, beyond)), key=lambda key: key[2])


def _only(named: str, found: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    if not found:
        short = len(named) < _SHORTEST
        step = f"write at least {_SHORTEST} signs of its id" if short else "`opsrules register list` shows them"
        msg = f"no finding {named!r} in the register; {step}"
        raise UsageError(msg)
    if len(found) > 1:
        listed = ", ".join(f"{account} {finding_id}" for account, _, finding_id in found[:4])
        msg = f"finding {named!r} means several: {listed}; write more of its id"
        raise UsageError(msg)
    return found[0]


def _conditions(connection: Connection, where: Where, as_of: date) -> list[ColumnElement[bool]]:
    told: list[ColumnElement[bool]] = [
        column.in_([str(one) for one in wanted])
        for column, wanted in (
            (findings.c.account, where.accounts),
            (findings.c.desk, where.desks),
            (findings.c["class"], where.classes),
            (findings.c.owner, where.owners),
            (findings.c.severity, where.severities),
        )
        if wanted
    ]
    if where.finding_ids:
        key = tuple_(findings.c.account, findings.c.desk, findings.c.finding_id)
        told.append(key.in_(keys_of(connection, where.finding_ids)))
    statuses = where.statuses or (() if where.finding_ids else _OPEN)
    if statuses:
        told.append(findings.c.status.in_([status.value for status in statuses]))
    return told + _ages(where, as_of) + _amounts(where)


def _ages(where: Where, as_of: date) -> list[ColumnElement[bool]]:
    told: list[ColumnElement[bool]] = []
    if where.min_age_days is not None:
        told.append(findings.c.first_day <= _days_before(as_of, where.min_age_days))
    if where.max_age_days is not None:
        told.append(findings.c.first_day >= _days_before(as_of, where.max_age_days))
    return told


def _days_before(as_of: date, days: int) -> str:
    return date.fromordinal(max(1, as_of.toordinal() - days)).isoformat()


def _amounts(where: Where) -> list[ColumnElement[bool]]:
    if (where.min_minor is not None or where.max_minor is not None) and not where.currency:
        msg = "amounts are asked for without a currency, and currencies are not compared; name one"
        raise UsageError(msg)
    size = func.abs(findings.c.amount_minor)
    told: list[ColumnElement[bool]] = [findings.c.currency == where.currency] if where.currency else []
    told += [size >= where.min_minor] if where.min_minor is not None else []
    told += [size <= where.max_minor] if where.max_minor is not None else []
    return told


def today() -> date:
    """The day, by the clock of who asks: ages are counted to it."""
    return date.today()  # noqa: DTZ011 - a person's own day
