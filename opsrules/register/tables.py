"""The register's tables as queries see them; what makes and changes them is under `migrations`.

Instants are integers, microseconds UTC; days are ISO text, "" for none; hashes are 32 bytes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

__all__ = [
    "FACTS",
    "STATE",
    "actions",
    "actors",
    "bodies",
    "decisions",
    "events",
    "findings",
    "meta",
    "metrics",
    "risks",
    "runs",
    "sign_offs",
]

_ALL = MetaData()

meta = Table("meta", _ALL, Column("key", Text, primary_key=True), Column("value", Text))

runs = Table(
    "runs",
    _ALL,
    Column("run", BigInteger, primary_key=True),
    Column("account", Text),
    Column("desk", Text),
    Column("period", Text),
    Column("last_day", Text),
    Column("as_of", Text),
    Column("at", BigInteger),
    Column("actor", Integer),
    Column("outcome", Text),
    Column("level", Text),
    Column("run_id", Text),
    Column("inputs", Text),
    Column("inputs_hash", Text),
    Column("parameters_hash", Text),
    Column("rules_hash", Text),
    Column("code_version", Text),
    Column("code_hash", Text),
    Column("cause", Text),
    Column("counts", Text),
    Column("head_seq", BigInteger),
    Column("head_hash", LargeBinary),
)

metrics = Table(
    "metrics",
    _ALL,
    Column("run", BigInteger, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("metric_id", Text),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("value", Text),
    Column("unit", Text),
    Column("target", Text),
    Column("level", Text),
)

actors = Table(
    "actors",
    _ALL,
    Column("id", Integer, primary_key=True),
    Column("salt", LargeBinary),
    Column("name", Text),
    Column("name_hash", LargeBinary),
)

events = Table(
    "events",
    _ALL,
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Text),
    Column("account", Text),
    Column("desk", Text),
    Column("period", Text),
    Column("finding_id", Text),
    Column("run", BigInteger),
    Column("at", BigInteger),
    Column("actor", Integer),
    Column("body_hash", LargeBinary),
    Column("facts_hash", LargeBinary),
    Column("previous", LargeBinary),
    Column("hash", LargeBinary),
)

bodies = Table(
    "bodies",
    _ALL,
    Column("seq", BigInteger, primary_key=True),
    Column("salt", LargeBinary),
    Column("body", Text),
)

findings = Table(
    "findings",
    _ALL,
    Column("account", Text, primary_key=True),
    Column("desk", Text, primary_key=True),
    Column("finding_id", Text, primary_key=True),
    Column("leg", Text),
    Column("rule_id", Text),
    Column("class", Text),
    Column("other_classes", Text),
    Column("severity", Text),
    Column("cause", Text),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("subject_type", Text),
    Column("subject_ref", Text),
    Column("order_ref", Text),
    Column("payout_ref", Text),
    Column("source_file", Text),
    Column("source_line", BigInteger),
    Column("source_sha256", Text),
    Column("named_owner", Text),
    Column("named_due", Text),
    Column("message", Text),
    Column("status", Text),
    Column("is_present", Boolean),
    Column("is_unchecked", Boolean),
    Column("owner", Text),
    Column("due", Text),
    Column("reason", Text),
    Column("written_off_minor", BigInteger),
    Column("settled_by", Text),
    Column("settled_day", Text),
    Column("first_period", Text),
    Column("last_period", Text),
    Column("last_end", Text),
    Column("first_day", Text),
    Column("cleared_day", Text),
    Column("cleared_end", Text),
    Column("notes", Integer),
    Column("attachments", Integer),
    Column("seq", BigInteger),
)

sign_offs = Table(
    "sign_offs",
    _ALL,
    Column("seq", BigInteger, primary_key=True),
    Column("account", Text),
    Column("desk", Text),
    Column("period", Text),
    Column("actor", Text),
    Column("run_id", Text),
    Column("is_undone", Boolean),
)


def _item(name: str, day: str, *columns: Column[Any]) -> Table:
    about = (Column("id", BigInteger, primary_key=True), *(Column(one, Text) for one in ("account", "desk", day)))
    return Table(name, _ALL, *about, *columns, Column("seq", BigInteger))


actions = _item(
    "actions",
    "raised",
    *(Column(name, Text) for name in ("metric", "text", "owner", "due", "status", "evidence")),
    Column("carried", Integer),
)

decisions = _item(
    "decisions",
    "day",
    *(Column(name, Text) for name in ("context", "options", "decision", "decided_by", "review_on")),
    Column("supersedes", Integer),
)

risks = _item(
    "risks",
    "raised",
    *(Column(name, Text) for name in ("cause", "event", "effect")),
    *(Column(name, Integer) for name in ("likelihood", "impact")),
    *(Column(name, Text) for name in ("controls", "residual", "owner", "metric", "review_on")),
)

FACTS: tuple[str, ...] = tuple(column.name for column in findings.columns)[3:21]
"""Columns of `findings` that a review told, as it did when an event last said so."""

STATE: tuple[str, ...] = tuple(column.name for column in findings.columns)[21:]
"""Columns of `findings` that are its events, folded."""
