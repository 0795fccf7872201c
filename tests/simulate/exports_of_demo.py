"""A second, independent way to read the demo's files: csv, ElementTree and dictionaries, nothing of opsrules."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

DECIMALS = {"EUR": 2, "GBP": 2, "USD": 2, "JPY": 0}
_CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


def minor(text: str, currency: str) -> int:
    """Minor units of plain decimal text, through Decimal."""
    scaled = Decimal(text).scaleb(DECIMALS[currency])
    if scaled != scaled.to_integral_value():
        raise ValueError(text)
    return int(scaled)


def plain(ref: str) -> str:
    """An order reference without case, number sign and blanks."""
    return ref.casefold().replace("#", "").replace(" ", "")


@dataclass
class Line:
    """One processor line."""

    day: date
    kind: str
    ref: str
    payout: str
    brand: str
    gross: int
    fee: int
    net: int


@dataclass
class Statement:
    """One bank statement: amounts with their texts, and its own balances."""

    opening: int
    closing: int
    lines: list[tuple[str, int, str]] = field(default_factory=list)


@dataclass
class AccountFiles:
    """Everything the demo wrote for one account."""

    root: Path
    name: str
    parameters: dict[str, Any]
    truth: dict[str, Any]

    @property
    def currency(self) -> str:
        return str(self.parameters["currency"])

    def faults(self, **wanted: str) -> list[dict[str, Any]]:
        return [one for one in self.truth["faults"] if all(one[key] == value for key, value in wanted.items())]

    def rows(self, pattern: str) -> dict[str, list[dict[str, str]]]:
        found = {}
        for path in sorted((self.root / "exports" / self.name).glob(f"*/{pattern}")):
            with path.open(encoding="utf-8", newline="") as file:
                found[path.parent.name] = list(csv.DictReader(file, strict=True))
        return found

    def orders(self) -> dict[str, dict[str, str]]:
        """First row of each order, by its plain reference, those with an unreadable total left out."""
        rows = [row for month in self.rows("shopify_orders.csv").values() for row in month if row["Financial Status"]]
        return {plain(row["Name"]): row for row in rows if ".." not in row["Total"]}

    def lines(self) -> list[Line]:
        """Processor lines, those with an unreadable amount left out."""
        if self.parameters["payouts"][0]["processor"] == "stripe":
            rows = [row for month in self.rows("stripe_*.csv").values() for row in month]
            names = (
                next(name for name in rows[0] if name in ("created", "created_utc")),
                "reporting_category",
                "payment_metadata[order_id]",
                "automatic_payout_id",
                "card_brand",
            )
            money = ("gross", "fee", "net")
        else:
            rows = [row for month in self.rows("shopify_payments.csv").values() for row in month]
            names = ("Transaction Date", "Type", "Order", "Payout ID", "Card Brand")
            money = ("Amount", "Fee", "Net")
        readable = [row for row in rows if ".." not in row[money[0]]]
        return [self._line(*(row[name] for name in names + money)) for row in readable]

    def _line(self, at: str, kind: str, ref: str, payout: str, brand: str, *money: str) -> Line:
        sums = (minor(text, self.currency) for text in money)
        return Line(date.fromisoformat(at[:10]), kind, plain(ref), payout, brand, *sums)

    def statements(self) -> list[Statement]:
        folder = self.root / "exports" / self.name
        reader = {".xml": _camt053, ".sta": _mt940, ".csv": _bank_csv}
        return [reader[path.suffix](path, self.currency) for path in sorted(folder.glob("*/bank.*"))]

    def payout_sums(self) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines():
            if line.kind != "payout":
                sums[line.payout] += line.net
        return sums

    def payout_rows(self) -> dict[str, int]:
        return {line.payout: -line.net for line in self.lines() if line.kind == "payout"}


def accounts_of(root: Path) -> list[AccountFiles]:
    found = []
    for path in sorted((root / "parameters" / "accounts").glob("*.yaml")):
        parameters = yaml.safe_load(path.read_text(encoding="utf-8"))
        truth = json.loads((root / "exports" / path.stem / "truth.json").read_text(encoding="utf-8"))
        found.append(AccountFiles(root, path.stem, parameters, truth))
    return found


def _camt053(path: Path, currency: str) -> Statement:
    statement = ET.parse(path).getroot().find(f"{_CAMT}BkToCstmrStmt/{_CAMT}Stmt")
    assert statement is not None

    def text(node: ET.Element, names: str) -> str:
        return str(node.findtext("/".join(_CAMT + name for name in names.split("/"))))

    def signed(node: ET.Element) -> int:
        return minor(text(node, "Amt"), currency) * (1 if text(node, "CdtDbtInd") == "CRDT" else -1)

    balances = {text(node, "Tp/CdOrPrtry/Cd"): signed(node) for node in statement.findall(f"{_CAMT}Bal")}
    lines = [
        (text(node, "BookgDt/Dt"), signed(node), text(node, "NtryDtls/TxDtls/RmtInf/Ustrd"))
        for node in statement.findall(f"{_CAMT}Ntry")
    ]
    return Statement(balances["OPBD"], balances["CLBD"], lines)


def _mt940(path: Path, currency: str) -> Statement:
    fields: list[list[str]] = []
    for line in path.read_text(encoding="ascii").splitlines():
        if found := re.match(r":(\w+):(.*)", line):
            fields.append([found[1], found[2]])
        elif line != "-":
            assert len(line) <= 65
            fields[-1][1] += line

    def signed(mark: str, text: str) -> int:
        return minor(text.replace(",", ".").rstrip("."), currency) * (1 if mark == "C" else -1)

    balances = {tag: signed(text[0], text[10:]) for tag, text in fields if tag in ("60F", "62F")}
    lines = []
    for (tag, text), (_, words) in pairwise(fields):
        if tag == "61":
            found = re.match(r"(\d{6})(\d{4})([CD])([\d,]+)NTRF", text)
            assert found is not None
            day = f"20{found[1][:2]}-{found[1][2:4]}-{found[1][4:]}"
            lines.append((day, signed(found[3], found[4]), words))
    return Statement(balances["60F"], balances["62F"], lines)


def _bank_csv(path: Path, currency: str) -> Statement:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), strict=True))
    lines, balances = [], []
    for row in rows:
        month, day, year = row["Date"].split("/")
        amount = minor(row["Amount"].replace(",", ""), currency)
        lines.append((f"{year}-{month}-{day}", amount, row["Description"]))
        balances.append(minor(row["Balance"].replace(",", ""), currency))
    for before, after, (_, amount, _) in zip(balances, balances[1:], lines[1:], strict=False):
        assert before + amount == after
    return Statement(balances[0] - lines[0][1], balances[-1], lines)
