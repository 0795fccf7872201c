"""Actions, decisions, risks and sign-offs as they stand.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; what they hold is told by events, as findings are."""
    op.create_table(
        "sign_offs",
        _key("seq"),
        *map(_text, ("account", "desk", "period", "actor", "run_id")),
        sa.Column("is_undone", sa.Boolean, nullable=False),
    )
    op.create_index("sign_offs_of_review", "sign_offs", ["account", "desk", "period"])
    op.create_table(
        "actions",
        *_about("raised"),
        *map(_text, ("metric", "text", "owner", "due", "status", "evidence")),
        sa.Column("carried", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "decisions",
        *_about("day"),
        *map(_text, ("context", "options", "decision", "decided_by", "review_on")),
        sa.Column("supersedes", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "risks",
        *_about("raised"),
        *map(_text, ("cause", "event", "effect")),
        sa.Column("likelihood", sa.Integer, nullable=False),
        sa.Column("impact", sa.Integer, nullable=False),
        *map(_text, ("controls", "residual", "owner", "metric", "review_on")),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )


def _key(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _about(day: str) -> tuple[sa.Column[int], *tuple[sa.Column[str], ...]]:
    """Number of the item, whom it is about, and the day it came up."""
    return (_key("id"), *map(_text, ("account", "desk", day)))
