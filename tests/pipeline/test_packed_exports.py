"""Exports that came packed, in a spreadsheet or by a link, as far as the review."""

from __future__ import annotations

import csv
import gzip
from io import StringIO
from pathlib import Path

import pytest
from pipeline.small import clean, review, workspace
from spreadsheets import workbook as spreadsheet
from spreadsheets import zipped

from opsrules import FilesRefused, Review


def folder_of(root: Path) -> Path:
    return root / "exports" / "acme"


def sources(got: Review) -> dict[str, tuple[str, int]]:
    return {one.name: (one.reader, one.records) for one in got.provenance.inputs}


def facts(got: Review) -> tuple[object, ...]:
    return got.level, sorted(got.findings["class"]), got.control_totals.to_csv()


def test_a37_packed_exports_give_the_same_review(tmp_path: Path) -> None:
    plain = review(workspace(tmp_path / "plain", clean()))
    root = workspace(tmp_path / "packed", clean())
    folder = folder_of(root)
    texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    (folder / "orders.csv").write_bytes(gzip.compress(texts["orders.csv"].encode()))
    rows = list(csv.reader(StringIO(texts["payments.csv"])))
    (folder / "payments.csv").unlink()
    (folder / "bank.xml").unlink()
    members: dict[str, str | bytes] = {
        "payments.xlsx": spreadsheet({"Data": rows}),
        "bank.xml": texts["bank.xml"],
        "__MACOSX/._bank.xml": "x",
    }
    (folder / "rest.zip").write_bytes(zipped(members))
    got = review(root)
    assert facts(got) == facts(plain)
    there = sources(got)
    assert set(there) == {
        f"exports/acme/{name}" for name in ("orders.csv", "rest.zip/payments.xlsx", "rest.zip/bank.xml")
    }
    assert sorted(there.values()) == sorted(sources(plain).values())


def test_e4_a_copy_that_is_packed_counts_once(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    folder = folder_of(root)
    (folder / "orders again.csv").write_bytes(gzip.compress((folder / "orders.csv").read_bytes()))
    got = review(root)
    assert sorted(got.findings["class"]) == ["file_twice"]


def test_b22_an_archive_that_cannot_be_trusted_fails_the_account_by_name(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    (folder_of(root) / "more.csv").write_bytes(zipped({"../out.csv": "x"}))
    with pytest.raises(FilesRefused, match=r"exports/acme/more\.csv: .*would lead out of the archive"):
        review(root)


def test_a37_a_login_page_saved_as_an_export_fails_the_account(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    (folder_of(root) / "more.csv").write_text("<!doctype html><title>Sign in</title>")
    with pytest.raises(FilesRefused, match=r"more\.csv: this is an HTML page"):
        review(root)


def test_a37_a_page_or_a_letter_beside_the_exports_is_named_and_no_more(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    letter = zipped({"[Content_Types].xml": "x", "word/document.xml": "x"})
    (folder_of(root) / "statement.pdf").write_bytes(b"%PDF-1.7 ...")
    (folder_of(root) / "all.zip").write_bytes(zipped({"letter.docx": letter, "logo.png": b"\x89PNG\r\n\x1a\n"}))
    found = review(root).findings
    assert found["class"].tolist() == ["file_unrecognised"] * 3
    assert sorted(found["source_file"]) == [
        f"exports/acme/{name}" for name in ("all.zip/letter.docx", "all.zip/logo.png", "statement.pdf")
    ]


def test_b19_a_link_to_another_accounts_file_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    folder = folder_of(root)
    other = folder.with_name("other")
    other.mkdir()
    (folder / "orders.csv").rename(other / "orders.csv")
    (folder / "orders.csv").symlink_to(other / "orders.csv")
    with pytest.raises(FilesRefused, match=r"exports/acme/orders\.csv: this link leads out of .*/exports/acme"):
        review(root)


def test_b19_a_folder_that_is_a_link_to_another_account_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    folder = folder_of(root)
    folder.rename(folder.with_name("other"))
    folder.symlink_to("other")
    with pytest.raises(FilesRefused, match="this link leads out of"):
        review(root)


def test_b19_a_link_that_goes_round_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    (folder_of(root) / "more.csv").symlink_to("more.csv")
    with pytest.raises(FilesRefused, match=r"more\.csv: "):
        review(root)


def test_b19_links_within_the_sources_folder_and_a_linked_exports_folder_are_fine(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", clean())
    (root / "exports").rename(tmp_path / "elsewhere")
    (root / "exports").symlink_to(tmp_path / "elsewhere")
    folder = folder_of(root)
    (folder / "kept").mkdir()
    (folder / "orders.csv").rename(folder / "kept" / "orders")
    (folder / "orders.csv").symlink_to("kept/orders")
    plain = review(workspace(tmp_path / "plain", clean()))
    assert facts(review(root)) == facts(plain)
