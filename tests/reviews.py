"""Reviews made by hand, so that pages can be tested without a desk: `review(**over)` and `hostile(review)`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from opsrules.inputs import Figure, FileRead, RejectsRead, RowsRead
from opsrules.periods import AGE_BUCKETS, Period
from opsrules.review import CONTROL_TOTALS, FINDINGS, METRICS, Need, Provenance, Review
from opsrules.standing import Note, Seen, Signature, Snapshot, Standing
from opsrules.terms import Desk, FindingStatus, Level

BUCKETS = [name for name, _, _ in AGE_BUCKETS]

BRIDGE = {
    "EUR": [
        ("Gross sales", 128_431_042, "total"),
        ("Refunds", -7_184_619, "step"),
        ("Chargebacks", -491_250, "step"),
        ("Fees", -3_897_764, "step"),
        ("Reserve", -1_840_000, "step"),
        ("Adjustments and other lines", 123_685, "step"),
        ("Earned at the processor", 115_141_094, "total"),
        ("Earned before, paid out in the period", 2_210_400, "step"),
        ("Not paid out by the end of the period", -4_018_211, "step"),
        ("Paid out by the processor", 113_333_283, "total"),
        ("On its way at the end of the period", -2_488_010, "step"),
        ("Arrived short or over", -120_430, "attention"),
        ("Received at the bank", 110_724_843, "total"),
    ],
    "GBP": [
        ("Gross sales", 21_490_630, "total"),
        ("Refunds", -1_211_844, "step"),
        ("Fees", -670_215, "step"),
        ("Earned at the processor", 19_608_571, "total"),
        ("Paid out by the processor", 19_608_571, "total"),
        ("Received at the bank", 19_608_571, "total"),
    ],
}
"""Every total is the running sum of the steps before it, worked out by hand."""

# Class, currency, then items and amount for each age bucket.
AGEING: list[tuple[str, str, list[tuple[int, int]]]] = [
    ("payout_in_transit", "EUR", [(2, 2_488_010), (0, 0), (0, 0), (0, 0), (0, 0)]),
    ("refund_not_booked", "EUR", [(2, 100_337), (3, 183_393), (4, 261_458), (2, 86_632), (0, 0)]),
    ("order_without_payment", "EUR", [(0, 0), (2, 112_254), (5, 241_296), (1, 58_340), (0, 0)]),
    ("payment_without_order", "EUR", [(1, 8_909), (2, 73_673), (3, 153_617), (2, 154_256), (0, 0)]),
    ("payout_short", "EUR", [(0, 0), (0, 0), (1, 120_430), (0, 0), (0, 0)]),
    ("amount_differs", "EUR", [(0, 0), (1, 7_744), (3, 152_482), (2, 44_445), (0, 0)]),
    ("charged_twice", "EUR", [(0, 0), (1, 1_420), (2, 50_386), (1, 60_940), (1, 9_900)]),
    ("refund_not_booked", "GBP", [(0, 0), (1, 4_400), (1, 30_010), (0, 0), (0, 0)]),
]

CAUSES = [
    ("refund_made_outside_the_shop", "REC-031", "Refund not booked in the shop", "EUR", 11, 631_820),
    ("gift_card_part_not_exported", "REC-014", "Order without payment", "EUR", 8, 411_890),
    ("order_number_lost_its_prefix", "REC-011", "Payment without order", "EUR", 8, 390_455),
    ("order_shipped_in_part_amount_changed", "REC-041", "Amounts differ", "EUR", 6, 204_671),
    ("captured_again_after_a_time_out", "REC-051", "Charged twice", "EUR", 5, 122_646),
    ("Payout arrived short, cause not known", "REC-042", "Payout arrived short", "EUR", 1, 120_430),
    ("refund_made_outside_the_shop", "REC-031", "Refund not booked in the shop", "GBP", 2, 34_410),
]

OWNERS = {
    "refund_not_booked": "Support lead",
    "order_without_payment": "Operations lead",
    "payment_without_order": "Payments lead",
}
SEVERITIES = {"payout_short": "critical", "refund_not_booked": "critical", "payout_in_transit": "low"}


def findings() -> pd.DataFrame:
    """One row per open item of `AGEING`, its bucket's amount divided among its items, and one finding about a file."""
    rows: list[dict[str, Any]] = []
    for kind, currency, cells in AGEING:
        for (_, first, _), (items, amount) in zip(AGE_BUCKETS, cells, strict=True):
            for nth in range(items):
                share = amount // items + (amount % items if nth == 0 else 0)
                rows.append(_finding(len(rows), kind, currency, first + 1, share))
    rows.append(_finding(len(rows), "file_unrecognised", "", None, 0))
    table = pd.DataFrame(rows, columns=list(FINDINGS))
    return table.astype({"age_days": "Int64", "amount_minor": "int64", "source_line": "int64"})


def _finding(at: int, kind: str, currency: str, age: int | None, amount: int) -> dict[str, Any]:
    about = {"payout_short": "payout", "payout_in_transit": "payout", "file_unrecognised": "file"}.get(kind, "order")
    reference = f"po_{at:04d}" if about == "payout" else f"#{1000 + at}" if about == "order" else "notes.txt"
    return {
        "finding_id": f"{at * 2654435761 % 2**48:012x}",
        "account": "northwind",
        "period": "2026-10",
        "desk": "reconciliation",
        "leg": "" if about == "file" else "orders_charges",
        "rule_id": f"REC-{at % 60:03d}",
        "class": kind,
        "other_classes": "",
        "severity": SEVERITIES.get(kind, "medium"),
        "cause": "gift_card_part_not_exported" if kind == "order_without_payment" else "",
        "amount_minor": -amount if kind in {"refund_not_booked", "payout_short"} else amount,
        "currency": currency,
        "subject_type": about,
        "subject_ref": reference,
        "order_ref": reference if about == "order" else "",
        "payout_ref": reference if about == "payout" else "",
        "age_days": age,
        "owner": OWNERS.get(kind, "Finance lead"),
        "due": "2026-11-05" if at % 2 else "",
        "message": f"{reference}: the two sides of this record do not say the same, and one of them is wrong.",
        "source_file": f"exports/northwind/2026-10/{'payout_reconciliation' if at % 3 else 'orders'}.csv",
        "source_line": 0 if about == "file" else 40 + at * 17,
    }


def control_totals() -> pd.DataFrame:
    """Control totals of two legs; every line adds up."""
    lines = [
        ("orders_charges", "orders", "shopify_orders", "EUR", (41_862, 41_688, 163, 0, 11), 214_960_351),
        ("orders_charges", "processor_lines", "stripe_itemised", "EUR", (42_010, 41_688, 8, 314, 0), 215_114_020),
        ("payouts_bank", "payouts", "stripe_itemised", "EUR", (13, 11, 2, 0, 0), 113_333_283),
        ("payouts_bank", "bank_lines", "camt053", "EUR", (346, 11, 0, 324, 11), 98_120_000),
        ("payouts_bank", "payouts", "stripe_itemised", "GBP", (4, 4, 0, 0, 0), 19_608_571),
    ]
    rows = []
    for leg, side, source, currency, counts, amount in lines:
        shares = [amount - 1_963_433, 1_004_633, 1_000_000, -41_200]
        rows.append((leg, side, source, currency, *counts, amount, *shares))
    return pd.DataFrame(rows, columns=list(CONTROL_TOTALS))


def _frame(rows: list[tuple[Any, ...]], names: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=names.split())


def tables() -> dict[str, pd.DataFrame]:
    """Every table that the sections read."""
    bridge = [(step, currency, amount, kind) for currency, steps in BRIDGE.items() for step, amount, kind in steps]
    ageing = [
        (kind, currency, bucket, items, amount)
        for kind, currency, cells in AGEING
        for bucket, (items, amount) in zip(BUCKETS, cells, strict=True)
    ]
    return {
        "bridge": _frame(bridge, "step currency amount_minor kind"),
        "ageing": _frame(ageing, "class currency bucket items amount_minor"),
        "causes": _frame(CAUSES, "cause rule_id rule currency items amount_minor"),
        "payouts": _payouts(),
        "fees": _fees(),
        "excluded": _frame(
            [
                ("orders_charges", "processor_lines", "own_payout_row", "EUR", 13, -113_333_283),
                ("orders_charges", "orders", "never_at_processor", "EUR", 301, 4_210_090),
                ("payouts_bank", "bank_lines", "other_bank_movement", "EUR", 324, -12_000_411),
            ],
            "leg side rule currency rows amount_minor",
        ),
        "rejects": _frame(
            [
                (
                    "bank_lines",
                    "camt053",
                    "exports/northwind/2026-10/bank.xml",
                    418,
                    "amount_decimals",
                    "Amt",
                    "12,345",
                    "EUR",
                    0,
                ),
                (
                    "orders",
                    "shopify_orders",
                    "exports/northwind/2026-10/orders.csv",
                    90,
                    "row_too_short",
                    "",
                    "",
                    "",
                    0,
                ),
            ],
            "table source source_file source_line reason column value currency amount_minor",
        ),
        "gaps": _frame(
            [
                ("bank_lines", "****3000", "days", "2026-10-12", "2026-10-12", 1, "no lines on 12 Oct 2026"),
                ("payouts", "stripe", "payout_rows", "", "", 1, "1 payout without a row of its own: po_7"),
            ],
            "kind source what first last days text",
        ),
        "controls": _frame(
            [("Closing balance", "exports/northwind/2026-10/bank.xml", "EUR", 110_724_843, 110_724_843, True)],
            "name place currency expected_minor actual_minor holds",
        ),
        "checks": _frame(
            [
                ("11 of 13 payouts equal the sum of their lines", True),
                ("No row is used by two matches, and no match is further apart than its rule allows", True),
                ("Each file was read once, and its hash stands below", True),
            ],
            "text holds",
        ),
        "figures": _frame(
            [
                ("Received at the bank", "EUR", "1,107,248.43", "", "86.2% of gross sales"),
                ("Rows matched", "", "99.58", "%", "171 of 83,558 rows are open, over all legs"),
                ("Open, needs work", "EUR", "18,819.12", "", "39 items; besides GBP\u00a0344.10"),
                ("Fees, share of charges", "", "3.03", "%", "the contract says 2.89%"),
                ("Oldest open item", "", "62", "days", "of those that need work"),
            ],
            "label prefix figure suffix sub",
        ),
        **_made(),
        **_reserves(),
        "trend": _trend(),
        "trend_left_out": _frame([("2026-02", "metrics.csv cannot be read (KeyError)")], "period reason"),
    }


def _payouts() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for at in range(13):
        amount = 9_377_742 if at == 5 else 8_000_000 + 91_871 * at
        status = {5: "short", 11: "on_its_way", 12: "on_its_way"}.get(at, "arrived")
        bank = None if status == "on_its_way" else amount - 120_430 if status == "short" else amount
        value_on = None if bank is None else pd.Timestamp(2026, 10, 3 + 2 * at)
        gap = None if bank is None else bank - amount
        sent = pd.Timestamp(2026, 10, 1 + 2 * at)
        rows.append((f"po_1QK{at}", "stripe", sent, "EUR", amount, bank, gap, value_on, status, "payouts.csv", 2 + at))
    day = pd.Timestamp(2026, 10, 9)
    rows.append(("po_UK1", "stripe", day, "GBP", 19_608_571, 19_608_571, 0, day, "arrived", "payouts.csv", 40))
    names = "payout_id processor sent_on currency amount_minor bank_minor difference_minor value_on status source_file "
    return _frame(rows, names + "source_line").astype({"bank_minor": "Int64", "difference_minor": "Int64"})


def _made() -> dict[str, pd.DataFrame]:
    """Bridges of two payouts: one that its lines explain and that arrived short, one that they do not explain."""
    day = pd.Timestamp(2026, 10, 11)
    keys = ("stripe", "po_1QK5", "EUR"), ("stripe", "po_1QK0", "EUR")
    sums = (9_999_999, -500_000, -20_000, -102_257, 0, 0, 0, 0), (8_100_000, 0, 0, -90_000, -20_000, -10_000, 0, 0)
    names = "gross refunds chargebacks fees tax_withheld reserve conversions adjustments"
    ends = (0, 9_377_742, -120_430, 9_257_312, "", "2f0a"), (20_000, 8_000_000, 0, 8_000_000, "differs", "11aa 22bb")
    rows = [
        (*key, day, "short", True, 40, *told, *end, "payouts.csv", 7)
        for key, told, end in zip(keys, sums, ends, strict=True)
    ]
    columns = "processor payout_id currency sent_on status in_period lines "
    columns += " ".join(f"{name}_minor" for name in names.split())
    columns += " unexplained_minor payout_minor difference_minor bank_minor why findings source_file source_line"
    behind = [
        (*keys[0], "gross", 250_000, -2_556, f"#{at}", "exports/n/2026-10/pay.csv", 3 * at) for at in range(1, 40)
    ]
    behind += [(*keys[0], "bank", 9_257_312, 0, "", "exports/n/2026-10/bank.xml", 88)]
    lines = "processor payout_id currency step amount_minor fee_minor order_id source_file source_line"
    return {"payout_bridge": _frame(rows, columns), "payout_lines": _frame(behind, lines)}


def _reserves() -> dict[str, pd.DataFrame]:
    first, later = pd.Timestamp(2026, 4, 3), pd.Timestamp(2026, 10, 9)
    rows = [
        ("paypal", "EUR", "declared", first, 900_000, 300_000, 200_000, 1_000_000, 0, 180, 120_000, later),
        ("stripe", "EUR", "first_line", later, 0, 50_000, 90_000, -40_000, 90_000, None, 0, pd.NaT),
        ("stripe", "GBP", "earlier_lines", first, 7_000, 0, 0, 7_000, 0, None, 0, pd.NaT),
    ]
    columns = "processor currency basis since opening_minor held_minor released_minor closing_minor earlier_minor days "
    lots = [
        ("paypal", "EUR", first, 120_000, 211, pd.Timestamp(2026, 9, 30)),
        ("paypal", "EUR", later, 880_000, 22, pd.Timestamp(2027, 4, 7)),
        ("stripe", "EUR", later, 50_000, 22, pd.NaT),
        ("stripe", "GBP", first, 7_000, 211, pd.NaT),
    ]
    return {
        "reserves": _frame(rows, columns + "due_minor next_due").astype({"days": "Int64"}),
        "reserve_lots": _frame(lots, "processor currency held_on amount_minor age_days due_on"),
    }


def _trend() -> pd.DataFrame:
    """A year of two legs by count and one by value: a fall in the last month, a month without a review, few rows."""
    months = [f"2025-{at:02d}" for at in (11, 12)] + [f"2026-{at:02d}" for at in range(1, 11)]
    rows: list[tuple[Any, ...]] = []
    for measure, leg, currency, size, limits in (
        ("count", "orders_charges", "", 4_000, (0.985, 0.99, 0.995)),
        ("count", "payouts_bank", "", 24, (None, None, None)),
        ("count", "lines_payouts", "", 900, (None, None, None)),
        ("value", "orders_charges", "EUR", 21_000_000, (0.97, 0.99, 1.0)),
    ):
        for at, month in enumerate(months):
            share = 970 if at == 11 else 988 + at % 5
            told = "outside" if at == 11 and limits[0] else "near_limit run" if at == 6 and limits[0] else ""
            parts = (None, None, None) if at == 3 else (size * share // 1000, size, share / 1000)
            points = 0 if size < 30 else 11 if limits[0] else 9
            day = pd.Timestamp(f"{month}-01")
            rows.append((measure, leg, currency, month, day, *parts, size > 30 and at != 3, *limits, points, told))
    names = (
        "measure leg currency period first_day numerator denominator value is_judged lower mean upper points signals"
    )
    numbers = dict.fromkeys(("numerator", "denominator"), "Int64")
    return _frame(rows, names).astype(numbers | dict.fromkeys(("value", "mean", "lower", "upper"), "Float64"))


def _fees() -> pd.DataFrame:
    return _frame(
        [
            ("stripe", "1.5% + 0.25, EEA cards", "EUR", 18_204, 1_402_316, 1_402_316, 0, "agrees"),
            ("stripe", "1.5% + 0.25, EEA cards at the non-EEA rate", "EUR", 214, 368_532, 184_266, 184_266, "claim"),
            ("stripe", "3.25% + 0.25, other cards", "EUR", 1_906, 512_480, 512_478, 2, "in_tolerance"),
        ],
        "processor contract currency lines charged_minor expected_minor difference_minor status",
    )


def needs() -> tuple[Need, ...]:
    """Three needs: one with its amount in the headline, one without, one without owner and day."""
    return (
        Need(
            Level.CRITICAL,
            "Payout po_1QK5 arrived EUR\u00a01,204.30 short.",
            "The processor says EUR\u00a093,777.42, the bank booked EUR\u00a092,573.12 on 15 Oct 2026. "
            "Open a case with the processor.",
            *("Finance lead", "Reconciliation", "2026-11-05", "REC-042", 1, (("EUR", 120_430),)),
        ),
        Need(
            Level.CRITICAL,
            "11 refunds were paid by the processor and never booked in the shop.",
            "Book them in the shop: stock and tax are wrong until then.",
            *("Support lead", "Customer service", "2026-11-06", "REC-031", 13, (("EUR", 631_820), ("GBP", 34_410))),
        ),
        Need(Level.AT_RISK, "A file was not recognised: notes.txt.", "", "", "Reconciliation", "", "REC-090", 1, ()),
    )


def provenance() -> Provenance:
    """Three files, one of them not recognised."""
    return Provenance(
        run_id="acba25512100f80b",
        code_version="0.1.0",
        code_hash="9f86d081884c7d65",
        rules_hash="6c621d1a05138a78",
        rules_count=41,
        parameters_hash="8a46fd6fc3d79d41",
        inputs=(
            FileRead(
                *("exports/northwind/2026-10/orders.csv", "shopify_orders", 23_816, 11, "ca978112ca1bbdca" * 4),
                known_by="header in line 1, 16 known columns",
                rows=(
                    RowsRead("orders", "EUR", 21_040, 182_345_678, "2026-10-01", "2026-10-31", 3),
                    RowsRead("orders", "GBP", 765, 4_512_300, "2026-10-02", "2026-10-31"),
                    RowsRead("order_lines", "", 23_805, 0, "", ""),
                ),
                rejects=(
                    RejectsRead("amount_unreadable", "EUR", 9, 0, 118),
                    RejectsRead("currency_unknown", "", 2, 0, 2047),
                ),
            ),
            FileRead(
                *("exports/northwind/2026-10/bank.xml", "camt053", 346, 11, "3e23e8160039594a" * 4),
                known_by="root element",
                rows=(RowsRead("bank_lines", "EUR", 335, 9_257_312, "2026-10-01", "2026-10-30"),),
                controls=(
                    Figure("opening + entries = closing", 12, "EUR", 1_000_000, 1_000_000),
                    Figure("opening + entries = closing", 980, "EUR", 2_000_000, 1_999_900),
                ),
                rejects=(RejectsRead("not_booked", "EUR", 11, 30_150, 77),),
            ),
            FileRead("exports/northwind/2026-10/notes.txt", "", 0, 0, "2e7d2c03a9507ae2" * 4),
        ),
    )


def nth(at: int) -> str:
    """Id of a finding, by its place in `findings`."""
    return str(findings()["finding_id"].iloc[at])


def snapshot(text: str = "", run_id: str = "acba25512100f80b") -> Snapshot:
    """Return what the register knew of Northwind after September, with `text` in whatever people wrote.

    Of the 44 findings of October, 0 to 9 were open in September; 2 is written off since, 3 resolved, 4 assigned and
    talked of, 5 disputed. 10 had cleared in September and is back; 11 and later are new. Open in September and gone
    from the data: "gone-a" cleared in time, "gone-b" too late, "gone-jpy" in another currency. "lost" was in a file
    that nobody sent this time.
    """
    opened = Standing(first_period="2026-09", last_period="2026-09", first_day=date(2026, 10, 2), due=date(2026, 10, 9))
    said = tuple(
        Note(f"ada{text}", datetime(2026, 10, 20 + at, 8, 30, tzinfo=UTC), f"Remark {at}: asked the bank{text}")
        for at in range(3)
    )
    gone = {name: Seen("payout_short", "high", name + text, "exports/n/orders.csv", "") for name in GONE}
    lost = Seen("payout_missing" + text, "high", "po_lost" + text, "exports/n/2026-09/bank.xml" + text, "5" * 64)
    standings = {nth(at): opened for at in (0, 1, 6, 7, 8, 9)} | {
        nth(2): replace(
            opened,
            status=FindingStatus.WRITTEN_OFF,
            written_off_minor=33_445,
            settled_by="ada" + text,
            settled_day=date(2026, 10, 8),
            notes=said[:1],
        ),
        nth(3): replace(
            opened,
            status=FindingStatus.RESOLVED,
            reason="expected",
            settled_by="bo" + text,
            settled_day=date(2026, 10, 30),
        ),
        nth(4): replace(opened, owner="cy" + text, due=date(2026, 11, 20), notes=said),
        nth(5): replace(opened, status=FindingStatus.DISPUTED, notes=(Note("", said[0].at, ""),)),
        nth(10): replace(opened, status=FindingStatus.CLEARED, is_present=False, cleared_day=date(2026, 10, 2)),
        "gone-a": replace(opened, due=date(2026, 11, 3)),
        "gone-b": opened,
        "gone-jpy": replace(opened, first_day=None, due=None),
        "lost": opened,
    }
    before = {nth(at) for at in range(10)}
    return Snapshot(
        account="northwind",
        desk=Desk.RECONCILIATION,
        period="2026-10",
        before="2026-09",
        standings=standings,
        open_before=frozenset(before | {*GONE, "lost"}),
        known_before=frozenset(before | {*GONE, "lost", nth(10)}),
        amounts=GONE | {"lost": ("EUR", -70_000)},
        seen=gone | {"lost": lost},
        prepared_by="dee" + text,
        signatures=(
            Signature("eve" + text, datetime(2026, 11, 4, 9, 0, tzinfo=UTC), "Seen" + text, "0123456789abcdef"),
            Signature("fay" + text, datetime(2026, 11, 5, 17, 5, tzinfo=UTC), "Agreed" + text, run_id),
        ),
        second_person_minor=100_000,
    )


GONE = {"gone-a": ("EUR", -12_000), "gone-b": ("EUR", 3_050), "gone-jpy": ("JPY", 900)}
"""Currency and amount of what September had open and October lacks."""


def review(**over: Any) -> Review:
    """Return Northwind Home's October 2026, in EUR with some GBP; any field may be given another value."""
    fields: dict[str, Any] = {
        "account": "northwind",
        "account_name": "Northwind Home",
        "desk": Desk.RECONCILIATION,
        "period": Period.parse("2026-10"),
        "as_of": date(2026, 11, 3),
        "currency": "EUR",
        "zone": "Europe/Berlin",
        "cut_off": "24:00",
        "simulated": False,
        "level": Level.CRITICAL,
        "lede": "EUR\u00a018,819.12 and GBP\u00a0344.10 in 41 items need work, and one payout arrived short.",
        "needs": needs(),
        "findings": findings(),
        "metrics": pd.DataFrame([], columns=list(METRICS)),
        "control_totals": control_totals(),
        "tables": tables(),
        "explanations": {},
        "provenance": provenance(),
        "owners": {},
    }
    return Review(**fields | over)


def empty() -> Review:
    """Return an account of which nothing was read: every section has to say so."""
    names = tables()
    return review(
        level=Level.TOO_FEW,
        lede="No rows were read for this period, so nothing can be said about it.",
        needs=(),
        findings=findings().iloc[:0],
        control_totals=control_totals().iloc[:0],
        tables={name: table.iloc[:0] for name, table in names.items()},
        provenance=replace(provenance(), inputs=()),
    )


def hostile(text: str) -> Review:
    """Return the same review with `text` in every text column of every table, and in every other text of it.

    Columns that decide what a row is (currency, kind, status, bucket, severity) keep their values.
    """
    fixed = {"currency", "kind", "status", "bucket", "severity", "due", "finding_id"}

    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        out = table.copy()
        for name in out.columns:
            if name not in fixed and len(out) and isinstance(out[name].iloc[0], str):
                out[name] = [f"{value}{text}" for value in out[name]]
        return out

    base = review()
    files = tuple(replace(one, name=one.name + text, reader=one.reader + text) for one in base.provenance.inputs)
    made = replace(base.provenance, inputs=files, run_id=text + "acba2551", code_version="0.1.0" + text)
    bad = tuple(
        replace(
            one, headline=one.headline + text, detail=one.detail + text, owner=one.owner + text, desk=one.desk + text
        )
        for one in base.needs
    )
    return replace(
        base,
        account=base.account + text,
        snapshot=snapshot(text),
        account_name=base.account_name + text,
        zone=base.zone + text,
        lede=base.lede + text,
        needs=bad,
        findings=spoil(base.findings),
        control_totals=spoil(base.control_totals),
        tables={name: spoil(table) for name, table in base.tables.items()},
        provenance=made,
    )
