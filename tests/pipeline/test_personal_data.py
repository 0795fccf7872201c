"""B14-B17 from exports to report: nothing that a run leaves or says holds a planted secret, and ids still match."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from calling import call
from pipeline.small import ACCOUNT, clean, exports, line, order, review, statement, workspace
from statement_files import GOLDEN
from table_cases import CASES, edited

from opsrules.readers.layout import Kind

CARDS = ("4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005")
IBANS = ("DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819")
EMAIL = "canary@example.com"
SECRET = ", ".join((*CARDS, *IBANS, EMAIL))
ID = "#4012888888881881"
PLANTED = re.compile(
    "|".join(r"[\s\-.]{0,3}".join(filter(str.isalnum, secret)) for secret in (*CARDS, *IBANS, ID)) + f"|{EMAIL}",
    re.IGNORECASE,
)
STATEMENTS = {
    "camt053/statement.xml": ("Invoice 17", "Paper &amp; Co", "INV-17", "Courier AB"),
    "mt940/statement.sta": ("Card fee", "Reversed credit", "30 February"),
    "ofx/statement.ofx": ("Courier AB", "Software", "Monthly plan", "Half a yen"),
}
CODE: dict[str, Any] = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
OWN = """\
import sys, opsrules.readers
read = opsrules.readers.read("exports/canary/shopify_orders-orders.csv")
print(read.table.to_string()); print(read.table["order_id"].tolist(), file=sys.stderr)
read.table
"""


def _account(name: str, sources: list[dict[str, Any]]) -> str:
    head = f"account: {name}\nname: {name.title()}\ncurrency: EUR\nzone: Europe/Berlin\nsources:\n"
    return head + "".join(f"  - {json.dumps(source)}\n" for source in sources)


def _planted(root: Path) -> str:
    """Write every fixture with secrets in its text and key columns; return the account that names them."""
    folder = root / "exports" / "canary"
    folder.mkdir(parents=True)
    sources: list[dict[str, Any]] = []
    for case in CASES:
        texts = [case.position(one) for one in case.columns(Kind.TEXT) if one.target != "mark"]
        keys = [case.position(one) for one in case.columns(Kind.KEY)]

        def plant(rows: list[list[str]], texts: list[int] = texts, keys: list[int] = keys) -> None:
            rows[1] = [SECRET if at in texts else cell for at, cell in enumerate(rows[1])]
            rows[-1] = [ID if at in keys else cell for at, cell in enumerate(rows[-1])]

        name = f"{case.reader}-{case.fixture}.csv"
        (folder / name).write_text(edited(case, plant))
        options = {key: value for key, value in case.options.items() if key != "balances"}
        sources.append({"files": f"exports/canary/{name}", "reader": case.reader, "options": options})
    for name, told in STATEMENTS.items():
        text = (GOLDEN / name).read_text()
        for one in told:
            text = text.replace(one, f"{one} {SECRET}"[:390])
        (folder / Path(name).name).write_text(text)
        sources.append({"files": f"exports/canary/{Path(name).name}"})
    return _account("canary", sources)


@dataclass(frozen=True)
class Left:
    """What a run of two accounts left and said."""

    folder: Path
    register: bytes
    said: str
    code: int


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    root = tmp_path_factory.mktemp("secrets") / "work"
    assert call("init", str(root)) == 0
    accounts = root / "parameters" / "accounts"
    (accounts / "canary.yaml").write_text(_planted(root))
    broken = clean()["orders.csv"].replace("Financial Status", f"Financial Status {CARDS[2]}")
    (root / "exports" / "broken").mkdir()
    (root / "exports" / "broken" / "orders.csv").write_text(broken)
    (accounts / "broken.yaml").write_text(
        _account("broken", [{"files": "exports/broken/*", "reader": "shopify_orders"}])
    )
    path = root / "notebooks" / "reconciliation.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"].insert(-1, {**CODE, "source": OWN})
    path.write_text(json.dumps(notebook))
    command = [sys.executable, "-m", "opsrules", "run", "--period", "2026-10", "--as-of", "2026-11-10"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    register = (root / "register.sqlite3").read_bytes()
    return Left(root / "reports" / "2026-10", register, done.stdout + done.stderr, done.returncode)


def _texts(folder: Path) -> dict[str, str]:
    """Every file of a run as text; tables column by column."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            columns = (table[name].astype("str").fillna("") for name in table.columns)
            found[path.name] = "|".join("|".join(one) for one in columns)
        if path.is_file():
            found[f"{path.relative_to(folder)}, bytes"] = path.read_bytes().decode("utf-8", errors="replace")
    return found


def test_b14_b17_nothing_that_a_run_leaves_or_says_holds_a_secret(left: Left) -> None:
    assert left.code == 3, left.said  # the broken account
    texts = _texts(left.folder)
    assert len(texts) > 30
    assert {name: PLANTED.findall(text) for name, text in texts.items() if PLANTED.search(text)} == {}
    assert not PLANTED.search(left.said)
    kept = left.register.decode("utf-8", errors="replace")
    assert not PLANTED.search(kept)
    assert "****4242" in kept  # the findings themselves are there


def test_b14_planted_secrets_have_come_through_masked(left: Left) -> None:
    texts = _texts(left.folder)
    assert "****4242, ****4444, ****0005, DE****3000, GB****6819, ****@****" in texts["orders.parquet"]
    assert "#****1881" in texts["orders.parquet"]
    executed = texts["canary/reconciliation/executed.ipynb, bytes"]
    assert "read.table" in executed
    assert executed.count("#****1881") >= 3  # what the analyst's cell printed, said and showed
    assert "Financial Status ****0005" in left.said
    assert "Financial Status ****0005" in texts["broken/reconciliation.html, bytes"]


def test_b14_b16_findings_name_file_line_and_number(left: Left) -> None:
    findings = pd.read_csv(left.folder / "canary" / "reconciliation" / "findings.csv", dtype="str")
    told = findings.set_index(["class", "source_file"])["message"]
    message = told["card_number_in_text", "exports/canary/stripe_itemised-itemised.csv"]
    assert "3 card numbers in description, the first in line 2" in message
    assert ("iban_in_text", "exports/canary/stripe_itemised-itemised.csv") in told.index
    assert set(findings.loc[findings["class"] == "card_number_in_text", "rule_id"]) == {"REC-098"}


def test_b15_ids_match_exactly_and_only_card_numbers_are_shown_masked(tmp_path: Path) -> None:
    luhn, card, twin = "#1234567890123452", "#4242424242424242", "#4000000000024242"
    files = exports(
        [order(luhn, "100.00"), order(card, "50.00"), order(twin, "30.00")],
        [line(luhn, "100.00", fee="1.75"), line(card, "50.00", fee="1.00")],
        statement(("147.25", "2026-10-09", "SHOPIFY PAYOUT")),
    )
    got = review(workspace(tmp_path, files))
    orders = got.tables["orders"][["order_id", "total_minor", "orders_charges_status"]]
    assert orders.to_numpy().tolist() == [
        [luhn, 10000, "matched"],
        ["#****4242", 5000, "matched"],
        ["#****4242", 3000, "open"],  # two cards that end alike are two orders
    ]
    alone = got.findings[got.findings["order_ref"] == "#****4242"]
    assert alone[["class", "amount_minor"]].to_numpy().tolist() == [["order_without_payment", -3000]]


def test_b15_finding_about_a_masked_id_has_the_id_it_would_have_anyway(tmp_path: Path) -> None:
    card = "#4242424242424242"
    files = exports([order("#1", "5.00"), order(card, "50.00")], [line("#1", "5.00")])
    got = review(workspace(tmp_path / "a", files))
    found = got.findings[got.findings["class"] == "order_without_payment"].iloc[0]
    assert (found["order_ref"], found["subject_ref"]) == ("#****4242", "#****4242")
    assert "4242424242424242" not in json.dumps(got.explain(found["finding_id"]))
    assert "****4242" in json.dumps(got.explain(found["finding_id"]))
    assert "#****4242" in found["message"]
    # The same item after another line was added above it: it is found by its stable id.
    more = exports([order("#0", "1.00"), *files["orders.csv"].splitlines()[1:]], [line("#1", "5.00")])
    shutil.rmtree(tmp_path / "a")
    again = review(workspace(tmp_path / "a", more))
    assert found["finding_id"] in again.findings["finding_id"].tolist()


def test_b16_column_for_card_data_is_a_finding(tmp_path: Path) -> None:
    files = clean()
    head, *rows = files["orders.csv"].splitlines()
    files["orders.csv"] = "\n".join([head + ",CVV", *(f"{row},123" for row in rows)]) + "\n"
    got = review(workspace(tmp_path, files))
    found = got.findings[got.findings["class"] == "card_data_column"]
    assert found["rule_id"].tolist() == ["REC-100"]
    assert found["message"].tolist() == [
        "exports/acme/orders.csv has columns made for card data, which are never read: CVV."
    ]
    assert got.level.value == "at_risk"


def test_b17_owners_that_the_account_names_are_shown(tmp_path: Path) -> None:
    account = ACCOUNT.replace("operations: Operations lead", "operations: ops@example.com")
    files = exports([order("#1", "5.00"), order("#2", "50.00")], [line("#1", "5.00")])
    got = review(workspace(tmp_path, files, account))
    assert "ops@example.com" in got.findings["owner"].tolist()
    assert "ops@example.com" in [need.owner for need in got.needs]
