"""Exports as life brings them: late, overlapping, failed, renamed, incomplete; answers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.small import (
    ACCOUNT,
    clean,
    exports,
    line,
    order,
    review,
    statement,
    workspace,
)

from opsrules import FilesRefused, Review, UsageError
from opsrules.terms import Level


def classes(got: Review) -> list[str]:
    return sorted(got.findings["class"])


def totals(got: Review, leg: str, side: str) -> list[int]:
    rows = got.control_totals.query("leg == @leg and side == @side")
    return [int(rows[name].sum()) for name in ("rows_in", "matched", "open", "excluded", "rejected")]


def test_a_period_of_which_nothing_was_read_is_never_clean(tmp_path: Path) -> None:
    got = review(workspace(tmp_path, clean()), period="2026-11", as_of="2026-12-03")
    assert got.level is Level.TOO_FEW
    assert got.lede == "No rows of this period were read, so nothing can be said about it."
    assert classes(got) == ["source_missing"] * 3


def test_pair_across_the_periods_end_keeps_its_difference(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("#9", "30.00", placed="2026-10-31 23:59:00 +0100") + "\n"
    late = line("#9", "25.00", when="2026-11-01 00:01:00 +0100", payout="9002", paid_on="2026-11-03")
    files["payments.csv"] += late + "\n"
    (found,) = review(workspace(tmp_path, files)).findings.query("`class` == 'amount_differs'").to_dict("records")
    assert (found["order_ref"], found["amount_minor"]) == ("#9", -500)


def test_payout_that_arrives_short_in_the_next_month_is_short_not_missing(tmp_path: Path) -> None:
    files = exports(
        [order("#1", "100.00", day=28)],
        [line("#1", "100.00", fee="1.75", day=28, paid_on="2026-10-30")],
        statement(("1.00", "2026-10-12", "INTEREST"), ("90.00", "2026-11-02", "SHOPIFY PAYOUT")),
    )
    found = review(workspace(tmp_path, files), as_of="2026-11-30").findings
    assert found[["class", "amount_minor"]].to_numpy().tolist() == [["payout_short", -825]]


def test_payout_not_seen_long_after_the_statements_end_needs_somebody(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("1.00", "2026-10-02", "INTEREST"), until="2026-10-02")}
    root = workspace(tmp_path, files)
    severities = [review(root, as_of=day).findings["severity"].tolist() for day in ("2026-10-20", "2026-11-30")]
    assert severities == [["low"], ["medium"]]


def test_charges_never_paid_out_are_found(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("#3", "40.00") + "\n"
    files["payments.csv"] += line("#3", "40.00", fee="0.85", payout="", paid_on="") + "\n"
    (found,) = review(workspace(tmp_path, files), as_of="2026-12-20").findings.to_dict("records")
    assert (found["class"], found["severity"], found["amount_minor"]) == ("not_paid_out", "medium", -3915)


def test_payout_exported_before_and_after_it_was_sent_counts_as_sent(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("1.00", "2026-10-30", "INTEREST"))}
    files["payments.csv"] = files["payments.csv"].replace(",paid,", ",scheduled,", 1)
    assert classes(review(workspace(tmp_path, files), as_of="2026-11-30")) == ["payout_missing"]


def test_refund_that_failed_is_not_paid(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] = files["orders.csv"].replace(",Shopify Payments,0.00,", ",Shopify Payments,50.00,", 1)
    for kind, amount in (("refund", "-50.00"), ("refund_failure", "50.00")):
        files["payments.csv"] += line("#1", amount, kind=kind) + "\n"
    (found,) = review(workspace(tmp_path, files), as_of="2026-11-30").findings.to_dict("records")
    assert (found["class"], found["order_ref"], found["amount_minor"]) == ("refund_differs", "#1", 5000)


def test_one_reversal_undoes_one_chargeback(tmp_path: Path) -> None:
    files = clean()
    kinds = (("chargeback", "-100.00", 6), ("chargeback_reversal", "100.00", 7), ("chargeback", "-100.00", 8))
    for kind, amount, day in kinds:
        files["payments.csv"] += line("#1", amount, kind=kind, day=day, payout="9002", paid_on="2026-10-12") + "\n"
    files["bank.xml"] = statement(("147.25", "2026-10-09", "SHOPIFY"), ("-100.00", "2026-10-13", "SHOPIFY"))
    found = review(workspace(tmp_path, files)).findings
    assert found[["class", "amount_minor"]].to_numpy().tolist() == [["chargeback", -10000]]


def test_payout_larger_than_the_first_exports_lines_says_what_is_missing(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("900.00", "2026-10-09", "SHOPIFY"))}
    files["payments.csv"] += line("", "-900.00", kind="payout", day=8, checkout="") + "\n"
    (found,) = review(workspace(tmp_path, files)).findings.to_dict("records")
    assert (found["class"], found["severity"]) == ("source_missing", "high")
    assert "processor export before 5 Oct 2026" in found["message"]


def test_breaks_that_no_rule_judges_are_never_harmless(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean() | {"bank.xml": statement(("1.00", "2026-10-30", "INTEREST"))})
    rules = root / "parameters" / "rules" / "reconciliation.yaml"
    rules.write_text(rules.read_text().replace("since: 2026-01-01", "since: 2027-01-01"))
    got = review(root, as_of="2026-11-30")
    assert got.level is Level.AT_RISK
    assert got.needs[0].headline.startswith("No rule in force judges 1 of the breaks")


def test_numbered_copies_are_newer_than_the_plain_name(tmp_path: Path) -> None:
    files = clean()
    head = files["orders.csv"].splitlines()[0]
    for name, status in (("orders (2).csv", "pending"), ("orders (10).csv", "paid")):
        files[name] = f"{head}\n{order('#7', '70.00', status=status)}\n"
    found = review(workspace(tmp_path, files)).findings.set_index("class")
    assert found.loc["order_without_payment", "order_ref"] == "#7"
    assert found.loc["rows_twice", "source_file"] == "exports/acme/orders (2).csv"


def test_a_number_in_another_bank_line_does_not_take_the_payout(tmp_path: Path) -> None:
    lines = [line("#1", "100.00", fee="1.75", payout="90011")]
    bank = statement(("98.25", "2026-10-09", "SHOPIFY"), ("-500.00", "2026-10-10", "INVOICE 90011"))
    assert classes(review(workspace(tmp_path, exports([order("#1", "100.00")], lines, bank)))) == []


def test_bank_line_that_names_two_payouts_is_their_sum(tmp_path: Path) -> None:
    lines = [line("#1", "100.00", fee="1.75", payout="90011"), line("#2", "50.00", fee="1.00", payout="90022")]
    bank = statement(("147.25", "2026-10-09", "SHOPIFY 90011 90022"))
    got = review(workspace(tmp_path, exports([order("#1", "100.00"), order("#2", "50.00")], lines, bank)))
    assert classes(got) == []
    assert totals(got, "payouts_bank", "payouts") == [2, 2, 0, 0, 0]


def test_tolerance_of_payouts_holds_without_an_id_too(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("147.20", "2026-10-09", "SHOPIFY"))}
    assert classes(review(workspace(tmp_path, files, ACCOUNT + "tolerance: {payout_minor: 5}\n"))) == []


def test_file_of_which_no_row_can_be_read_is_refused(tmp_path: Path) -> None:
    files = clean()
    files["payments.csv"] = files["payments.csv"].replace("2026-10-05", "2026-13-05")
    with pytest.raises(FilesRefused, match="none of its 2 records could be read"):
        review(workspace(tmp_path, files))


def test_as_of_before_the_period_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="before 2026-10 begins"):
        review(workspace(tmp_path, clean()), as_of="2026-09-01")


def test_free_text_of_other_bank_lines_stays_in_the_export(tmp_path: Path) -> None:
    text = "Erika Mustermann DE89370400440532013000 erika@example.org"
    files = clean() | {"bank.xml": statement(("147.25", "2026-10-09", "SHOPIFY"), ("5.00", "2026-10-11", text))}
    review(workspace(tmp_path / "w", files)).save(tmp_path / "saved")
    for path in (tmp_path / "saved").rglob("*"):
        assert path.is_dir() or b"Mustermann" not in path.read_bytes(), path.name
