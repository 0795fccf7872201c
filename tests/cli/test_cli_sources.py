"""opsrules sources: what the files of an account hold and lack, on exports whose answers are worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from calling import Opsrules
from pipeline.small import ACCOUNT, clean, line, order, statement, workspace


def _json(opsrules: Opsrules, root: Path, *more: str, code: int = 0) -> dict[str, Any]:
    said = opsrules("sources", "acme", "--json", "-w", str(root), *more)
    assert (said.code, said.err) == (code, "")
    told: dict[str, Any] = json.loads(said.out)
    return told


def _files(told: dict[str, Any]) -> dict[str, Any]:
    return {Path(one["name"]).name: one for one in told["files"]}


def test_json_tells_everything_of_each_file(opsrules: Opsrules, tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("#3", "1.00x", day=6) + "\n" + order("#4", "7.00", day=6, currency="USD") + "\n"
    files["payments.csv"] += line("#1", "9.00", day=7) + "\n" + line("#1", "9.00", day=7) + "\n"
    root = workspace(tmp_path, files)
    told = _json(opsrules, root)
    found = _files(told)
    orders = found["orders.csv"]
    assert (orders["reader"], orders["known_by"]) == ("shopify_orders", "header in line 1, 16 known columns")
    assert (orders["records"], orders["rejected"]) == (4, 1)
    assert (orders["first"], orders["last"]) == ("2026-10-05", "2026-10-06")
    sums = {(one["kind"], one["currency"]): (one["rows"], one["amount_minor"]) for one in orders["rows"]}
    assert sums == {("orders", "EUR"): (2, 15000), ("orders", "USD"): (1, 700), ("order_lines", ""): (3, 0)}
    reject = {"reason": "amount_unreadable", "currency": "EUR", "count": 1, "amount_minor": 0, "line": 4}
    assert orders["rejects"] == [reject]
    assert [one["equal"] for one in found["payments.csv"]["rows"]] == [1]
    (control,) = found["bank.xml"]["controls"]
    assert (control["expected_minor"], control["actual_minor"], control["holds"]) == (14725, 14725, True)
    assert (told["unmatched"], told["period"]) == ([], "")


def test_a_terminal_shows_the_same_as_columns(opsrules: Opsrules, tmp_path: Path) -> None:
    files = clean() | {
        "bank.xml": statement(("147.25", "2026-10-09", "SHOPIFY"), closing="150.00"),
        "notes.txt": "hi\n",
    }
    root = workspace(tmp_path, files)
    said = opsrules("sources", "show", "acme", "-w", str(root))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("acme: 4 files\n\nfile ")
    row = next(line for line in said.out.splitlines() if line.startswith("exports/acme/bank.xml"))
    told = ["CAMT.053", "the root element BkToCstmrStmt", "1", "0", "2026-10-09", "1 of 1 fail"]
    assert [cell.strip() for cell in row.split("  ") if cell.strip()][1:] == told
    assert "the file says EUR 150.00, its rows give EUR 147.25" in said.out
    assert "  exports/acme/notes.txt: opsrules sources suggest exports/acme/notes.txt\n" in said.out
    assert said.out == opsrules("sources", "acme", "-w", str(root)).out  # the short way to say it


def test_same_bytes_are_named_and_read_once(opsrules: Opsrules, tmp_path: Path) -> None:
    files = clean()
    root = workspace(tmp_path, files | {"payments-copy.csv": files["payments.csv"]})
    found = _files(_json(opsrules, root))
    assert found["payments.csv"]["same_as"] == "exports/acme/payments-copy.csv"
    assert (found["payments.csv"]["records"], found["payments-copy.csv"]["records"]) == (0, 2)


def test_a_glob_without_files_is_the_users_mistake_and_the_rest_is_told(opsrules: Opsrules, tmp_path: Path) -> None:
    account = ACCOUNT.replace("exports/acme/*\n", "exports/acme/*\n  - files: exports/acme/2025/*.csv\n")
    root = workspace(tmp_path, clean(), account)
    told = _json(opsrules, root, code=2)
    assert told["unmatched"] == ["exports/acme/2025/*.csv"]
    assert len(told["files"]) == 3
    assert (
        "Sources that match no file:\n  exports/acme/2025/*.csv\n" in opsrules("sources", "acme", "-w", str(root)).out
    )


def test_a_file_that_is_refused_is_told_beside_the_others(opsrules: Opsrules, tmp_path: Path) -> None:
    files = clean()
    files["payments.csv"] = files["payments.csv"].replace("Amount,Fee", "Amount,Feee")
    told = _json(opsrules, workspace(tmp_path, files), code=3)
    found = _files(told)
    assert "the column 'Fee' is missing; the nearest name there is 'Feee'" in found["payments.csv"]["refused"]
    assert found["orders.csv"]["records"] == 2


def test_wrong_options_are_told_of_their_file(opsrules: Opsrules, tmp_path: Path) -> None:
    qif = "!Type:Bank\nD10/13/2026\nT5.00\nPSomebody\n^\n"
    told = _json(opsrules, workspace(tmp_path, clean() | {"old.qif": qif}), code=3)
    assert "QIF names no currency" in _files(told)["old.qif"]["refused"]


def test_missing_days_of_the_period_are_told(opsrules: Opsrules, tmp_path: Path) -> None:
    # Every day of the month has an order but the 14th and 15th, and nothing came after the 28th.
    days = [day for day in range(1, 29) if day not in (14, 15)]
    orders = [order(f"#{day}", "5.00", day=day) for day in days]
    files = clean() | {"orders.csv": clean()["orders.csv"].split("\n", 1)[0] + "\n" + "\n".join(orders) + "\n"}
    root = workspace(tmp_path, files)
    told = _json(opsrules, root, "--period", "2026-10")
    gaps = [(one["first"], one["last"], one["days"]) for one in told["gaps"] if one["kind"] == "orders"]
    assert gaps == [("2026-10-14", "2026-10-15", 2), ("2026-10-29", "2026-10-31", 3)]
    inside = [one["text"] for one in _json(opsrules, root)["gaps"] if one["kind"] == "orders"]
    assert inside == ["no lines from 14 Oct 2026 to 15 Oct 2026, 2 days that usually have some"]


def test_b15_names_that_hold_card_numbers_are_masked(opsrules: Opsrules, tmp_path: Path) -> None:
    root = workspace(tmp_path, clean() | {"4242 4242 4242 4242.csv": "nothing,known\n"})
    for more in ([], ["--json"]):
        said = opsrules("sources", "acme", "-w", str(root), *more)
        assert "4242 4242 4242" not in said.out
        assert "****4242.csv" in said.out


def test_b12_a_file_name_moves_no_cursor(opsrules: Opsrules, tmp_path: Path) -> None:
    root = workspace(tmp_path, clean() | {"a\x1b[2J\n.txt": "hi\n"})
    said = opsrules("sources", "acme", "-w", str(root))
    assert "\x1b" not in said.out
    assert "a\\x1b[2J\\n.txt" in said.out


@pytest.mark.parametrize(("account", "hint"), [("acne", "did you mean acme?"), ("suggestion", "known: acme")])
def test_an_unknown_account_is_the_users_mistake(opsrules: Opsrules, tmp_path: Path, account: str, hint: str) -> None:
    said = opsrules("sources", account, "-w", str(workspace(tmp_path, clean())))
    assert (said.code, said.out) == (2, "")
    assert hint in said.err


def test_options_may_stand_before_the_account(opsrules: Opsrules, tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    assert opsrules("sources", "--json", "acme", "-w", str(root)).code == 0
