"""opsrules init --account: the draft says what the files tell, marks the rest, and overwrites nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from calling import Opsrules
from pipeline.small import clean, workspace

from opsrules.parameters import load
from opsrules.pipeline import known

BANK = "Buchungstag;Betrag;Währung;Verwendungszweck\n13.10.2026;-12,50;EUR;Miete\n14.10.2026;1.204,30;EUR;SHOPIFY 1\n"


def _workspace(tmp_path: Path, **files: str) -> Path:
    root = workspace(tmp_path, {})
    folder = root / "exports" / "north" / "2026-10"
    folder.mkdir(parents=True)
    for name, text in (clean() | files).items():
        (folder / name).write_text(text, encoding="utf-8")
    (root / "parameters" / "accounts" / "acme.yaml").unlink()
    return root


def _marked(text: str) -> set[int]:
    return {number for number, line in enumerate(text.split("\n"), 1) if "TO FILL IN" in line}


def test_a_draft_of_known_files_is_an_account_that_can_be_reviewed(opsrules: Opsrules, tmp_path: Path) -> None:
    root = _workspace(tmp_path, **{"bank-2026-10.csv": BANK})
    said = opsrules("init", "--account", "north", "--from", str(root / "exports" / "north"), "-w", str(root))
    assert (said.code, said.err) == (0, "")
    text = (root / "parameters" / "accounts" / "north.yaml").read_text(encoding="utf-8")
    account = load(root, **known()).accounts["north"]
    assert (account.currency, account.zone) == ("EUR", "Europe/Berlin")
    assert [one.files for one in account.sources] == [
        "exports/north/*/*.xml",
        "exports/north/*/*.csv",
        "exports/north/*/bank-*.csv",
    ]
    assert [(one.processor, one.descriptor) for one in account.payouts] == [("shopify_payments", "SHOPIFY")]
    assert account.sources[2].reader == "bank_csv"
    assert {Path(name).name for _, name, _ in account.files(root)} == {*clean(), "bank-2026-10.csv"}
    assert "# Days covered, orders: 2026-10-05 to 2026-10-05" in text
    assert "Payment methods of the orders: Shopify Payments" in text
    listed = {int(found) for found in re.findall(r"north\.yaml:(\d+): ", said.out)}
    assert listed == _marked(text) - {1}  # the first line explains the mark
    assert opsrules("check", "-w", str(root)).code == 0
    assert opsrules("sources", "north", "--period", "2026-10", "-w", str(root)).code == 0


def test_what_no_file_tells_is_marked_and_is_all_that_check_finds(
    opsrules: Opsrules, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bank = "Date,Amount,Text\n10/06/2026,1.00,a\n10/07/2026,-2.00,b\n"
    root = _workspace(tmp_path)
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "bank.csv").write_text(bank)
    (folder / "old.qif").write_text("!Type:Bank\nD10/13/2026\nT5.00\nPSomebody\n^\n")
    (folder / "letter.txt").write_text("Dear bank\n")
    said = opsrules("init", "--account", "other", "--from", str(folder), "-w", str(root))
    assert said.code == 0
    text = (root / "parameters" / "accounts" / "other.yaml").read_text()
    assert f'files: "{folder.as_posix()}/bank.csv"' in text
    assert "nobody recognises" in text
    checked = opsrules("check", "-w", str(root))
    assert checked.code == 2
    wrong = {int(found) for found in re.findall(r"other\.yaml:(\d+): ", checked.err)}
    # A mapping's problem is named where its options begin, a few lines above the mark.
    marks = _marked(text)
    assert wrong
    assert all(any(line <= mark <= line + 9 for mark in marks) for line in wrong)
    filled = text.replace('currency: ""', "currency: USD").replace('zone: ""', "zone: America/New_York")
    filled = filled.replace('date_format: ""', 'date_format: "%m/%d/%Y"')
    (root / "parameters" / "accounts" / "other.yaml").write_text(filled)
    assert opsrules("check", "-w", str(root)).code == 0


def test_nothing_is_overwritten(opsrules: Opsrules, tmp_path: Path) -> None:
    root = _workspace(tmp_path)
    path = root / "parameters" / "accounts" / "north.yaml"
    path.write_text("mine\n")
    said = opsrules("init", "--account", "north", "--from", str(root / "exports"), "-w", str(root))
    assert (said.code, said.out) == (2, "")
    assert "is there already and is not overwritten" in said.err
    assert path.read_text() == "mine\n"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--account", "../up", "--from", "exports"], "holds '.'"),
        (["--account", "con", "--from", "exports"], "Windows reserves"),
        (["--account", "north", "--from", "nowhere"], "there is no such folder"),
        (["--account", "north", "--from", "parameters"], "is recognised"),
        (["--account", "north"], "--account NAME --from FOLDER"),
        (["--from", "exports"], "--account NAME --from FOLDER"),
        (["new", "--account", "north", "--from", "exports"], "--account NAME --from FOLDER"),
        ([], "opsrules init DIR"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(
    opsrules: Opsrules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], what: str
) -> None:
    root = _workspace(tmp_path)
    monkeypatch.chdir(root)
    said = opsrules("init", *arguments)
    assert (said.code, said.out) == (2, "")
    assert what in said.err
    assert list((root / "parameters" / "accounts").iterdir()) == []


def test_a_name_of_a_file_cannot_write_into_the_draft(opsrules: Opsrules, tmp_path: Path) -> None:
    root = _workspace(tmp_path, **{"x\nsimulated: true\n# .txt": "hello"})
    said = opsrules("init", "--account", "north", "--from", str(root / "exports" / "north"), "-w", str(root))
    assert said.code == 0
    assert not load(root, **known()).accounts["north"].simulated


def test_files_in_an_archive_are_found_too(opsrules: Opsrules, tmp_path: Path) -> None:
    root = _workspace(tmp_path)
    folder = root / "exports" / "north" / "2026-10"
    with zipfile.ZipFile(folder / "all.zip", "w") as packed:
        for name in clean():
            packed.write(folder / name, name)
            (folder / name).unlink()
    said = opsrules("init", "--account", "north", "--from", str(folder), "-w", str(root))
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^exports/north/2026-10/all\.zip/orders\.csv +shopify_orders, 2 rows$", said.out, re.MULTILINE)
    account = load(root, **known()).accounts["north"]
    assert [one.files for one in account.sources] == ["exports/north/*/*.zip"]
    assert (account.currency, account.zone) == ("EUR", "Europe/Berlin")
