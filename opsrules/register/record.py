"""A review recorded: one transaction, one event a difference, and the run with its metrics."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from opsrules.periods import Period
from opsrules.privacy.columns import shown
from opsrules.register import bulk, chain
from opsrules.register.changes import Difference, differences, source_hashes
from opsrules.register.fold import after
from opsrules.register.instants import iso
from opsrules.register.ledger import Hand, append, hand_of
from opsrules.register.model import Draft, Event, Recorded, Subject
from opsrules.register.projection import Row, cleared_end, facts_in, known_findings, standing_in, state_of
from opsrules.register.tables import FACTS, findings, metrics, runs
from opsrules.review import Review
from opsrules.standing import Head
from opsrules.terms import EventKind, Level

__all__ = ["metrics_hash", "record_failure", "record_review"]


def record_review(connection: Connection, actor: str, review: Review) -> Recorded:
    """Record what a review says that the register does not know yet; the same review again changes nothing."""
    account, desk, period = review.account, review.desk.value, review.period
    last = _last_run(connection, account, desk, period)
    made = review.provenance
    if last is not None and last["outcome"] == "reviewed" and last["run_id"] == made.run_id:
        return _as_before(last)
    hand = hand_of(connection, actor, _next_run(connection))
    measured = _metrics_of(review.metrics)
    inputs = chain.written({"inputs": [[one.name, one.sha256] for one in made.inputs]})
    told: dict[str, Any] = {
        "as_of": iso(review.as_of),
        "level": review.level.value,
        "run_id": made.run_id,
        "inputs_hash": sha256(inputs.encode()).hexdigest(),
        "parameters_hash": made.parameters_hash,
        "rules_hash": made.rules_hash,
        "code_version": made.code_version,
        "code_hash": made.code_hash,
    }
    body = told | {"metrics_hash": metrics_hash(measured)}
    known = known_findings(connection, account, desk)
    found = differences(
        review.findings, {name: one for name, (one, _) in known.items()}, period, made.inputs, review.as_of
    )
    subject = Subject(account, desk, period.text)
    drafts = [Draft(EventKind.RECORDED, subject, body)]
    drafts += [Draft(one.kind, Subject(account, desk, period.text, one.finding_id), one.body) for one in found]
    files = source_hashes(made.inputs)
    facts = [_facts(one, files) for one in found]
    hashes = [None, *(chain.of_facts(one) if one else None for one in facts)]
    events, head = append(connection, hand, drafts, hashes)
    rows = [
        _row(event, told_facts, known[one.finding_id][1] if one.finding_id in known else None)
        for one, event, told_facts in zip(found, events[1:], facts, strict=True)
    ]
    bulk.upsert(connection, findings, sorted(rows))
    bulk.insert(connection, metrics, [(hand.run, nth, *one) for nth, one in enumerate(measured)])
    counts = dict(Counter(str(event.kind) for event in events))
    kept = told | {"outcome": "reviewed", "inputs": inputs}
    _keep_run(connection, hand, subject, period, told=kept, counts=counts, head=head)
    return Recorded(hand.run, True, head, counts)


def record_failure(
    connection: Connection, actor: str, about: tuple[str, str, Period], as_of: date, cause: str
) -> Recorded:
    """Record that an account could not be reviewed; the same cause twice in a row changes nothing."""
    account, desk, period = about
    cause = shown(cause)
    last = _last_run(connection, account, desk, period)
    if last is not None and last["outcome"] == "not_reviewed" and last["cause"] == cause:
        return _as_before(last)
    hand = hand_of(connection, actor, _next_run(connection))
    subject = Subject(account, desk, period.text)
    told: dict[str, Any] = {"as_of": iso(as_of), "cause": cause}
    _, head = append(connection, hand, [Draft(EventKind.NOT_REVIEWED, subject, told)])
    counts = {EventKind.NOT_REVIEWED.value: 1}
    row = told | {"level": Level.NOT_REVIEWED.value, "outcome": "not_reviewed"}
    _keep_run(connection, hand, subject, period, told=row, counts=counts, head=head)
    return Recorded(hand.run, True, head, counts)


def metrics_hash(rows: list[tuple[Any, ...]]) -> str:
    """Hash of a run's metrics, in the review's order: what its event says of them."""
    return sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _last_run(connection: Connection, account: str, desk: str, period: Period) -> Mapping[str, Any] | None:
    same = (runs.c.account == account, runs.c.desk == desk, runs.c.period == period.text)
    return connection.execute(select(runs).where(*same).order_by(runs.c.run.desc()).limit(1)).mappings().first()


def _next_run(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(runs.c.run), 0))).scalar_one()) + 1


def _as_before(run: Mapping[str, Any]) -> Recorded:
    head = Head(run["head_seq"], bytes(run["head_hash"]).hex())
    return Recorded(run["run"], False, head, json.loads(run["counts"]))


def _facts(one: Difference, files: Mapping[str, str]) -> tuple[Any, ...]:
    """Columns `FACTS` as the review tells them; () where it does not."""
    return facts_in({**one.facts, "source_sha256": files.get(one.facts["source_file"], "")}) if one.facts else ()


def _row(event: Event, facts: tuple[Any, ...], before: Row | None) -> tuple[Any, ...]:
    """Row of a finding after one event of a review."""
    subject = event.subject
    standing = after(standing_in(before) if before else None, event)
    gone = cleared_end((event,), before["cleared_end"] if before else "")
    state = state_of(standing, gone, event.seq, before["notes"] if before else 0)
    told = facts if before is None else facts or [before[name] for name in FACTS]
    return (subject.account, subject.desk, subject.finding_id, *told, *state)


def _metrics_of(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = ("metric_id", "numerator", "denominator", "value", "unit", "target", "level")
    cells = [[None if pd.isna(one) else one for one in table[name].tolist()] for name in columns]
    numbers = ("numerator", "denominator")
    whole = [
        [one if one is None else int(one) for one in column] if name in numbers else [str(one or "") for one in column]
        for name, column in zip(columns, cells, strict=True)
    ]
    return list(zip(*whole, strict=True))


def _keep_run(
    connection: Connection,
    hand: Hand,
    subject: Subject,
    period: Period,
    *,
    told: Mapping[str, Any],
    counts: Mapping[str, int],
    head: Head,
) -> None:
    known = {
        "run": hand.run,
        "account": subject.account,
        "desk": subject.desk,
        "period": period.text,
        "last_day": iso(period.last),
        "at": hand.at,
        "actor": hand.id,
        "counts": chain.written(counts),
        "head_seq": head.seq,
        "head_hash": bytes.fromhex(head.hash),
    }
    row = dict.fromkeys((column.name for column in runs.columns), "") | dict(told) | known
    bulk.insert(connection, runs, [tuple(row[column.name] for column in runs.columns)])
