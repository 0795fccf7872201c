"""Business calendars: those that ship in parameters/calendars/*.yaml, and what an account says of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from opsrules.calendars import WEEKDAYS, BusinessCalendar
from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath
from opsrules.parameters.faults import problems_of
from opsrules.parameters.kinds import Many, Text, check_safe_name, refuse
from opsrules.parameters.nearest import hint
from opsrules.parameters.reading import read_document
from opsrules.parameters.scalars import shown

__all__ = [
    "CalendarFile",
    "CalendarUse",
    "Calendars",
    "Holiday",
    "Weekdays",
    "calendar_files",
    "joined",
    "problems_of_calendars",
]

_FOLDER = ("parameters", "calendars")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Holiday(_Part):
    """One closed day.

    Attributes
    ----------
    day : date
    name : str
    source : str or None
        Where it stands; None in a calendar that names one source for all.
    """

    day: Annotated[date, Field(examples=["2026-12-24"])]
    name: Annotated[Text, Field(examples=["Christmas Eve"])]
    source: Text | None = None


def _weekday(name: str) -> str:
    if name not in WEEKDAYS:
        raise refuse(f"must be a weekday, got {shown(name)}", hint(name, WEEKDAYS))
    return name


def _each_once(days: tuple[Any, ...]) -> tuple[Any, ...]:
    named = [getattr(one, "day", one) for one in days]
    for one in named:
        if named.count(one) > 1:
            raise refuse(f"must name each day once, got {one} twice", "remove one of them")
    return days


def _some_open(days: tuple[str, ...]) -> tuple[str, ...]:
    if len(days) == len(WEEKDAYS):
        raise refuse("must leave a day open, got all seven", "name the days on which no business is done")
    return days


Weekdays = Annotated[Many[Annotated[str, AfterValidator(_weekday)]], AfterValidator(_each_once)]
_Weekend = Annotated[Weekdays, AfterValidator(_some_open)]
_Holidays = Annotated[Many[Holiday], AfterValidator(_each_once)]


class CalendarUse(_Part):
    """Which days the account's business, and its bank, are closed.

    Attributes
    ----------
    use : tuple of str
        Ids of calendars in parameters/calendars; their weekends and holidays count together.
    weekend : tuple of str or None
        Weekdays without business, in place of those of the calendars named; None means theirs, and without any
        Saturday and Sunday.
    holidays : tuple of Holiday
        Further closed days.
    """

    use: Many[Text] = ()
    weekend: _Weekend | None = None
    holidays: _Holidays = ()


class CalendarFile(_Part):
    """One calendar that accounts may use.

    Attributes
    ----------
    id : str
        The file's name without ``.yaml``.
    name : str
    weekend : tuple of str
    first, last : date
        Days of which the calendar tells.
    source : str
        Where the days stand.
    verified_on : date
    confidence : str
        high, medium or low.
    holidays : tuple of Holiday
    """

    id: Annotated[str, AfterValidator(check_safe_name), Field(examples=["target2"])]
    name: Text
    weekend: _Weekend = ("saturday", "sunday")
    first: Annotated[date, Field(examples=["2025-01-01"])]
    last: Annotated[date, Field(examples=["2027-12-31"])]
    source: Text
    verified_on: Annotated[date, Field(examples=["2026-11-23"])]
    confidence: Literal["high", "medium", "low"]
    holidays: _Holidays

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.last < self.first:
            raise refuse(f"must not end on {self.last}, before it begins on {self.first}", "correct one of the days")
        for one in self.holidays:
            if not self.first <= one.day <= self.last:
                what = f"must name days from {self.first} to {self.last} only, got {one.day}"
                raise refuse(what, "widen first and last, or remove the day")
        return self


Calendars = Mapping[str, CalendarFile]
"""Calendars of a workspace by id."""


def calendar_files(root: Path) -> tuple[dict[str, CalendarFile], list[Problem], dict[str, str]]:
    """Return the workspace's calendars, every mistake in their files, and the hash of each file's bytes."""
    folder = root.joinpath(*_FOLDER)
    found: dict[str, CalendarFile] = {}
    problems: list[Problem] = []
    hashes: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        document = read_document(path.read_bytes(), path.relative_to(root).as_posix())
        problems += document.problems
        if document.is_spoilt(()):
            continue
        try:
            one = CalendarFile.model_validate(document.value)
        except ValidationError as error:
            problems += problems_of(error, document, CalendarFile)
            continue
        if one.id != path.stem:
            what = f"id is {shown(one.id)} in a file named {shown(path.name)}"
            problems.append(Problem(document.place(("id",)), what, f"write id: {path.stem}, or rename the file"))
        found[one.id], hashes[one.id] = one, document.sha256
    return found, problems, hashes


def problems_of_calendars(document: Document, calendars: Calendars) -> Iterator[Problem]:
    """Give the calendars that an account's file names and the workspace does not have."""
    for path, name in _named(document.value):
        if isinstance(name, str) and name not in calendars:
            what = f"there is no calendar {shown(name)} in parameters/calendars"
            yield Problem(document.place(path), what, hint(name, calendars) if calendars else "add its file there")


def _named(said: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Every place of an account's file that names a calendar, and the name."""
    own = said.get("calendar") if isinstance(said, dict) else None
    parts: list[tuple[KeyPath, Any]] = [(("calendar", "use"), own.get("use"))] if isinstance(own, dict) else []
    terms = said.get("processors") if isinstance(said, dict) else None
    for position, one in enumerate(terms if isinstance(terms, list) else ()):
        if isinstance(one, dict):
            parts.append((("processors", position, "calendars"), one.get("calendars")))
    for path, names in parts:
        for position, name in enumerate(names if isinstance(names, list) else ()):
            yield (*path, position), name


def joined(use: CalendarUse, calendars: Calendars) -> BusinessCalendar:
    """The days of all calendars that are used, and of the account's own, as one."""
    files = [calendars[name] for name in use.use]
    names = use.weekend if use.weekend is not None else {day for one in files for day in one.weekend}
    weekend = frozenset(map(WEEKDAYS.index, names)) if names or use.weekend is not None else frozenset({5, 6})
    days = {holiday.day for one in files for holiday in one.holidays} | {one.day for one in use.holidays}
    return BusinessCalendar(weekend, frozenset(days))
