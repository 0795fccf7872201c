"""What is particular to Adyen's reports."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from table_cases import Case, reasons, whole, written

from opsrules import readers
from opsrules.readers import Source
from opsrules.readers.adyen import accounting, settlement
from opsrules.terms import LineKind, PaymentEvent

SETTLEMENT = Case("adyen_settlement", "batch_41", settlement.LAYOUT, parted=True)
ACCOUNTING = Case("adyen_accounting", "events", accounting.LAYOUT, parted=True)


def _with(case: Case, **over: str) -> list[list[str]]:
    """Header and first record of a fixture, with other cells; ``_`` stands for a blank in a name."""
    header, row = case.rows[:2]
    cells = dict(zip(header, row, strict=True))
    cells |= {name.replace("_", " "): value for name, value in over.items()}
    return [header, [cells[name] for name in header]]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Settled", LineKind.CHARGE),
        ("SettledInstallment", LineKind.CHARGE),
        ("SettledExternallyWithInfo", LineKind.CHARGE),
        ("SettledBulk", LineKind.CHARGE),
        ("RefundedExternally", LineKind.REFUND),
        ("RefundedReversed", LineKind.REFUND_FAILURE),
        ("SecondChargeback", LineKind.CHARGEBACK),
        ("ChargebackExternally", LineKind.CHARGEBACK),
        ("ChargebackReversed", LineKind.CHARGEBACK_REVERSAL),
        ("MiscCosts", LineKind.FEE),
        ("InvoiceDeduction", LineKind.FEE),
        ("BalanceTransfer", LineKind.TRANSFER),
        ("DepositCorrection", LineKind.RESERVE),
        ("MerchantPayout", LineKind.PAYOUT),
        ("MatchedStatement", LineKind.OTHER),
    ],
)
def test_kinds(word: str, kind: LineKind, tmp_path: Path) -> None:
    got = SETTLEMENT.read(tmp_path, written(_with(SETTLEMENT, Type=word)))
    assert got.table[["kind", "source_kind"]].values.tolist() == [[kind, word]]
    assert (got.table["payout_id"].iloc[0] == "") == ("Externally" in word)


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("Refused", PaymentEvent.REFUSED),
        ("Error", PaymentEvent.ERROR),
        ("Cancelled", PaymentEvent.CANCELLED),
        ("Expired", PaymentEvent.EXPIRED),
        ("SentForSettle", PaymentEvent.CAPTURED),
        ("SettledBulk", PaymentEvent.SETTLED),
        ("SentForRefund", PaymentEvent.OTHER),
        ("RefundedBulk", PaymentEvent.REFUNDED),
        ("SecondChargeback", PaymentEvent.CHARGEBACK),
        ("ChargebackReversed", PaymentEvent.CHARGEBACK_REVERSED),
    ],
)
def test_events(word: str, event: PaymentEvent, tmp_path: Path) -> None:
    got = ACCOUNTING.read(tmp_path, written(_with(ACCOUNTING, Record_Type=word)))
    assert got.table[["event", "source_event"]].values.tolist() == [[event, word]]


def test_a_line_in_one_currency_must_add_up(tmp_path: Path) -> None:
    rows = _with(SETTLEMENT)
    rows[1][rows[0].index("Net Credit (NC)")] = "118.31"
    got = SETTLEMENT.read(tmp_path, written(rows))
    assert reasons(got) == [(2, "amount_inconsistent")]
    assert got.rejects["amount_minor"].tolist() == [11831]


def test_a_reject_is_worth_its_debit(tmp_path: Path) -> None:
    header, *records = SETTLEMENT.rows
    refund = next(row for row in records if row[header.index("Type")] == "Refunded")
    refund[header.index("Creation Date")] = "soon"
    got = SETTLEMENT.read(tmp_path, written([header, refund]))
    assert (reasons(got), got.rejects["amount_minor"].tolist()) == ([(2, "time_unreadable")], [-1995])


def test_the_zone_is_the_rows_own(tmp_path: Path) -> None:
    for zone, utc in (("PST", "2026-10-06 00:10:51"), ("CEST", "2026-10-05 14:10:51"), ("", "2026-10-05 14:10:51")):
        got = SETTLEMENT.read(tmp_path, written(_with(SETTLEMENT, TimeZone=zone)))
        assert str(got.table["occurred_at"].iloc[0]).startswith(utc)


def test_a31_in_the_accounts_zone(tmp_path: Path) -> None:
    rows = [_with(SETTLEMENT, TimeZone="", Creation_Date=f"2026-{day} 02:30:00") for day in ("03-29", "10-25")]
    got = SETTLEMENT.read(tmp_path, written([rows[0][0], rows[0][1], rows[1][1]]))
    assert reasons(got) == [(2, "time_in_gap")]
    assert got.table["flags"].tolist() == ["fold"]


def test_a_batch_that_does_not_add_up_is_told(tmp_path: Path) -> None:
    (held,) = SETTLEMENT.read(tmp_path, SETTLEMENT.text).controls
    assert (held.expected_minor, held.actual_minor, held.across) == (10800, 10800, True)
    (failing,) = SETTLEMENT.read(tmp_path, SETTLEMENT.text.replace("EUR,108.00", "EUR,107.00")).controls
    assert failing.actual_minor - failing.expected_minor == 100


def test_samples(samples: Path) -> None:
    for path in sorted((samples / "adyen").glob("*.csv")):
        got = whole(readers.read(Source(path, path.name)))
        with path.open() as file:
            rows = list(csv.DictReader(file))
        assert (got.records, len(got.rejects)) == (len(rows), 0), path.name
        if path.name.startswith("sdr"):
            net = [
                int((Decimal(row["Net Credit (NC)"] or 0) - Decimal(row["Net Debit (NC)"] or 0)) * 100) for row in rows
            ]
            assert got.reader == "adyen_settlement"
            assert got.table["net_minor"].tolist() == net
            assert got.table["payout_id"].tolist() == [row["Batch Number"] for row in rows]
        else:
            assert got.reader == "adyen_accounting"
            amounts = [int(abs(Decimal(row["Main Amount"])) * 100) for row in rows]
            assert got.table["amount_minor"].tolist() == amounts
