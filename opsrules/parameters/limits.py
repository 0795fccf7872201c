"""Limits under parameters/limits: numbers that hold from a day on, each with its unit and source.

A file is one limit, named as the file is, or several by name::

    description: Orders shipped late, as a share of all
    unit: percent
    source: where the limit stands, and when it was read
    values: {2026-01-01: 4, 2026-07-01: 3.5}

A change adds a day and never edits one, so that an old period is judged by what held then. An empty value ends a limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from opsrules.errors import ParameterError, Problem
from opsrules.parameters.documents import Document, KeyPath, by_place, dotted
from opsrules.parameters.faults import problems_of
from opsrules.parameters.kinds import Text, exact
from opsrules.parameters.load import read_file
from opsrules.parameters.scalars import shown

__all__ = ["Limit", "read_limits"]


@dataclass(frozen=True)
class Limit:
    """A number that holds from a day on.

    Attributes
    ----------
    name, description, unit, source : str
    values : mapping of date to (int, Decimal or None)
        By the first day on which the value holds, ascending; None from a day on which there is none.
    places : mapping of date to str
        ``file:line`` of each value.
    place : str
        Of the limit.
    """

    name: str
    description: str
    unit: str
    source: str
    values: Mapping[date, Decimal | None]
    places: Mapping[date, str] = field(repr=False)
    place: str = ""

    def at(self, on: date) -> Decimal:
        """Return the value on a day.

        Raises
        ------
        ParameterError
            If there is none, with the gap.
        """
        if problem := self.gap_at(on):
            raise ParameterError([problem])
        found = self.values[max(day for day in self.values if day <= on)]
        assert found is not None  # noqa: S101 - for the type checker: that is a gap
        return found

    def gap_at(self, on: date) -> Problem | None:
        """Return the problem that there is no value on a day, None when there is one."""
        before = [day for day in self.values if day <= on]
        after = min((day for day in self.values if day > on and self.values[day] is not None), default=None)
        if before and self.values[before[-1]] is not None:
            return None
        place = self.places[before[-1]] if before else self.place
        start = f"from {before[-1]}" if before else "from the earliest days"
        gap = f"{start} to the day before {after}" if after else f"{start} on"
        what = f"limit {self.name} has no value on {on}: none {gap}"
        return Problem(place, what, f"add {on}: ... to values, with what held then and its source")


def _day(key: object) -> object:
    try:
        return date.fromisoformat(key) if isinstance(key, str) and len(key) == 10 else key
    except ValueError:
        return key  # JSON has no days, only text; what is none is refused


_Day = Annotated[date, BeforeValidator(_day)]
_Number = Annotated[Decimal, BeforeValidator(exact)]


class _LimitEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    description: Annotated[Text, Field(examples=["what is limited"])]
    unit: Annotated[Text, Field(examples=["percent"])]
    source: Annotated[Text, Field(examples=["where the limit stands, and when it was read"])]
    values: Annotated[dict[_Day, _Number | None], Field(min_length=1, examples=["{2026-01-01: 100}"])]


def read_limits(root: Path) -> tuple[dict[str, Limit], tuple[Problem, ...]]:
    """Read parameters/limits/*.yaml and *.json; files that start with ``_`` are templates.

    Parameters
    ----------
    root : Path
        The workspace.

    Returns
    -------
    dict of str to Limit, tuple of Problem
        Limits without a mistake by name, and all mistakes by place.
    """
    folder = root / "parameters" / "limits"
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    limits: dict[str, Limit] = {}
    problems: list[Problem] = []
    for path in files:
        if path.suffix in (".yaml", ".json") and not path.name.startswith(("_", ".")):
            document = read_file(path, path.relative_to(root).as_posix())
            problems += document.problems
            for name, at, entry in _entries(document):
                limit, found = _limit(name, at, entry, document)
                found = found or _same_name(limit, limits)
                if limit is not None and not found:
                    limits[name] = limit
                problems += found
    return limits, by_place(problems)


def _entries(document: Document) -> Iterator[tuple[str, KeyPath, Any]]:
    raw = document.value
    if not isinstance(raw, dict) or {"values", "description", "unit", "source"} & raw.keys():
        if not document.is_spoilt(()):
            yield Path(document.name).stem, (), raw
        return
    for name, entry in raw.items():
        if not document.is_spoilt((name,)):
            yield str(name), (name,), entry


def _limit(name: str, at: KeyPath, entry: Any, document: Document) -> tuple[Limit | None, list[Problem]]:
    if not isinstance(entry, dict):
        what = f"{dotted(at) or 'the file'} must be a limit, got {shown(entry)}"
        return None, [Problem(document.place(at), what, "write description, unit, source and values")]
    try:
        right = _LimitEntry.model_validate(entry)
    except ValidationError as error:
        return None, problems_of(error, document, _LimitEntry, at)
    if any(path[: len(at)] == at for path in document.spoilt):
        return None, []
    places: dict[date, str] = {}
    problems = []
    for day, key in zip(map(_day, entry["values"]), entry["values"], strict=True):
        assert isinstance(day, date)  # noqa: S101 - for the type checker: the model took it
        place = document.key_place((*at, "values", key))
        if day in places:
            what = f"{dotted((*at, 'values'))} has two values from {day} on, the other at {places[day]}"
            problems.append(Problem(place, what, "keep one of them"))
        places.setdefault(day, place)
    values = dict(sorted(right.values.items()))
    place = document.key_place(at) if at else document.place()
    return Limit(name, right.description, right.unit, right.source, values, places, place), problems


def _same_name(limit: Limit | None, limits: Mapping[str, Limit]) -> list[Problem]:
    """Return the problem of a name that another limit has, or that differs from it only by case."""
    same = next((one for one in limits.values() if limit and one.name.casefold() == limit.name.casefold()), None)
    if limit is None or same is None:
        return []
    how = "also stands" if same.name == limit.name else f"differs only by case from {shown(same.name)}"
    what = f"limit {shown(limit.name)} {how} at {same.place}"
    return [Problem(limit.place, what, "give each limit a name of its own")]
