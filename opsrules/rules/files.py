"""Rule files of a workspace: our keys beside conditions and actions, checked as strictly as accounts are.

Under parameters/rules lies what the desks judge by, under parameters/causes what findings come from.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath, dotted
from opsrules.parameters.faults import problems_of
from opsrules.parameters.kinds import Many, Text, matching
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rules.check import Places, Vocabulary
from opsrules.rules.model import RuleStatus
from opsrules.rules.tables import DecisionTable
from opsrules.terms import Desk, Severity

__all__ = ["check_cause_rule", "check_house_row", "check_house_rule", "is_cause_file", "is_house_file", "tables_beside"]

_CAUSE_ID = re.compile(r"[A-Z]{2,12}-C[0-9]{3}")
_ID = re.compile(r"(?:REC|PAY|HLT|APP|SVC)-[0-9]{3}")
_PREFIX = {
    Desk.RECONCILIATION: "REC",
    Desk.PAYMENTS: "PAY",
    Desk.ACCOUNT_HEALTH: "HLT",
    Desk.APPEALS: "APP",
    Desk.CUSTOMER_SERVICE: "SVC",
}


def is_house_file(path: Path) -> bool:
    """Whether a file is policy of a workspace; any other is taken as plain business-rules."""
    return path.resolve().parent.parts[-2:] == ("parameters", "rules") or is_cause_file(path)


def is_cause_file(path: Path) -> bool:
    """Whether a file says what findings come from."""
    return path.resolve().parent.parts[-2:] == ("parameters", "causes")


def tables_beside(path: Path) -> list[Path]:
    """Return the decision tables of a desk whose rule file `path` is: fees is in reconciliation.fees.csv, or .yaml."""
    return sorted(
        one
        for one in path.parent.glob(f"{path.stem}.*")
        if one.suffix in (".csv", ".yaml", ".json") and one.stem.count(".") == 1 and one.stem != path.stem
    )


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


Day = Annotated[date, BeforeValidator(_day)]  # JSON has no days, only text


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _ExampleEntry(_Part):
    row: Annotated[dict[str, Any], Field(examples=["{column: value}"])]
    fires: Annotated[bool, Field(examples=["true"])]
    why: Text | None = None


class _RuleEntry(_Part):
    id: Annotated[str, matching(_ID, "an id such as REC-001", "write REC, PAY, HLT, APP or SVC, - and three digits")]
    name: Annotated[Text, Field(examples=["Payout arrived short"])]
    desk: Annotated[Desk, Strict(strict=False), Field(examples=["reconciliation"])]
    severity: Annotated[Severity, Strict(strict=False), Field(examples=["high"])]
    status: Annotated[RuleStatus, Strict(strict=False), Field(examples=["active"])]
    since: Day | None = None
    until: Day | None = None
    owner: Annotated[Text, Field(examples=["Finance operations"])]
    source: Annotated[Text, Field(examples=["where the rule comes from"])]
    message: Annotated[Text, Field(examples=["what the finding says"])]
    headline: Text | None = None
    next_step: Text | None = None
    false_positives: Text | None = None
    conditions: Annotated[Any, Field(examples=["all: [...]"])]
    actions: Annotated[Any, Field(examples=["[...]"])]
    examples: Annotated[Many[_ExampleEntry], Field(min_length=1, examples=["one row that fires and one that does not"])]


class _CauseRuleEntry(_Part):
    id: Annotated[str, matching(_CAUSE_ID, "an id such as REC-C001", "write the family, -C and three digits")]
    name: Annotated[Text, Field(examples=["Captured twice within minutes"])]
    status: Annotated[RuleStatus, Strict(strict=False), Field(examples=["active"])]
    since: Day | None = None
    until: Day | None = None
    source: Annotated[Text, Field(examples=["where the rule comes from"])]
    false_positives: Text | None = None
    conditions: Annotated[Any, Field(examples=["all: [...]"])]
    actions: Annotated[Any, Field(examples=["[...]"])]
    examples: Annotated[Many[_ExampleEntry], Field(min_length=1, examples=["one row that fires and one that does not"])]


_OF_A_ROW = ("name", "severity", "owner", "source", "message")


def check_house_rule(
    entry: dict[Any, Any], at: KeyPath, document: Document, desk: str, known: Vocabulary
) -> Iterator[Problem]:
    """Give the problems of our own keys of one rule.

    Parameters
    ----------
    entry : dict
        The rule.
    at : path
        Where it stands.
    document : Document
    desk : str
        Whose rules the file has.
    known : Vocabulary
    """
    try:
        _RuleEntry.model_validate(entry)
    except ValidationError as error:
        yield from problems_of(error, document, _RuleEntry, at)
    yield from _desk(entry, at, document, desk)
    yield from _days(entry, at, document)
    yield from _message(entry, at, document, known)
    yield from _columns(entry, at, document, known)


def check_cause_rule(entry: dict[Any, Any], at: KeyPath, document: Document, known: Vocabulary) -> Iterator[Problem]:
    """Give the problems of our own keys of one cause rule; the arguments are those of `check_house_rule`."""
    try:
        _CauseRuleEntry.model_validate(entry)
    except ValidationError as error:
        yield from problems_of(error, document, _CauseRuleEntry, at)
    yield from _days(entry, at, document)
    yield from _columns(entry, at, document, known)


def check_house_row(
    rule: Mapping[str, Any], number: int, table: DecisionTable, desk: str, known: Vocabulary
) -> Iterator[Problem]:
    """Give the problems of our own keys of one row of a desk's table.

    Parameters
    ----------
    rule : mapping
        What the row has become.
    number : int
        Its position in the table.
    table : DecisionTable
    desk : str
        Whose rules the table belongs to.
    known : Vocabulary
    """
    at = (number,)
    for key in _OF_A_ROW:
        if key not in rule:
            what = f"row {rule['id']} has no {key}"
            yield Problem(table.place(at), what, f"add a column {key}, or {key} and its value to the table's head")
    if rule.get("desk", desk) != desk:
        yield Problem(
            table.place(at), f"row {rule['id']} is of desk {shown(rule['desk'])}", f"write {desk}, or nothing"
        )
    yield from _days(rule, at, table)
    yield from _message(rule, at, table, known)


def _desk(entry: dict[Any, Any], at: KeyPath, document: Document, stem: str) -> Iterator[Problem]:
    desk, name = entry.get("desk"), entry.get("id")
    if desk not in _PREFIX or not isinstance(name, str):
        return
    if desk != stem:
        what = f"{dotted((*at, 'desk'))} is {shown(desk)} in the file of desk {stem}"
        yield Problem(document.place((*at, "desk")), what, f"write {stem}, or move the rule to {desk}.yaml")
    elif _ID.fullmatch(name) and name[:3] != _PREFIX[Desk(desk)]:
        what = f"{dotted((*at, 'id'))} of desk {desk} must begin with {_PREFIX[Desk(desk)]}, got {shown(name)}"
        yield Problem(document.place((*at, "id")), what, f"write {_PREFIX[Desk(desk)]}-{name[4:]} if that is free")


def _days(entry: Mapping[Any, Any], at: KeyPath, document: Places) -> Iterator[Problem]:
    since, until = _day(entry.get("since")), _day(entry.get("until"))
    if isinstance(since, date) and isinstance(until, date) and until < since:
        what = f"{dotted((*at, 'until'))} {until} is before since {since}"
        yield Problem(document.place((*at, "until")), what, "correct one of the days")


def _message(entry: Mapping[Any, Any], at: KeyPath, document: Places, known: Vocabulary) -> Iterator[Problem]:
    message, path = entry.get("message"), (*at, "message")
    if not isinstance(message, str) or known.message_fields is None:
        return
    try:
        parts = list(string.Formatter().parse(message))
    except ValueError as error:
        yield Problem(document.place(path), f"{dotted(path)} has unpaired braces ({error})", "write {{ for a brace")
        return
    for _, field, spec, conversion in parts:
        if field is None:
            continue
        if spec or conversion or not field.isidentifier():
            what = f"{dotted(path)} may quote a field by its name alone, got {shown('{' + field + '...}')}"
            yield Problem(document.place(path), what, hint(field, known.message_fields))
        elif field not in known.message_fields:
            what = f"{dotted(path)} quotes the unknown field {shown(field)}"
            yield Problem(document.place(path), what, hint(field, known.message_fields))


def _columns(entry: dict[Any, Any], at: KeyPath, document: Document, known: Vocabulary) -> Iterator[Problem]:
    examples = entry.get("examples")
    for position, example in enumerate(examples if isinstance(examples, list) else []):
        row = example.get("row") if isinstance(example, dict) else None
        for column in row if isinstance(row, dict) and known.columns is not None else ():
            if column not in (known.columns or ()):
                path = (*at, "examples", position, "row", column)
                what = f"{dotted(path[:-1])}: no variable reads a column {shown(column)}"
                yield Problem(document.key_place(path), what, hint(str(column), known.columns or ()))
