"""Runs and their metrics held against the events that recorded them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from opsrules.register.checked import Problems
from opsrules.register.checked_chain import Walk
from opsrules.register.model import Event
from opsrules.register.record import metrics_hash
from opsrules.register.tables import metrics, runs
from opsrules.terms import EventKind

__all__ = ["check_runs"]

_OUTCOMES = {EventKind.RECORDED.value: "reviewed", EventKind.NOT_REVIEWED.value: "not_reviewed"}


def check_runs(connection: Connection, problems: Problems, walk: Walk) -> None:
    """Hold that each run is as its event told it, with its metrics, and that the chain reaches the end it names."""
    told = {event.run: event for event in walk.alone if event.kind in _OUTCOMES}
    measured = _metrics(connection)
    for row in map(dict, connection.execute(select(runs).order_by(runs.c.run)).mappings()):
        event = told.pop(row["run"], None)
        if event is None:
            problems.add(row["head_seq"], f"run {row['run']} is there, and no event tells of it")
            continue
        if what := _differing(row, event, measured.pop(row["run"], [])):
            problems.add(event.seq, f"run {row['run']}: {what}")
        if walk.last_of_run.get(row["run"]) != (row["head_seq"], bytes(row["head_hash"])):
            problems.add(row["head_seq"], f"run {row['run']} ended with another event than the chain has of it")
    for run, event in told.items():
        problems.add(event.seq, f"run {run} is missing, and this event recorded it")
    for run in measured:
        problems.add(walk.head.seq, f"metrics of run {run} are there, and no such run is")


def _metrics(connection: Connection) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for run, _, *cells in connection.execute(select(metrics).order_by(metrics.c.run, metrics.c.nth)):
        found.setdefault(run, []).append(tuple(cells))
    return found


def _differing(row: Mapping[str, Any], event: Event, measured: list[tuple[Any, ...]]) -> str:
    body = event.body or {}
    subject = event.subject
    own = {"account": subject.account, "desk": subject.desk, "period": subject.period}
    own |= {name: one for name, one in body.items() if name != "metrics_hash"}
    own["outcome"] = _OUTCOMES[event.kind]
    for name, value in own.items():
        if row[name] != value:
            return f"{name} is {row[name]!r}, and its event tells {value!r}"
    if event.kind == EventKind.NOT_REVIEWED:
        return "it has metrics, and could not be reviewed" if measured else ""
    if metrics_hash(measured) != body.get("metrics_hash"):
        return "its metrics were changed"
    if sha256(row["inputs"].encode()).hexdigest() != body.get("inputs_hash"):
        return "its inputs were changed"
    return "" if json.loads(row["counts"]) else "its counts are missing"
