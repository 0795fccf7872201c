"""The chain of events: what each one's hash is taken over, so that none can be changed, moved or left out unseen.

What people wrote and who they are stands in the chain as salted hashes alone: it can be erased, and the chain still
verifies, and nobody can guess a short text from its hash once its salt is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

__all__ = ["FIRST", "NOTHING", "SALT_BYTES", "link", "of_facts", "salted", "written"]

FIRST = bytes(32)
"""What stands before the first event."""

NOTHING = bytes(32)
"""Stands for the hash of a body or of facts that an event does not have."""

SALT_BYTES = 16

_FORM = b"opsrules event 1"


def link(
    previous: bytes,
    seq: int,
    kind: str,
    subject: tuple[str, str, str, str],
    *,
    run: int,
    at: int,
    actor_hash: bytes,
    body_hash: bytes | None,
    facts_hash: bytes | None,
) -> bytes:
    """Hash of one event over the hash before it and all that it says.

    Every part has a fixed length or its length before it, so that no two events are spelled alike.

    Parameters
    ----------
    subject : tuple of str
        Account, desk, period, finding id.
    at : int
        Microseconds UTC.
    """
    account, desk, period, finding_id = subject
    told = (
        f"{seq} {run} {at} {len(kind)}:{kind}{len(account)}:{account}{len(desk)}:{desk}"
        f"{len(period)}:{period}{len(finding_id)}:{finding_id}"
    )
    fixed = (_FORM, previous, actor_hash, body_hash or NOTHING, facts_hash or NOTHING)
    return sha256(b"".join(fixed) + told.encode("utf-8")).digest()


def salted(salt: bytes, text: str) -> bytes:
    """Hash of a text that may be erased."""
    return sha256(salt + text.encode("utf-8")).digest()


def written(value: Mapping[str, Any]) -> str:
    """A body as JSON, spelled in the one way that is hashed and kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def of_facts(facts: str) -> bytes:
    """Hash of what a review told of a finding, as the line that `opsrules.register.tables.findings` holds."""
    return sha256(facts.encode()).digest()
