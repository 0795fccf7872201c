"""How a file's bytes become text: encodings, refusals, and files that change under the reader (A1, A15, A17, E3)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from opsrules.errors import FileRefused, ParameterError, UsageError
from opsrules.readers import identify, opening, options_model, read, reader_named
from opsrules.readers.content import heads, load, opened
from opsrules.readers.model import Source


def _source(folder: Path, data: bytes) -> Source:
    path = folder / "export.csv"
    path.write_bytes(data)
    return Source(path, "exports/demo/export.csv")


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"a,b\r\n", "a,b\r\n", "utf-8"),
        ("Köln €".encode(), "Köln €", "utf-8"),
        ("Köln €".encode("utf-8-sig"), "Köln €", "utf-8-sig"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "a", "utf-8-sig"),
        ("Köln €".encode("utf-16"), "Köln €", "utf-16"),
        ("Name,Betrag €\n".encode("utf-16-be"), "Name,Betrag €\n", "utf-16-be"),
        (b"K\xf6ln \x80", "Köln €", "cp1252"),
    ],
)
def test_a1_a3_encodings(data: bytes, text: str, encoding: str, tmp_path: Path) -> None:
    got = load(_source(tmp_path, data))
    assert (got.text, got.encoding, got.sha256) == (text, encoding, hashlib.sha256(data).hexdigest())
    [start] = heads(Source(tmp_path / "export.csv", "export.csv"))
    assert (start.text, start.encoding) == (text, encoding)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"abc\x81", "byte 3 is no text in cp1252"),
        ("é".encode() * 9 + b"\xff", "byte 18 is no UTF-8, though the rest of the file is"),
        (b"\xff\xfea", "is no text in utf-16"),
        (b"", "the file is empty"),
        (b"\0" * 40, "nothing but blanks"),
        (b"PK\x03\x04rest", "archive is damaged"),
        (b"\x1f\x8brest", "damaged or cut off"),
        (b"%PDF-1.7", "a PDF page"),
    ],
)
def test_a1_a17_a37_refused_with_the_place(data: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as caught:
        load(_source(tmp_path, data))
    assert caught.value.place == "exports/demo/export.csv"
    assert what in caught.value.what


def test_a15_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(opening.LARGEST_BYTES + 1)  # a hole: takes no room
    with pytest.raises(FileRefused, match="expected at most"):
        load(Source(path, "large.csv"))


def _replaced(path: Path) -> None:
    other = path.with_name("new")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5])


def _grown(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"3,4\n")


def _rewritten(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data.replace(b"1", b"9"))
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("change", [_replaced, _cut, _grown, _rewritten])
def test_e3_a_file_that_changes_while_it_is_read(change: Callable[[Path], None], tmp_path: Path) -> None:
    source = _source(tmp_path, b"a,b\n1,2\n")

    def read_meanwhile() -> None:
        with opened(source) as file:
            file.read()
            change(source.path)

    with pytest.raises(FileRefused, match="changed while it was read"):
        read_meanwhile()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        load(Source(tmp_path / "missing.csv", "missing.csv"))
    with pytest.raises(FileRefused, match="no regular file"):
        load(Source(tmp_path, "folder"))
    with pytest.raises(FileRefused, match="cannot be read"):
        identify(tmp_path / "missing.csv")


def test_an_unknown_file_and_an_unknown_reader_are_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing of ours\n")
    with pytest.raises(FileRefused, match="no reader recognises this file"):
        read(path)
    with pytest.raises(UsageError, match="no reader is called 'shopify'; the readers are shopify_orders, "):
        reader_named("shopify")


def test_options_that_a_reader_does_not_know_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("a,b\n")
    with pytest.raises(ParameterError, match=r"option zone: .*'Berlin' is no IANA time zone"):
        read(path, "stripe_itemised", {"zone": "Berlin"})
    with pytest.raises(ParameterError, match=r"option order_metdata: .*the options are date_order, order_metadata"):
        read(path, "stripe_balance_history", {"order_metdata": "order"})
    assert options_model("camt053") is None
    assert options_model("bank_csv") is not None
