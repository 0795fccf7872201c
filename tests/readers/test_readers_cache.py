"""A typed copy is what the file is, or it is not used."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pandas as pd
import pytest
from table_cases import CASES, Case, written

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Cache, Read, Source, cache

each = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(autouse=True)
def _every_file_is_worth_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "WORTH_BYTES", 1)


def export(case: Case, folder: Path) -> Source:
    path = folder / "export.csv"
    path.write_text(written(case.rows, case.delimiter), "utf-8")
    return Source(path, "exports/demo/export.csv", "Europe/Berlin", case.options)


def text_is_gone(source: Source, kept: Cache, monkeypatch: pytest.MonkeyPatch, named: str = "bank_csv") -> Read:
    """What is read when the reader itself must not be asked."""

    def asked(_: Source) -> Read:
        msg = "the text was read again"
        raise AssertionError(msg)

    reader = readers.identify(source.path) or named
    monkeypatch.setattr(readers.reader_named(reader), "read", asked)
    return readers.read(source, reader, cache=kept)


def same(one: Read, other: Read) -> None:
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    pd.testing.assert_frame_equal(one.rejects, other.rejects)
    assert (one.controls, one.records, one.sha256) == (other.controls, other.records, other.sha256)


@each
def test_the_second_time_the_copy_is_read(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, kept = export(case, tmp_path), Cache(tmp_path / "cache")
    first = readers.read(source, case.reader, cache=kept)
    same(first, text_is_gone(source, kept, monkeypatch, case.reader))


@pytest.mark.parametrize("change", ["content", "name", "zone", "options"])
def test_any_other_fact_is_another_copy(change: str, tmp_path: Path) -> None:
    case = next(one for one in CASES if one.reader == "stripe_itemised")
    source, kept = export(case, tmp_path), Cache(tmp_path / "cache")
    readers.read(source, cache=kept)
    other = {
        "content": lambda: export(Case(case.reader, "itemised", case.layout), tmp_path),
        "name": lambda: Source(source.path, "exports/demo/other.csv", source.zone),
        "zone": lambda: Source(source.path, source.name, "America/New_York"),
        "options": lambda: Source(source.path, source.name, source.zone, {"zone": "Asia/Tokyo"}),
    }[change]()
    if change == "content":
        other.path.write_text(written(case.rows[:-1]), "utf-8")
    readers.read(other, cache=kept)
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize("damage", ["cut", "gone", "nonsense"])
def test_a_damaged_copy_counts_for_nothing(damage: str, tmp_path: Path) -> None:
    case = CASES[1]
    source, kept = export(case, tmp_path), Cache(tmp_path / "cache")
    first = readers.read(source, cache=kept)
    [entry] = (tmp_path / "cache").iterdir()
    table = entry / "processor_lines.parquet"
    if damage == "cut":
        table.write_bytes(table.read_bytes()[:-40])
    elif damage == "gone":
        table.unlink()
    else:
        (entry / "read.json").write_text('{"tables": 3}', "utf-8")
    same(first, readers.read(source, cache=kept))


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should", "utf-8")
    source = export(CASES[1], tmp_path)
    same(readers.read(source), readers.read(source, cache=Cache(tmp_path / "cache")))


def test_copies_nobody_used_are_removed(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "cache")
    readers.read(export(CASES[1], tmp_path), cache=kept)
    [old] = (tmp_path / "cache").iterdir()
    long_ago = time.time() - 91 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    readers.read(export(CASES[2], tmp_path), cache=kept)
    assert not old.exists()
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_refused_file_leaves_no_copy(tmp_path: Path) -> None:
    source = export(CASES[1], tmp_path)
    source.path.write_text("nothing, known\n1,2\n", "utf-8")
    with pytest.raises(FileRefused):
        readers.read(source, "shopify_payments", cache=Cache(tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()
