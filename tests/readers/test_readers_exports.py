"""What is particular to the exports that are declared by descriptors, and what others' files of them give."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from table_cases import GOLDEN, reasons, whole

from opsrules import readers
from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Read, Source, blocks
from opsrules.readers.tiktok_income import NAME as TIKTOK


def _read(path: Path, account: str = "UTC", **options: Any) -> Read:
    return readers.read(Source(path, path.name, zone=account, options=options))


def _edited(folder: Path, fixture: str, old: str, new: str, name: str = "export.csv") -> Path:
    text = (GOLDEN / fixture).read_text(encoding="utf-8")
    assert old in text
    path = folder / name
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "fixture", ["square_transactions/transactions", "square_items/items", "woocommerce_orders/orders"]
)
def test_an_export_without_a_currency_asks_for_it(fixture: str) -> None:
    with pytest.raises(ParameterError, match=r"option currency.*the file names none; write one such as EUR"):
        _read(GOLDEN / f"{fixture}.csv")


def test_a_payouts_lines_that_do_not_sum_up_fail_their_control(tmp_path: Path) -> None:
    good = _read(GOLDEN / "checkout_settlement/breakdown.csv")
    assert [control.holds for control in good.controls] == [True]
    bad = _read(_edited(tmp_path, "checkout_settlement/breakdown.csv", "-24.90,0.00,-24.90", "-24.80,0.00,-24.80"))
    assert [(one.expected_minor, one.actual_minor) for one in bad.controls] == [(2480, 2490)]


def test_a_sum_of_disputes_that_its_activities_do_not_reach_fails_its_control() -> None:
    got = _read(GOLDEN / "jpmorgan_disputes/two_layouts.csv")
    assert [(one.name, one.place, one.holds) for one in got.controls] == [
        ("RTM activities", "two_layouts.csv:4", True),
        ("RECD activities", "two_layouts.csv:5", False),
    ]


def test_a_dispute_stands_once_in_its_last_state() -> None:
    got = _read(GOLDEN / "jpmorgan_disputes/disputes.csv")
    assert got.records == 3
    assert got.tables["disputes"][["dispute_id", "status"]].values.tolist() == [
        ["659002", "needs_response"],
        ["659001", "lost"],
    ]


@pytest.mark.parametrize("size", [400, 900, 100_000])
def test_disputes_and_their_sums_are_the_same_over_the_borders_of_blocks(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (GOLDEN / "jpmorgan_disputes/two_layouts.csv").read_text(encoding="utf-8")
    records = [line for line in text.splitlines(keepends=True) if line.startswith('"RPDE0017D')]
    path = tmp_path / "two_layouts.csv"
    path.write_text(text.replace("".join(records), "".join(records * 5)), encoding="utf-8")
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    got = _read(path)
    assert got.records == 5 * len(records)
    assert got.rejects.empty
    assert got.tables["disputes"]["dispute_id"].tolist() == ["659001", "659002"]
    assert got.tables["disputes"]["status"].tolist() == ["lost", "needs_response"]
    sums = {one.name: (one.expected_minor, one.actual_minor) for one in got.controls}
    assert sums == {"RTM activities": (-3000, 5 * -3000), "RECD activities": (7500, 5 * (3000 + 4550))}


def test_a_summary_without_its_period_is_refused(tmp_path: Path) -> None:
    path = _edited(tmp_path, "jpmorgan_summary/summary.csv", "2026-10-01,2026-10-05", "then,now")
    with pytest.raises(FileRefused, match="its first two lines state no period"):
        _read(path)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("income (UTC-7).csv", "Etc/GMT+7"),
        ("income(UTC+8)_week 3.csv", "Etc/GMT-8"),
        ("income (UTC+0).csv", "UTC"),
        ("income (utc).csv", "UTC"),
        ("income.csv", "Europe/Berlin"),
    ],
)
def test_the_zone_of_an_income_statement_stands_in_its_name(name: str, zone: str, tmp_path: Path) -> None:
    path = _edited(tmp_path, "tiktok_income/income.csv", "576", "576", name)
    got = _read(path, "Europe/Berlin").table
    assert set(got["occurred_zone"]) == {zone}
    assert got["occurred_at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M").iloc[0] == "2026-10-10 00:00"
    said = _read(path, "Europe/Berlin", zone="Asia/Singapore").table
    assert set(said["occurred_zone"]) == {"Asia/Singapore"}


def test_a_zone_of_half_an_hour_in_the_name_asks_for_the_option(tmp_path: Path) -> None:
    path = _edited(tmp_path, "tiktok_income/income.csv", "576", "576", "income (UTC+5:30).csv")
    with pytest.raises(FileRefused, match=r"the zone \(UTC\+5:30\) in its name is not read; write the zone"):
        _read(path)
    assert set(_read(path, zone="Asia/Kolkata").table["occurred_zone"]) == {"Asia/Kolkata"}


def test_an_order_number_of_18_digits_stays_as_it_is() -> None:
    assert _read(GOLDEN / "tiktok_income/income.csv").table["order_id"].iloc[0] == "576000000000000001"


def test_two_payments_in_one_walmart_report_keep_their_own_periods(tmp_path: Path) -> None:
    text = (GOLDEN / "walmart_recon_v1/recon.csv").read_text(encoding="utf-8")
    path = tmp_path / "two.csv"
    path.write_text(text + "10/15/2026,10/28/2026,1.00,USD,,10/30/2026,PaymentSummary,Deposited,,,,,,,,\n")
    got = whole(_read(path)).table
    assert got["payout_id"].tolist() == ["", "", "2026-10-01/2026-10-14", "", "", "", "2026-10-15/2026-10-28"]


@pytest.mark.parametrize(
    ("title", "net"),
    [
        ("$1,037.35 sent to your bank account", -103735),
        ("$7 sent to your bank account", -700),
        ("-$12.00 sent to your bank account", 1200),
    ],
)
def test_a_deposit_of_etsy_has_its_amount_in_its_title(title: str, net: int, tmp_path: Path) -> None:
    path = _edited(tmp_path, "etsy_statement/deposits.csv", "$1,037.35 sent to your bank account", title)
    table = _read(path).table
    assert table.loc[table["kind"] == "payout", "net_minor"].tolist() == [net]


def test_a_fee_that_a_format_states_with_either_sign_costs_on_sales_and_comes_back_on_refunds() -> None:
    table = _read(GOLDEN / "walmart_recon/recon.csv").table
    assert table["fee_minor"].tolist()[:3] == [1260, 18000, -630]


@pytest.mark.parametrize(
    ("quantity", "gross", "counted", "price"),
    [
        ("2", "$36.00", 2, 1800),
        ("2.0", "$36.00", 2, 1800),
        ("2.000", "$36.00", 2, 1800),
        ("-2.0", "-$36.00", -2, 1800),
        ("3.0", "$36.01", 1, 3601),  # no whole price of one
        ("-3", "-$36.01", -1, 3601),
        ("0.5", "$36.01", 1, 3601),
        ("-.5", "-$36.01", -1, 3601),
        ("0", "$36.01", 1, 3601),
        ("0", "$0.00", 0, 0),
    ],
)
def test_an_items_price_is_what_its_gross_sales_come_to(
    quantity: str, gross: str, counted: int, price: int, tmp_path: Path
) -> None:
    text = (GOLDEN / "square_items/items.csv").read_text(encoding="utf-8").splitlines()[:2]
    row = text[1].replace(",2.0,", f",{quantity},").replace("$36.00,$0.00,$36.00", f"{gross},$0.00,{gross}")
    path = tmp_path / "items.csv"
    path.write_text(f"{text[0]}\n{row}\n", encoding="utf-8")
    got = whole(_read(path, currency="USD")).table
    assert got[["quantity", "price_minor"]].to_numpy().tolist() == [[counted, price]]
    cells = gross.replace("$", "").replace(".", "")
    assert counted * price == int(cells)


def test_net_sales_that_are_not_gross_sales_and_discounts_are_a_reject(tmp_path: Path) -> None:
    path = _edited(
        tmp_path, "square_items/items.csv", "-$3.00,$15.00,$1.20,SQ100,PA100,", "-$3.00,$15.01,$1.20,SQ100,PA100,"
    )
    assert reasons(whole(_read(path, currency="USD"))) == [(3, "amount_inconsistent"), (4, "amount_inconsistent")]
    path = _edited(tmp_path, "square_items/items.csv", "2.0,Regular", "many,Regular")
    assert reasons(whole(_read(path, currency="USD"))) == [(2, "value_unknown")]


def test_an_event_of_gocardless_that_names_no_payment_or_fills_both_sides_is_a_reject(tmp_path: Path) -> None:
    path = _edited(tmp_path, "gocardless_events/events.csv", "EV900,PM004,", "EV900,,")
    assert len(whole(_read(path)).rejects) == 0  # the payment's own id says it
    path.write_text(path.read_text().replace(",PM004,", ",,").replace("paid_out,84.00,,", "paid_out,84.00,84.00,"))
    assert reasons(whole(_read(path))) == [(2, "amount_inconsistent"), (5, "key_missing")]


@pytest.mark.parametrize("name", ["transactions", "events", "payments"])
def test_gocardless_may_write_minor_units(name: str, tmp_path: Path) -> None:
    fixture = f"gocardless_{name}/{name}.csv"
    plain = _read(GOLDEN / fixture)
    text = (GOLDEN / fixture).read_text(encoding="utf-8")
    path = tmp_path / "minor.csv"
    path.write_text(re.sub(r",(-?)([0-9]+)\.([0-9]{2})(?=,)", lambda one: f",{one[1]}{int(one[2] + one[3])}", text))
    for target in (str(one) for one in plain.table if str(one).endswith("_minor")):
        assert _read(path, units="minor").table[target].tolist() == plain.table[target].tolist()


def test_the_order_may_stand_under_another_metadata_key(tmp_path: Path) -> None:
    path = _edited(tmp_path, "gocardless_payments/payments.csv", "metadata.order_id", "metadata.basket")
    assert _read(path).table["order_id"].tolist() == [""] * 4
    assert _read(path, order_metadata="basket").table["order_id"].tolist() == ["1001", "1005", "", ""]
    with pytest.raises(FileRefused, match=r"'metadata\.order' is missing"):
        _read(path, order_metadata="order")


SAMPLES = [
    ("square/items-synthetic.csv", "square_items", 5, 0),
    ("square/transactions-header-2017.csv", "square_transactions", 0, 0),
    ("etsy/statement-synthetic.csv", "etsy_statement", 9, 0),
    ("tiktok/income-synthetic.csv", "tiktok_income", 3, 0),
    ("walmart/recon-report-header.csv", "walmart_recon", 0, 0),
    ("woocommerce/analytics-orders-header.csv", "woocommerce_orders", 0, 0),
    ("magento/orders-grid-header.csv", "magento_orders", 0, 0),
    ("jpmorgan/deposit-detail-act10.csv", "jpmorgan_deposits", 14, 2),
    ("jpmorgan/deposit-summary-fin10.csv", "jpmorgan_summary", 11, 0),
    ("jpmorgan/dispute-detail-pde17.csv", "jpmorgan_disputes", 2, 0),
    ("jpmorgan/dispute-details-v2.csv", "jpmorgan_disputes", 10, 0),
    ("jpmorgan/fee-details.csv", "jpmorgan_fees", 47, 0),
    ("jpmorgan/financial-activity-summary.csv", "jpmorgan_activity", 7, 0),
    ("recurly/warehouse-invoice-history.csv", "recurly_invoices", 5, 0),
    ("recurly/warehouse-transaction.csv", "recurly_transactions", 5, 0),
    ("shopify/payouts-export-summary.csv", "shopify_payouts", 1, 0),
    ("stripe/dashboard-charges-export-header-2019.csv", "stripe_payments", 0, 0),
    ("stripe/dashboard-unified-payments-header-2021.csv", "stripe_payments", 0, 0),
    ("stripe/dashboard-payments-export-recent.csv", "stripe_payments", 3, 0),
    ("stripe/dashboard-payouts-export-header.csv", "stripe_payouts", 0, 0),
]


@pytest.mark.parametrize(("name", "reader", "rows", "rejects"), SAMPLES)
def test_samples(name: str, reader: str, rows: int, rejects: int, samples: Path) -> None:
    options = {"currency": "USD"} if reader.startswith(("square", "woocommerce", "magento")) else {}
    got = whole(_read(samples / name, **options))
    assert (got.reader, len(got.table), len(got.rejects)) == (reader, rows, rejects)
    assert all(control.holds for control in got.controls)


SUMS = [
    ("etsy/statement-synthetic.csv", 1, "Net", "net_minor", 3735),  # the deposit's amount stands in its title alone
    ("tiktok/income-synthetic.csv", 1, "Total settlement amount", "net_minor", 0),
    ("jpmorgan/deposit-detail-act10.csv", 3, "Amount", "gross_minor", 0),
    ("jpmorgan/deposit-summary-fin10.csv", 3, "Amount", "net_minor", 0),
    ("jpmorgan/fee-details.csv", 3, "Settled Total Fee Amount", "net_minor", 0),
    ("jpmorgan/financial-activity-summary.csv", 3, "Net Financial Activity", "net_minor", 0),
    ("recurly/warehouse-invoice-history.csv", 1, "total", "total_minor", 0),
    ("recurly/warehouse-transaction.csv", 1, "amount", "amount_minor", 0),
    ("stripe/dashboard-payments-export-recent.csv", 1, "Amount", "amount_minor", 0),
]


@pytest.mark.parametrize(("name", "header", "column", "target", "elsewhere"), SUMS)
def test_samples_sum_to_their_own_figures(
    name: str, header: int, column: str, target: str, elsewhere: int, samples: Path
) -> None:
    with (samples / name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[header - 1 :]
    at = rows[0].index(column)
    cells = [row[at].replace("$", "").replace("--", "") for row in rows[1:] if len(row) == len(rows[0])]
    expected = int(sum((Decimal(cell) for cell in cells if cell), Decimal(0)) * 100)
    assert int(_read(samples / name).table[target].sum()) + elsewhere == expected


def test_samples_of_other_formats_are_taken_by_none_of_these(samples: Path) -> None:
    mine = {name for _, name, _, _ in SAMPLES} | {TIKTOK}
    known = {name for name, _, _, _ in SAMPLES}
    for path in sorted(samples.glob("*/*")):
        if path.relative_to(samples).as_posix() not in known and path.is_file():
            assert readers.identify(path) not in mine, path.name


def test_a_samples_items_come_to_their_gross_sales(samples: Path) -> None:
    path = samples / "square/items-synthetic.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = _read(path, currency="USD").table
    assert (table["quantity"] * table["price_minor"]).tolist() == [
        int(Decimal(row["Gross Sales"].replace("$", "")) * 100) for row in rows
    ]
    assert table["quantity"].tolist() == [int(row["Qty"]) for row in rows]


def test_a_time_in_a_zone_that_square_does_not_have_is_a_reject() -> None:
    got = _read(GOLDEN / "square_transactions/faults_2017.csv", currency="USD")
    assert reasons(got) == [(3, "zone_unknown"), (4, "time_in_gap"), (5, "amount_inconsistent")]
