"""From files to a Review, on small exports whose answers are worked out by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

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

from opsrules import FilesRefused, ParameterError, Review, UsageError, intake, open_review, pipeline, readers
from opsrules.desks import reconciliation
from opsrules.desks.reconciliation.controls import assert_conserved
from opsrules.desks.reconciliation.legs import run_legs
from opsrules.errors import ControlTotalsError
from opsrules.terms import Leg, Level


def classes(got: Review) -> list[str]:
    return sorted(got.findings["class"])


def totals(got: Review, leg: str, side: str) -> list[int]:
    rows = got.control_totals.query("leg == @leg and side == @side")
    return [int(rows[name].sum()) for name in ("rows_in", "matched", "open", "excluded", "rejected")]


def test_clean_books_are_healthy_and_say_so(tmp_path: Path) -> None:
    got = review(workspace(tmp_path, clean()))
    assert classes(got) == []
    assert got.level is Level.HEALTHY
    assert got.needs == ()
    assert got.lede == "Every order, processor line, payout and bank line has its counterpart."
    assert totals(got, "orders_charges", "orders") == [2, 2, 0, 0, 0]
    assert totals(got, "payouts_bank", "bank_lines") == [1, 1, 0, 0, 0]


def test_bridge_leads_from_sales_to_the_banks_figure(tmp_path: Path) -> None:
    bridge = review(workspace(tmp_path, clean())).tables["bridge"]
    steps = dict(zip(bridge["step"], bridge["amount_minor"], strict=True))
    assert steps["Gross sales"] == 15000
    assert steps["Fees"] == -275
    assert steps["Earned at the processor"] == steps["Paid out by the processor"] == 14725
    assert steps["Received at the bank"] == 14725


def test_short_payout_is_critical_and_named_with_amount_and_day(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("140.00", "2026-10-09", "SHOPIFY PAYOUT"))}
    got = review(workspace(tmp_path, files))
    (found,) = got.findings.to_dict("records")
    assert (found["class"], found["severity"], found["amount_minor"]) == ("payout_short", "critical", -725)
    assert found["payout_ref"] == "9001"
    assert found["due"] == "2026-11-05"
    assert got.level is Level.CRITICAL
    assert got.needs[0].amounts == (("EUR", 725),)


def test_payout_id_in_the_bank_text_settles_what_amounts_alone_could_not(tmp_path: Path) -> None:
    lines = [line("#1", "100.00", payout="90001"), line("#2", "100.00", payout="90002")]
    named = statement(("100.00", "2026-10-09", "SHOPIFY 90002"), ("100.00", "2026-10-09", "SHOPIFY 90001"))
    got = review(workspace(tmp_path, exports([order("#1", "100.00"), order("#2", "100.00")], lines, named)))
    assert "ambiguous" not in classes(got)
    assert totals(got, "payouts_bank", "payouts") == [2, 2, 0, 0, 0]


def test_twin_payouts_without_a_name_are_ambiguous(tmp_path: Path) -> None:
    lines = [line("#1", "100.00", payout="90001", fee="1.75"), line("#2", "100.00", payout="90002", fee="1.75")]
    twins = statement(("98.25", "2026-10-09", "SHOPIFY"), ("98.25", "2026-10-10", "SHOPIFY"))
    got = review(workspace(tmp_path, exports([order("#1", "100.00"), order("#2", "100.00")], lines, twins)))
    assert classes(got) == ["ambiguous"] * 4


def test_fee_above_the_contract(tmp_path: Path) -> None:
    # 1.5% of 100.00 and 0.25 make 1.75; 2.95 is 1.20 too much. The bank gets what the processor sent.
    files = exports(
        [order("#1", "100.00")], [line("#1", "100.00", fee="2.95")], statement(("97.05", "2026-10-09", "SHOPIFY"))
    )
    (found,) = review(workspace(tmp_path, files)).findings.to_dict("records")
    assert (found["class"], found["amount_minor"], found["order_ref"]) == ("fee_differs", -120, "#1")


def test_mangled_reference_is_the_same_order(tmp_path: Path) -> None:
    files = clean()
    files["payments.csv"] = files["payments.csv"].replace(",charge,#1,", ",charge, 1 ,")
    assert classes(review(workspace(tmp_path, files))) == []


def test_cash_never_reaches_a_processor(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("#3", "20.00", method="Cash") + "\n"
    got = review(workspace(tmp_path, files))
    assert classes(got) == []
    out = got.tables["excluded"].query("rule == 'never_at_processor' and leg == 'orders_charges'")
    assert out[["rows", "amount_minor"]].to_numpy().tolist() == [[1, 2000]]


def test_order_late_on_the_last_day_is_cleared_by_a_charge_of_the_next_month(tmp_path: Path) -> None:
    late = order("#9", "30.00", placed="2026-10-31 23:59:00 +0100")
    charge = line("#9", "30.00", fee="0.70", when="2026-11-01 00:01:00 +0100", payout="9002", paid_on="2026-11-03")
    files = clean()
    files["orders.csv"] += late + "\n"
    files["payments.csv"] += charge + "\n"
    got = review(workspace(tmp_path, files))
    assert "order_without_payment" not in classes(got)
    assert totals(got, "orders_charges", "processor_lines") == [3, 2, 0, 1, 0]


def test_cut_off_moves_the_evening_into_the_next_day(tmp_path: Path) -> None:
    # 31 Oct 18:00 is after a cut-off at 17:00: the order belongs to November.
    files = clean()
    files["orders.csv"] += order("#9", "30.00", placed="2026-10-31 18:00:00 +0100") + "\n"
    early = review(workspace(tmp_path / "a", files, ACCOUNT))
    late = review(workspace(tmp_path / "b", files, ACCOUNT.replace("sources:", 'cut_off: "17:00"\nsources:')))
    assert classes(early) == ["order_without_payment"]
    assert classes(late) == []


def test_unknown_file_is_named_never_skipped(tmp_path: Path) -> None:
    got = review(workspace(tmp_path, clean() | {"notes.txt": "call the bank\n"}))
    (found,) = got.findings.to_dict("records")
    assert (found["class"], found["source_file"]) == ("file_unrecognised", "exports/acme/notes.txt")
    assert {one.name: one.reader for one in got.provenance.inputs}["exports/acme/notes.txt"] == ""


def test_missing_bank_statement_is_a_finding_and_its_leg_is_left_out(tmp_path: Path) -> None:
    files = clean()
    del files["bank.xml"]
    got = review(workspace(tmp_path, files))
    assert classes(got) == ["source_missing"]
    assert totals(got, "payouts_bank", "payouts") == [1, 0, 0, 1, 0]


def test_refused_files_are_all_named_at_once(tmp_path: Path) -> None:
    files = clean() | {"payments.csv": "", "bank.xml": clean()["bank.xml"][:300]}
    with pytest.raises(FilesRefused) as caught:
        review(workspace(tmp_path, files))
    assert len(caught.value.refused) == 2


def test_a18_header_only_is_zero_rows_and_says_so(tmp_path: Path) -> None:
    files = exports([], [], statement())
    got = review(workspace(tmp_path, files))
    assert got.level is Level.TOO_FEW
    assert got.lede == "No rows of this period were read, so nothing can be said about it."


def test_a33_dates_that_cannot_be_are_a_finding(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("#8", "10.00", placed="1970-01-01 00:00:00 +0000") + "\n"
    files["orders.csv"] += order("#9", "10.00", placed="2099-01-01 00:00:00 +0000") + "\n"
    found = review(workspace(tmp_path, files)).findings.query("`class` == 'date_implausible'")
    assert len(found) == 1
    assert "2 rows" in found["message"].iloc[0]
    assert "lines 4, 5" in found["message"].iloc[0]


def test_a31_fold_is_flagged(tmp_path: Path) -> None:
    # Without an offset in the export the local hour 02:30 of 25 Oct 2026 occurs twice in Berlin.
    files = clean()
    files["orders.csv"] = files["orders.csv"].replace("2026-10-05 12:00:00 +0200", "2026-10-25 02:30:00")
    assert "time_ambiguous" in classes(review(workspace(tmp_path, files)))


def test_e4_same_file_twice_is_counted_once(tmp_path: Path) -> None:
    files = clean()
    got = review(workspace(tmp_path, files | {"orders (1).csv": files["orders.csv"]}))
    assert classes(got) == ["file_twice"]
    assert totals(got, "orders_charges", "orders") == [2, 2, 0, 0, 0]


def test_e5_overlapping_exports_name_their_duplicates(tmp_path: Path) -> None:
    files = clean()
    head, first, second = files["orders.csv"].splitlines()
    more = {"orders2.csv": "\n".join([head, second, order("#3", "20.00", method="Cash")]) + "\n"}
    got = review(workspace(tmp_path, files | more))
    (found,) = got.findings.to_dict("records")
    assert (found["class"], found["source_file"], found["source_line"]) == ("rows_twice", "exports/acme/orders.csv", 3)
    assert totals(got, "orders_charges", "orders") == [4, 2, 0, 2, 0]
    assert first


def test_e5_the_later_export_holds_the_newer_state(tmp_path: Path) -> None:
    files = clean()
    head, first, _ = files["orders.csv"].splitlines()
    refunded = order("#1", "100.00", status="partially_refunded", refunded="10.00")
    files["orders2.csv"] = f"{head}\n{refunded}\n"
    files["payments.csv"] += line("#1", "-10.00", kind="refund", day=6, payout="9002", paid_on="2026-10-09") + "\n"
    files["bank.xml"] = statement(("147.25", "2026-10-09", "SHOPIFY"), ("-10.00", "2026-10-10", "SHOPIFY"))
    got = review(workspace(tmp_path, files))
    assert classes(got) == ["rows_twice"]
    assert first


def test_e11_rows_and_files_in_another_order_give_the_same_findings(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("140.00", "2026-10-09", "SHOPIFY"), ("3.00", "2026-10-12", "SHOPIFY"))}
    files["orders.csv"] += order("#3", "20.00") + "\n" + order("#4", "21.00") + "\n"
    head, *rows = files["orders.csv"].splitlines()
    shuffled = files | {"orders.csv": "\n".join([head, *reversed(rows)]) + "\n"}
    one = review(workspace(tmp_path / "a", files)).findings
    two = review(workspace(tmp_path / "b", shuffled)).findings
    names = ["finding_id", "class", "severity", "amount_minor", "order_ref", "payout_ref", "message"]
    assert one[names].to_numpy().tolist() == two[names].to_numpy().tolist()
    assert len(one) >= 4


def test_finding_ids_survive_a_corrected_amount_and_a_renamed_file(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("#3", "20.00") + "\n"
    renamed = {name: text for name, text in files.items() if name != "orders.csv"}
    renamed["october.csv"] = files["orders.csv"].replace("20.00", "25.00")
    (one,) = review(workspace(tmp_path / "a", files)).findings["finding_id"]
    (two,) = review(workspace(tmp_path / "b", renamed)).findings["finding_id"]
    assert one == two


def test_explanations_are_stored_for_every_finding(tmp_path: Path) -> None:
    files = clean() | {"bank.xml": statement(("140.00", "2026-10-09", "SHOPIFY"))}
    got = review(workspace(tmp_path, files))
    (finding_id,) = got.findings["finding_id"]
    told = got.explain(finding_id)
    assert told["rule"]["id"] == got.findings["rule_id"].iloc[0]
    assert told["matching"]["together"][0]["amount_minor"] == 14000
    (condition,) = told["conditions"]
    assert (condition["variable"], condition["seen"], condition["outcome"]) == ("break_class", "payout_short", "held")
    with pytest.raises(KeyError, match="no finding"):
        got.explain("0000")


def test_same_inputs_same_run_id_and_another_day_another(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean())
    first, again, later = review(root), review(root), review(root, as_of="2026-11-04")
    assert first.provenance.run_id == again.provenance.run_id != later.provenance.run_id


def test_saved_review_is_the_same_bytes_twice(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", clean() | {"notes.txt": "=1+1\n"})
    for name in ("one", "two"):
        review(root).save(tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert {"review.json", "findings.csv", "metrics.csv", "control_totals.csv"} <= {path.name for path in files}
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_every_open_row_belongs_to_one_finding(demo_like: Review) -> None:
    checks = demo_like.tables["checks"]
    told = checks[checks["text"].str.contains("open rows belongs")]
    assert told["holds"].all()
    assert demo_like.control_totals["open"].sum() >= 6
    assert len(told) == 1


@pytest.fixture
def demo_like(tmp_path: Path) -> Review:
    """Several kinds of breaks at once: a second capture, an unpaid order, a payout apart from its lines and short."""
    files = clean() | {"bank.xml": statement(("140.00", "2026-10-09", "SHOPIFY"), ("3.00", "2026-10-12", "SHOPIFY"))}
    files["orders.csv"] += order("#3", "20.00") + "\n"
    files["payments.csv"] += line("#2", "50.00", checkout="#2") + "\n"
    files["payments.csv"] += line("", "-147.25", kind="payout", checkout="") + "\n"
    return review(workspace(tmp_path, files))


def test_payout_apart_from_its_lines_is_about_the_payout(demo_like: Review) -> None:
    (found,) = demo_like.findings.query("`class` == 'payout_sum_differs'").to_dict("records")
    assert (found["subject_type"], found["subject_ref"], found["amount_minor"]) == ("payout", "9001", -5000)


def test_two_chargebacks_of_one_order_at_one_instant_are_two_findings(tmp_path: Path) -> None:
    files = clean()
    for amount in ("-20.00", "-30.00"):
        files["payments.csv"] += line("#1", amount, kind="chargeback", payout="9002", paid_on="2026-10-09") + "\n"
    files["bank.xml"] = statement(("147.25", "2026-10-09", "SHOPIFY"), ("-50.00", "2026-10-12", "SHOPIFY"))
    found = review(workspace(tmp_path, files)).findings
    assert sorted(found["amount_minor"]) == [-3000, -2000]
    assert found["finding_id"].nunique() == 2


def test_a_reader_that_loses_a_record_fails_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(*args: Any, **kwargs: Any) -> Any:
        got = readers.read(*args, **kwargs)
        return replace(got, tables={name: table.iloc[:-1] for name, table in got.tables.items()})

    monkeypatch.setattr(intake, "read", lossy)
    with pytest.raises(ControlTotalsError, match=r"bank\.xml: 1 records, but 0 rows and 0 rejects"):
        review(workspace(tmp_path, clean()))


def test_a_row_without_a_place_fails_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(*args: Any) -> Any:
        legs = run_legs(*args)
        leg = legs[Leg.ORDERS_CHARGES]
        return legs | {Leg.ORDERS_CHARGES: replace(leg, left=leg.left.assign(status="nowhere"))}

    monkeypatch.setattr(reconciliation, "run_legs", losing)
    with pytest.raises(ControlTotalsError, match="orders_charges, orders"):
        review(workspace(tmp_path, clean()))


def test_tolerance_is_told_in_the_accounts_currency_and_holds_for_it_alone(tmp_path: Path) -> None:
    account = ACCOUNT + "tolerance: {order_minor: 1000}\n"
    files = exports(
        [order("#1", "100.00"), order("#2", "100", currency="JPY")],
        [line("#1", "95.00"), line("#2", "1000").replace("EUR,EUR", "JPY,JPY").replace("0.00,1000.00", "0,1000")],
        statement(("95.00", "2026-10-09", "SHOPIFY")),
    )
    found = review(workspace(tmp_path, files, account)).findings
    assert found.query("`class` == 'amount_differs'")["order_ref"].tolist() == ["#2"]


def test_files_carry_the_columns_in_the_order_that_others_rely_on(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", clean() | {"notes.txt": "call the bank\n"})
    review(root).save(tmp_path / "saved")
    heads = {path.stem: path.read_text().splitlines()[0] for path in (tmp_path / "saved").glob("*.csv")}
    assert heads == {
        "findings": "finding_id,account,period,desk,leg,rule_id,class,other_classes,severity,cause,amount_minor,"
        "currency,subject_type,subject_ref,order_ref,payout_ref,age_days,age_business_days,materiality_rank,owner,due,"
        "message,source_file,source_line",
        "metrics": "account,period,desk,metric_id,numerator,denominator,value,unit,target,level",
        "control_totals": "leg,side,source,currency,rows_in,matched,open,excluded,rejected,"
        "rows_in_minor,matched_minor,open_minor,excluded_minor,rejected_minor",
    }


def test_b10_formulas_in_an_export_stay_text_in_the_csv(tmp_path: Path) -> None:
    files = clean()
    files["orders.csv"] += order("=1+1", "20.00") + "\n"
    review(workspace(tmp_path / "w", files)).save(tmp_path / "saved")
    (row,) = csv.DictReader((tmp_path / "saved" / "findings.csv").read_text().splitlines())
    assert (row["order_ref"], row["amount_minor"]) == ("'=1+1", "-2000")


def test_metrics_keep_both_parts_and_are_judged_by_their_target(tmp_path: Path) -> None:
    # 39 of 40 orders are paid; every charge of 10.00 carries 0.40 = 1.5% + 0.25, but one carries 0.90.
    names = [f"#{number}" for number in range(1, 41)]
    files = exports(
        [order(name, "10.00") for name in names],
        [line(name, "10.00", fee="0.90" if name == "#2" else "0.40") for name in names[1:]],
        statement(("373.90", "2026-10-09", "SHOPIFY")),
    )
    metrics = review(workspace(tmp_path, files)).metrics.set_index("metric_id")
    told = {name: metrics.loc[name, ["numerator", "denominator", "value", "level"]].tolist() for name in metrics.index}
    assert told["match_rate.orders_charges.orders"] == [39, 40, "97.5000", "at_risk"]
    assert told["match_rate.orders_charges.processor_lines"] == [39, 39, "100.0000", "healthy"]
    assert told["match_rate.payouts_bank.payouts"] == [1, 1, "100.0000", "too_few"]
    # Fees 38 x 0.40 + 0.90 = 16.10 of 390.00 are 412.8205 bps; the contract gives 15.60, 400 bps.
    assert told["fee_rate.EUR"] == [1610, 39000, "412.8205", "at_risk"]
    assert metrics.loc["fee_rate.EUR", "target"] == "400.0000"
    assert told["rejected_rows"] == [0, 81, "0.0000", "healthy"]


@pytest.mark.parametrize("part", ["export", "parameters", "rules", "notebook", "code", "as_of"])
def test_every_part_of_a_run_is_in_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    root = workspace(tmp_path, clean())
    before = review(root).provenance.run_id
    changed = {
        "export": root / "exports" / "acme" / "bank.xml",
        "parameters": root / "parameters" / "accounts" / "acme.yaml",
        "rules": root / "parameters" / "rules" / "reconciliation.yaml",
        "notebook": root / "notebooks" / "reconciliation.ipynb",
    }
    if part in changed:
        path = changed[part]
        path.parent.mkdir(exist_ok=True)
        old = path.read_text() if path.exists() else ""
        path.write_text(old + ("<!-- again -->" if part == "export" else "# again\n"))
    if part == "code":
        monkeypatch.setattr(pipeline, "_code_hash", lambda: "another")
    assert review(root, as_of="2026-11-04" if part == "as_of" else "2026-11-03").provenance.run_id != before


def test_control_totals_that_do_not_add_up_fail_the_account(tmp_path: Path) -> None:
    got = review(workspace(tmp_path, clean()))
    with pytest.raises(ControlTotalsError, match="orders_charges, orders"):
        assert_conserved(got.control_totals.assign(matched=lambda rows: rows["matched"] + 1))
    with pytest.raises(ControlTotalsError, match="minor units"):
        assert_conserved(got.control_totals.assign(open_minor=lambda rows: rows["open_minor"] + 1))


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"desk": "payments"}, UsageError),
        ({"account": "nobody"}, UsageError),
        ({"period": "2026-13"}, UsageError),
        ({"as_of": "tomorrow"}, UsageError),
    ],
)
def test_wrong_questions_are_the_users_mistake(tmp_path: Path, asked: dict[str, str], kind: type[Exception]) -> None:
    root = workspace(tmp_path, clean())
    question = {"desk": "reconciliation", "account": "acme", "period": "2026-10", "as_of": "2026-11-03"} | asked
    with pytest.raises(kind):
        open_review(workspace=root, **question)


def test_wrong_parameters_stop_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"acme\.yaml:3"):
        review(workspace(tmp_path, {"orders.csv": ""}, ACCOUNT.replace("currency: EUR", "currency: EURO", 1)))
