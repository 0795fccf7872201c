"""Decision tables as YAML or JSON.

::

    table: country_fees
    hit: first
    rows:
      - id: eu-high
        if:
          country is_one_of: [AT, DE]
          paid greater_than: {minor: 10000, currency: EUR}
          paid_on after: {variable: due_on}
        then:
          set_cause: {cause: late}
      - id: rest
        then:
          set_cause: {cause: foreign}

A row without ``if`` always fires. Other keys of a rule (name, source, severity, since ...) stand beside ``id``, or, for
all rows, beside ``table``; an operator without a constant has the value true, an action without parameters ``{}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath, dotted
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rules.model import HitPolicy
from opsrules.rules.tables.build import COMMON_KEYS, OWN_KEYS
from opsrules.rules.tables.grid import Grid
from opsrules.rules.tables.model import Line, Written

__all__ = ["KEYS", "read_listing"]

KEYS = ("table", "hit", "rows")


def read_listing(document: Document) -> Grid:
    """Return the rows of a YAML or JSON document, a mapping, and its mistakes, those of values excepted."""
    problems = list(document.problems)
    value = document.value
    problems += _strange(value, (), (*KEYS, *COMMON_KEYS), document)
    name, hit = value.get("table"), value.get("hit")
    if not isinstance(name, str) or not name.isidentifier():
        what = f"table must be a name of letters, digits and _, got {shown(name)}"
        problems.append(Problem(document.place(("table",)), what, "write table: NAME"))
        name = ""
    if hit not in list(HitPolicy):
        what = f"hit must be {', '.join(HitPolicy)}, got {shown(hit)}"
        problems.append(Problem(document.place(("hit",)), what, hint(str(hit), [str(one) for one in HitPolicy])))
        hit = HitPolicy.COLLECT
    rows = value.get("rows")
    if not isinstance(rows, list) or not rows:
        problems.append(
            Problem(document.place(("rows",)), f"rows must be a list, got {shown(rows)}", "write - id: ...")
        )
        rows = []
    lines = [line for number, row in enumerate(rows) for line in _line(row, ("rows", number), document, problems)]
    variables = tuple(dict.fromkeys(variable for line in lines for variable, _, _ in line.conditions))
    common = {key: Written(key, document.place((key,)), value[key]) for key in COMMON_KEYS if key in value}
    return Grid(name, HitPolicy(hit), variables, tuple(lines), tuple(problems), common)


def _strange(value: dict[Any, Any], path: KeyPath, known: tuple[str, ...], document: Document) -> Iterator[Problem]:
    for key in value:
        if key not in known:
            where = f" in {dotted(path)}" if path else ""
            yield Problem(document.key_place((*path, key)), f"unknown key {shown(key)}{where}", hint(str(key), known))


def _line(row: Any, path: KeyPath, document: Document, problems: list[Problem]) -> Iterator[Line]:
    if document.is_spoilt(path):
        return
    if not isinstance(row, dict):
        what = f"{dotted(path)} must be a mapping, got {shown(row)}"
        problems.append(Problem(document.place(path), what, "write - id: ..."))
        return
    problems += _strange(row, path, (*OWN_KEYS, "if", "then"), document)
    own = {key: Written(key, document.place((*path, key)), row[key]) for key in OWN_KEYS if key in row}
    asked = _mapping(row.get("if"), (*path, "if"), document, problems)
    conditions = []
    for key, value in asked.items():
        at = (*path, "if", key)
        words = str(key).split()
        if len(words) != 2:
            what = f"{dotted((*path, 'if'))} must have VARIABLE OPERATOR as its keys, got {shown(key)}"
            problems.append(Problem(document.key_place(at), what, "write such as 'amount greater_than: 5'"))
        elif not document.is_spoilt(at):
            conditions.append((words[0], words[1], Written(str(key), document.place(at), value)))
    actions = {}
    for name, given in _mapping(row.get("then"), (*path, "then"), document, problems).items():
        at = (*path, "then", name)
        params = _mapping(given, at, document, problems)
        actions[str(name)] = {
            str(key): Written(f"{name}.{key}", document.place((*at, key)), value) for key, value in params.items()
        }
    yield Line(document.place(path), own, tuple(conditions), actions)


def _mapping(value: Any, path: KeyPath, document: Document, problems: list[Problem]) -> dict[Any, Any]:
    if value is None or isinstance(value, dict):
        return value or {}
    what = f"{dotted(path)} must be a mapping, got {shown(value)}"
    problems.append(Problem(document.place(path), what, "write {} for nothing"))
    return {}
