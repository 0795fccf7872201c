from __future__ import annotations

import csv
import json
import re
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import numpy as np
import pytest
from simulate.exports_of_demo import AccountFiles, accounts_of

from opsrules import parameters
from opsrules.errors import UsageError
from opsrules.readers import READERS, options_model
from opsrules.simulate import demo
from opsrules.simulate.accounts import demo_accounts
from opsrules.simulate.orders import half_even_ratio


def written(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        assert demo(tmp_path / name, accounts=2, orders=40, seed=seed) == ["demo-northwind", "demo-harrow"]
    first, again, other = (written(tmp_path / name) for name in "abc")
    assert first == again
    assert first.keys() == other.keys()
    exports = [name for name in first if re.search(r"(orders|payments|itemised)\.csv", name)]
    assert len(exports) == 8
    assert all(first[name] != other[name] for name in exports)


def test_an_account_is_the_same_however_many_there_are(tmp_path: Path) -> None:
    demo(tmp_path / "few", accounts=1, orders=30, periods=1)
    demo(tmp_path / "many", accounts=3, orders=30, periods=1)
    few, many = written(tmp_path / "few"), written(tmp_path / "many")
    assert few.items() <= many.items()


def test_files_lie_where_a_review_looks(demo_root: Path) -> None:
    names = {path.relative_to(demo_root).as_posix() for path in (demo_root / "exports/demo-juniper").rglob("*.*")}
    folder = "exports/demo-juniper"
    files = ("bank.csv", "notes.csv", "shopify_orders.csv", "stripe_payouts_itemised.csv")
    months = {f"{folder}/{month}/{name}" for month in ("2026-09", "2026-10") for name in files}
    assert names == months | {f"{folder}/2026-11/bank.csv", f"{folder}/truth.json"}


def test_orders_exports_have_the_columns_of_the_real_one(demo_root: Path) -> None:
    for path in demo_root.glob("exports/*/*/shopify_orders.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        assert {len(row) for row in rows} == {79}
        where = {name: place for place, name in enumerate(rows[0])}
        assert where["Lineitem quantity"] == 16
        assert where["Refunded Amount"] == 49
        for row in rows[1:]:
            assert row[where["Vendor"]] == "Example Makers"
            assert row[where["Lineitem discount"]] in ("0.00", "0")
            assert bool(row[where["Total"]]) == bool(row[where["Id"]]) == bool(row[where["Created at"]])


def test_orders_add_up(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        taxed = account.name == "demo-juniper"
        for month in account.rows("shopify_orders.csv").values():
            items: dict[str, Decimal] = {}
            for row in month:
                price = Decimal(row["Lineitem price"]) * int(row["Lineitem quantity"])
                items[row["Name"]] = items.get(row["Name"], Decimal(0)) + price
            for row in month:
                if row["Financial Status"] and ".." not in row["Total"]:
                    subtotal, total = Decimal(row["Subtotal"]), Decimal(row["Total"])
                    assert items[row["Name"]] - Decimal(row["Discount Amount"]) == subtotal
                    assert subtotal + Decimal(row["Shipping"]) + (Decimal(row["Taxes"]) if taxed else 0) == total


def test_orders_belong_to_the_month_of_their_folder(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        for month, rows in account.rows("shopify_orders.csv").items():
            assert all(row["Created at"].startswith(month) for row in rows if row["Created at"])
        for month, rows in account.rows("shopify_payments.csv").items():
            assert all(row["Transaction Date"].startswith(month) for row in rows)


def test_amounts_have_the_decimals_of_their_currency(demo_accounts_written: list[AccountFiles]) -> None:
    for account in demo_accounts_written:
        whole = re.compile(r"-?[0-9]+" if account.currency == "JPY" else r"-?[0-9]+\.[0-9]{2}")
        for pattern, names in (
            ("shopify_orders.csv", ("Subtotal", "Total", "Taxes", "Refunded Amount", "Lineitem price")),
            ("shopify_payments.csv", ("Amount", "Fee", "Net")),
            ("stripe_*.csv", ("gross", "fee", "net")),
        ):
            for rows in account.rows(pattern).values():
                odd = [row[name] for row in rows for name in names if row[name] and not whole.fullmatch(row[name])]
                assert all(".." in text for text in odd)
                assert len(odd) <= 1


def test_nobody_in_the_demo_is_real(demo_root: Path) -> None:
    for path in demo_root.glob("exports/*/*/*"):
        mails = re.findall(r"[\w.]+@[\w.]+", path.read_bytes().decode("utf-8"))
        assert all(mail.endswith("@example.com") for mail in mails)


def test_charges_follow_half_even_at_the_tie() -> None:
    numbers = np.array([0, 1, 4999, 5000, 5001, 15_000, 25_000, 34_999, 10**15 + 5000])
    expected = [
        int((Decimal(int(one)) / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) for one in numbers.tolist()
    ]
    assert half_even_ratio(numbers, 10_000).tolist() == expected
    assert expected[3:7] == [0, 1, 2, 2]


def test_many_small_accounts_are_written_too(tmp_path: Path) -> None:
    assert len({account.name for account in demo_accounts(90)}) == 90
    assert demo(tmp_path, accounts=12, orders=6, periods=1)[11] == "demo-eastgate"
    for account in accounts_of(tmp_path):
        rows, sums = account.payout_rows(), account.payout_sums()
        waiting = account.faults(fault="not_paid_out")
        assert sums.pop("", 0) <= 0 or waiting
        assert all(total > 0 for total in sums.values())
        assert len(account.faults(expect="finding")) <= 7
        assert rows.keys() <= sums.keys()


@pytest.mark.parametrize("orders", [1, 2, 25, 60])
def test_any_number_of_orders_is_simulated(tmp_path: Path, orders: int) -> None:
    demo(tmp_path, accounts=4, orders=orders, period="2026-03", periods=2, seed=orders)
    for account in accounts_of(tmp_path):
        carrying = {one["order_ref"] for one in account.truth["faults"] if one["order_ref"]}
        assert len(carrying) <= 2 * (orders // 5) + len(account.faults(fault="not_paid_out"))


def test_a_later_call_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    demo(tmp_path, accounts=1, orders=30, periods=3)
    own = tmp_path / "exports" / "demo-northwind" / "2026-08" / "own.csv"
    own.write_text("kept\n", encoding="utf-8")
    demo(tmp_path, accounts=1, orders=30, periods=1)
    demo(tmp_path / "fresh", accounts=1, orders=30, periods=1)
    own.unlink()
    assert written(tmp_path / "fresh") == {
        name: content for name, content in written(tmp_path).items() if not name.startswith("fresh/")
    }


def test_removal_never_leaves_the_account_s_folder(tmp_path: Path) -> None:
    demo(tmp_path, accounts=1, orders=5, periods=1)
    elsewhere = tmp_path / "exports" / "client.csv"
    elsewhere.write_text("kept\n", encoding="utf-8")
    record = tmp_path / "exports" / "demo-northwind" / "truth.json"
    truth = json.loads(record.read_text(encoding="utf-8"))
    truth["files"] += ["exports/client.csv", "exports/demo-northwind/../client.csv"]
    record.write_text(json.dumps(truth), encoding="utf-8")
    demo(tmp_path, accounts=1, orders=5, periods=1)
    assert elsewhere.read_text(encoding="utf-8") == "kept\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"period": "2026-W40"}, "month by month"),
        ({"period": "2026-13"}, "does not exist"),
        ({"accounts": 0}, "accounts must be 1 or more, got 0"),
        ({"orders": 0}, "orders must be 1 or more"),
        ({"periods": 0}, "periods must be 1 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
    ],
)
def test_impossible_arguments_are_refused(tmp_path: Path, arguments: dict[str, str | int], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        demo(tmp_path, **arguments)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_parameter_files_pass_the_check(demo_root: Path, demo_accounts_written: list[AccountFiles]) -> None:
    readers = {reader.NAME: options_model(reader.NAME) for reader in READERS}
    accounts = parameters.load(demo_root, readers).accounts
    assert [*accounts] == [account.name for account in demo_accounts_written]
    for account in demo_accounts_written:
        checked = accounts[account.name]
        assert checked.simulated
        named = [name for _, name, _ in checked.files(demo_root)]
        assert named == account.truth["files"]
    own = [spec.reader for _, name, spec in accounts["demo-juniper"].files(demo_root) if name.endswith("bank.csv")]
    assert own == ["bank_csv"] * 3
