"""What the register's commands print of findings and events."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from opsrules.cli.console import say
from opsrules.cli.tables import say_table

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.register.model import Event

__all__ = ["event_record", "say_events", "say_findings"]


def say_findings(findings: pd.DataFrame, most: int) -> None:
    """Print a table of the first findings, and how many are left out; all of them where `most` is 0."""
    from opsrules.register.lines import lines_of  # noqa: PLC0415

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    lines = lines_of(findings.head(most) if most else findings, width)
    say_table(lines.heads, lines.rows, lines.numbers)
    if len(lines.rows) < len(findings):
        say(f"and {len(findings) - len(lines.rows):,} more")


def say_events(events: Iterable[Event], currency: str = "", *, with_finding: bool = False) -> None:
    """Print events in order: number, instant, who, what, and of which finding where they are of many."""
    from opsrules.register.lines import SHORT_ID  # noqa: PLC0415
    from opsrules.register.told import actor_words, instant_words, taken_back, told  # noqa: PLC0415

    every = list(events)
    gone = taken_back(every)
    rows = [
        (
            str(one.seq),
            instant_words(one.at),
            actor_words(one),
            *((one.subject.finding_id[:SHORT_ID],) if with_finding else ()),
            told(one, currency).replace("\u00a0", " ") + (" (taken back)" if one.seq in gone else ""),
        )
        for one in every
    ]
    heads = ("event", "when", "who", *(("finding",) if with_finding else ()), "what")
    say_table(heads, rows, numbers=(0,))


def event_record(event: Event, currency: str = "") -> dict[str, Any]:
    """Return an event as JSON values, with its plain words."""
    from opsrules.register.told import told  # noqa: PLC0415

    return {
        "seq": event.seq,
        "kind": event.kind,
        "account": event.subject.account,
        "desk": event.subject.desk,
        "period": event.subject.period,
        "finding_id": event.subject.finding_id,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "run": event.run,
        "body": None if event.body is None else dict(event.body),
        "words": told(event, currency),
    }
