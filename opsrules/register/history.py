"""Runs and metrics of all times, as tables."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, Connection, select

from opsrules.register.tables import actors, metrics, runs
from opsrules.review import METRICS

__all__ = ["metrics_table", "runs_table"]

_NUMBERS = {"numerator": "Int64", "denominator": "Int64", "run": "int64", "head_seq": "int64"}


def runs_table(connection: Connection, account: str, desk: str) -> pd.DataFrame:
    """Return a row a recorded run, oldest first.

    `at` is in UTC; `inputs` is JSON, names and SHA-256 of its files; `actor` is "" when it was erased; `counts` is
    JSON, events by kind; `head_seq` and `head_hash` are the chain's end that the run's report names.
    """
    names = [column.name for column in runs.columns if column.name != "actor"]
    columns = (*(runs.c[name] for name in names), actors.c.name.label("actor"))
    chosen = select(*columns).outerjoin_from(runs, actors, actors.c.id == runs.c.actor)
    rows = connection.execute(chosen.where(*_of(account, desk)).order_by(runs.c.run)).all()
    table = _typed(pd.DataFrame([tuple(row) for row in rows], columns=[*names, "actor"]))
    hashes = pd.Series([bytes(one).hex() for one in table["head_hash"]], index=table.index, dtype="str")
    return table.assign(head_hash=hashes, actor=table["actor"].fillna(""))


def metrics_table(connection: Connection, account: str, desk: str, metric_id: str) -> pd.DataFrame:
    """Return `opsrules.review.METRICS` with run, as_of and at (UTC), a row a metric and run, oldest run first."""
    of_run = {"account", "period", "desk", "run", "as_of", "at"}
    names = [*METRICS, "run", "as_of", "at"]
    columns = [runs.c[name] if name in of_run else metrics.c[name] for name in names]
    told = [*_of(account, desk), *([metrics.c.metric_id == metric_id] if metric_id else [])]
    chosen = select(*columns).join_from(metrics, runs, metrics.c.run == runs.c.run).where(*told)
    rows = connection.execute(chosen.order_by(metrics.c.run, metrics.c.nth)).all()
    return _typed(pd.DataFrame([tuple(row) for row in rows], columns=names))


def _of(account: str, desk: str) -> list[ColumnElement[bool]]:
    told = [runs.c.account == account] if account else []
    return told + ([runs.c.desk == desk] if desk else [])


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: _NUMBERS.get(name, "str") for name in table.columns if name not in ("at", "head_hash")}
    at = pd.to_datetime(table["at"].astype("int64"), unit="us", utc=True)
    return table.assign(at=at).astype(kinds)
