"""Limits that rules are judged by: their files, and whether each has a value on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from opsrules.parameters.documents import by_place
from opsrules.parameters.limits import read_limits
from opsrules.rules.lint.model import LintFinding, LintKind

__all__ = ["flaws_of_limits"]


def flaws_of_limits(workspace: Path, on: date | None) -> Iterator[LintFinding]:
    """Give every mistake of the limit files, and each limit without a value on a day (RELIABILITY.md C7 and C8).

    A condition does not name a limit: plain `run_all` would not know it. A limit reaches a rule as a variable, so it is
    every limit that has to have its value.

    Parameters
    ----------
    workspace : Path
    on : date or None
        None asks for no value.
    """
    limits, problems = read_limits(workspace)
    gaps = [limit.gap_at(on) for limit in limits.values()] if on else []
    for one in by_place([*problems, *(gap for gap in gaps if gap is not None)]):
        yield LintFinding(LintKind.LIMIT, (), one.place, "", one.what, one.next_step)
