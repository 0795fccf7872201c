"""What is particular to Shopify's exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_cases import Case, reasons, whole, written

from opsrules import readers
from opsrules.readers import shopify_orders, shopify_payments

ORDERS = Case("shopify_orders", "orders", shopify_orders.LAYOUT)
PAYMENTS = Case("shopify_payments", "transactions", shopify_payments.LAYOUT)

NARROW = ["Name", "Financial Status", "Currency", "Total", "Created at", "Lineitem quantity", "Lineitem name"]
HEADER = [*NARROW, "Lineitem price"]
AT = "2026-10-02 09:15:00 +0200"


def test_the_columns_that_every_age_has_are_enough(tmp_path: Path) -> None:
    text = written([HEADER, ["#1", "Paid", "eur", "12.50", AT, "1", "Cap", "12.50"]])
    got = ORDERS.read(tmp_path, text)
    order = got.table.iloc[0]
    assert (order["total_minor"], order["refunded_minor"], order["outstanding_minor"]) == (1250, 0, 0)
    assert (order["financial_status"], order["currency"], order["payment_method"]) == ("paid", "EUR", "")


def test_a_line_takes_its_orders_currency_wherever_the_order_stands(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["#2", "", "", "", "", "1", "Cup", "300"],
        ["#1", "paid", "EUR", "3.00", AT, "1", "Cap", "3.00"],
        ["#2", "paid", "JPY", "300", AT, "1", "Fan", "300"],
        ["#3", "", "", "", "", "1", "Cup", "3.00"],
    ]
    got = ORDERS.read(tmp_path, written(rows))
    lines = got.tables["order_lines"]
    assert lines["currency"].tolist() == ["JPY", "EUR", "JPY"]
    assert lines["price_minor"].tolist() == [300, 300, 300]
    assert reasons(got) == [(5, "currency_missing")]
    assert got.rejects["table"].tolist() == ["order_lines"]


def test_a_bad_order_is_one_reject_and_a_bad_line_keeps_its_order(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["#1", "paid", "EUR", "x", AT, "y", "Cap", "3.00"],
        ["#2", "paid", "EUR", "3.00", AT, "y", "Cap", "3.00"],
        ["#3", "", "EUR", "3.00", AT, "1", "Cap", "3.00"],
    ]
    got = ORDERS.read(tmp_path, written(rows))
    assert got.table["order_id"].tolist() == ["#2"]
    assert list(zip(got.rejects["table"], got.rejects["column"], got.rejects["amount_minor"], strict=True)) == [
        ("orders", "Total", 0),
        ("order_lines", "Lineitem quantity", 0),
        ("orders", "Financial Status", 300),
    ]


def test_the_same_order_twice_is_two_rows(tmp_path: Path) -> None:
    row = ["#1", "paid", "EUR", "3.00", AT, "1", "Cap", "3.00"]
    got = ORDERS.read(tmp_path, written([HEADER, row, row]))
    assert got.table["source_line"].tolist() == [2, 3]


def test_the_oldest_payments_layout_has_the_payouts_date_for_its_id(tmp_path: Path) -> None:
    rows = PAYMENTS.rows
    at = rows[0].index("Payout ID")
    got = PAYMENTS.read(tmp_path, written([row[:at] + row[at + 1 :] for row in rows]))
    assert got.table["payout_id"].tolist() == ["2026-10-06"] * 4 + ["2026-10-22"] * 2 + [""]


@pytest.mark.parametrize(
    ("fee", "vat", "net", "cost"),
    [("1.00", "0.00", "9.00", 100), ("1.00", "0.19", "8.81", 119), ("1.19", "0.19", "8.81", 119), ("1", "", "9", 100)],
)
def test_vat_in_the_fee_or_on_top_of_it(fee: str, vat: str, net: str, cost: int, tmp_path: Path) -> None:
    header = ["Transaction Date", "Type", "Order", "Card Brand", "Card Source", "Payout Status", "Payout Date"]
    header += ["Payout ID", "Available On", "Amount", "Fee", "Net", "Currency", "VAT"]
    row = [AT, "charge", "#1", "visa", "online", "paid", "2026-10-06", "9", "2026-10-06", "10.00", fee, net, "EUR", vat]
    got = PAYMENTS.read(tmp_path, written([header, row]))
    assert got.table["fee_minor"].tolist() == [cost]
    assert (got.table["gross_minor"] - got.table["fee_minor"]).tolist() == got.table["net_minor"].tolist()


def test_a_payouts_control_fails_when_one_of_its_lines_is_gone(tmp_path: Path) -> None:
    rows = PAYMENTS.rows
    (held,) = PAYMENTS.read(tmp_path, written(rows)).controls
    (broken,) = PAYMENTS.read(tmp_path, written([rows[0], *rows[2:]])).controls
    assert held.holds
    assert not broken.holds
    assert (broken.expected_minor, broken.actual_minor) == (11354, 11354 - 8215)
    assert broken.place == "exports/demo/export.csv:4"


@pytest.mark.parametrize(
    ("name", "reader", "records", "totals"),
    [
        ("orders-export-full-header-fake.csv", "shopify_orders", 2, [3498]),
        ("orders-export-synthetic.csv", "shopify_orders", 5, [5629, 2500, 1600, 2000]),
        ("payment-transactions-export-synthetic.csv", "shopify_payments", 2, [5436, 2397]),
        ("payment-transactions-export-vat.csv", "shopify_payments", 3, [3680, 5036, -3680]),
    ],
)
def test_sample(samples: Path, name: str, reader: str, records: int, totals: list[int]) -> None:
    got = whole(readers.read(samples / "shopify" / name))
    assert (got.reader, got.records, len(got.rejects)) == (reader, records, 0)
    column = "total_minor" if reader == "shopify_orders" else "net_minor"
    assert got.table[column].tolist() == totals


def test_other_shopify_samples_are_not_taken_for_these(samples: Path) -> None:
    for path in sorted((samples / "shopify").glob("*.csv")):
        if not path.name.startswith(("orders-export", "payment-transactions")):
            assert readers.identify(path) not in ("shopify_orders", "shopify_payments"), path.name
