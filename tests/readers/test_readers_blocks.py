"""A large file read block by block is the same, to the last cell and reject, as the file read whole."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_cases import CASES, Case, written

from opsrules.errors import FileRefused
from opsrules.readers import blocks, content
from opsrules.readers.amazon import orders, settlement_v1, settlement_v2
from opsrules.readers.blocks import Blocks, Undecided
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.layout import Kind
from opsrules.readers.model import Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.table import Records

AMAZON = [
    Case("amazon_settlement_v2", "settlements", settlement_v2.LAYOUT),
    Case("amazon_settlement_v1", "settlement", settlement_v1.LAYOUT),
    Case("amazon_orders", "all", orders.LAYOUT),
]
IN_BLOCKS = [*CASES, *AMAZON]
BALANCES = {"balances": {"opening": "Anfangssaldo", "closing": "Endsaldo"}}
PERIODS = {"2026-10-01/2026-10-14", "2026-10-01/2026-10-15", ""}
each = pytest.mark.parametrize("case", IN_BLOCKS, ids=str)


def same(one: Read, other: Read) -> None:
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    pd.testing.assert_frame_equal(one.rejects, other.rejects)
    facts = ("reader", "kind", "controls", "records", "encoding", "sha256")
    assert [getattr(one, name) for name in facts] == [getattr(other, name) for name in facts]


def both(case: Case, folder: Path, content: str | bytes, size: int) -> tuple[Read | str, Read | str]:
    """What the file is whole, and in blocks of that many bytes."""
    found: list[Read | str] = []
    for limit in (blocks.BLOCK_BYTES, size):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(blocks, "BLOCK_BYTES", limit)
            try:
                found.append(case.quickly(folder, content))
            except FileRefused as refused:
                found.append(str(refused))
    return found[0], found[1]


def hold_same(case: Case, folder: Path, content: str | bytes, size: int) -> None:
    whole, parts = both(case, folder, content, size)
    if isinstance(whole, Read) and isinstance(parts, Read):
        same(whole, parts)
    else:
        assert whole == parts


def many(case: Case, times: int = 12) -> str:
    head, *rows = case.rows
    return written([head, *rows * times], case.delimiter)


@each
@pytest.mark.parametrize("size", [300, 1000, 5000])
def test_blocks_give_what_the_whole_file_gives(case: Case, size: int, tmp_path: Path) -> None:
    hold_same(case, tmp_path, many(case), size)


@each
def test_a_file_of_any_size_is_read_in_blocks_and_not_whole_in_secret(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 600)
    path = tmp_path / "export.csv"
    path.write_text(many(case), "utf-8")
    parts = [block.records() for block in Blocks(Source(path, "export.csv", options=case.options), case.layout)]
    assert len(parts) > 2
    assert sum(part.count for part in parts) == len(case.rows[1:]) * 12


@pytest.mark.parametrize("case", AMAZON, ids=str)
@pytest.mark.parametrize("size", [1000, 5000])
def test_rows_that_belong_together_are_not_read_whole_for_that(
    case: Case, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = case.quickly(tmp_path, many(case, 30))
    monkeypatch.setattr(content, "LARGEST_BYTES", 1)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    same(whole, case.quickly(tmp_path, many(case, 30)))


@pytest.mark.parametrize("size", range(400, 900, 61))
def test_a_record_torn_at_the_border_of_a_block_is_one(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = AMAZON[0]
    text = many(case, 2).replace("\tCAP-1\t", "\tCAP\n-1\t")
    whole = case.quickly(tmp_path, text)
    assert (whole.records, len(whole.rejects)) == (2 * (len(case.rows) - 1), 0)
    assert "CAP -1" in set(whole.table["description"])
    monkeypatch.setattr(content, "LARGEST_BYTES", 1)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    same(whole, case.quickly(tmp_path, text))


@each
@settings(max_examples=20)
@given(data=st.data())
def test_damaged_files_are_the_same_in_blocks(
    case: Case, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = bytearray(many(case, 3).encode())
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b'"', b"\n", b"\r\n", b",", b";", b"\0", b"\xe9", b"1,5", b"", b"x,y\nz"])
        )
    size = data.draw(st.sampled_from([250, 700, 1500]))
    hold_same(case, tmp_path_factory.mktemp("blocks"), bytes(text), size)


@pytest.mark.parametrize("case", [one for one in IN_BLOCKS if one.columns(Kind.AMOUNT)], ids=str)
def test_a_block_that_tells_another_decimal_sign_makes_the_file_whole(case: Case, tmp_path: Path) -> None:
    head, *rows = case.rows
    column = case.columns(Kind.AMOUNT)[0]
    odd = list(rows[-1])
    odd[case.position(column)] = "12,5" if case.delimiter == ";" else "12.5"
    hold_same(case, tmp_path, written([head, *rows * 10, odd, *rows * 10], case.delimiter), 500)


def test_what_only_the_whole_file_tells_is_not_told_by_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "export.csv"
    case = IN_BLOCKS[0]
    path.write_bytes(many(case).encode() + b"\xff\xfe")
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 500)
    with pytest.raises(Undecided):
        list(Blocks(Source(path, "export.csv"), case.layout))


def of(reader: str, fixture: str) -> Case:
    return next(one for one in IN_BLOCKS if str(one) == f"{reader}-{fixture}")


def hold_never_whole(case: Case, folder: Path, content_: bytes, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Hold that a file in blocks is what it is whole, though none may be read whole; give what it is."""
    whole = case.quickly(folder, content_)
    monkeypatch.setattr(content, "LARGEST_BYTES", 1)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1800)  # of which a small file is given the half
    same(whole, case.quickly(folder, content_))
    return whole


@pytest.mark.parametrize("at", [0, 30, 899, 900])
def test_a_file_in_an_encoding_of_one_byte_is_read_in_blocks(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where a block ends in a byte that would begin a sign of UTF-8, the next tells that it does not.
    case = of("walmart_recon_v1", "recon")
    text = many(case, 20).encode("ascii")
    start = len(text) // 900 * 900 - 1 if at == 899 else len(text) // 900 * 900 if at == 900 else text.find(b"\n") + at
    text = text[:start] + b"\xc4" + text[start:]
    assert hold_never_whole(case, tmp_path, text, monkeypatch).encoding == "cp1252"


@pytest.mark.parametrize("damage", [b"\xff", b"\x81", b"\xe4\xff"])
def test_damaged_utf8_is_refused_in_blocks_too(damage: bytes, tmp_path: Path) -> None:
    case = of("walmart_recon_v1", "recon")
    text = many(case, 20).encode("ascii")
    end = len(text) - 20
    for data in (text[:end] + damage + text[end:], "ä".encode().join((text[:end], damage, text[end:])), text + damage):
        hold_same(case, tmp_path, data, 900)


@pytest.mark.parametrize("above", ["", "Kontoauszug;Nr. 10\nAnfangssaldo 01.10.2026;;;;;;;1,00\n\n"])
def test_balances_are_told_in_blocks_wherever_they_stand(
    above: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = replace(of("bank_csv", "debit_credit"), options=of("bank_csv", "debit_credit").options | BALANCES)
    closing = "Endsaldo 31.10.2026;;;;;;;2,00\n"
    text = above + many(case, 30) + closing
    whole = hold_never_whole(case, tmp_path, text.encode(), monkeypatch)
    assert len(whole.controls) == bool(above)
    assert [one.place.rpartition(":")[2] for one in whole.controls] == [str(text.count("\n"))][: len(whole.controls)]
    assert whole.records == 30 * len(case.rows[1:])


@pytest.mark.parametrize("periods", [1, 2])
def test_the_one_payment_of_a_report_is_that_of_every_row_in_any_block(
    periods: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = of("walmart_recon_v1", "recon")
    text = many(case, 30)
    if periods == 2:
        text = text[::-1].replace("10/14/2026"[::-1], "10/15/2026"[::-1], 1)[::-1]
    lines = hold_never_whole(case, tmp_path, text.encode(), monkeypatch).table
    assert set(lines["payout_id"]) == ({"2026-10-01/2026-10-14"} if periods == 1 else PERIODS)
    assert lines["payout_day"].notna().all() == (periods == 1)


@pytest.mark.parametrize("undecided", [False, True])
def test_of_several_blocks_that_fail_the_first_counts(
    undecided: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(one for one in IN_BLOCKS if one.reader == "stripe_itemised")
    path = tmp_path / "export.csv"
    path.write_text(many(case, 40), "utf-8")
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1500)
    starts: list[int] = []

    def shape(records: Records) -> Parsed:
        start = int(records.lines[0])
        starts.append(start)
        if start > 20 and len(records.lines) < 40:
            time.sleep(0.2 if start < 40 else 0)  # what comes later fails earlier
            if undecided:
                raise Undecided
            raise FileRefused(f"export.csv:{start}", "this block is refused", "")
        return parse(records, case.layout.columns[:1])

    form = Form("stripe_itemised", "processor_lines", case.layout, shape)
    source = Source(path, "export.csv")
    if undecided:
        assert read_form(source, form).records == len(case.rows[1:]) * 40
        return
    with pytest.raises(FileRefused) as refused:
        read_form(source, form)
    failing = sorted(start for start in starts if start > 20)
    assert len(failing) > 1
    assert refused.value.place == f"export.csv:{failing[0]}"


def test_lines_around_the_records_are_told_in_blocks_too(tmp_path: Path) -> None:
    case = next(one for one in IN_BLOCKS if one.reader == "jpmorgan_deposits")
    head, *rows = case.text.splitlines(keepends=True)
    text = "BEGIN,PFR,EntityId=1\n" + head + "".join(rows) * 30 + "END,PFR\n"
    whole, parts = both(case, tmp_path, text, 2000)
    assert isinstance(whole, Read)
    assert isinstance(parts, Read)
    assert whole.rejects.empty
    same(whole, parts)
