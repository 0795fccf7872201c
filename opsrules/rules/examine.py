"""A set of rules examined as a whole, from a list or from a file of rules or of a decision table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath, by_place
from opsrules.parameters.load import read_file
from opsrules.parameters.nearest import nearest
from opsrules.parameters.scalars import shown
from opsrules.rules.check import Places, Pointers, Vocabulary, check_actions, check_conditions
from opsrules.rules.files import (
    check_cause_rule,
    check_house_row,
    check_house_rule,
    is_cause_file,
    is_house_file,
    tables_beside,
)
from opsrules.rules.plain import id_of
from opsrules.rules.tables import DecisionTable, is_listing, read_table, table_of

__all__ = ["Examined", "Together", "check_rules", "examine"]


@dataclass(frozen=True)
class Examined:
    """A rule file.

    Attributes
    ----------
    plain : sequence of mapping
        Its rules as run_all takes them; to be used when there are no problems.
    places : Places
    sha256 : str
        Of its bytes.
    problems : tuple of Problem
        By place.
    """

    plain: Sequence[Mapping[str, Any]]
    places: Places
    sha256: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Together:
    """Places in several files whose rules stand one after the other.

    Attributes
    ----------
    rules : tuple of (Places, int)
        For each rule its file's places, and its position there.
    """

    rules: tuple[tuple[Places, int], ...]

    def place(self, path: KeyPath = ()) -> str:
        """Return ``file:line`` of a value."""
        places, at = self._at(path)
        return places.place(at)

    def key_place(self, path: KeyPath) -> str:
        """Return ``file:line`` of a key."""
        places, at = self._at(path)
        return places.key_place(at)

    def is_spoilt(self, path: KeyPath) -> bool:
        """Whether the value has a problem already."""
        places, at = self._at(path)
        return places.is_spoilt(at)

    def _at(self, path: KeyPath) -> tuple[Places, KeyPath]:
        number = path[0] if path else 0
        places, at = self.rules[int(number)]
        return places, (at, *path[1:]) if path else ()


def examine(path: Path, known: Vocabulary, desk: str = "", tables: Sequence[Path] | None = None) -> Examined:
    """Read and check a file: CSV is a decision table, YAML and JSON are one or a list of rules.

    To the rules of a desk in a workspace belong the tables beside their file: ``reconciliation.fees.csv`` beside
    ``reconciliation.yaml``; they come after the rules, by name.

    Parameters
    ----------
    path : path
    known : Vocabulary
    desk : str
        Whose rules it has; "" for one that its name tells in a workspace, and for plain business-rules elsewhere.
    tables : sequence of path, optional
        The tables that come after it, instead of those beside it.
    """
    found = _one_file(path, known, desk)
    if tables is None:
        has_tables = is_house_file(path) and not is_cause_file(path) and "." not in path.stem
        tables = tables_beside(path) if has_tables else ()
    if not tables:
        return found
    files = [found, *(_one_file(one, known, desk) for one in tables)]
    problems = [problem for one in files for problem in one.problems]
    plain: list[Mapping[str, Any]] = []
    places: list[tuple[Places, int]] = []
    for one in files if not problems else ():
        plain += one.plain
        places += [(one.places, number) for number in range(len(one.plain))]
    together = Together(tuple(places))
    problems += _same_ids(plain, together)
    digest = hashlib.sha256("".join(one.sha256 for one in files).encode()).hexdigest()
    return Examined(plain, together, digest, by_place(problems))


def _one_file(path: Path, known: Vocabulary, desk: str) -> Examined:
    house, of_causes = is_house_file(path), is_cause_file(path)
    desk = desk or (path.name.partition(".")[0] if house and not of_causes else "")
    name = f"parameters/{path.resolve().parent.name}/{path.name}" if house else path.as_posix()
    if path.suffix.lower() == ".csv":
        return _table(read_table(path, name, known), path, known, desk)
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        problem = Problem(f"{name}:1", "is no rule file", "name it .yaml or .json, or .csv for a decision table")
        return Examined((), Pointers(), "", (problem,))
    document = read_file(path, name)
    if is_listing(document):
        return _table(table_of(document, path, known), path, known, desk)
    problems = list(document.problems)
    if not document.is_spoilt(()):
        problems += check_rules(document.value, document, known, document if desk or of_causes else None, desk)
    return Examined(document.value, document, document.sha256, by_place(problems))


def _table(table: DecisionTable, path: Path, known: Vocabulary, desk: str) -> Examined:
    problems, plain = list(table.problems), list(table.rules)
    name = path.stem.partition(".")[2]
    if is_house_file(path) and table.name and table.name != name:
        what = f"is named after table {shown(name)} and holds {shown(table.name)}"
        step = f"name the file {desk}.{table.name}{path.suffix}, or the table {name}"
        problems.append(Problem(f"parameters/rules/{path.name}:1", what, step))
    if desk:
        for number, rule in enumerate(plain):
            problems += check_house_row(rule, number, table, desk, known)
        plain = [{"desk": desk} | dict(rule) for rule in plain]
    return Examined(plain, table, table.sha256, by_place(problems))


def check_rules(
    value: object, places: Places, known: Vocabulary, house: Document | None = None, desk: str = ""
) -> Iterator[Problem]:
    """Give the problems of a whole set.

    `house` is its file when our own keys have to be there, `desk` whose it is, "" for the cause rules of a family.
    """
    if not isinstance(value, list):
        yield Problem(places.place(), f"must be a list of rules, got {shown(value)}", "write - id: ... for each rule")
        return
    for number, entry in enumerate(value):
        at: KeyPath = (number,)
        if places.is_spoilt(at):
            continue
        if not isinstance(entry, dict):
            yield Problem(places.place(at), f"rule [{number}] must be a mapping, got {shown(entry)}", "write id: ...")
            continue
        if house is not None:
            if desk:
                yield from check_house_rule(entry, at, house, desk, known)
            else:
                yield from check_cause_rule(entry, at, house, known)
        yield from _logic(entry, at, places, known, is_house=house is not None)
    yield from _same_ids(value, places)


def _logic(
    entry: dict[str, Any], at: KeyPath, places: Places, known: Vocabulary, *, is_house: bool
) -> Iterator[Problem]:
    for key, check in (("conditions", check_conditions), ("actions", check_actions)):
        if key in entry:
            yield from check(entry[key], (*at, key), places, known, house=is_house)
        elif not is_house:
            meant = next((other for other in entry if nearest(str(other), [key])), None)
            step = f"is it {meant}?" if meant else f"add {key}: ..."
            yield Problem(places.place(at), f"[{at[0]}].{key} is missing", step)


def _same_ids(entries: Sequence[Any], places: Places) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or places.is_spoilt((number, "id")):
            continue
        rule_id = id_of(entry, number)
        if rule_id in first:
            earlier = places.place((first[rule_id], "id"))
            what = f"id {shown(rule_id)} is also the id of the rule at {earlier}"
            yield Problem(places.place((number, "id")), what, "give each rule an id of its own, never one used before")
        first.setdefault(rule_id, number)
