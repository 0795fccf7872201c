"""Examples of a decision table, in a file of their own beside it: fees.csv has them in fees.examples.yaml.

::

    - row: {country: AT, paid_minor: 12000}
      decides: eu-high
    - row: {country: US, paid_minor: 12000}
      decides: []
      why: nothing is charged there

``decides`` names the rows of the table that fire for the row of data by the table's hit policy: one or none, or several
where each that fires counts.
Each example is one for every row of the table, whether that fires or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath, dotted
from opsrules.parameters.load import read_file
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rules.check import Vocabulary
from opsrules.rules.model import HitPolicy

__all__ = ["SUFFIX", "Examples", "read_examples"]

SUFFIX = ".examples.yaml"
_KEYS = ("row", "decides", "why")


@dataclass(frozen=True)
class Examples:
    """The examples of a table.

    Attributes
    ----------
    entries : tuple of (row, ids of the rows of the table that fire, why)
    lines : tuple of str
        ``file:line`` of each.
    problems : tuple of Problem
    sha256 : str
        Of the file's bytes; "" when there is no file.
    """

    entries: tuple[tuple[dict[str, Any], frozenset[str], str], ...] = ()
    lines: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    sha256: str = ""


def read_examples(table: Path, name: str, ids: Sequence[str], hit: HitPolicy, known: Vocabulary) -> Examples:
    """Return the examples beside a table's file, none when there is no such file.

    Parameters
    ----------
    table : path
        Of the table's file.
    name : str
        What places call that file.
    ids : sequence of str
        Of the table's rows, as they stand in it.
    hit : HitPolicy
        Only where each row that fires counts may several decide.
    known : Vocabulary
    """
    path = table.with_suffix(SUFFIX)
    if not path.exists():
        return Examples()
    document = read_file(path, name.removesuffix(table.suffix) + SUFFIX)
    problems = list(document.problems)
    listed = document.value if isinstance(document.value, list) else []
    if not listed and not document.is_spoilt(()):
        what = f"must be a list of examples, got {shown(document.value)}"
        problems.append(Problem(document.place(), what, "write - row: {column: value}"))
    places = [number for number, one in enumerate(listed) if not document.is_spoilt((number,))]
    for number in places:
        problems += _problems(listed[number], (number,), document, ids, known)
        problems += _several(listed[number], (number,), document, hit)
    entries = () if problems else tuple(_entry(listed[number]) for number in places)
    lines = tuple(document.place((number,)) for number in places)
    return Examples(entries, lines, tuple(problems), document.sha256)


def _entry(one: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str], str]:
    decides = one["decides"] if isinstance(one["decides"], list) else [one["decides"]]
    return one["row"], frozenset(map(str, decides)), one.get("why") or ""


def _several(one: Any, at: KeyPath, document: Document, hit: HitPolicy) -> Iterator[Problem]:
    decides = one.get("decides") if isinstance(one, dict) else None
    if hit is not HitPolicy.COLLECT and isinstance(decides, list) and len(decides) > 1:
        what = f"{dotted((*at, 'decides'))} must name one row at most, as the table's hit policy is {hit}"
        yield Problem(document.place((*at, "decides")), f"{what}, got {shown(decides)}", "name the one that decides")


def _problems(one: Any, at: KeyPath, document: Document, ids: Sequence[str], known: Vocabulary) -> Iterator[Problem]:
    if not isinstance(one, dict):
        yield Problem(document.place(at), f"{dotted(at)} must be an example, got {shown(one)}", "write - row: ...")
        return
    for key in one:
        if key not in _KEYS:
            yield Problem(document.key_place((*at, key)), f"unknown key {shown(key)}", hint(str(key), _KEYS))
    row, decides = one.get("row"), one.get("decides", {})
    if not isinstance(row, dict):
        what = f"{dotted((*at, 'row'))} must be a mapping, got {shown(row)}"
        yield Problem(document.place((*at, "row")), what, "write row: {column: value}")
    for column in row if isinstance(row, dict) and known.columns is not None else ():
        if column not in (known.columns or ()):
            what = f"{dotted((*at, 'row'))}: no variable reads a column {shown(column)}"
            yield Problem(document.key_place((*at, "row", column)), what, hint(str(column), known.columns or ()))
    for row_id in decides if isinstance(decides, list) else [decides]:
        if not isinstance(row_id, str | int) or str(row_id) not in ids:
            what = f"{dotted((*at, 'decides'))} must name rows of the table, got {shown(row_id)}"
            yield Problem(document.place((*at, "decides")), what, hint(str(row_id), ids))
