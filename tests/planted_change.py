"""A demo account whose processor lost the captures of one country in the last month, as platforms write exports."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from opsrules import scaffold
from opsrules.simulate import demo

ACCOUNT = "demo-northwind"
LOST = "FR"
_COUNTRIES = ("DE", "AT", LOST, "NL", "DE", "DE", LOST)
"""Country of each order, by its number."""


def write_workspace(root: Path, *, period: str = "2026-10", orders: int = 500, lost: bool = True) -> Path:
    """Write the workspace; the month before `period` is whole."""
    scaffold.write_workspace(root)
    demo(root, accounts=1, orders=orders, period=period, periods=2)
    for month in sorted((root / "exports" / ACCOUNT).iterdir()):
        if not (month / "shopify_orders.csv").exists():  # the bank's statement runs on
            continue
        hit = _spread(month / "shopify_orders.csv")
        if lost and month.name == period:
            _lose(month / "shopify_payments.csv", hit)
    return root


def _country(order: str) -> str:
    return _COUNTRIES[int("".join(sign for sign in order if sign.isdigit())) % len(_COUNTRIES)]


def _spread(path: Path) -> set[str]:
    """Give each order a country, and return those of the one that is lost."""
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for row in rows:
        if row["Shipping Country"]:
            row["Shipping Country"] = _country(row["Name"])
    _write(path, rows)
    return {row["Name"] for row in rows if row["Name"] and _country(row["Name"]) == LOST}


def _lose(path: Path, orders: set[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    _write(path, [row for row in rows if not (row["Type"] == "charge" and row["Order"] in orders)])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")
