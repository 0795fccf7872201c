"""Bank files of several kinds in one account: no line counts twice, and every control figure is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from camt_files import MESSAGES, namespace_of
from pipeline.small import ACCOUNT, clean, exports, line, order, review, statement, workspace


def as_message(text: str, message: str) -> str:
    """The same file as another message of the family."""
    root, part = MESSAGES[message]
    return (
        text.replace("BkToCstmrStmt", root).replace("<Stmt>", f"<{part}>").replace("</Stmt>", f"</{part}>")
        .replace(namespace_of("camt.053"), namespace_of(message))
    )  # fmt: skip


TOLD = statement(("147.25", "2026-10-09", "SHOPIFY, details follow"), until="2026-10-09")


@pytest.mark.parametrize("message", ["camt.052", "camt.054"])
def test_what_the_statement_says_again_is_left_out_by_name(tmp_path: Path, message: str) -> None:
    got = review(workspace(tmp_path, clean() | {"zz_early.xml": as_message(TOLD, message)}))
    assert got.findings.empty
    side = got.control_totals.query("leg == 'payouts_bank' and side == 'bank_lines'").set_index("source")
    early = message.replace(".", "")
    assert side[["rows_in", "matched", "excluded"]].loc[["camt053", early]].to_numpy().tolist() == [
        [1, 1, 0],
        [1, 0, 1],
    ]
    assert got.tables["excluded"]["rule"].tolist().count("in_statement") == 1
    assert got.tables["bridge"].query("step == 'Received at the bank'")["amount_minor"].tolist() == [14725]


@pytest.mark.parametrize("message", ["camt.052", "camt.054"])
def test_until_the_statement_comes_the_early_line_counts(tmp_path: Path, message: str) -> None:
    files = clean() | {"bank.xml": as_message(TOLD, message)}
    got = review(workspace(tmp_path, files))
    assert got.findings.empty
    assert got.tables["bridge"].query("step == 'Received at the bank'")["amount_minor"].tolist() == [14725]


def test_the_same_line_early_and_in_the_statement_keeps_the_statements(tmp_path: Path) -> None:
    same = as_message(clean()["bank.xml"], "camt.052")
    got = review(workspace(tmp_path, clean() | {"zz_early.xml": same}))
    kept = got.tables["bank_lines"].query("payouts_bank_status == 'matched'")
    assert kept["source"].tolist() == ["camt053"]
    assert got.findings.empty


def test_a_statement_that_covers_the_days_proves_a_payout_missing(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("1.00", "2026-10-02", "INTEREST"), until="2026-10-02")}
    assert review(workspace(tmp_path / "1", files)).findings["class"].tolist() == ["payout_in_transit"]
    files["bank.xml"] = statement(("1.00", "2026-10-02", "INTEREST"), until="2026-10-31")
    assert review(workspace(tmp_path / "2", files)).findings["class"].tolist() == ["payout_missing"]


BAI2 = """\
01,BANK,SHOP,261010,0600,1,80,,2/
02,SHOP,BANK,1,261009,2400,EUR,2/
03,0000202051,,010,0,,,015,{closing},,/
16,165,14725,,B-1,,SHOPIFY PAYOUT/
49,{total},{lines}/
98,{total},1,5/
99,{total},1,7/
"""


def test_bai2_goes_the_whole_way_and_its_counts_are_no_money(tmp_path: Path) -> None:
    files = exports([order("#1", "147.25")], [line("#1", "147.25", fee="0.00")])
    good = files | {"bank.txt": BAI2.format(closing=14725, total=29450, lines=3)}
    got = review(workspace(tmp_path / "1", good))
    assert "control_failed" not in got.findings["class"].tolist()
    assert got.tables["bridge"].query("step == 'Received at the bank'")["amount_minor"].tolist() == [14725]
    bad = files | {"bank.txt": BAI2.format(closing=14726, total=29451, lines=4)}
    failed = review(workspace(tmp_path / "2", bad)).findings.query("`class` == 'control_failed'")
    assert sorted(failed[["currency", "amount_minor", "message"]].to_numpy().tolist()) == [
        [
            "", 0,
            "exports/acme/bank.txt: lines of the account (49) does not hold: the file says 4, its rows give 3.",
        ],
        [
            "EUR", -1,
            "exports/acme/bank.txt: opening + entries = closing does not hold: the file says EUR\u00a0147.26, "
            "its rows give EUR\u00a0147.25.",
        ],
    ]  # fmt: skip


def test_qif_needs_its_currency_and_is_then_read(tmp_path: Path) -> None:
    account = ACCOUNT.replace(
        "  - files: exports/acme/*\n",
        "  - files: exports/acme/*.csv\n  - {files: exports/acme/bank.qif, reader: qif, options: {currency: EUR}}\n",
    )
    files = {name: text for name, text in clean().items() if name != "bank.xml"}
    qif = {"bank.qif": "!Type:Bank\nD10/09/2026\nT147.25\nPSHOPIFY PAYOUT\n^\nD10/31/2026\nT-1.00\n^\n"}
    assert review(workspace(tmp_path, files | qif, account)).findings.empty
