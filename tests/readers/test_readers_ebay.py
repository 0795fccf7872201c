"""What is particular to eBay's transaction report."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from table_cases import GOLDEN, Case, reasons, written

from opsrules import readers
from opsrules.readers import Source, blocks
from opsrules.readers.ebay import transactions
from opsrules.readers.ebay.names import FEES, NAMES
from opsrules.terms import LineKind

SINGLE = Case("ebay_transactions", "single", transactions.LAYOUT)
SHAPES = Case("ebay_transactions", "shapes", transactions.LAYOUT)


def _rows(**cells: str) -> list[list[str]]:
    """One order, with other cells."""
    rows = SINGLE.rows[:2]
    for name, value in cells.items():
        rows[1][rows[0].index(name.replace("_", " "))] = value
    return rows


def test_the_rows_of_items_count_for_nothing_and_lose_nothing() -> None:
    got = readers.read(SHAPES.path)
    table = list(csv.DictReader(SHAPES.text.split("\n")[SHAPES.header_line - 1 :]))
    stated = [Decimal(row["Net amount"]) for row in table if row["Net amount"] != "--"]
    rejected = got.rejects.loc[got.rejects["reason"] != "currency_missing", "amount_minor"]
    assert got.table["net_minor"].sum() + 4320 + 100 == int(sum(stated) * 100)
    assert len(rejected) == 2
    assert got.records == len(table) - 2  # two rows of items whose order has a row of its own
    assert reasons(got)[0] == (15, "currency_missing")  # and one whose order has none


def test_a_gross_in_another_currency_is_converted_and_the_net_kept() -> None:
    line = readers.read(SHAPES.path).table.set_index("order_id").loc["11-00000-00007"]
    assert (line["gross_minor"], line["fee_minor"], line["net_minor"], line["currency"]) == (5080, 760, 4320, "USD")


@pytest.mark.parametrize("size", [1500, 3000])
def test_items_count_for_nothing_when_their_order_stands_in_another_block(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, *rows = SHAPES.rows
    text = written([head, *rows[1:], *rows * 4, rows[0]])  # items first, their order's rows further down
    whole = SHAPES.read(tmp_path, text)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    parts = SHAPES.read(tmp_path, text)
    assert parts.table.equals(whole.table)
    assert parts.rejects.equals(whole.rejects)
    assert (parts.records, parts.controls) == (whole.records, whole.controls)
    assert parts.records == 5 * len(rows) - 5 * 2


@pytest.mark.parametrize(("rate", "gross"), [("150.005", 600020), ("0.33335", 1333), ("nan", None), ("-1", None)])
def test_rates(rate: str, gross: int | None, tmp_path: Path) -> None:
    cells = {"Transaction_currency": "EUR", "Exchange_rate": rate, "Gross_transaction_amount": "40.00"}
    got = SINGLE.read(tmp_path, written(_rows(**cells)))
    assert got.table["gross_minor"].tolist() == ([] if gross is None else [gross])
    assert [reason for _, reason in reasons(got)] == ([] if gross else ["value_unknown"])


def test_yen_have_no_minor_unit_when_converted(tmp_path: Path) -> None:
    cells = {"Transaction_currency": "JPY", "Exchange_rate": "0.0070", "Gross_transaction_amount": "15000"}
    assert SINGLE.read(tmp_path, written(_rows(**cells))).table["gross_minor"].tolist() == [10500]


def test_the_fees_are_what_is_between_gross_and_net_and_a_sum_that_fails_is_a_finding(tmp_path: Path) -> None:
    (held,) = SINGLE.read(tmp_path, written(_rows())).controls
    got = SINGLE.read(tmp_path, written(_rows(Net_amount="84.80")))
    (broken,) = got.controls
    assert held.holds
    assert (broken.expected_minor, broken.actual_minor, broken.place) == (8480, 8490, "exports/demo/export.csv:2")
    assert got.table["fee_minor"].tolist() == [1520]


def test_the_tax_that_ebay_collected_may_be_part_of_the_gross(tmp_path: Path) -> None:
    got = SINGLE.read(tmp_path, written(_rows(Gross_transaction_amount="108.50")))
    assert got.table[["gross_minor", "fee_minor"]].to_numpy().tolist() == [[10850, 2360]]
    assert got.controls[0].holds


def test_a_fee_column_that_nobody_knows_leaves_the_sums_unchecked(tmp_path: Path) -> None:
    rows = _rows(Net_amount="84.00")
    at = rows[0].index("International fee")
    moon = [[*row[:at], extra, *row[at:]] for row, extra in zip(rows, ("Moon fee", "-0.90"), strict=True)]
    got = SINGLE.read(tmp_path, written(moon))
    assert (got.table["fee_minor"].tolist(), got.controls) == ([1600], ())


def test_names_of_ebay_uk_are_the_same_with_longer_dashes(tmp_path: Path) -> None:
    text = written(SINGLE.rows)
    dashed = text.replace("Final Value Fee - ", "Final value fee \u2013 ")
    other = dashed.replace('""item not as described""', "\u2018item not as described\u2019")
    assert other != text
    before, after = SINGLE.read(tmp_path, text), SINGLE.read(tmp_path, other)
    assert after.table.equals(before.table)
    assert [control.holds for control in after.controls] == [True]


def test_a_payout_without_a_date_was_paid_on_its_own_day() -> None:
    payout = readers.read(SINGLE.path).table.query("kind == 'payout'").iloc[0]
    assert (str(payout["payout_day"].date()), payout["payout_id"], payout["net_minor"]) == (
        "2026-10-06",
        "7000000001",
        -6701,
    )


def test_no_name_of_a_column_stands_for_two() -> None:
    seen: dict[str, str] = {}
    for target, names in (NAMES | FEES).items():
        for name in {one.casefold() for one in names}:
            assert seen.setdefault(name, target) == target, name


def test_sample(samples: Path) -> None:
    path = samples / "ebay" / "transaction-report-row-shapes.csv"
    got = readers.read(Source(path, path.name))
    assert got.table[["kind", "net_minor"]].to_numpy().tolist() == [
        ["charge", 1000],
        ["payout", -366678],
        ["reserve", -15200],
        ["refund", -8557],
    ]
    # Two rows have fewer cells than the header; the item's row is left without the row of its order.
    assert reasons(got) == [(13, "row_too_short"), (14, "currency_missing"), (15, "row_too_short")]
    (control,) = got.controls
    assert (control.holds, control.expected_minor) == (False, 1000 - 15200 - 8557)  # its first order does not add up


def test_buyers_are_never_read() -> None:
    for path in sorted((GOLDEN / "ebay_transactions").glob("*.csv")):
        text = readers.read(path).table.to_csv()
        assert "mara" not in text.casefold()
        assert "50667" not in text


@pytest.mark.parametrize(
    ("word", "net", "kind"),
    [
        ("Payment dispute", "-1.00", LineKind.CHARGEBACK),
        ("Payment dispute", "1.00", LineKind.CHARGEBACK_REVERSAL),
        ("Rückerstattung", "-1.00", LineKind.REFUND),
        ("Postage label", "-1.00", LineKind.FEE),
        ("Transfer", "-1.00", LineKind.TRANSFER),
        ("Moon", "-1.00", LineKind.OTHER),
    ],
)
def test_kinds(word: str, net: str, kind: LineKind, tmp_path: Path) -> None:
    got = SINGLE.read(tmp_path, written(_rows(Type=word, Net_amount=net, Gross_transaction_amount=net)))
    assert got.table[["kind", "source_kind"]].to_numpy().tolist() == [[kind.value, word]]
