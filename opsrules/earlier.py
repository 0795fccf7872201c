"""What the folder of an earlier run knows, for a workspace without a register.

It is less than a register: what that one review left open, settled and cleared, and nothing of what people did since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from opsrules.delivery import received
from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.review import Review
from opsrules.standing import Seen, Snapshot, Standing
from opsrules.story import Fate, Story, Told, told_of
from opsrules.terms import Desk, FindingStatus, Severity

__all__ = ["snapshot_before"]


def snapshot_before(reports: Path, account: str, desk: Desk, period: Period) -> Snapshot:
    """Return what the last review before a period left, by the files it saved under reports/.

    A month is compared with a month and a week with a week, where there is one. An empty snapshot where no earlier
    period has a review.

    Raises
    ------
    UsageError
        If the files of that review cannot be read.
    """
    empty = Snapshot(account, desk, period.text)
    earlier = [one for one in _periods(reports, account, desk) if one.last < period.last]
    alike = [one for one in earlier if one.kind == period.kind]
    before = max(alike or earlier, key=lambda one: one.last, default=None)
    if before is None:
        return empty
    folder = _folder(reports, before, account, desk)
    try:
        settled = frozenset(json.loads((folder / "review.json").read_bytes())["settled"])
        return _of(received(folder, empty), before, period, settled)
    except (OSError, ValueError, KeyError, TypeError) as error:
        step = f"run {before.text} again, or remove the folder"
        msg = f"{folder}: the review of {before.text} cannot be read ({type(error).__name__}); {step}"
        raise UsageError(msg) from error


def _folder(reports: Path, period: Period, account: str, desk: Desk) -> Path:
    return reports / period.text / account / desk.value


def _periods(reports: Path, account: str, desk: Desk) -> Iterator[Period]:
    for folder in sorted(reports.iterdir()) if reports.is_dir() else ():
        try:
            period = Period.parse(folder.name)
        except UsageError:
            continue  # a folder of somebody's own
        if (_folder(reports, period, account, desk) / "review.json").is_file():
            yield period


def _of(review: Review, before: Period, period: Period, settled: frozenset[str]) -> Snapshot:
    table = review.tables.get("stories")
    told = {} if table is None else told_of(table.to_dict("records"))
    files = {one.name: one.sha256 for one in review.provenance.inputs}
    standings: dict[str, Standing] = {}
    seen: dict[str, Seen] = {}
    amounts: dict[str, tuple[str, int]] = {}
    for row in review.findings.to_dict("records"):
        name, due = str(row["finding_id"]), str(row["due"] or "")
        amounts[name] = (str(row["currency"]), int(row["amount_minor"]))
        status = FindingStatus.RESOLVED if name in settled else FindingStatus.OPEN
        standings[name] = Standing(status, last_period=before.text, due=date.fromisoformat(due) if due else None)
        sha256 = files.get(str(row["source_file"]), "")
        kind, severity, subject, file = (str(row[one]) for one in ("class", "severity", "subject_ref", "source_file"))
        seen[name] = Seen(kind, severity, subject, file, sha256, *amounts[name])
    for name, one in told.items():
        if one.fate is Fate.UNCHECKED:
            seen[name] = _unchecked(Story.read(one.story))
    return Snapshot(
        account=review.account,
        desk=review.desk,
        period=period.text,
        before=before.text,
        standings=standings,
        open_before=frozenset(seen) - settled,
        known_before=frozenset(seen) | frozenset(told),
        amounts=amounts,
        seen={name: one for name, one in seen.items() if name not in settled},
        items={name: Story.read(one.story) for name, one in told.items() if _is_open(one)},
        watched={name: Story.read(one.story) for name, one in told.items() if not _is_open(one)},
    )


def _is_open(one: Told) -> bool:
    return one.fate is not Fate.CLEARED


def _unchecked(story: Story) -> Seen:
    """An item that the earlier review could not look for either; how bad it is, nobody has judged since."""
    fact, sha256 = story.fact, story.rows[0].sha256 if story.rows else ""
    kind, subject, file, currency = (
        str(fact.get(name, "")) for name in ("break_class", "subject_ref", "source_file", "currency")
    )
    return Seen(kind, Severity.MEDIUM.value, subject, file, sha256, currency, int(fact.get("amount_minor", 0)))
