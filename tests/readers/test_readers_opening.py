"""Packed exports: gzip and zip are known by content, read as what is in them, and bombs are refused small."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bounded import read_bounded
from hypothesis import given
from hypothesis import strategies as st
from spreadsheets import workbook, zipped
from spreadsheets_binary import compound, old_stream
from table_cases import CASES, DECLARED, Case, clean, values, whole, written

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Cache, Read, Source, blocks, cache, expanded, identify, opening, read
from opsrules.readers.blocks import Blocks

each = pytest.mark.parametrize("case", CASES, ids=str)
PAYMENTS = CASES[1]
TEXT = written(PAYMENTS.rows)


def put(folder: Path, data: bytes, name: str = "export.csv") -> Source:
    path = folder / name
    path.write_bytes(data)
    return Source(path, f"exports/demo/{name}", zone="Europe/Berlin")


def asked(source: Source, case: Case = PAYMENTS) -> Read:
    return read(source, case.reader, case.options)


def told(got: Read) -> dict[str, list[dict[str, Any]]]:
    """Values of all rows, lines included, without the name of the file they came from."""
    rows = values(got, lines=True)
    return {kind: [{**row, "source_file": ""} for row in table] for kind, table in rows.items()}


def refusal(source: Source) -> str:
    """Text of the refusal, the same whether the file is recognised or read; it names the file."""
    found = []
    for ask in (lambda: identify(source), lambda: asked(source)):
        with pytest.raises(FileRefused) as caught:
            ask()
        assert caught.value.place.startswith(source.name)
        assert caught.value.next_step
        found.append(caught.value.what)
    return found[1]


@each
def test_a37_a_gzip_file_of_any_name_is_what_is_in_it(case: Case, tmp_path: Path) -> None:
    text = written(case.rows, case.delimiter).encode()
    source = put(tmp_path, gzip.compress(text))
    got = whole(asked(source, case))
    assert told(got) == told(clean(case))
    assert got.sha256 == clean(case).sha256
    assert identify(source.path) == (None if case.reader in DECLARED else case.reader)


def test_a37_gzip_in_several_parts_is_one_file(tmp_path: Path) -> None:
    half = len(TEXT) // 2
    parts = gzip.compress(TEXT[:half].encode()) + gzip.compress(TEXT[half:].encode())
    assert told(asked(put(tmp_path, parts))) == told(clean(PAYMENTS))


@each
def test_a37_a_zip_of_one_file_is_that_file(case: Case, tmp_path: Path) -> None:
    clutter = {"__MACOSX/._in.csv": "x", "folder/": "", "folder/.DS_Store": "x"}
    source = put(tmp_path, zipped({"folder/in.csv": written(case.rows, case.delimiter), **clutter}))
    got = whole(asked(source, case))
    assert told(got) == told(clean(case))
    assert set(got.table["source_file"]) == {"exports/demo/export.csv/folder/in.csv"}
    assert identify(source.path) == (None if case.reader in DECLARED else case.reader)


def test_a37_each_file_of_a_zip_is_a_source(tmp_path: Path) -> None:
    history = next(case for case in CASES if case.reader == "stripe_balance_history")
    members: dict[str, str | bytes] = {
        "a/payments.csv": TEXT,
        "history": written(history.rows),
        "sheet.xlsx": workbook({"Data": PAYMENTS.rows}),
    }
    source = put(tmp_path, zipped(members), "all.zip")
    inside = expanded(source)
    assert [one.name for one in inside] == [f"exports/demo/all.zip/{name}" for name in members]
    assert [identify(one) for one in inside] == ["shopify_payments", "stripe_balance_history", "shopify_payments"]
    first, second, third = (read(one) for one in inside)
    assert told(first) == told(clean(PAYMENTS))
    assert told(second) == told(clean(history))
    assert len(third.table) == third.records == first.records
    assert first.sha256 == clean(PAYMENTS).sha256
    with pytest.raises(FileRefused, match="holds 3 files, expected one"):
        read(source)
    with pytest.raises(FileRefused, match="holds 0 files called 'other'"):
        read(Source(source.path, source.name, member="other"))


def test_a37_an_html_page_named_csv_is_refused(tmp_path: Path) -> None:
    for page in (
        "<!DOCTYPE html>\n<html><title>Sign in</title>",
        "\ufeff\n <HTML lang=en>",
        "<!-- saved from url -->\n<html>",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">',
        "<table><tr><td>Date</td></tr></table>",
    ):
        assert "HTML page: a login page" in refusal(put(tmp_path, page.encode()))
        assert "HTML page" in refusal(put(tmp_path, gzip.compress(page.encode("utf-16"))))
    sheet = '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    assert "Excel 2003 XML" in refusal(put(tmp_path, sheet.encode()))


def test_a37_json_named_csv_is_known_for_what_it_is(tmp_path: Path) -> None:
    source = put(tmp_path, b'[{"id": 1, "amount": "5"}]')
    with pytest.raises(FileRefused, match="this is JSON"):
        read(source, "shopify_payments")


def _tar() -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        info = tarfile.TarInfo("in.csv")
        info.size = len(TEXT)
        packed.addfile(info, BytesIO(TEXT.encode()))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bz2.compress(b"a,b"), "a bzip2 archive"),
        (lzma.compress(b"a,b"), "an xz archive"),
        (b"7z\xbc\xaf\x27\x1c....", "a 7z archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "the box around the workbook is broken"),
        (compound({"WordDocument": b"x"}), "an old Office file that is no workbook"),
        (compound({"EncryptedPackage": b"x"}), "a workbook protected by a password"),
        (compound({"Book": b"x"}), "a workbook of Excel 95 or older"),
        (compound({"Workbook": old_stream({"S": []}, version=0x500)}), "a workbook of Excel 95 or older"),
        (gzip.compress(_tar()), "a tar archive"),
        (gzip.compress(gzip.compress(b"a,b")), "packed again"),
        (gzip.compress(zipped({"in.csv": "a,b"})), "an archive inside another"),
        (zipped({"in.csv.gz": gzip.compress(b"a,b")}), "packed again"),
        (zipped({"in.zip": zipped({"in.csv": "a,b"})}), "an archive inside another"),
        (zipped({"xl/workbook.bin": "x", "[Content_Types].xml": "x"}), "the workbook is damaged: a record is cut"),
        (zipped({"content.xml": "x", "META-INF/manifest.xml": "x"}), "an OpenDocument file"),
    ],
    ids=lambda one: one if isinstance(one, str) else "file",  # packed bytes tell the time, and an id must not
)
def test_a37_what_is_no_export_is_named(data: bytes, what: str, tmp_path: Path) -> None:
    source = put(tmp_path, data)
    for one in expanded(source):
        assert what in refusal(one)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "a PDF page"),
        (b"\x89PNG\r\n\x1a\n...", "a picture"),
        (zipped({"word/document.xml": "x", "[Content_Types].xml": "x"}), "a Word document"),
    ],
)
def test_a37_what_lies_beside_exports_is_nobodys_and_refused_to_who_insists(
    data: bytes, what: str, tmp_path: Path
) -> None:
    source = put(tmp_path, data)
    assert identify(source) is None
    with pytest.raises(FileRefused, match=what):
        asked(source)


@pytest.mark.parametrize("data", [gzip.compress(TEXT.encode()), zipped({"in.csv": TEXT})], ids=["gzip", "zip"])
def test_a37_a_packed_file_that_is_cut_anywhere_is_refused(data: bytes, tmp_path: Path) -> None:
    for end in range(4, len(data), 7):
        with pytest.raises(FileRefused):
            asked(put(tmp_path, data[:end]))
    if data.startswith(b"\x1f"):
        with pytest.raises(FileRefused, match="damaged or cut off"):
            asked(put(tmp_path, data + b"garbage"))


@given(data=st.data())
def test_a38_damaged_archives_are_refused_or_read_whole(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    packed = data.draw(st.sampled_from([gzip.compress(TEXT.encode()), zipped({"in.csv": TEXT, "more.csv": TEXT})]))
    spoilt = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 3))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "spoilt"
    path.write_bytes(spoilt)
    try:
        got = [read(one, "shopify_payments") for one in expanded(Source(path, "spoilt", "Europe/Berlin"))]
    except FileRefused:
        return
    for one in got:
        assert len(one.table) + len(one.rejects) == one.records


def test_a_large_packed_file_is_read_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head, *rows = PAYMENTS.rows
    text = written([head, *rows * 12])
    plain = asked(put(tmp_path, text.encode(), "plain.csv"))
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 600)
    for data in (gzip.compress(text.encode()), zipped({"plain.csv": text})):
        (source,) = expanded(put(tmp_path, data))
        parts = list(Blocks(source, PAYMENTS.layout))
        assert len(parts) > 10
        got = asked(source)
        pd.testing.assert_frame_equal(got.table.drop(columns="source_file"), plain.table.drop(columns="source_file"))
        assert (got.sha256, got.records) == (plain.sha256, plain.records)


def test_a_typed_copy_is_kept_of_a_packed_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "WORTH_BYTES", 1)
    source, kept = put(tmp_path, zipped({"in.csv": TEXT})), Cache(tmp_path / "cache")
    first = read(source, cache=kept)
    monkeypatch.setattr(readers.reader_named("shopify_payments"), "read", None)
    second = read(source, cache=kept)
    pd.testing.assert_frame_equal(first.table, second.table)


@pytest.mark.parametrize(
    "name", ["../out.csv", "a/../../out.csv", "/etc/passwd", "C:\\out.csv", "a\\..\\b.csv", "a\nb"]
)
def test_b22_a_name_that_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    source = put(tmp_path, zipped({name: TEXT}))
    assert "would lead out of the archive" in refusal(source)


def test_b22_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("in.csv")
    link.external_attr = 0o120777 << 16
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert "would lead out of the archive" in refusal(put(tmp_path, out.getvalue()))


def test_b22_encrypted_and_unknown_packing_are_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"in.csv": TEXT}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refusal(put(tmp_path, bytes(data)))
    assert "packed in a way that is not known" in refusal(put(tmp_path, zipped({"in.csv": TEXT}, zipfile.ZIP_LZMA)))


def test_b22_archives_that_hold_nothing_twice_or_too_much_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no file"):
        read(put(tmp_path, zipped({"__MACOSX/._x": "x"})))
    twice = zipped({"in.csv": TEXT, "on.csv": TEXT}).replace(b"on.csv", b"in.csv")
    assert "two files of one name" in refusal(put(tmp_path, twice))
    assert "over 5000 entries" in refusal(put(tmp_path, zipped({f"{n}.csv": "" for n in range(5_001)})))


def test_b22_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    size = struct.pack("<I", len(TEXT))
    data = zipped({"in.csv": TEXT}).replace(size, struct.pack("<I", 40))
    with pytest.raises(FileRefused, match="damaged"):
        asked(put(tmp_path, data))


def _small(folder: Path) -> Path:
    return put(folder, gzip.compress(TEXT.encode()), "small").path


def test_b23_a_gzip_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv"
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        file.write(packer.compress(TEXT.encode()))
        for _ in range(360):
            file.write(packer.compress(b"\n" * (1 << 20)))
        file.write(packer.flush())
    assert path.stat().st_size < 512 << 10
    got = read_bounded(path, _small(tmp_path), "shopify_payments")
    assert got.refused[0] == ""  # the first 64 KiB are honest: recognising it inflates no more
    assert "over 200 times its size" in got.refused[1]
    assert got.megabytes < 150


def test_b23_a_zip_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("in.csv", "w") as file:
        for _ in range(360):
            file.write(b"\n" * (1 << 20))
    got = read_bounded(path, _small(tmp_path), "shopify_payments")
    assert all("over 200 times its size" in one for one in got.refused)
    assert got.megabytes < 50


def test_b23_what_inflates_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST_BYTES", len(TEXT) - 1)
    for data in (gzip.compress(TEXT.encode()), zipped({"in.csv": TEXT})):
        with pytest.raises(FileRefused, match=f"over {len(TEXT) - 1} bytes"):
            asked(put(tmp_path, data))
