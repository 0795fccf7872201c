"""Open items of earlier periods whose files are gone: carried in, aged, cleared, opened again, and rolled forward."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from pipeline.small import ACCOUNT, clean, exports, line, order, statement, workspace

import opsrules
from opsrules import Review, UsageError, standing
from opsrules.moves import moves_of
from opsrules.periods import Period
from opsrules.register import open_register
from opsrules.story import Story
from opsrules.terms import Desk, EventKind

WITHOUT_FEES = re.sub(r"fees:\n.*\n", "", ACCOUNT)
AS_OF = {"2026-10": "2026-11-03", "2026-11": "2026-12-03", "2026-12": "2027-01-03", "2027-01": "2027-02-03"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "work", {}, WITHOUT_FEES)


def month(root: Path, period: str, files: dict[str, str], *, record: bool = True) -> Review:
    """Review a month whose files alone are delivered, and record it."""
    folder = root / "exports" / "acme"
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text)
    got = opsrules.open_review("reconciliation", "acme", period, root, as_of=AS_OF[period])
    if record:
        with open_register(root) as register:
            register.record(got)
            assert register.verify().problems == ()
    return got


def november(*lines: str, orders: list[str] | None = None, bank: str | None = None) -> dict[str, str]:
    """An order of November, paid, paid out and booked, and whatever else."""
    paid = [line("#9", "10.00", when="2026-11-05 12:00:00 +0100", payout="9100", paid_on="2026-11-08"), *lines]
    placed = [order("#9", "10.00", placed="2026-11-05 11:00:00 +0100"), *(orders or [])]
    return exports(placed, paid, bank or statement(("10.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"))


def later(period: str, *lines: str) -> dict[str, str]:
    """The same of another month."""
    zone = "+0100"
    paid = [line("#8", "11.00", when=f"{period}-05 12:00:00 {zone}", payout="9200", paid_on=f"{period}-08"), *lines]
    placed = [order("#8", "11.00", placed=f"{period}-05 11:00:00 {zone}")]
    return exports(placed, paid, statement(("11.00", f"{period}-09", "SHOPIFY PAYOUT"), until=f"{period}-28"))


def unpaid() -> dict[str, str]:
    """October, with an order of 20.00 that nobody has paid."""
    files = clean()
    return files | {"orders.csv": files["orders.csv"] + order("#3", "20.00", day=20) + "\n"}


def rows(got: Review) -> dict[str, tuple[str, int, int]]:
    """Class, amount and age by what a finding is about."""
    names = ("subject_ref", "class", "amount_minor", "age_days")
    table = got.findings[list(names)].itertuples(index=False, name=None)
    return {subject: (kind, amount, age) for subject, kind, amount, age in table}


def by_subject(got: Review) -> dict[str, str]:
    return dict(zip(got.findings["subject_ref"], got.findings["finding_id"], strict=True))


def rolled(got: Review, kind: str) -> dict[str, int]:
    """The roll-forward of one class in EUR: what is not 0, in minor units."""
    (row,) = got.tables["roll_forward"].query("`class` == @kind and currency == 'EUR'").to_dict("records")
    steps = {str(name): value for name, value in row.items()}
    return {name.removesuffix("_minor"): value for name, value in steps.items() if name.endswith("_minor") and value}


def told(root: Path, finding_id: str) -> list[str]:
    with open_register(root) as register:
        return [event.kind for event in register.history(finding_id)]


def paid_late() -> dict[str, str]:
    """November, with the payment of October's order #3 in its payout of 30.00."""
    late = line("#3", "20.00", when="2026-11-06 12:00:00 +0100", payout="9100", paid_on="2026-11-08")
    return november(late, bank=statement(("30.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"))


def refused() -> dict[str, str]:
    """December, in which that payment is taken back; what is left of the payout is lost at the bank."""
    back = line("#3", "-20.00", when="2026-12-06 12:00:00 +0100", payout="9200", paid_on="2026-12-08")
    return later("2026-12", back)


def test_an_order_whose_file_is_gone_is_carried_with_its_id_and_ages_on(root: Path) -> None:
    first = month(root, "2026-10", unpaid())
    second = month(root, "2026-11", november())
    assert rows(first) == {"#3": ("order_without_payment", -2000, 14)}
    assert rows(second) == {"#3": ("order_without_payment", -2000, 44)}
    assert by_subject(first) == by_subject(second)
    sha256 = hashlib.sha256(unpaid()["orders.csv"].encode()).hexdigest()
    place = f"Carried forward: it stands in exports/acme/orders.csv:4, SHA-256 {sha256[:12]}, which is not among"
    assert place in second.findings["message"].iloc[0]
    (line_of,) = second.control_totals.query("leg == 'orders_charges' and source == 'carried'").to_dict("records")
    assert (line_of["side"], line_of["rows_in"], line_of["open"], line_of["open_minor"]) == ("orders", 1, 1, 2000)
    assert rolled(second, "order_without_payment") == {"opening": 2000, "closing": 2000}
    with open_register(root) as register:
        (kept,) = register.findings().to_dict("records")
    assert (kept["source_file"], kept["source_line"], kept["is_unchecked"]) == ("exports/acme/orders.csv", 4, False)


def test_the_other_side_arrives_and_the_evidence_of_both_is_kept(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", unpaid()))["#3"]
    got = month(root, "2026-11", paid_late())
    assert rows(got) == {}
    assert [one.finding_id for one in moves_of(got).cleared] == [finding_id]
    assert rolled(got, "order_without_payment") == {"opening": 2000, "cleared": 2000}
    with open_register(root) as register:
        cleared = register.history(finding_id)[-1]
    assert cleared.kind == EventKind.CLEARED
    assert (cleared.body or {})["other_side"] == "exports/acme/payments.csv:3"
    story = Story.of((cleared.body or {})["story"])
    assert [(one.side, one.place) for one in story.rows] == [
        ("left", ("exports/acme/orders.csv", 4)),
        ("right", ("exports/acme/payments.csv", 3)),
    ]
    assert [one.sha256 for one in story.rows] == [
        hashlib.sha256(unpaid()["orders.csv"].encode()).hexdigest(),
        hashlib.sha256(paid_late()["payments.csv"].encode()).hexdigest(),
    ]


def test_a_payment_that_is_refused_opens_its_order_again_and_keeps_it_open(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", unpaid()))["#3"]
    month(root, "2026-11", paid_late())
    third = month(root, "2026-12", refused())
    assert rows(third)["#3"] == ("order_without_payment", -2000, 75)
    assert rolled(third, "order_without_payment") == {"came_back": 2000, "closing": 2000}
    assert by_subject(third)["#3"] == finding_id
    assert third.tables["checks"]["holds"].all()
    fourth = month(root, "2027-01", later("2027-01"))
    assert by_subject(fourth)["#3"] == finding_id
    assert rolled(fourth, "order_without_payment") == {"opening": 2000, "closing": 2000}
    assert told(root, finding_id) == ["opened", "cleared", "reopened", "seen"]


def in_transit() -> dict[str, str]:
    """October, whose payout of 147.25 is sent on the 30th and not booked by the 31st."""
    lines = [
        line("#1", "100.00", fee="1.75", paid_on="2026-10-30"),
        line("#2", "50.00", fee="1.00", paid_on="2026-10-30"),
    ]
    return exports([order("#1", "100.00"), order("#2", "50.00")], lines, statement())


def test_a_payout_that_is_booked_in_the_next_month_clears_there(root: Path) -> None:
    first = month(root, "2026-10", in_transit())
    bank = statement(
        ("147.25", "2026-11-02", "SHOPIFY PAYOUT"), ("10.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"
    )
    second = month(root, "2026-11", november(bank=bank))
    assert rows(first)["9001"][1] == -14725
    assert "9001" not in rows(second)
    steps = second.tables["bridge"].set_index("step")["amount_minor"]
    assert (steps["Sent before the period, arrived in it"], steps["Received at the bank"]) == (14725, 15725)


def test_without_a_bank_statement_a_payout_is_unchecked_until_there_is_one(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", in_transit()))["9001"]
    files = november()
    del files["bank.xml"]
    second = month(root, "2026-11", files)
    assert [one.finding_id for one in moves_of(second).unchecked] == [finding_id]
    opening = rolled(second, month_class(second, finding_id))
    assert opening == {"opening": 14725, "closing": 14725}
    bank = statement(
        ("147.25", "2026-12-01", "SHOPIFY PAYOUT"),
        ("10.00", "2026-12-02", "SHOPIFY PAYOUT"),
        ("11.00", "2026-12-09", "SHOPIFY PAYOUT"),
        until="2026-12-31",
    )
    third = month(root, "2026-12", later("2026-12") | {"bank.xml": bank})
    assert told(root, finding_id)[:2] == ["opened", "unchecked"]
    assert third.tables["roll_forward"]["opening_minor"].sum() == second.tables["roll_forward"]["closing_minor"].sum()


def month_class(got: Review, finding_id: str) -> str:
    return got.snapshot.seen[finding_id].kind


def test_a_payout_that_the_bank_sends_back_is_open_again(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", in_transit()))["9001"]
    arrived = statement(
        ("147.25", "2026-11-02", "SHOPIFY PAYOUT"), ("10.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"
    )
    month(root, "2026-11", november(bank=arrived))
    back = statement(
        ("-147.25", "2026-12-02", "SHOPIFY PAYOUT"), ("11.00", "2026-12-09", "SHOPIFY PAYOUT"), until="2026-12-31"
    )
    third = month(root, "2026-12", later("2026-12") | {"bank.xml": back})
    assert by_subject(third)["9001"] == finding_id
    assert third.findings.set_index("subject_ref")["amount_minor"]["9001"] == -14725
    assert len(third.findings) == 1


def test_an_order_that_its_own_export_no_longer_has_is_cleared_and_said_to_be_gone(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", unpaid()))["#3"]
    both = [order("#2", "50.00"), order("#7", "5.00", day=30, method="Cash")]
    months = november(orders=both)
    second = month(root, "2026-11", months)
    assert finding_id not in set(second.findings["finding_id"])
    (line_of,) = second.tables["stories"].query("finding_id == @finding_id").to_dict("records")
    assert (line_of["fate"], line_of["rule"]) == ("cleared", "row_gone")


def test_a_corrected_amount_of_a_later_month_is_not_what_an_earlier_one_opened_with(root: Path) -> None:
    month(root, "2026-10", unpaid())
    first = month(root, "2026-11", november())
    changed = unpaid()["orders.csv"].replace("20.00,0.00,0.00,20.00", "26.00,0.00,0.00,26.00")
    assert changed != unpaid()["orders.csv"]
    files = later("2026-12")
    third = month(root, "2026-12", files | {"old.csv": changed.replace("#1,", "#1001,").replace("#2,", "#1002,")})
    assert rolled(third, "order_without_payment")["changed"] == 600
    again = month(root, "2026-11", november(), record=False)
    assert rolled(again, "order_without_payment") == rolled(first, "order_without_payment")
    assert again.findings.equals(first.findings)


def test_a_carried_order_that_comes_again_in_another_currency_moves_there(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", unpaid()))["#3"]
    second = month(root, "2026-11", november(orders=[order("#3", "20.00", day=20, currency="USD")]))
    assert by_subject(second)["#3"] == finding_id
    table = second.tables["roll_forward"].set_index("currency")
    assert (table["changed_minor"]["EUR"], table["changed_minor"]["USD"]) == (-2000, 2000)
    assert (table["closing_minor"]["EUR"], table["closing_minor"]["USD"]) == (0, 2000)


def test_what_a_first_run_found_stays_open_when_a_second_one_lacks_its_file(root: Path) -> None:
    finding_id = by_subject(month(root, "2026-10", unpaid()))["#3"]
    files = clean()
    files["orders-again.csv"] = files.pop("orders.csv")
    second = month(root, "2026-10", files)
    assert by_subject(second) == {"#3": finding_id}
    assert rolled(second, "order_without_payment") == {"new": 2000, "closing": 2000}
    third = month(root, "2026-11", november())
    assert rolled(third, "order_without_payment") == {"opening": 2000, "closing": 2000}


def test_another_zone_and_cut_off_move_the_day_and_not_the_item(root: Path) -> None:
    files = clean()
    late = order("#3", "20.00", placed="2026-10-20 23:30:00 +0200")
    finding_id = by_subject(month(root, "2026-10", files | {"orders.csv": files["orders.csv"] + late + "\n"}))["#3"]
    path = root / "parameters" / "accounts" / "acme.yaml"
    path.write_text(path.read_text().replace("Europe/Berlin", 'Asia/Tokyo\ncut_off: "17:00"'))
    second = month(root, "2026-11", november())
    assert by_subject(second)["#3"] == finding_id
    assert rows(second)["#3"][2] == 43  # 21 October in Tokyo, one day later than in Berlin


def test_a_fee_and_a_chargeback_stay_open_after_their_month(tmp_path: Path) -> None:
    root = workspace(tmp_path / "work", {})
    files = clean()
    dear = files["payments.csv"].replace("100.00,1.75,98.25", "100.00,2.75,97.25")
    assert dear != files["payments.csv"]
    back = line("#1", "-100.00", day=20, kind="chargeback", payout="9002", paid_on="2026-10-22")
    first = month(root, "2026-10", files | {"payments.csv": dear + back + "\n"})
    kinds = {"fee_differs", "chargeback"}
    ids = {row["class"]: row["finding_id"] for row in first.findings.to_dict("records") if row["class"] in kinds}
    assert ids.keys() == kinds
    second = month(root, "2026-11", november())
    assert set(ids.values()) <= set(second.findings["finding_id"])
    assert rolled(second, "fee_differs")["opening"] == 100
    won = line(
        "#1",
        "100.00",
        kind="chargeback reversal",
        when="2026-12-06 12:00:00 +0100",
        payout="9200",
        paid_on="2026-12-08",
    )
    third = month(root, "2026-12", later("2026-12", won))
    assert ids["fee_differs"] in set(third.findings["finding_id"])
    assert told(root, ids["chargeback"])[-1] == "cleared"


def test_a_snapshot_of_an_earlier_version_is_read(root: Path, tmp_path: Path) -> None:
    month(root, "2026-10", unpaid())
    with open_register(root) as register:
        snapshot = register.snapshot("acme", Desk.RECONCILIATION, Period.parse("2026-11"))
    path = tmp_path / "snapshot.json"
    standing.save(snapshot, path)
    kept = json.loads(path.read_text())
    assert kept["items"]
    for name in ("items", "watched", "ruled", "rule_refused"):
        del kept[name]
    for one in kept["seen"].values():
        del one["currency"], one["amount_minor"]
    path.write_text(json.dumps(kept))
    month(root, "2026-11", november(), record=False)
    asked = ("reconciliation", "acme", "2026-11", root)
    got = opsrules.open_review(*asked, as_of="2026-12-03", snapshot=path)
    # It has no rows to carry: a file of the same name was read, and that decides, as it did before.
    assert rolled(got, "order_without_payment") == {"opening": 2000, "cleared": 2000}


def test_without_a_register_the_folder_of_the_earlier_run_is_asked(root: Path) -> None:
    first = month(root, "2026-10", unpaid(), record=False)
    first.save(root / "reports" / "2026-10" / "acme" / "reconciliation")
    second = month(root, "2026-11", november(), record=False)
    assert rolled(second, "order_without_payment") == {"opening": 2000, "closing": 2000}
    assert by_subject(second) == by_subject(first)
    second.save(root / "reports" / "2026-11" / "acme" / "reconciliation")
    late = line("#3", "20.00", when="2026-12-06 12:00:00 +0100", payout="9200", paid_on="2026-12-08")
    bank = statement(("31.00", "2026-12-09", "SHOPIFY PAYOUT"), until="2026-12-31")
    third = month(root, "2026-12", later("2026-12", late) | {"bank.xml": bank}, record=False)
    assert rolled(third, "order_without_payment") == {"opening": 2000, "cleared": 2000}
    broken = root / "reports" / "2026-11" / "acme" / "reconciliation" / "review.json"
    broken.write_text("{")
    with pytest.raises(UsageError, match=r"the review of 2026-11 cannot be read .*; run 2026-11 again"):
        month(root, "2026-12", later("2026-12"), record=False)


def test_a_card_number_in_an_order_id_is_not_kept_and_its_item_not_carried(root: Path) -> None:
    card = "4111111111111111"
    files = clean()
    files["orders.csv"] += order(card, "20.00", day=20) + "\n"
    month(root, "2026-10", files)
    assert card.encode() not in (root / "register.sqlite3").read_bytes()
    second = month(root, "2026-11", november())
    assert second.control_totals.query("source == 'carried'").empty
    assert len(moves_of(second).cleared) == 1  # by the name of its file, as what has no rows to carry always was


def test_an_item_keeps_its_id_when_its_other_side_comes_with_another_amount(root: Path) -> None:
    files = clean()
    first = month(root, "2026-10", files | {"payments.csv": files["payments.csv"] + line("#3", "20.00", day=20) + "\n"})
    (found,) = first.findings.query("`class` == 'payment_without_order'").to_dict("records")
    second = month(root, "2026-11", november(orders=[order("#3", "26.00", day=20)]))
    (same,) = second.findings.query("leg == 'orders_charges'").to_dict("records")
    assert (same["finding_id"], same["class"], same["amount_minor"]) == (found["finding_id"], "amount_differs", -600)
    third = month(root, "2026-12", later("2026-12"))
    (still,) = third.findings.query("leg == 'orders_charges'").to_dict("records")
    assert (still["finding_id"], still["class"], still["amount_minor"]) == (found["finding_id"], "amount_differs", -600)
