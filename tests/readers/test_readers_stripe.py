"""What is particular to Stripe's exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_cases import Case, reasons, whole, written

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Source, stripe_balance_history, stripe_itemised
from opsrules.terms import LineKind

ITEMISED = Case("stripe_itemised", "itemised", stripe_itemised.LAYOUT)
HISTORY = Case("stripe_balance_history", "history", stripe_balance_history.LAYOUT)

HEADER = ["balance_transaction_id", "created", "reporting_category", "gross", "fee", "net", "currency"]


def _row(**over: str) -> list[str]:
    cells = {
        "balance_transaction_id": "txn_1",
        "created": "2026-10-02 09:15:00",
        "reporting_category": "charge",
        "gross": "10",
        "fee": "0.5",
        "net": "9.5",
        "currency": "EUR",
    }
    return list((cells | over).values())


def test_created_is_in_the_accounts_zone_unless_the_report_says_otherwise(tmp_path: Path) -> None:
    text = written([HEADER, _row()])
    assert str(ITEMISED.read(tmp_path, text).table["occurred_at"].iloc[0]) == "2026-10-02 07:15:00+00:00"  # Berlin
    other = ITEMISED.read(tmp_path, text, zone="America/New_York").table
    assert str(other["occurred_at"].iloc[0]) == "2026-10-02 13:15:00+00:00"
    assert other["occurred_zone"].tolist() == ["America/New_York"]
    utc = ITEMISED.read(tmp_path, text.replace("created", "created_utc")).table
    assert str(utc["occurred_at"].iloc[0]) == "2026-10-02 09:15:00+00:00"


def test_utc_is_preferred_where_both_columns_are_there(tmp_path: Path) -> None:
    text = written([[*HEADER, "created_utc"], [*_row(), "2026-10-02 07:15:00"]])
    assert str(ITEMISED.read(tmp_path, text).table["occurred_at"].iloc[0]) == "2026-10-02 07:15:00+00:00"


def test_the_account_says_which_metadata_names_the_order(tmp_path: Path) -> None:
    header = [*HEADER, "payment_metadata[cart]", "payment_metadata[order]", "payment_metadata[order_id]"]
    text = written([header, [*_row(), "c1", "o1", "id1"]])
    assert ITEMISED.read(tmp_path, text).table["order_id"].tolist() == ["id1"]
    assert ITEMISED.read(tmp_path, text, order_metadata="cart").table["order_id"].tolist() == ["c1"]
    with pytest.raises(FileRefused, match=r"'payment_metadata\[card\]' is missing; the nearest name"):
        ITEMISED.read(tmp_path, text, order_metadata="card")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("charge", LineKind.CHARGE),
        ("refund_failure", LineKind.REFUND_FAILURE),
        ("dispute", LineKind.CHARGEBACK),
        ("dispute_reversal", LineKind.CHARGEBACK_REVERSAL),
        ("network_cost", LineKind.FEE),
        ("tax", LineKind.FEE),
        ("risk_reserved_funds", LineKind.RESERVE),
        ("payout_reversal", LineKind.PAYOUT),
        ("something_new", LineKind.OTHER),
    ],
)
def test_kinds(word: str, kind: LineKind, tmp_path: Path) -> None:
    got = ITEMISED.read(tmp_path, written([HEADER, _row(reporting_category=word)]))
    assert got.table["kind"].tolist() == [kind]
    assert got.table["source_kind"].tolist() == [word]


def test_a_line_that_does_not_add_up_is_rejected_with_its_sum(tmp_path: Path) -> None:
    got = ITEMISED.read(tmp_path, written([HEADER, _row(net="9.49"), _row(net="9.50")]))
    assert reasons(got) == [(2, "amount_inconsistent")]
    assert got.rejects[["column", "value", "currency", "amount_minor"]].iloc[0].tolist() == [
        "net",
        "10.00 less 0.50 is not 9.49",
        "EUR",
        949,
    ]


def test_decimal_commas_only_when_the_whole_file_has_them(tmp_path: Path) -> None:
    comma = _row(gross="1000,5", fee="0", net="1000,5")
    assert ITEMISED.read(tmp_path, written([HEADER, comma], ";")).table["net_minor"].tolist() == [100050]
    mixed = ITEMISED.read(tmp_path, written([HEADER, comma, _row()], ";"))
    assert (mixed.table["net_minor"].tolist(), reasons(mixed)) == ([950], [(2, "amount_unreadable")])
    both_ways = _row(gross="1,234", fee="0", net="1,234")
    assert reasons(ITEMISED.read(tmp_path, written([HEADER, both_ways], ";"))) == [(2, "amount_unreadable")]


def test_without_transfer_no_line_names_its_payout(tmp_path: Path) -> None:
    rows = HISTORY.rows
    at = rows[0].index("Transfer")
    got = HISTORY.read(tmp_path, written([row[:at] + row[at + 2 :] for row in rows]))
    assert got.table["payout_id"].tolist() == ["", "", "", "", "po_11", ""]


def test_a_chargeback_reversal_is_told_by_its_description(tmp_path: Path) -> None:
    text = written(HISTORY.rows).replace("Chargeback withdrawal", "Chargeback reversal")
    assert HISTORY.read(tmp_path, text).table["kind"].iloc[2] == LineKind.CHARGEBACK_REVERSAL


def test_sample(samples: Path) -> None:
    path = samples / "stripe" / "payout-reconciliation-itemized.csv"
    got = whole(readers.read(Source(path, path.name)))
    assert (got.reader, got.records) == ("stripe_itemised", 7)
    assert got.table["net_minor"].tolist() == [2405, -1000, 1000, -50, -50, 335]
    assert got.table["order_id"].tolist() == ["24315.1", "", "", "", "", ""]
    assert reasons(got) == [(8, "amount_inconsistent")]  # its payout row says gross 24, fee 0, net 23.05


def test_other_stripe_samples_are_not_taken_for_these(samples: Path) -> None:
    for path in sorted((samples / "stripe").glob("*.csv")):
        if not path.name.startswith("payout-reconciliation"):
            assert readers.identify(path) not in ("stripe_itemised", "stripe_balance_history"), path.name
