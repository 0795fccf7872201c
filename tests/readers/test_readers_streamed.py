"""Statements that are gone through piece by piece: the same text as in one go, and little memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from bounded import read_bounded
from hypothesis import given
from hypothesis import strategies as st

from opsrules.errors import FileRefused
from opsrules.readers import Source, streamed
from opsrules.readers.content import load
from opsrules.readers.streamed import Streamed

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]


def written(folder: Path, data: bytes) -> Source:
    path = folder / "statement"
    path.write_bytes(data)
    return Source(path, "statement")


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text("ab\u00e9 \r\n", max_size=60), piece=st.integers(1, 9))
def test_a1_a3_a8_pieces_of_any_size_are_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, encoding: str, text: str, piece: int
) -> None:
    text = f"statement of \u00e9\u00e9 {text}"
    source = written(tmp_path_factory.getbasetemp(), text.encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamed, "_PIECE", piece)
        content = streamed.streamed(source)
        assert list(content.lines()) == re.split("\r\n|\r|\n", text)
    whole = load(source)
    assert (content.encoding, content.sha256) == (whole.encoding, whole.sha256)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00 \r\n\t",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<html><body>sign in",
        "\u00e9\u00e9\u00e9".encode() + b"\xff",  # damaged UTF-8
        b"\x81 is nothing in cp1252",
        b"\xff\xfea\x00\x00\xd8",
    ],
)
def test_a1_a17_a37_what_is_wrong_with_the_whole_is_said_as_ever(data: bytes, tmp_path: Path) -> None:
    source = written(tmp_path, data)
    with pytest.raises(FileRefused) as expected:
        load(source)
    with pytest.raises(FileRefused) as found:
        streamed.streamed(source)
    assert str(found.value) == str(expected.value)


def test_e3_a_file_that_changes_between_two_looks_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path, b"one\n")
    content = streamed.streamed(source)
    source.path.write_bytes(b"two\n")
    with pytest.raises(FileRefused, match="changed while it was read"):
        list(content.lines())


def test_a_blank_first_piece_is_no_blank_file(tmp_path: Path) -> None:
    assert isinstance(streamed.streamed(written(tmp_path, b"\n" * 70_000 + b"\xef\xbb\xbf")), Streamed)


ENTRY = (
    "<Ntry><Amt Ccy='EUR'>{0}.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-06</Dt></BookgDt>"
    "<NtryDtls><TxDtls><Refs><EndToEndId>po_{0}</EndToEndId></Refs>"
    "<RmtInf><Ustrd>Order {0}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
)
LINE = ":61:2610071007C{0},10NTRFpo_{0}//B-{0}\n:86:166?00CREDIT?20EREF+po_{0}?21SVWZ+Order {0}\n"
FILES: dict[str, tuple[str, str, str]] = {
    "camt053": (
        "<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE1</IBAN></Id></Acct>\n",
        ENTRY,
        "</Stmt></BkToCstmrStmt></Document>\n",
    ),
    "mt942": (":20:N\n:25:1/2051\n:34F:EUR0,\n", LINE, ":90C:1EUR0,\n-\n"),
    "bai2": (
        "01,N,S,261007,0600,71,80,,2/\n02,S,N,1,261006,2400,,2/\n03,2051,,,,,/\n",
        "16,165,{0},,B-{0},po_{0},PAYOUT OF ORDER {0}/\n",
        "49,0,0/\n98,0,1,0/\n99,0,1,0/\n",
    ),
    "ofx": (
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>2051</BANKACCTFROM><BANKTRANLIST>\n",
        "<STMTTRN><DTPOSTED>20261007<TRNAMT>{0}.10<FITID>{0}\n<NAME>Order {0}</STMTTRN>\n",
        "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
    ),
    "qif": ("!Type:Bank\n", "D10/17/2026\nT{0}.10\nN{0}\nPOrder {0}\n^\n", ""),
}
SIZE = 5_000_000
MOST = 60  # megabytes; held as a whole, a file of that size took 80 and more


def filled(size: int, start: str, one: str, end: str) -> Iterator[str]:
    yield start
    for number in count():
        if size <= 0:
            break
        yield (text := one.format(number))
        size -= len(text)
    yield end


@pytest.mark.parametrize("reader", FILES)
def test_memory_does_not_grow_with_the_lines_of_a_statement(reader: str, tmp_path: Path) -> None:
    large, small = tmp_path / "large", tmp_path / "small"
    large.write_text("".join(filled(SIZE, *FILES[reader])))
    small.write_text("".join(filled(1, *FILES[reader])))
    found = read_bounded(large, small, reader, {"currency": "USD"} if reader == "qif" else {})
    assert found.refused == ["", ""]
    assert found.megabytes < MOST
