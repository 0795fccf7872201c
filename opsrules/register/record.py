"""A review recorded: one transaction, one event a difference, and the run with its metrics."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from opsrules.errors import ControlTotalsError
from opsrules.periods import Period
from opsrules.privacy.columns import shown
from opsrules.register import bulk, by_rule, chain
from opsrules.register.cells import SEPARATOR, line_of
from opsrules.register.changes import Difference, Stories, differences, source_hashes
from opsrules.register.fold import after
from opsrules.register.instants import iso, when
from opsrules.register.ledger import Hand, Line, append_lines, hand_of
from opsrules.register.model import Event, Recorded, Subject
from opsrules.register.policy import Policy
from opsrules.register.projection import (
    Kept,
    cleared_end,
    facts_line,
    known_findings,
    row_of,
    standing_in,
    state_cells,
    state_in,
)
from opsrules.register.tables import findings, metrics, runs
from opsrules.review import Review
from opsrules.standing import Head
from opsrules.story import told_of
from opsrules.terms import EventKind, Level

__all__ = ["metrics_hash", "record_failure", "record_review"]


def record_review(connection: Connection, actor: str, review: Review, policy: Policy) -> Recorded:
    """Record what a review says that the register does not know yet; the same review again changes nothing.

    What the account's own rule writes off comes after it, as events of its own that people can take back.

    Raises
    ------
    ActRefused
        If the policy does not let the rule write off what the review says it does.
    """
    account, desk, period = review.account, review.desk.value, review.period
    last = _last_run(connection, account, desk, period)
    made = review.provenance
    if last is not None and last["outcome"] == "reviewed" and last["run_id"] == made.run_id:
        return _as_before(last)
    subject = Subject(account, desk, period.text)
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
    by_id = {name: one.known for name, one in known.items()}
    stories = Stories(told_of(_lines_of(review)), review.snapshot.items)
    found = differences(review.findings, by_id, period, made.inputs, review.as_of, stories=stories)
    files = source_hashes(made.inputs)
    _hold_ids(found)
    facts = [
        facts_line(one.facts, stories.sha256_of(one.finding_id) or files.get(one.facts["source_file"], ""))
        if one.facts
        else ""
        for one in found
    ]
    lines = [Line(EventKind.RECORDED.value, (account, desk, period.text, ""), body)]
    lines += [
        Line(
            one.kind.value,
            (account, desk, period.text, one.finding_id),
            one.body,
            chain.of_facts(told) if told else None,
        )
        for one, told in zip(found, facts, strict=True)
    ]
    head = append_lines(connection, hand, lines)
    bulk.upsert(connection, findings, _Rows(hand, subject, known).after(found, facts, head.seq - len(found) + 1))
    bulk.insert(connection, metrics, [(hand.run, nth, *one) for nth, one in enumerate(measured)])
    counts = dict(Counter(line.kind for line in lines))
    kept = told | {"outcome": "reviewed", "inputs": inputs}
    _keep_run(connection, hand, subject, period, told=kept, counts=counts, head=head)
    by_rule.write_off(connection, policy, review)
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
    head = append_lines(connection, hand, [Line(EventKind.NOT_REVIEWED.value, (account, desk, period.text, ""), told)])
    counts = {EventKind.NOT_REVIEWED.value: 1}
    row = told | {"level": Level.NOT_REVIEWED.value, "outcome": "not_reviewed"}
    _keep_run(connection, hand, subject, period, told=row, counts=counts, head=head)
    return Recorded(hand.run, True, head, counts)


def _lines_of(review: Review) -> list[dict[Any, Any]]:
    table = review.tables.get("stories")
    return [] if table is None else table.to_dict("records")


def _hold_ids(found: Iterable[Difference]) -> None:
    for one in found:
        if any(sign in one.finding_id for sign in '"\r\n' + SEPARATOR):
            msg = f"finding id {one.finding_id!r} is none: a quote or a control sign is in it"
            raise ControlTotalsError(msg)


def metrics_hash(rows: list[tuple[Any, ...]]) -> str:
    """Hash of a run's metrics, in the review's order: what its event says of them."""
    return sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _last_run(connection: Connection, account: str, desk: str, period: Period) -> Mapping[str, Any] | None:
    same = (runs.c.account == account, runs.c.desk == desk, runs.c.period == period.text)
    found = connection.execute(select(runs).where(*same).order_by(runs.c.run.desc()).limit(1)).mappings().first()
    return None if found is None else dict(found)


def _next_run(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(runs.c.run), 0))).scalar_one()) + 1


def _as_before(run: Mapping[str, Any]) -> Recorded:
    head = Head(run["head_seq"], bytes(run["head_hash"]).hex())
    return Recorded(run["run"], False, head, json.loads(run["counts"]))


@dataclass
class _Rows:
    """Rows of findings after the events of one review; thousands of them have the same state, which is made once."""

    hand: Hand
    subject: Subject
    before: Mapping[str, Kept]
    made: dict[tuple[Any, ...], tuple[tuple[str, ...], str]] = field(default_factory=dict)

    def after(self, found: Sequence[Difference], facts: Sequence[str], first: int) -> list[tuple[Any, ...]]:
        """Rows by their keys; `first` is the number of the first event, and the others follow."""
        account, desk = self.subject.account, self.subject.desk
        rows = []
        for seq, (one, told) in enumerate(zip(found, facts, strict=True), start=first):
            kept = self.before.get(one.finding_id)
            state, line = self._state(one, kept.state if kept else "", seq)
            told_last = told or (kept.facts if kept else "")
            rows.append(row_of((account, desk, one.finding_id), told_last, state, line, seq))
        return sorted(rows)

    def _state(self, one: Difference, before: str, seq: int) -> tuple[tuple[str, ...], str]:
        asked = (one.kind, before, one.body.get("day"), one.body.get("due"))
        if (known := self.made.get(asked)) is not None:
            return known
        event = Event(seq, one.kind, self.subject, when(self.hand.at), self.hand.name, self.hand.run, one.body)
        cells = state_in(before) if before else None
        standing = after(standing_in(cells) if cells else None, event)
        gone = cleared_end((event,), cells["cleared_end"] if cells else "")
        state = state_cells(standing, gone, cells["notes"] if cells else 0)
        return self.made.setdefault(asked, (state, line_of(state)))


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
