"""The clean fixture of each table format, and edits of it: what the catalogue's cases are made of."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from opsrules import readers, schemas
from opsrules.readers import (
    bank_csv,
    checkout_payouts,
    checkout_settlement,
    declared_csv,
    etsy_statement,
    gocardless_events,
    gocardless_payments,
    gocardless_payouts,
    gocardless_transactions,
    jpmorgan_activity,
    jpmorgan_deposits,
    jpmorgan_disputes,
    jpmorgan_fees,
    magento_orders,
    recurly_invoices,
    recurly_transactions,
    shopify_orders,
    shopify_payments,
    shopify_payouts,
    square_items,
    square_transactions,
    stripe_balance_history,
    stripe_itemised,
    stripe_payments,
    stripe_payouts,
    tiktok_income,
    walmart_recon,
    walmart_recon_v1,
    woocommerce_orders,
)
from opsrules.readers.adyen import accounting, settlement
from opsrules.readers.amazon import date_range, feedback, reimbursements, returns_fba, returns_mfn
from opsrules.readers.ebay import transactions
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Read, Source
from opsrules.readers.paypal import activity, statement, stl, trr

GOLDEN = Path(__file__).parent / "golden"
JSON = sorted(path for path in GOLDEN.glob("*/*.json") if "expected" not in path.name and ".options" not in path.name)
"""Fixtures that are JSON themselves."""


_AROUND = {"RH", "FH", "SH", "SF", "SC", "RF", "RC", "FF"}  # PayPal's rows around its records
DECLARED = ("bank_csv", "declared_csv")
"""Readers that an account has to name."""


TOLD = "title text description method comment payment_method channel reason order_id payout_id status".split()
"""Columns of text, in order of preference for a cell to change."""


@dataclass(frozen=True)
class Case:
    """A file of one format in which every record is good.

    ``parted`` says that dates, times and zones stand in columns of their own.
    """

    reader: str
    fixture: str
    layout: Layout
    options: dict[str, Any] = field(default_factory=dict, hash=False)
    parted: bool = False

    def __str__(self) -> str:
        return f"{self.reader}-{self.fixture}"

    @property
    def path(self) -> Path:
        return GOLDEN / self.reader / f"{self.fixture}.csv"

    @property
    def text(self) -> str:
        data = self.path.read_bytes()
        return data.decode("cp1252" if self.fixture == "debit_credit" else "utf-8")

    @property
    def header_line(self) -> int:
        """1-based line of the header row."""
        return next(n for n, line in enumerate(self.text.splitlines(), 1) if self._is_header(line))

    def _is_header(self, line: str) -> bool:
        return all(any(name in line for name in one.names) for one in self.layout.columns if one.required)

    @property
    def delimiter(self) -> str:
        return ";" if self.fixture == "debit_credit" else "\t" if "\t" in self.text else ","

    @property
    def rows(self) -> list[list[str]]:
        """Header and records, without lines before the header and lines that state a balance."""
        lines = self.text.replace("\r\n", "\n").split("\n", self.header_line - 1)[-1]
        rows = list(csv.reader(io.StringIO(lines), delimiter=self.delimiter))
        header, *records = [row for row in rows if row and row[0] not in _AROUND]
        return [header, *(row for row in records if row != header and not row[0].endswith("saldo 01.10.2026"))]

    def position(self, column: Column) -> int:
        """Where that column stands in the fixture; -1 when it is not there."""
        header = self.rows[0]
        return next((header.index(name) for name in column.names if name in header), -1)

    def columns(self, *kinds: Kind) -> list[Column]:
        """Columns of these kinds that the fixture has."""
        return [one for one in self.layout.columns if one.kind in kinds and self.position(one) >= 0]

    @property
    def told(self) -> Column:
        """A column of text that comes out sign for sign, or in lower case."""
        columns = {one.target: one for one in self.columns(Kind.TEXT, Kind.KEY)}
        return next(columns[target] for target in TOLD if target in columns)

    def read(self, folder: Path, content: str | bytes, **options: Any) -> Read:
        """Read an edited copy and check what holds for every file."""
        return whole(self.quickly(folder, content, **options))

    def quickly(self, folder: Path, content: str | bytes, **options: Any) -> Read:
        """Read an edited copy, without the checks."""
        path = folder / "export.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        source = Source(path, "exports/demo/export.csv", zone="Europe/Berlin", options=self.options | options)
        return readers.read(source, self.reader)


def declared(fixture: Path) -> dict[str, Any]:
    """Options that stand beside a fixture; none where its format needs none."""
    path = fixture.with_suffix(".options.json")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return loaded


def _optional(reader: str, fixture: str, layout: Callable[[Any], Layout], model: Any) -> Case:
    options = declared(GOLDEN / reader / f"{fixture}.csv")
    return Case(reader, fixture, layout(model.model_validate(options)), options)


def _bank(fixture: str) -> Case:
    options = declared(GOLDEN / "bank_csv" / f"{fixture}.csv")
    return Case("bank_csv", fixture, bank_csv.layout(bank_csv.Options.model_validate(options)), options)


CASES: tuple[Case, ...] = (
    Case("shopify_orders", "orders", shopify_orders.LAYOUT),
    Case("shopify_payments", "transactions", shopify_payments.LAYOUT),
    Case("stripe_itemised", "itemised", stripe_itemised.LAYOUT),
    Case("stripe_balance_history", "history", stripe_balance_history.LAYOUT),
    Case("paypal_stl", "settlement", stl.LAYOUT),
    Case("paypal_trr", "detail", trr.LAYOUT),
    Case("paypal_activity", "activity", activity.LAYOUT, parted=True),
    Case("paypal_statement", "statement", statement.LAYOUT, parted=True),
    Case("adyen_settlement", "batch_41", settlement.LAYOUT, parted=True),
    Case("adyen_accounting", "events", accounting.LAYOUT, parted=True),
    _bank("signed"),
    _bank("debit_credit"),
    Case("amazon_date_range", "us", date_range.LAYOUT),
    Case("amazon_returns_fba", "returns", returns_fba.LAYOUT),
    Case("amazon_returns_mfn", "returns", returns_mfn.LAYOUT),
    Case("amazon_reimbursements", "reimbursements", reimbursements.LAYOUT),
    Case("amazon_feedback", "ratings", feedback.LAYOUT),
    Case("ebay_transactions", "single", transactions.LAYOUT),
    Case("stripe_payments", "payments", stripe_payments.LAYOUT),
    Case("stripe_payouts", "payouts", stripe_payouts.LAYOUT),
    Case("shopify_payouts", "payouts", shopify_payouts.LAYOUT),
    _optional("square_transactions", "transactions", square_transactions.layout, square_transactions.Options),
    _optional("square_items", "items", square_items.layout, square_items.Options),
    Case("gocardless_transactions", "transactions", gocardless_transactions.LAYOUT),
    Case("gocardless_events", "events", gocardless_events.LAYOUT),
    Case("gocardless_payments", "payments", gocardless_payments.LAYOUT),
    Case("checkout_settlement", "breakdown", checkout_settlement.LAYOUT),
    Case("checkout_payouts", "payouts", checkout_payouts.LAYOUT),
    Case("jpmorgan_deposits", "deposits", jpmorgan_deposits.LAYOUT),
    Case("jpmorgan_fees", "fees", jpmorgan_fees.LAYOUT),
    Case("jpmorgan_activity", "activity", jpmorgan_activity.LAYOUT),
    Case("jpmorgan_disputes", "disputes", jpmorgan_disputes.LAYOUT),
    Case("gocardless_payouts", "payouts", gocardless_payouts.LAYOUT),
    Case("recurly_invoices", "invoices", recurly_invoices.LAYOUT),
    Case("recurly_transactions", "transactions", recurly_transactions.LAYOUT),
    Case("tiktok_income", "income", tiktok_income.LAYOUT),
    Case("walmart_recon", "recon", walmart_recon.LAYOUT),
    Case("walmart_recon_v1", "recon", walmart_recon_v1.LAYOUT),
    Case("etsy_statement", "statement", etsy_statement.LAYOUT),
    _optional("woocommerce_orders", "orders", woocommerce_orders.layout, woocommerce_orders.Options),
    _optional("magento_orders", "grid", magento_orders.layout, magento_orders.Options),
    _optional("declared_csv", "processor", declared_csv.layout, declared_csv.Options),
    _optional("declared_csv", "sides", declared_csv.layout, declared_csv.Options),
)


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows as the text of a table."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def edited(case: Case, change: Callable[[list[list[str]]], object]) -> str:
    """The fixture's rows after a change, as text."""
    rows = case.rows
    change(rows)
    return written(rows, case.delimiter)


def with_cell(case: Case, row: int, column: Column, value: str) -> str:
    """The fixture with one other cell; `row` counts records from 1."""
    rows = case.rows
    rows[row][case.position(column)] = value
    return written(rows, case.delimiter)


@cache
def clean(case: Case) -> Read:
    """The fixture's header and records alone, read once."""
    with tempfile.TemporaryDirectory() as folder:
        return case.read(Path(folder), written(case.rows, case.delimiter))


def values(read: Read, lines: bool = False) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables as plain values; without their lines unless asked for."""
    left_out = [] if lines else ["source_line"]
    return {
        name: json.loads(table.drop(columns=left_out).to_json(orient="records", date_format="iso"))
        for name, table in read.tables.items()
    }


def whole(read: Read) -> Read:
    """The same, after what must hold for every file: valid tables, and every record a row or a reject."""
    for name, table in read.tables.items():
        schemas.TABLES[name].validate(table)
        assert isinstance(table.index, pd.RangeIndex)
        assert table["source_line"].is_monotonic_increasing
        assert (table["source_file"] == "exports/demo/export.csv").all() or len(table)
    schemas.REJECTS.validate(read.rejects)
    assert read.records == read.rows + len(read.rejects)
    return read


def last_line(read: Read) -> int:
    """Line of the last record that became a row."""
    return max(int(table["source_line"].iloc[-1]) for table in read.tables.values() if len(table))


def reasons(read: Read) -> list[tuple[int, str]]:
    """Line and reason of each reject."""
    return list(zip(read.rejects["source_line"].tolist(), read.rejects["reason"].tolist(), strict=True))


def other_rows(before: Read, after: Read, line: int) -> bool:
    """Whether all rows that do not start in `line` are the same in both, lines included."""
    for name, table in before.tables.items():
        kept = table[table["source_line"] != line].reset_index(drop=True)
        now = after.tables[name]
        pd.testing.assert_frame_equal(now[now["source_line"] != line].reset_index(drop=True), kept)
    return True


def unguarded(case: Case) -> Case:
    """The same case without balance lines in its options: an edit may change what the balances prove."""
    return replace(case, options={key: value for key, value in case.options.items() if key != "balances"})
