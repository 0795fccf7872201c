"""Decision tables as CSV.

::

    table,country_fees,hit,first
    id,if country is_one_of,if paid greater_than,if paid_on after variable,then set_cause.cause
    eu-high,AT | DE,100.00 EUR,due_on,late
    eu,AT | DE,,,ordinary
    rest,,,,foreign

The first line names the table and its hit policy; what holds for all rows may follow there, key and value in turn
(``table,country_fees,hit,first,owner,Finance,severity,low``). Headings: ``id``, other keys of a rule (name, source,
severity, since ...), ``if VARIABLE OPERATOR`` with a constant in the cells, ``if VARIABLE OPERATOR variable`` with the
name of another variable, ``if VARIABLE`` with operator and constant in the cell (``greater_than 5``), ``then
ACTION.PARAMETER``, and ``then ACTION`` for an action without parameters. An empty cell asks nothing; yes stands for an
operator without a constant and for an action without parameters; a row without conditions always fires. The separator
is what follows the word table: comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opsrules.errors import Problem
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rules.check import Vocabulary
from opsrules.rules.model import HitPolicy
from opsrules.rules.tables.build import COMMON_KEYS, OWN_KEYS, action_fault, condition_fault
from opsrules.rules.tables.model import Line, Written

__all__ = ["Grid", "read_grid"]

_START = "write table,NAME,hit,first (or unique, or collect) in the first line"


@dataclass(frozen=True)
class _Heading:
    """What a column is: an own key, a condition or an action's parameter."""

    text: str
    own: str = ""
    variable: str = ""
    operator: str = ""
    names_variable: bool = False
    action: str = ""
    parameter: str = ""


@dataclass(frozen=True)
class Grid:
    """A CSV file taken apart.

    Attributes
    ----------
    name : str
    hit : HitPolicy
    variables : tuple of str
        Of the condition columns.
    lines : tuple of Line
    problems : tuple of Problem
    common : mapping of str to Written
        Keys of a rule that hold for every row without its own.
    """

    name: str
    hit: HitPolicy
    variables: tuple[str, ...]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    common: Mapping[str, Written] = field(default_factory=dict)


def read_grid(content: bytes, file: str, known: Vocabulary) -> Grid:
    """Return the rows of a CSV file and its mistakes, those of values excepted."""
    problems: list[Problem] = []
    records = list(_records(content, file, problems))
    words = [cell.strip() for cell in records[0][1]] if records else []
    name, hit = ("", HitPolicy.COLLECT) if problems else _title(words[:4], file, problems)
    common = _common(words[4:], file, problems)
    if problems:
        return Grid(name, hit, (), (), tuple(problems))
    place, texts = records[1] if len(records) > 1 else (f"{file}:2", [])
    headings = [_heading(text.strip(), place, known, problems) for text in texts]
    unfit = list(_whole(headings, place))
    problems += unfit
    rows = [] if unfit else records[2:]
    lines = [line for at, cells in rows for line in _line(at, cells, headings, problems)]
    variables = tuple(dict.fromkeys(one.variable for one in headings if one and one.variable))
    return Grid(name, hit, variables, tuple(lines), tuple(problems), common)


def _records(content: bytes, file: str, problems: list[Problem]) -> Iterator[tuple[str, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem(f"{file}:{line}", "is not UTF-8", "save it as CSV UTF-8"))
        return
    mark = text[5:6] if text[:5] == "table" else ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark if mark in (";", "\t") else ",", strict=True)
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield f"{file}:{line}", record
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(f"{file}:{line}", f"is no CSV ({error})", "correct the quotes of this line"))


def _title(words: Sequence[str], file: str, problems: list[Problem]) -> tuple[str, HitPolicy]:
    policies = [str(one) for one in HitPolicy]
    if len(words) != 4 or words[0] != "table" or words[2] != "hit" or not words[1].isidentifier():
        problems.append(Problem(f"{file}:1", "does not start as a decision table", _START))
        return "", HitPolicy.COLLECT
    if words[3] not in policies:
        what = f"hit must be {', '.join(policies[:-1])} or {policies[-1]}, got {shown(words[3])}"
        problems.append(Problem(f"{file}:1", what, hint(words[3], policies)))
        return words[1], HitPolicy.COLLECT
    return words[1], HitPolicy(words[3])


def _common(words: list[str], file: str, problems: list[Problem]) -> dict[str, Written]:
    """Return the keys of a rule that stand in the first line."""
    while words and not words[-1]:  # spreadsheets fill a line up to the width of the table
        words.pop()
    keys, values = words[::2], words[1::2]
    problems += [
        Problem(f"{file}:1", f"has the unknown key {shown(key)}", hint(key, COMMON_KEYS))
        for key in keys
        if key not in COMMON_KEYS
    ]
    if len(keys) > len(values):
        problems.append(Problem(f"{file}:1", f"has no value after {shown(keys[-1])}", "write it in the next column"))
    return {key: Written(key, f"{file}:1", value, is_cell=True) for key, value in zip(keys, values, strict=False)}


def _heading(text: str, place: str, known: Vocabulary, problems: list[Problem]) -> _Heading | None:
    words = text.split()
    if not text:
        return None
    heading, fault = None, None
    if words[0] == "if" and (len(words) in (2, 3) or (len(words) == 4 and words[3] == "variable")):
        heading = _Heading(text, variable=words[1], operator=(*words, "")[2], names_variable=len(words) == 4)
        # A column whose cells hold the operator has its variable checked here all the same.
        fault = condition_fault(words[1], heading.operator or _any_operator(words[1], known), known)
    elif words[0] == "then" and len(words) == 2:
        action, dot, parameter = words[1].partition(".")
        heading = _Heading(text, action=action, parameter=parameter)
        fault = action_fault(action, parameter if dot else None, known)
    elif text in OWN_KEYS:
        heading = _Heading(text, own=text)
    else:
        fault = "must be if VARIABLE OPERATOR, then ACTION.PARAMETER or a rule's key", hint(text, OWN_KEYS)
    if fault:
        problems.append(Problem(place, f"column {shown(text)}: {fault[0]}", fault[1]))
        return None
    return heading


def _any_operator(variable: str, known: Vocabulary) -> str:
    return known.operators(variable)[0] if variable in known.variables else ""


def _whole(headings: Sequence[_Heading | None], place: str) -> Iterator[Problem]:
    kept = [one for one in headings if one]
    for number, one in enumerate(kept):
        if one.text in [earlier.text for earlier in kept[:number]] and (one.operator or not one.variable):
            yield Problem(place, f"column {shown(one.text)} stands twice", "keep one of the two")
    if not any(one.own == "id" for one in kept):
        yield Problem(place, "has no column id", "give each row an id of its own, for ever")
    if not any(one.variable for one in kept):
        yield Problem(place, "has no condition column", "write a column such as 'if VARIABLE OPERATOR'")
    if not any(one.action for one in kept):
        yield Problem(place, "has no action column", "write a column such as 'then ACTION.PARAMETER'")


def _line(
    place: str, cells: Sequence[str], headings: Sequence[_Heading | None], problems: list[Problem]
) -> Iterator[Line]:
    own: dict[str, Written] = {}
    conditions: list[tuple[str, str, Written]] = []
    actions: dict[str, dict[str, Written]] = {}
    for position, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        if position >= len(headings):
            what = f"has a value {shown(text)} in column {position + 1}, which has no heading"
            problems.append(Problem(place, what, "quote a cell that holds the separator"))
            continue
        heading = headings[position]
        if heading is None:
            continue
        written = Written(heading.text, place, text, is_cell=True, names_variable=heading.names_variable)
        if heading.own:
            own[heading.own] = written
        elif heading.variable:
            conditions.append(_asked(heading, written))
        elif heading.parameter:
            actions.setdefault(heading.action, {})[heading.parameter] = written
        else:
            actions.setdefault(heading.action, {})
            if text == "yes":
                continue
            what = f"column {shown(heading.text)} must be yes or empty, got {shown(text)}"
            problems.append(Problem(place, what, "write yes, or nothing"))
    yield Line(place, own, tuple(conditions), actions)


def _asked(heading: _Heading, written: Written) -> tuple[str, str, Written]:
    if heading.operator:
        return heading.variable, heading.operator, written
    operator, _, rest = str(written.value).partition(" ")
    constant = rest.strip() or "yes"
    return heading.variable, operator, Written(written.column, written.place, constant, is_cell=True)
