"""Rules as run_all takes them, read as `Rule`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from opsrules.rules.check import Places
from opsrules.rules.model import Example, HitPolicy, Rule, RuleStatus
from opsrules.terms import Desk, Severity

__all__ = ["id_of", "rule_of"]

T = TypeVar("T")


def id_of(entry: Mapping[str, Any], number: int) -> str:
    """Return the id of a rule, its position as text when it has none."""
    return str(number) if entry.get("id") is None else str(entry["id"])


def rule_of(entry: Mapping[str, Any], number: int, places: Places) -> Rule:
    """Return a rule that run_all takes, with those of our own keys that are right."""
    examples = entry.get("examples")
    return Rule(
        id=id_of(entry, number),
        name=_text(entry.get("name")),
        desk=_term(Desk, entry.get("desk")),
        severity=_term(Severity, entry.get("severity")),
        status=_term(RuleStatus, entry.get("status")) or RuleStatus.ACTIVE,
        since=_day(entry.get("since")),
        until=_day(entry.get("until")),
        owner=_text(entry.get("owner")),
        source=_text(entry.get("source")),
        message=_text(entry.get("message")),
        headline=_text(entry.get("headline")),
        next_step=_text(entry.get("next_step")),
        false_positives=_text(entry.get("false_positives")),
        conditions=entry["conditions"],
        actions=tuple(entry["actions"]),
        examples=tuple(_examples(examples if isinstance(examples, list) else [], number, places)),
        place=places.place((number,)),
        **_table(entry),
    )


def _table(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a rule and its hit policy, which mean nothing one without the other."""
    table, hit = _text(entry.get("table")), _term(HitPolicy, entry.get("hit"))
    return {"table": table, "hit_policy": hit, "always": entry.get("always") is True} if table and hit else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _term(kind: type[T], value: object) -> T | None:
    known = {str(term): term for term in kind}  # type: ignore[attr-defined]
    return known.get(value) if isinstance(value, str) else None


def _day(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _examples(entries: list[Any], number: int, places: Places) -> Iterator[Example]:
    for position, entry in enumerate(entries):
        if isinstance(entry, dict) and isinstance(entry.get("row"), dict) and isinstance(entry.get("fires"), bool):
            place = places.place((number, "examples", position))
            yield Example(entry["row"], entry["fires"], _text(entry.get("why")), place)
