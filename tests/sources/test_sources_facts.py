"""Facts of one file: counted here by other means, and always adding up to the file."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from datetime import time
from pathlib import Path

import pytest
from table_cases import CASES, GOLDEN, Case, written

from opsrules import readers
from opsrules.inputs import FileRead
from opsrules.readers import READERS, Read, Source
from opsrules.readers.content import heads
from opsrules.schemas import TABLES, empty
from opsrules.sources.days import AMOUNTS, days_of
from opsrules.sources.facts import file_read
from opsrules.sources.known import header_names, known_by, known_words

FILES = [path for path in sorted(GOLDEN.glob("*/*")) if not path.name.endswith(("expected.json", "options.json"))]


def _read(path: Path) -> Read:
    told = path.with_suffix(".options.json")
    options = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    return readers.read(Source(path, path.name, "Europe/Berlin", options), path.parent.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_rows_sums_and_days_are_those_of_the_tables(path: Path) -> None:
    got = _read(path)
    facts = file_read(path.name, got, "", "Europe/Berlin")
    assert (facts.records, facts.rejected) == (got.records, len(got.rejects))
    rows: Counter[str] = Counter()
    for one in facts.rows:
        rows[one.kind] += one.rows
        table = got.tables[one.kind]
        part = table[table["currency"] == one.currency] if one.kind in AMOUNTS and len(table) else table
        assert one.rows == len(part)
        if one.kind in AMOUNTS:
            assert one.amount_minor == sum(part[AMOUNTS[one.kind]].tolist())
        days = days_of(one.kind, part, "Europe/Berlin", None)
        told = sorted(str(day.date()) for day in days.dropna()) if days is not None else []
        assert (one.first, one.last) == ((told[0], told[-1]) if told else ("", ""))
    assert rows == {name: len(table) for name, table in got.tables.items() if len(table)} | {
        name: 0 for name, table in got.tables.items() if not len(table)
    }
    assert sum(one.count for one in facts.rejects) == facts.rejected
    assert len(facts.controls) == len(got.controls)
    json.dumps(dataclasses.asdict(facts))  # a review is written as JSON


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reader}-{case.fixture}")
def test_equal_rows_are_counted_by_their_cells_alone(case: Case, tmp_path: Path) -> None:
    rows = case.rows
    text = written([*rows, rows[-1], rows[-1]], case.delimiter)
    options = {key: value for key, value in case.options.items() if key != "balances"}
    path = tmp_path / "twice.csv"
    path.write_text(text)
    got = readers.read(Source(path, "twice.csv", "Europe/Berlin", options), case.reader)
    facts = file_read("twice.csv", got, "", "Europe/Berlin")
    for kind, table in got.tables.items():
        cells = [tuple(map(str, row)) for row in table.drop(columns=["source_line"]).itertuples(index=False)]
        assert sum(one.equal for one in facts.rows if one.kind == kind) == len(cells) - len(set(cells))


@pytest.mark.parametrize("name", TABLES)
def test_every_table_with_an_amount_and_a_day_is_known(name: str) -> None:
    columns = TABLES[name].columns
    assert (name in AMOUNTS) == bool({"amount_minor", "total_minor", "net_minor", "refunded_minor"} & set(columns))
    assert AMOUNTS.get(name) in (None, *columns)
    assert (days_of(name, empty(TABLES[name]), "UTC", None) is None) == (name == "order_lines")


def test_the_cut_off_moves_the_evening(tmp_path: Path) -> None:
    got = _read(GOLDEN / "stripe_itemised" / "itemised.csv")
    day = file_read("x", got, "", "Europe/Berlin").days[1]
    late = file_read("x", got, "", "Europe/Berlin", time(0, 1)).days[1]
    assert late > day


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_why_a_reader_took_a_file_is_told(path: Path) -> None:
    source = Source(path, path.name)
    told = known_by(source, path.parent.name)
    reader = next(one for one in READERS if path.parent.name == one.NAME)
    if not header_names(reader):
        assert told == known_words(reader)
        return
    line, hits = re.fullmatch(r"header in line (\d+), (\d+) known columns", told).groups()  # type: ignore[union-attr]
    texts = [one.text.splitlines()[int(line) - 1] for one in heads(source) if reader.identify(one)]
    assert sum(name.casefold() in texts[0].casefold() for name in header_names(reader)) >= int(hits) >= 2


def test_a_file_says_which_of_its_own_controls_fail() -> None:
    broken = _read(GOLDEN / "shopify_payments" / "transactions.csv")
    facts = file_read("x", broken, "", "UTC")
    assert facts.controls
    assert facts.own_controls == ()  # a payout's lines may lie in another month's export
    assert FileRead("x", "", 0, 0, "").days == ("", "")
