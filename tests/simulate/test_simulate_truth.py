"""The truth against the files: an independent reconciliation must find exactly what the truth says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from simulate.exports_of_demo import AccountFiles, Line, accounts_of, minor, plain

from opsrules.simulate import demo

NEVER = {"manual", "Cash", "gift_card"}
PAID = {"paid", "refunded", "partially_refunded"}

_KINDS = {
    "dispute": "chargeback",
    "dispute_reversal": "chargeback_reversal",
    "risk_reserved_funds": "reserve",
}
ON_ORDERS = {
    "order_without_payment",
    "payment_without_order",
    "amount_differs",
    "currency_differs",
    "charged_twice",
    "refund_not_booked",
    "refund_not_paid",
    "refund_differs",
    "chargeback",
    "fee_differs",
    "match_suggested",
    "reserve_mismatch",
    "fx_variance",
}
FINDINGS = ON_ORDERS - {"currency_differs", "fx_variance"} | {
    "not_paid_out",
    "payout_short",
    "payout_missing",
    "payout_sum_differs",
    "bank_without_payout",
    "rows_rejected",
    "file_unrecognised",
}
TRAPS = {
    "reference_mangled",
    "other_day_in_utc",
    "split_capture",
    "second_capture_refunded",
    "two_partial_refunds",
    "cash_order",
    "gift_card_order",
    "bank_deposit_order",
    "unpaid_order",
    "voided_order",
    "same_amount",
    "chargeback_won",
    "equal_parts",
    "reserve_released",
    "changed_near_the_rate",
    "fee_off_by_one",
}


def found_on_orders(account: AccountFiles) -> Counter[tuple[str, str, int]]:
    """Class, plain order reference and size of every break between orders and processor lines."""
    orders = account.orders()
    by_kind: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in account.lines():
        kind = _KINDS.get(line.kind, line.kind)
        by_kind[kind][line.ref].append(line)
    found: Counter[tuple[str, str, int]] = Counter()
    for ref, order in orders.items():
        total = minor(order["Total"], account.currency)
        charged = [line.gross for line in by_kind["charge"][ref]]
        refunds = [line.gross for line in by_kind["refund"][ref]]
        if charged == [total, total] and refunds == [-total] and not minor(order["Refunded Amount"], account.currency):
            continue  # the second charge was paid back
        due = total if order["Financial Status"] in PAID and order["Payment Method"] not in NEVER else 0
        if due and order["Currency"] != account.currency:
            _changed(found, account, ref, due, sum(charged))
        elif due and not charged:
            found["order_without_payment", ref, due] += 1
        elif len(charged) == 2 and set(charged) == {due}:
            found["charged_twice", ref, due] += 1
        elif len(charged) == 2 and due in charged and 2 * min(charged) > due:
            found["charged_twice", ref, min(charged)] += 1
        elif sum(charged) != due:
            found["amount_differs", ref, abs(sum(charged) - due)] += 1
        booked = minor(order["Refunded Amount"], account.currency)
        paid = -sum(line.gross for line in by_kind["refund"][ref])
        if booked != paid:
            name = "refund_not_booked" if not booked else "refund_differs" if paid else "refund_not_paid"
            found[name, ref, abs(paid - booked)] += 1
    for ref, lines in by_kind["charge"].items():
        if lines and ref not in orders and ref:
            found["payment_without_order", ref, sum(line.gross for line in lines)] += 1
    for ref, lines in by_kind["chargeback"].items():
        back = sum(line.gross for line in by_kind["chargeback_reversal"][ref])
        if back < -sum(line.gross for line in lines):
            found["chargeback", ref, -lines[0].gross] += 1
    for ref, lines in by_kind["reserve"].items():
        held, released = (sum(line.gross for line in lines if (line.gross > 0) == plus) for plus in (False, True))
        if held + released:
            found["reserve_mismatch", ref, -held - released] += 1
    for line in account.lines():
        # The contracts of the demo allow one minor unit of rounding.
        if line.kind == "charge" and abs(difference := line.fee - contract_fee(account, line)) > 1:
            found["fee_differs", line.ref, difference] += 1
    _suggest(found, orders, by_kind["charge"])
    return found


def _changed(found: Counter[tuple[str, str, int]], account: AccountFiles, ref: str, due: int, charged: int) -> None:
    """Hold an order in another currency against the rate of the account's file, half a percent either way."""
    if charged == due:
        found["currency_differs", ref, due] += 1
        return
    (rate,) = account.parameters["fx"]["rates"]
    agreed = int((Decimal(due) * Decimal(str(rate["rate"]))).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    if abs(charged - agreed) * 200 > agreed and abs(charged - agreed) > 1:
        found["fx_variance", ref, abs(charged - agreed)] += 1


def _suggest(found: Counter[tuple[str, str, int]], orders: dict[str, Any], charges: dict[str, list[Line]]) -> None:
    """Give money without a reference, or beyond the order whose reference it has, to the unpaid order it fits."""
    over = [(line.day, line.gross, "") for line in charges[""]]
    for name, ref, amount in list(found):
        if name == "amount_differs" and sum(line.gross for line in charges[ref]) > amount:
            over.append((charges[ref][0].day, amount, ref))
    unpaid = [(ref, amount) for name, ref, amount in found if name == "order_without_payment"]
    for day, amount, its in over:
        near = [ref for ref, due in unpaid if due == amount and -1 <= (day - _placed(orders[ref])).days <= 4]
        if its and not near:
            continue
        (ref,) = near
        del found["order_without_payment", ref, amount]
        found["match_suggested", ref, amount] += 1
        if its:
            del found["amount_differs", its, amount]


def _placed(order: dict[str, str]) -> date:
    return date.fromisoformat(order["Created at"][:10])


def contract_fee(account: AccountFiles, line: Line) -> int:
    brand = {"amex": "american_express"}.get(line.brand, line.brand)
    special = [one for one in account.parameters["fees"] if one.get("card_brand") == brand]
    contract = (special or [one for one in account.parameters["fees"] if "card_brand" not in one])[0]
    share = Decimal(line.gross) * contract["rate_bps"] / 10_000
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) + int(contract["fixed_minor"])


@pytest.fixture(scope="module")
def other_accounts_written(tmp_path_factory: pytest.TempPathFactory) -> list[AccountFiles]:
    """Variants of the accounts, in months in which clocks change, with another seed."""
    root = tmp_path_factory.mktemp("other")
    demo(root, accounts=6, orders=200, period="2027-03", periods=2, seed=5)
    return accounts_of(root)


def test_an_independent_reconciliation_finds_exactly_the_truth(
    demo_accounts_written: list[AccountFiles], other_accounts_written: list[AccountFiles]
) -> None:
    for account in demo_accounts_written + other_accounts_written:
        told = Counter(
            (one["class"], plain(one["order_ref"]), one["amount_minor"])
            for one in account.faults(expect="finding")
            if one["class"] in ON_ORDERS
        )
        assert found_on_orders(account) == told, account.name


def test_lines_of_each_payout_come_to_its_row_unless_planted(
    demo_accounts_written: list[AccountFiles], other_accounts_written: list[AccountFiles]
) -> None:
    for account in demo_accounts_written + other_accounts_written:
        rows, sums = account.payout_rows(), account.payout_sums()
        told = {one["payout_ref"]: one["amount_minor"] for one in account.faults(**{"class": "payout_sum_differs"})}
        differences = {payout: abs(sums[payout] - row) for payout, row in rows.items() if sums[payout] != row}
        assert differences == told, account.name
        assert all(row > 0 for row in rows.values())


def test_the_bank_holds_each_payout_unless_planted(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        rows = account.payout_rows()
        expected = dict(rows)
        if account.name != "demo-harrow":  # its statements end before what is sent after the last month arrives
            sums = account.payout_sums()
            expected |= {payout: total for payout, total in sums.items() if payout and payout not in rows}
        for one in account.faults(**{"class": "payout_short"}):
            expected[one["payout_ref"]] -= one["amount_minor"]
        for one in account.faults(**{"class": "bank_charge"}):
            expected[one["payout_ref"]] -= one["amount_minor"]
        for name in ("payout_missing", "payout_in_transit"):
            for one in account.faults(**{"class": name}):
                assert expected.pop(one["payout_ref"]) == one["amount_minor"]
        wanted = Counter(expected.values())
        wanted.update(one["amount_minor"] for one in account.faults(**{"class": "bank_without_payout"}))
        descriptor = account.parameters["payouts"][0]["descriptor"]
        booked = Counter(amount for one in account.statements() for _, amount, text in one.lines if descriptor in text)
        assert booked == wanted, account.name


def test_balances_run_through_all_statements(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        statements = account.statements()
        assert len(statements) == 3
        for one in statements:
            assert one.opening + sum(amount for _, amount, _ in one.lines) == one.closing
        for before, after in pairwise(statements):
            assert before.closing == after.opening


def test_every_kind_is_planted_in_every_account_each_month(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        for period in ("2026-09", "2026-10"):
            here = account.faults(period=period)
            assert {one["class"] for one in here if one["expect"] == "finding"} >= FINDINGS, (account.name, period)
            assert {one["fault"] for one in here if one["expect"] == "no_finding"} >= TRAPS, (account.name, period)
        assert account.faults(fault="exponent_error" if account.currency == "JPY" else "currency_differs")
        assert account.faults(fault="rate_differs") or account.currency == "JPY"
        for name in ("charge_next_period", "refund_next_period"):
            assert {one["period"] for one in account.faults(fault=name)} == {"2026-09"}
        assert account.faults(fault="payout_next_period")
        if account.name != "demo-juniper":  # whose bank names no payout
            assert account.faults(fault="bank_charge")
            assert account.faults(fault="payout_late")
    transit = [account.name for account in demo_accounts_written if account.faults(expect="timing")]
    assert transit == ["demo-harrow"]


def test_a_missing_payout_was_sent_more_than_ten_days_before_the_month_ended(
    demo_accounts_written: list[AccountFiles],
) -> None:
    for account in demo_accounts_written:
        for one in account.faults(**{"class": "payout_missing"}):
            row = source_line(account.root, one)
            assert any(f"{one['period']}-{day:02d}" in row for day in range(11, 21)), row


def test_one_order_carries_one_fault(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        faults = {(one["fault"], one["order_ref"]) for one in account.truth["faults"] if one["order_ref"]}
        assert max(Counter(ref for _, ref in faults).values()) == 1


def test_pairs_of_faults_on_one_order_are_both_named(demo_accounts_written: list[AccountFiles]) -> None:
    pairs = {
        "amount_and_refund": {"amount_differs", "refund_not_booked"},
        "amount_and_chargeback": {"amount_differs", "chargeback"},
        "amount_and_fee": {"amount_differs", "fee_differs"},
    }
    for account in demo_accounts_written:
        for name, classes in pairs.items():
            by_order: dict[str, set[str]] = defaultdict(set)
            for one in account.faults(fault=name):
                by_order[one["order_ref"]].add(one["class"])
            assert by_order, (account.name, name)
            assert all(found == classes for found in by_order.values())


def source_line(root: Path, fault: dict[str, object]) -> str:
    text = (root / str(fault["source_file"])).read_bytes().decode("utf-8").replace("\r\n", "\n")
    number = fault["source_line"]
    assert isinstance(number, int)
    return text.split("\n")[number - 1]


def test_the_truth_points_at_lines_that_hold_its_subject(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        for fault in account.truth["faults"]:
            if fault["class"] == "file_unrecognised":
                assert (account.root / fault["source_file"]).is_file()
                continue
            row = source_line(account.root, fault)
            if fault["subject_type"] in ("order", "file", "processor_line") and fault["order_ref"]:
                assert plain(fault["order_ref"]) in plain(row)
            if fault["subject_type"] == "order":
                assert row.startswith(f"{fault['order_ref']},")
            if fault["subject_type"] == "payout":
                assert fault["payout_ref"] in row
                assert ",payout," in row
            if fault["subject_type"] == "bank_line":
                assert re.match(r"<Ntry>|:61:|\d\d/25/|\d\d/26/|\d\d/27/", row), row
            if fault["class"] == "rows_rejected":
                assert ".." in row


def test_totals_are_those_of_the_files(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        for period, totals in account.truth["totals"].items():
            rows = [row for row in account.rows("shopify_orders.csv")[period] if row["Financial Status"]]
            readable = [row for row in rows if ".." not in row["Total"] and row["Currency"] == account.currency]
            assert totals["orders"] == len(rows)
            assert totals["orders_minor"] == sum(minor(row["Total"], account.currency) for row in readable)
            lines = next(
                found[period] for name in ("stripe_*.csv", "shopify_payments.csv") if (found := account.rows(name))
            )
            assert totals["lines"] == len(lines)
            assert totals["payouts"] == sum("payout" in row.values() for row in lines)
            booked = [day for one in account.statements() for day, _, _ in one.lines if day.startswith(period)]
            assert totals["bank_lines"] == len(booked)


def test_traps_at_the_edge_of_the_month_lie_where_they_should(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        zone, orders = ZoneInfo(account.parameters["zone"]), account.orders()
        for one in account.faults(fault="other_day_in_utc"):
            placed = datetime.strptime(orders[plain(one["order_ref"])]["Created at"], "%Y-%m-%d %H:%M:%S %z")
            assert f"{placed.astimezone(zone):%Y-%m}" == one["period"]
            assert f"{placed.astimezone(ZoneInfo('UTC')):%Y-%m}" != one["period"]
        for one in account.faults(fault="charge_next_period"):
            order = orders[plain(one["order_ref"])]
            assert order["Created at"].startswith("2026-09-30 23:5")
            assert order["Paid at"].startswith("2026-10-01 00:0")
