"""Exports of any size from the fixtures of the table formats: their records again and again, hardly two of them alike.

All amounts of a row are taken so many times, which keeps the sums that a row promises; times move within a month, and
ids count up. What names a payout, an account or a place stays, as it does in a real export.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby, islice
from pathlib import Path
from typing import IO, Any, Literal

from table_cases import GOLDEN, declared

from opsrules import readers
from opsrules.readers import Source


def _is_whole(fixture: Path) -> bool:
    """Whether no record of a fixture is a reject."""
    return not json.loads(fixture.with_suffix(".expected.json").read_text(encoding="utf-8"))["rejects"]["rows"]


FIXTURES = sorted(path for path in GOLDEN.glob("*/*.csv") if _is_whole(path))

_Cell = Callable[[int], str]

_MOST_TIMES = 89
_STRIDE = 7919  # of a prime, so that all parts of a time move
_SHORTEST_ID, _ID_DIGITS = 4, 7
_MONEY = re.compile(r"[^0-9]{0,5}[0-9][0-9.,]*[.,][0-9]{1,2}[^0-9]{0,5}")
_FIGURE = re.compile(r"(?P<lead>[^0-9]{0,5})(?P<whole>[0-9][0-9.,]*?)(?P<part>[.,][0-9]{1,2})?(?P<tail>[^0-9]{0,5})")
_DAYS = [
    re.compile(one)
    for one in (
        r"\b[12][0-9]{3}[-/.][0-9]{2}[-/.](?P<day>[0-9]{2})",
        r"\b[^\W\d]{3,9}\.? (?P<day>[0-9]{1,2})\b(?=,? [12][0-9]{3}\b)",
        r"\b(?P<day>[0-9]{1,2})(?=\.?[ -][^\W\d]{3,9}\.?[ -][12][0-9]{3}\b)",
        r"\b(?P<day>[0-9]{2})(?=\.[0-9]{2}\.[0-9]{2})",
    )
]
_SLASHED = re.compile(r"\b[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}\b")
_CLOCK = re.compile(r"[0-9]{1,2}:(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?")
_ID = re.compile(r"(?P<lead>.*?)(?P<digits>[0-9]+)", re.DOTALL)
_STAYS = re.compile(
    r"payout|settlement[ _-]id|batch|deposit|statement|account|konto|merchant|entity|zip|post|sku|qty|quantity|items|"
    r"units|amount|fee|debit|credit|total|gross|net|last|suffix|line|count|score|rating|version|currency",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Export:
    """One fixture, taken apart.

    ``above`` are the lines before its first record, ``below`` those behind its last; ``cells`` are its records, and
    lines that stand between them, each cell by the number of the round.
    """

    path: Path
    options: dict[str, Any]
    delimiter: str
    encoding: str
    header: tuple[str, ...]
    above: str
    below: str
    cells: tuple[tuple[_Cell, ...], ...]

    @property
    def reader(self) -> str:
        return self.path.parent.name

    def __str__(self) -> str:
        return f"{self.reader} {self.path.stem}"

    def source(self, path: Path) -> Source:
        """An export that was written, to be read."""
        return Source(path, path.name, zone="Europe/Berlin", options=self.options)

    def write(self, path: Path, rows: int) -> None:
        """Write an export of so many rows."""
        with path.open("w", encoding=self.encoding, newline="") as file:
            file.write(self.above)
            self._writer(file).writerows(self._rows(rows))
            file.write(self.below)

    def write_plain(self, path: Path, rows: int) -> None:
        """Write the header and records alone, each in one line of UTF-8: what every reader of tables can read."""
        with path.open("w", encoding="utf-8", newline="") as file:
            whole = (row for row in self._rows(rows) if len(row) == len(self.header))
            writer = self._writer(file)
            writer.writerow(self.header)
            writer.writerows([cell.replace("\n", " ") for cell in row] for row in whole)

    def _writer(self, file: IO[str]) -> Any:
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.above.splitlines()[-1].startswith('"') else csv.QUOTE_MINIMAL
        return csv.writer(file, delimiter=self.delimiter, lineterminator="\n", quoting=quoting)

    def _rows(self, rows: int) -> Iterator[list[str]]:
        """So many rows; what stands between records stays where it is, once, and the records around it become many."""
        parts = [(whole, list(part)) for whole, part in groupby(self.cells, lambda row: len(row) == len(self.header))]
        left, records = rows, sum(len(part) for whole, part in parts if whole)
        for whole, part in parts:
            share = -(-left * len(part) // records) if whole else len(part)
            made = ([cell(number) for cell in row] for number in count() for row in part)
            yield from islice(made, share)
            if whole:
                left, records = left - share, records - len(part)


def export_of(path: Path) -> Export:
    """Take a fixture apart."""
    options = declared(path)
    got = readers.read(Source(path, path.name, zone="Europe/Berlin", options=options), path.parent.name)
    found = [line for table in (*got.tables.values(), got.rejects) for line in table["source_line"].tolist() if line]
    first, last = min(found), max(found)
    lines = path.read_text(encoding=got.encoding).lstrip("\ufeff").splitlines(keepends=True)
    delimiter = max(",;\t", key=lines[first - 1].count)
    heads = [row for row in csv.reader(lines[: first - 1], delimiter=delimiter) if row]
    header = max(reversed(heads), key=lambda row: len({cell for cell in row if cell}))
    rows, end = [], first - 1
    taken = csv.reader(lines[end:], delimiter=delimiter)
    while end < last:
        rows.append(next(taken))
        end = first - 1 + taken.line_num
    width = max(len(row) for row in rows)
    columns = [
        _column(header[at] if at < len(header) else "", [row[at] for row in rows if at < len(row)])
        for at in range(width)
    ]
    cells = tuple(tuple(columns[at](cell) for at, cell in enumerate(row)) for row in rows)
    around = "".join(lines[: first - 1]), "".join(lines[end:])
    return Export(path, options, delimiter, got.encoding, tuple(header), *around, cells)


def _column(name: str, cells: Sequence[str]) -> Callable[[str], _Cell]:
    """How the cells of a column change from round to round."""
    if any(_MONEY.fullmatch(cell) for cell in cells):
        grouped = any(len(re.findall("[.,]", cell)) > 1 for cell in cells)
        return lambda cell: _amount(cell, grouped)
    if any(one.search(cell) for cell in cells for one in (*_DAYS, _SLASHED, _CLOCK)):
        return _time
    return _same if _STAYS.search(name) else _id


def _same(cell: str) -> _Cell:
    return lambda _: cell


def _amount(cell: str, grouped: bool) -> _Cell:
    found = _FIGURE.fullmatch(cell)
    if found is None:
        return _same(cell)
    lead, whole, part, tail = (found[one] or "" for one in ("lead", "whole", "part", "tail"))
    point = part[:1] or "."
    places = max(len(part) - 1, 0)
    units = int(re.sub("[^0-9]", "", whole + part))

    def made(number: int) -> str:
        over, under = divmod(units * (1 + number % _MOST_TIMES), 10**places)
        text = f"{over:,}" if grouped else str(over)
        text = text.replace(",", "." if point == "," else ",")
        return f"{lead}{text}{f'{point}{under:0{places}d}' if places else ''}{tail}"

    return made


def _time(cell: str) -> _Cell:
    day = next((found for one in _DAYS if (found := one.search(cell))), None)
    clock = _CLOCK.search(cell)
    if day is None and clock is None:
        return _same(cell)
    # Where days, minutes and seconds stand, and what they count from and to.
    parts = [] if day is None else [(day.span("day"), 1, 28)]
    parts += [] if clock is None else [(clock.span(one), 0, 60) for one in ("minute", "second") if clock[one]]
    parts.sort(reverse=True)

    def made(number: int) -> str:
        text, rest = cell, number * _STRIDE
        for (start, stop), least, size in parts:
            rest, part = divmod(rest, size)
            text = f"{text[:start]}{least + part:0{stop - start}d}{text[stop:]}"
        return text

    return made


def _id(cell: str) -> _Cell:
    found = _ID.fullmatch(cell)
    if found is None:
        return _same(cell)
    lead, digits = found["lead"], found["digits"]
    if not lead and len(digits) < _SHORTEST_ID:
        return _same(cell)
    start, size = int(digits), max(len(digits), _ID_DIGITS)
    return lambda number: f"{lead}{(start + number) % 10**size:0{size}d}"
