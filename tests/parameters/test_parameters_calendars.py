"""Calendars: those that ship are right, what is wrong in one is said with file and line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from account_files import ACCOUNT, READERS

from opsrules.calendars import WEEKDAYS
from opsrules.errors import ParameterError, Problem
from opsrules.parameters import Account, load

SHIPPED = Path(__file__).parents[2] / "parameters/calendars"
OWN = """\
id: own
name: Our bank
first: 2026-01-01
last: 2026-12-31
source: the bank's list
verified_on: 2026-11-01
confidence: high
holidays:
  - {day: 2026-10-09, name: Founders' day}
"""


def written(workspace: Path, account: str, **calendars: str) -> Account:
    (workspace / "parameters/accounts/northwind.yaml").write_text(account, encoding="utf-8")
    folder = workspace / "parameters/calendars"
    folder.mkdir(exist_ok=True)
    for name, text in calendars.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(workspace, READERS).accounts["northwind"]


def refused(workspace: Path, account: str, **calendars: str) -> list[Problem]:
    with pytest.raises(ParameterError) as caught:
        written(workspace, account, **calendars)
    return list(caught.value.problems)


def easter(year: int) -> date:
    """Easter Sunday by Gauss, with his corrections, for 1900 to 2099."""
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + 24) % 30
    e = (2 * b + 4 * c + 6 * d + 5) % 7
    day = 22 + d + e
    if day == 57 or (day == 56 and d == 28 and a > 10):
        day -= 7
    return date(year, 3, 1) + timedelta(days=day - 1)


def days_of(name: str) -> set[date]:
    return {one["day"] for one in yaml.safe_load((SHIPPED / f"{name}.yaml").read_text())["holidays"]}


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The n-th such weekday of a month, from the end for -1."""
    days = [date(year, month, 1) + timedelta(days=step) for step in range(31)]
    return [day for day in days if day.month == month and day.weekday() == weekday][number]


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_euro_calendar_follows_the_central_banks_rule(year: int) -> None:
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)}
    moving = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)}
    assert {day for day in days_of("target2") if day.year == year} == fixed | moving


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_american_calendar_moves_sundays_and_drops_saturdays(year: int) -> None:
    fixed = {date(year, *when) for when in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))}
    moved = {day + timedelta(days=1) if day.weekday() == 6 else day for day in fixed if day.weekday() != 5}
    floating = {
        *(nth(year, 1, 0, 2), nth(year, 2, 0, 2), nth(year, 5, 0, -1), nth(year, 9, 0, 0), nth(year, 10, 0, 1)),
        nth(year, 11, 3, 3),
    }
    assert {day for day in days_of("us_fedwire") if day.year == year} == moved | floating


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_english_calendar_gives_substitutes_for_weekends(year: int) -> None:
    wanted = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)}
    wanted |= {nth(year, 5, 0, 0), nth(year, 5, 0, -1), nth(year, 8, 0, -1)}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in wanted:
            day += timedelta(days=1)
        wanted.add(day)
    assert {day for day in days_of("uk_banks") if day.year == year} == wanted


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_calendar_loads_and_says_where_its_days_stand(workspace: Path, path: Path) -> None:
    use = f"{ACCOUNT}calendar: {{use: [{path.stem}]}}\n"
    account = written(workspace, use, **{path.stem: path.read_text("utf-8")})
    assert account.business.holidays == frozenset(days_of(path.stem))
    assert yaml.safe_load(path.read_text())["source"]


def test_calendars_of_an_account_count_together_with_its_own_days(workspace: Path) -> None:
    own = 'calendar:\n  use: [own]\n  weekend: [friday, saturday]\n  holidays: [{day: 2026-10-12, name: "Move"}]\n'
    account = written(workspace, ACCOUNT + own, own=OWN)
    assert account.business.holidays == {date(2026, 10, 9), date(2026, 10, 12)}
    assert account.business.weekend == {4, 5}
    assert account.sha256 != written(workspace, ACCOUNT + own, own=OWN.replace("10-09", "10-08")).sha256


def test_without_a_calendar_saturdays_and_sundays_are_closed(workspace: Path) -> None:
    assert written(workspace, ACCOUNT).business.weekend == {5, 6}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("day: 2026-10-09", "day: 9 Oct", 9, ("holidays[0].day must be a day such as 2026-10-01, got '9 Oct'",)),
        ("day: 2026-10-09", "day: 2026-02-30", 9, ("2026-02-30 is no day of the calendar",)),
        ("confidence: high", "confidence: sure", 7, ("confidence",)),
        ("source: the bank's list\n", "", 1, ("source is missing",)),
        ("id: own", "id: other", 1, ("id is 'other' in a file named 'own.yaml'", "write id: own")),
        ("confidence: high", "confidence: high\nweekend: [sonday]", 8, ("weekend[0] must be a weekday", "sunday?")),
        ("2026-10-09, name", "2027-10-09, name", 1, ("must name days from 2026-01-01 to 2026-12-31 only",)),
        ("  - {day: 2026-10-09", "  - {day: 2026-10-09, name: A}\n  - {day: 2026-10-09", 8, ("each day once",)),
    ],
)
def test_a_bad_calendar_is_told_with_its_line(
    workspace: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    (found,) = refused(workspace, ACCOUNT, own=OWN.replace(old, new))
    assert found.place == f"parameters/calendars/own.yaml:{line}"
    assert all(word in str(found) for word in words), str(found)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("calendar: {use: [owm]}\n", 27, ("there is no calendar 'owm'", "did you mean own?")),
        ("processors:\n  - processor: stripe\n    calendars: [owm]\n", 29, ("there is no calendar 'owm'",)),
        ("processors:\n  - processor: stripe\n    payout_weekdays: [wed]\n", 29, ("must be a weekday, got 'wed'",)),
        ("processors:\n  - processor: stripe\n    bank_account: 12\n", 29, ("must be text, got 12",)),
        (f"calendar:\n  weekend: [{', '.join(WEEKDAYS)}]\n", 28, ("a day open",)),
        ("processors: [{processor: stripe}, {processor: stripe}]\n", 27, ("one entry for each processor",)),
        ("fx: {rates: [{sold: USD, bought: USD, rate: 1, source: x}]}\n", 27, ("one currency into another",)),
        ("fx: {rates: [{sold: USD, bought: EUR, rate: 0, source: x}]}\n", 27, ("must be more than 0",)),
    ],
)
def test_what_an_account_says_wrongly_is_told_with_its_line(
    workspace: Path, text: str, line: int, words: tuple[str, ...]
) -> None:
    (found,) = refused(workspace, ACCOUNT + text, own=OWN)
    assert found.place == f"parameters/accounts/northwind.yaml:{line}"
    assert all(word in str(found) for word in words), str(found)


def test_two_rates_for_one_day_are_refused(workspace: Path) -> None:
    rate = "{sold: %s, bought: %s, rate: 0.9, since: %s, until: 2026-12-31, source: x}"
    both = [rate % ("USD", "EUR", "2026-01-01"), rate % ("EUR", "USD", "2026-06-01")]
    (found,) = refused(workspace, f"{ACCOUNT}fx: {{rates: [{', '.join(both)}]}}\n")
    assert "one rate a day, got two for EUR and USD" in str(found)


def test_no_calendar_is_needed(problems: Callable[..., list[Problem]]) -> None:
    assert problems(ACCOUNT) == []
