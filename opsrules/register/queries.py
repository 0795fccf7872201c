"""What is asked of findings: which they are, and how their table looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, tuple_

from opsrules.errors import UsageError
from opsrules.register.model import Where
from opsrules.register.tables import findings
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

_SHORTEST = 4
"""Signs of the beginning of an id."""

_AT_ONCE = 900
"""Ids in one question: old versions of SQLite take 999."""

_OPEN = tuple(status for status in FindingStatus if status.is_open)

_OWNER = case((findings.c.owner != "", findings.c.owner), else_=findings.c.named_owner)

_NUMBERS = frozenset({"amount_minor", "written_off_minor", "notes", "attachments", "source_line", "seq"})
_YES_NO = frozenset({"is_present", "is_unchecked"})
_ORDER = ("severity", "amount_minor", "finding_id")


def findings_table(connection: Connection, where: Where, columns: Sequence[str] = FINDING_COLUMNS) -> pd.DataFrame:
    """Return a row a finding, worst first: by severity, then by the size of the amount, then by id.

    Raises
    ------
    UsageError
        If a finding id means none or several, or amounts are asked for without a currency.
    """
    as_of = where.as_of or today()
    wanted = tuple(dict.fromkeys((*columns, *_ORDER)))
    rows = connection.execute(_chosen(connection, where, as_of, wanted)).fetchall()
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(wanted)
    table = pd.DataFrame(
        {name: _column(name, told, as_of) for name, told in zip(wanted, cells, strict=True)}, columns=list(wanted)
    )
    return _worst_first(table)[list(columns)]


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
    chosen = select(findings.c.account, findings.c.desk, findings.c.finding_id).where(condition)
    return [(account, desk, finding_id) for account, desk, finding_id in connection.execute(chosen)]


def _beginning(connection: Connection, named: str) -> list[tuple[str, str, str]]:
    if len(named) < _SHORTEST:
        return []
    # A range instead of LIKE: it uses the index, and no sign of an id means anything else.
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


def _chosen(connection: Connection, where: Where, as_of: date, columns: Sequence[str]) -> Select[Any]:
    return select(*map(_asked, columns)).where(*_conditions(connection, where, as_of))


def _asked(name: str) -> ColumnElement[Any]:
    match name:
        case "owner":
            return _OWNER.label(name)
        case "period":
            return findings.c.last_period.label(name)
        case "age_days":
            return findings.c.first_day.label(name)
    return findings.c[name]


def _conditions(connection: Connection, where: Where, as_of: date) -> list[ColumnElement[bool]]:
    told: list[ColumnElement[bool]] = [
        column.in_([str(one) for one in wanted])
        for column, wanted in (
            (findings.c.account, where.accounts),
            (findings.c.desk, where.desks),
            (findings.c["class"], where.classes),
            (_OWNER, where.owners),
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


def _column(name: str, cells: Sequence[Any], as_of: date) -> pd.Series[Any]:
    if name == "age_days":
        ages = {text: as_of.toordinal() - date.fromisoformat(text).toordinal() if text else 0 for text in set(cells)}
        return pd.Series([ages[text] for text in cells], dtype="int64")
    if name in _NUMBERS:
        return pd.Series(cells, dtype="int64")
    if name in _YES_NO:
        return pd.Series(list(map(bool, cells)), dtype="bool")
    return pd.Series(cells, dtype="str")


def _worst_first(table: pd.DataFrame) -> pd.DataFrame:
    ranks = {severity.value: severity.rank for severity in Severity}
    rank = table["severity"].map(ranks).fillna(len(ranks)).to_numpy()
    size = -table["amount_minor"].abs().to_numpy()
    order = np.lexsort((table["finding_id"].to_numpy(dtype=object), size, rank))
    return table.iloc[order].reset_index(drop=True)


def today() -> date:
    """The day, by the clock of who asks: ages are counted to it."""
    return date.today()  # noqa: DTZ011 - a person's own day
