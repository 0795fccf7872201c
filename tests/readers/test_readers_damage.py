"""Damaged files (A6, A7, A38), and that both ways of cutting a table into cells agree."""

from __future__ import annotations

import contextlib
from itertools import accumulate
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statement_files import EDITS, Edits, damaged
from table_cases import CASES, GOLDEN, JSON, Case, clean, declared, unguarded, written

from opsrules import readers, schemas
from opsrules.errors import FileRefused
from opsrules.money import NumberStyle
from opsrules.readers import table
from opsrules.readers.content import Content
from opsrules.readers.cut import is_whole
from opsrules.readers.fast import fast
from opsrules.readers.layout import Column, Kind
from opsrules.readers.model import Source
from opsrules.readers.walk import Body, Raw, walk

BARE = [unguarded(case) for case in CASES]
each = pytest.mark.parametrize("case", BARE, ids=str)


def _records(case: Case, text: str) -> table.Records:
    source = Source(Path("export.csv"), "exports/demo/export.csv")
    return table.open_table(Content("export.csv", b"", text, "utf-8", ""), case.layout, source)


@each
def test_a6_a7_cut_at_every_byte_of_three_rows(case: Case) -> None:
    rows = [written([row], case.delimiter) for row in case.rows[:4]]
    ends = list(accumulate(len(row) for row in rows))
    full = _records(case, "".join(rows))
    known = full.cells.assign(line=full.lines).set_index("line")
    for end in range(ends[0] + 1, ends[-1]):
        try:
            got = _records(case, "".join(rows)[:end])
        except FileRefused:
            continue
        kept = got.cells.assign(line=got.lines).set_index("line")
        assert kept.equals(known.loc[kept.index])
        assert not len(kept) or got.setting == full.setting  # without a row, nothing is read with it
        finished = sum(one <= end for one in ends[1:])
        assert len(kept) >= finished
        assert got.count == finished + (end not in ends)


@each
def test_a6_a7_cut_files_are_read_to_equal_rows(case: Case, tmp_path: Path) -> None:
    text = written(case.rows, case.delimiter)
    before = clean(case)
    for end in range(len(text) - 40, len(text), 3):
        try:
            got = case.quickly(tmp_path, text[:end])
        except FileRefused:
            continue
        for name, rows in got.tables.items():
            old = before.tables[name].set_index("source_line")
            pd.testing.assert_frame_equal(rows.set_index("source_line"), old.loc[rows["source_line"]])


def test_a7_a_cut_number_is_never_taken(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.fixture == "signed")
    options = case.options | {"columns": {"date": "Date", "text": "Text", "amount": "Amount"}}
    for cell, kept in (("2500.00", [250000]), ("2500.0", []), ("2500.", []), ("2500", []), ("25", [])):
        text = f"Date,Text,Amount\n10/06/2026,Payout,1204.30\n10/07/2026,Payout,{cell}"
        got = case.read(tmp_path, text, **options)
        assert got.table["amount_minor"].tolist() == [120430, *kept]
        assert got.rejects["reason"].tolist() == ["row_cut"] * (1 - len(kept))


@pytest.mark.parametrize(
    ("column", "cell", "quoted", "whole"),
    [
        (None, "anything", False, True),
        (Column("a", "A", Kind.TEXT), "word", False, False),
        (Column("a", "A", Kind.KEY), "1234", True, False),  # "a""b" may have been cut after its first two quotes
        (Column("a", "A", Kind.CURRENCY), "EUR", False, True),
        (Column("a", "A", Kind.CURRENCY), "EU", False, False),
        (Column("a", "A", Kind.AMOUNT), "2500.00", False, True),
        (Column("a", "A", Kind.AMOUNT), "2500.0", False, False),
        (Column("a", "A", Kind.AMOUNT), "2500", True, True),
        (Column("a", "A", Kind.AMOUNT), "", False, False),
        (Column("a", "A", Kind.INTEGER), "12", False, False),
        (Column("a", "A", Kind.INSTANT), "2026-10-02 09:15:00 +0200", False, True),
        (Column("a", "A", Kind.INSTANT), "2026-10-02 09:15:00 +02", False, False),
        (Column("a", "A", Kind.INSTANT), "2026-10-02 09:15", False, False),
        (Column("a", "A", Kind.DAY), "2026-10-02", False, True),
        (Column("a", "A", Kind.DAY), "2026-10-0", False, False),
        (Column("a", "A", Kind.DAY, date_format="%d.%m.%y"), "01.10.20", False, False),
    ],
)
def test_a7_what_proves_a_last_cell_whole(column: Column | None, cell: str, quoted: bool, whole: bool) -> None:
    assert is_whole(column, cell, quoted, NumberStyle(), "EUR") is whole


def test_a7_a_currency_without_decimals_proves_nothing() -> None:
    assert not is_whole(Column("a", "A", Kind.AMOUNT), "2500", False, NumberStyle(), "JPY")
    assert not is_whole(Column("a", "A", Kind.AMOUNT), "1.00", False, NumberStyle(trailing_sign=True), "EUR")


FIXTURES = [path for path in sorted(GOLDEN.glob("*/*")) if path.suffix != ".json"] + JSON
FEW = settings(max_examples=8 if settings.get_current_profile_name() == "default" else settings().max_examples)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@FEW
@given(EDITS)
def test_a38_random_bytes_are_rejects_or_a_refusal(
    path: Path, tmp_path_factory: pytest.TempPathFactory, edits: Edits
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged"
    source = Source(file, "damaged", zone="Europe/Berlin", options=declared(path))
    file.write_bytes(path.read_bytes())
    assert len(readers.read(source, path.parent.name).table)  # with its own options the whole fixture is read
    file.write_bytes(damaged(path.read_bytes(), edits))
    try:
        readers.identify(file)
        got = readers.read(source, path.parent.name)
    except FileRefused:
        return
    for kind, rows in got.tables.items():
        schemas.TABLES[kind].validate(rows)
    schemas.REJECTS.validate(got.rejects)
    assert got.records == got.rows + len(got.rejects)


@given(st.binary(max_size=300))
def test_a38_no_reader_recognises_noise_with_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "noise"
    path.write_bytes(data)
    with contextlib.suppress(FileRefused):  # noise may begin like an archive
        assert readers.identify(path) is None


CELLS = st.text(st.sampled_from('ab ,;"\n1.é\0'), max_size=5)


def _same(one: Raw, other: Raw) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("lines", "widths", "nul", "spare")
    ) and one.cells.astype(object).equals(other.cells.astype(object))


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.sampled_from([2, 3]), st.booleans())
@example([["", "", ""], ["a", "\n", "b"], ["", "", ""]], 3, False)
@example([["\n\n", "", '"'], ["a", ",", '""']], 2, True)
def test_both_ways_of_cutting_a_table_agree(rows: list[list[str]], width: int, ended: bool) -> None:
    text = written(rows)
    body = Body(text if ended else text.rstrip("\n"), 7, ",", (0, 1), width, "export.csv")
    quick = fast(body)
    assert quick is None or _same(quick, walk(body))


@given(st.text(st.sampled_from('ab,"\n'), max_size=40))
def test_both_ways_of_cutting_a_table_agree_on_any_text(text: str) -> None:
    body = Body(text, 1, ",", (0, 1), 2, "export.csv")
    quick = fast(body)
    assert quick is None or _same(quick, walk(body))


@given(
    st.lists(st.lists(CELLS.filter(lambda cell: "\0" not in cell), min_size=3, max_size=3), min_size=40, max_size=60),
    st.dictionaries(st.integers(0, 39), st.integers(0, 5), max_size=2),
    st.sampled_from([2, 3, 4]),
    st.booleans(),
)
def test_a_few_rows_of_another_width_are_cut_as_if_they_were_walked(
    rows: list[list[str]], odd: dict[int, int], width: int, ended: bool
) -> None:
    for at, cells in odd.items():
        rows[at] = (["END", *rows[at]] * 2)[:cells]
    text = written(rows)
    body = Body(text if ended else text.rstrip("\n"), 7, ",", (0, 1), width, "export.csv")
    quick = fast(body)
    assert quick is None or _same(quick, walk(body))


def test_a_footer_does_not_send_the_whole_table_the_slow_way() -> None:
    body = Body("a,b,c\n" * 40 + '"END, of it"\n' + 'd,"e\nf",g\n' * 10 + "END", 3, ",", (0, 2), 3, "export.csv")
    quick = fast(body)
    assert quick is not None
    assert quick.lines[[39, 40, 41, 42, -1]].tolist() == [42, 43, 44, 46, 64]
    assert quick.widths[[39, 40, 41, -1]].tolist() == [3, 1, 3, 1]


@each
def test_the_quick_way_is_taken_for_every_format(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(body: Body) -> Raw:
        raise AssertionError(body.name)

    before = clean(case)
    monkeypatch.setattr(table, "SMALL", 0)
    monkeypatch.setattr(table, "walk", never)
    got = case.quickly(tmp_path, written(case.rows, case.delimiter))
    for name, rows in got.tables.items():
        pd.testing.assert_frame_equal(rows, before.tables[name])
