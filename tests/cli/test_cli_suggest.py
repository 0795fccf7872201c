"""opsrules sources suggest: what it prints, what it never prints, and that the mapping can be pasted."""

from __future__ import annotations

import json
from pathlib import Path

from calling import Opsrules
from pipeline.small import ACCOUNT, clean, workspace

TABLE = (
    "Kontoauszug;DE02 1203 0000 0000 2020 51\n"
    "Buchungstag;Betrag;Empfänger;Verwendungszweck;E-Mail;Kartennummer\n"
    "13.10.2026;-12,50;Erika Muster;Miete Oktober;erika@example.org;4242424242424242\n"
    "14.10.2026;1.204,30 €;Laden GmbH;SHOPIFY 9001;kasse@example.org;4242424242424242\n"
)


def _root(tmp_path: Path) -> Path:
    return workspace(tmp_path, clean() | {"giro [1].csv": TABLE})


def test_it_prints_columns_and_a_mapping_that_reads_the_file(opsrules: Opsrules, tmp_path: Path) -> None:
    root = _root(tmp_path)
    said = opsrules("sources", "suggest", "exports/acme/giro [1].csv", "-w", str(root))
    assert (said.code, said.err) == (0, "")
    assert "cells parted by semicolons, header in line 2" in said.out
    assert "Tried on this file: 2 rows, 0 rejects" in said.out
    lines = said.out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("  - files:"))
    mapping = "\n".join(lines[start : lines.index("", start)])
    account = ACCOUNT.replace("sources:\n", f"sources:\n{mapping}\n")
    (root / "parameters" / "accounts" / "acme.yaml").write_text(account, encoding="utf-8")
    told = json.loads(opsrules("sources", "acme", "--json", "-w", str(root)).out)
    (found,) = [one for one in told["files"] if "giro" in one["name"]]
    assert (found["reader"], found["known_by"], found["rejected"]) == ("bank_csv", "named in the account file", 0)
    assert [(one["currency"], one["amount_minor"]) for one in found["rows"]] == [("EUR", 120430 - 1250)]


def test_b14_values_of_people_and_cards_are_never_shown(opsrules: Opsrules, tmp_path: Path) -> None:
    root = _root(tmp_path)
    for more in ([], ["--json"]):
        said = opsrules("sources", "suggest", str(root / "exports/acme/giro [1].csv"), "-w", str(root), *more)
        for secret in ("Erika", "Muster", "Miete", "example.org", "42424242", "2020 51"):
            assert secret not in said.out
        assert "card data, never read" in said.out


def test_what_the_file_does_not_tell_is_marked_and_may_be_given(opsrules: Opsrules, tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Amount,Text\n10/06/2026,1.00,a\n10/07/2026,-2.00,b\n")
    said = opsrules("sources", "suggest", str(path))
    assert "To fill in: date_format: the days can be read in two ways, %d/%m/%Y or %m/%d/%Y\n" in said.out
    assert "To fill in: currency: the file names no currency\n" in said.out
    assert "Tried" not in said.out
    told = json.loads(opsrules("sources", "suggest", str(path), "--currency", "CAD", "--json").out)
    assert (told["options"]["currency"], told["options"]["date_format"]) == ("CAD", "")
    wrong = opsrules("sources", "suggest", str(path), "--currency", "Canada")
    assert (wrong.code, wrong.out) == (2, "")


def test_a_known_file_needs_no_mapping(opsrules: Opsrules, tmp_path: Path) -> None:
    said = opsrules("sources", "suggest", "exports/acme/orders.csv", "-w", str(_root(tmp_path)))
    assert said.code == 0
    assert "is read by shopify_orders" in said.out


def test_what_is_no_table_is_refused(opsrules: Opsrules, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear bank,\nplease call.\n")
    (tmp_path / "empty.csv").touch()
    for name, what in (
        ("letter.txt", "looks like the header of a table"),
        ("empty.csv", "empty"),
        ("no", "no such file"),
    ):
        said = opsrules("sources", "suggest", str(tmp_path / name))
        assert (said.code, said.out) == (2, "")
        assert what in said.err
