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
    Column("facts", Text),
    Column("state", Text),
    Column("class", Text),
    Column("severity", Text),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("status", Text),
    Column("owner", Text),
    Column("first_day", Text),
    Column("settled_by", Text),
    Column("seq", BigInteger),
)
"""`facts` and `state` hold the cells `FACTS` and `STATE`, as `opsrules.register.cells` writes them; those that are
asked for stand beside them once more."""

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
    about: list[Column[Any]] = [Column("id", BigInteger, primary_key=True)]
    about += [Column(one, Text) for one in ("account", "desk", day)]
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

FACTS: tuple[str, ...] = (
    *("leg", "rule_id", "class", "other_classes", "severity", "cause", "amount_minor", "currency"),
    *("subject_type", "subject_ref", "order_ref", "payout_ref", "source_file", "source_line", "source_sha256"),
    *("named_owner", "named_due", "message"),
)
"""What a review told of a finding, as it did when an event last said so. A later version may add cells at the end."""

STATE: tuple[str, ...] = (
    *("status", "is_present", "is_unchecked", "owner", "due", "reason", "written_off_minor", "settled_by"),
    *("settled_day", "first_period", "last_period", "last_end", "first_day", "cleared_day", "cleared_end"),
    *("notes", "attachments"),
)
"""The events of a finding, folded; days are ISO texts, "" for none, and what is or is not is 1 or 0."""
