"""Files of others: every JSON sample of the formats that are read, counted and summed by other means."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from table_cases import reasons, whole

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Read, Source


def _read(path: Path, **options: Any) -> Read:
    return whole(readers.read(Source(path, "exports/demo/export.csv", options=options)))


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _minor(amounts: list[str]) -> int:
    return int(sum(Decimal(amount) for amount in amounts) * 100)


def test_stripes_objects_of_each_kind(samples: Path) -> None:
    got = _read(samples / "stripe" / "api-fixtures3.json")
    resources = _json(samples / "stripe" / "api-fixtures3.json")["resources"].values()
    kinds = [one.get("object") for one in resources if not one.get("deleted")]
    read = ("balance_transaction", "charge", "refund", "dispute", "invoice", "subscription", "payout")
    wanted = [one for one in kinds if one in read]
    assert got.rows == len(wanted)
    assert got.rejects.loc[got.rejects["reason"] != "value_unknown", "table"].tolist() == ["invoices"]  # a deleted one
    assert got.tables["invoices"]["remaining_minor"].tolist() == [1000]
    assert got.tables["subscriptions"]["amount_minor"].tolist() == [2000]
    assert str(got.tables["disputes"]["due_at"][0]) == "2024-08-14 23:59:59+00:00"


def test_shopifys_payouts(samples: Path) -> None:
    path = samples / "shopify" / "api-payouts.json"
    plain = _json(path)["payouts"]
    got = _read(path)
    assert got.table["payout_id"].tolist() == [str(one["id"]) for one in plain]
    assert int(got.table["amount_minor"].sum()) == _minor([one["amount"] for one in plain])


def test_shopifys_balance_transactions(samples: Path) -> None:
    path = samples / "shopify" / "api-payouts-transactions.json"
    plain = _json(path)["transactions"]
    sums = [one for one in plain if Decimal(one["amount"]) - Decimal(one["fee"]) == Decimal(one["net"])]
    got = _read(path)
    assert len(got.table) == len(sums)
    assert got.rejects["reason"].tolist() == ["amount_inconsistent"] * (len(plain) - len(sums))
    assert int(got.table["net_minor"].sum()) == _minor([one["net"] for one in sums])
    assert "other" not in set(got.table["kind"])


@pytest.mark.parametrize(("name", "count"), [("api-disputes", 7), ("api-dispute", 1)])
def test_shopifys_disputes(samples: Path, name: str, count: int) -> None:
    path = samples / "shopify" / f"{name}.json"
    plain = _json(path)
    every = plain.get("disputes") or [plain["dispute"]]
    got = _read(path)
    assert len(got.table) == len(every) == count
    assert int(got.table["amount_minor"].sum()) == _minor([one["amount"] for one in every])
    assert "other" not in set(got.table["status"])


@pytest.mark.parametrize("name", ["api-orders", "api-order"])
def test_shopifys_orders(samples: Path, name: str) -> None:
    path = samples / "shopify" / f"{name}.json"
    plain = _json(path)
    every = plain.get("orders") or [plain["order"]]
    got = _read(path)
    assert got.tables["orders"]["order_id"].tolist() == [one["name"] for one in every]
    assert int(got.tables["orders"]["total_minor"].sum()) == _minor([one["total_price"] for one in every])
    lines = [line for one in every for line in one.get("line_items", [])]
    assert got.tables["order_lines"]["quantity"].sum() == sum(line["quantity"] for line in lines)
    assert int(got.tables["order_lines"]["price_minor"].sum()) == _minor([line["price"] for line in lines])
    text = "".join(table.to_csv() for table in got.tables.values())
    assert not [word for word in ("Norman", "hostmail", "Chestnut", "Louisville", "555-") if word in text]


def test_shopifys_order_transactions_need_their_currency(samples: Path) -> None:
    path = samples / "shopify" / "api-transactions.json"
    assert reasons(_read(path)) == [(2, "currency_unknown")]
    got = _read(path, currency="USD")
    assert got.table[["event", "amount_minor", "currency"]].to_numpy().tolist() == [["authorised", 40994, "USD"]]


@pytest.mark.parametrize(
    ("name", "count"),
    [("api-payments", 7), ("api-payouts", 4), ("api-refunds", 5), ("api-subscriptions", 8)],
)
def test_gocardless_objects(samples: Path, name: str, count: int) -> None:
    got = _read(samples / "gocardless" / f"{name}.json")
    assert (got.records, got.rows) == (count, count)


def test_gocardless_payout_items_are_tenths_of_minor_units(samples: Path) -> None:
    got = _read(samples / "gocardless" / "api-payout-items.json", payout="PO123", currency="GBP", paid_on="2026-10-06")
    assert got.table["net_minor"].tolist() == [45, 45]


def test_amazons_report_in_both_spellings(samples: Path) -> None:
    schema = _json(samples / "amazon" / "account-health-report-schema.json")
    example = schema["examples"][0]["performanceMetrics"][0]
    got = _read(samples / "amazon" / "account-health-report-schema.json").table
    assert not got.iloc[3:].duplicated(["metric", "scope"]).any()  # before them the status of three marketplaces
    rate = example["prefulfillmentCancelRate"]
    row = got[got["metric"] == "pre_fulfillment_cancellation_rate"].to_dict("records")[0]
    assert (row["value"], row["target"]) == (str(rate["rate"]), str(rate["targetValue"]))
    assert (row["numerator"], row["denominator"]) == (rate["cancellationCount"], rate["orderCount"])
    assert got.loc[got["metric"] == "account_health_rating", "value"].tolist() == ["WARNED"]
    other = _read(samples / "amazon" / "seller-performance-report-airbyte.json").table
    assert other["marketplace"].unique().tolist() == ["ATVPDKIKX0DER"]
    assert other.loc[other["metric"] == "account_health_rating.score", "value"].tolist() == ["1000"]


def test_ebays_profile_without_metrics(samples: Path) -> None:
    got = _read(samples / "ebay" / "seller-standards-minimal.json")
    assert got.table[["marketplace", "metric", "value"]].to_numpy().tolist() == [
        ["PROGRAM_US", "standards_level", "TOP_RATED"]
    ]


@pytest.mark.parametrize(
    ("name", "ticket", "flags"),
    [
        ("zendesk/api-ticket", "1", ""),
        ("zendesk/api-ticket-metric", "4343", "partial"),
        ("zendesk/api-satisfaction-rating", "208", "partial"),
        ("freshdesk/api-ticket-1", "1", ""),
    ],
)
def test_tickets(samples: Path, name: str, ticket: str, flags: str) -> None:
    got = _read(samples / f"{name}.json")
    assert got.table[["ticket_id", "flags"]].to_numpy().tolist() == [[ticket, flags]]
    assert got.table["requester"].str.fullmatch("[0-9a-f]{16}|").all()
    text = got.table.to_csv()
    assert not [word for word in ("Dummyname", "@example.com", "feel free to") if word in text]


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        ("shopify_api", "shopify/api-draft-orders"),
        ("shopify_api", "shopify/api-balance"),
        ("zendesk_tickets", "zendesk/api-comment"),
        ("freshdesk_tickets", "freshdesk/api-time-entries"),
        ("stripe_api", "paypal/ipn-refund"),
    ],
)
def test_other_objects_are_no_records(samples: Path, reader: str, name: str) -> None:
    path = samples / f"{name}.json"
    assert readers.identify(path) is None
    with pytest.raises(FileRefused, match="holds no object that"):
        readers.read(path, reader)
