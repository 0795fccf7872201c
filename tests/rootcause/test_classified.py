"""Findings of every family get the cause that their evidence tells, and `unknown` where it tells none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from opsrules.errors import ParameterError, ReviewError, UsageError
from opsrules.rootcause import UNKNOWN, Classified, Taxonomy, classify, load_cause_rules, load_taxonomy
from opsrules.rootcause.classify_rules import examine_cause_rules
from opsrules.rootcause.classify_words import FAMILIES, CauseActions
from opsrules.rules import Rules, run_examples

PARAMETERS = Path(__file__).parents[2] / "parameters"


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(PARAMETERS / "taxonomy")


def told(taxonomy: Taxonomy, family: str, *rows: dict[str, Any]) -> Classified:
    findings = pd.DataFrame([{"finding_id": f"f{number}"} | row for number, row in enumerate(rows)])
    return classify(findings, load_cause_rules(PARAMETERS / "causes", family, taxonomy), taxonomy)


def primary(found: Classified) -> list[str]:
    return [str(one) for one in found.table.loc[found.table["is_primary"], "cause"]]


CASES: dict[str, list[tuple[dict[str, Any], str]]] = {
    "reconciliation": [
        (
            {"break_class": "order_without_payment", "business_days_to_end": 0, "other_days_after": 0},
            "REC.CUT_OFF.PERIOD_END",
        ),
        ({"break_class": "payout_in_transit", "age_days": 3}, "REC.CUT_OFF.IN_TRANSIT"),
        ({"break_class": "payout_in_transit", "age_days": 30}, "REC.EXPORT_GAP.STATEMENT_ENDS"),
        ({"break_class": "not_paid_out", "age_days": 2}, "REC.CUT_OFF.PAYOUT_RHYTHM"),
        ({"break_class": "not_paid_out", "age_days": 20}, UNKNOWN),
        ({"break_class": "refund_not_booked", "source_kind": "Refund via Dashboard"}, "REC.MANUAL_REFUND"),
        ({"break_class": "refund_not_booked", "source_kind": "refund"}, UNKNOWN),
        ({"break_class": "fee_differs", "fees_alike": 40, "fees_alike_percent": 98}, "REC.RATE_TABLE"),
        ({"break_class": "fee_differs", "fees_alike": 1, "fees_alike_percent": 100}, UNKNOWN),
        ({"break_class": "payment_without_order", "other_rows_near": 0, "other_rows_usual": 60}, "REC.EXPORT_GAP.DAYS"),
        ({"break_class": "source_missing"}, "REC.EXPORT_GAP.NOT_SUPPLIED"),
        (
            {"break_class": "payout_short", "size_hundredths": 1500, "round_amount": 1, "gap_bps": 20},
            "REC.BANK_CHARGE",
        ),
        ({"break_class": "payout_short", "size_hundredths": 1537, "round_amount": 0, "gap_bps": 20}, UNKNOWN),
        ({"break_class": "payout_short", "size_hundredths": 90000, "round_amount": 1, "gap_bps": 20}, UNKNOWN),
        ({"break_class": "amount_differs", "factor": 100}, "REC.MAPPING.DECIMALS"),
        ({"break_class": "amount_differs", "factor": 0}, UNKNOWN),
        ({"break_class": "sign_differs"}, "REC.MAPPING.SIGN"),
        ({"break_class": "refund_differs", "conversions": 1, "gap_bps": 120}, "REC.FX_RATE"),
        ({"break_class": "match_suggested", "like_reference": "SO-1001"}, "REC.MANGLED_REFERENCE"),
        ({"break_class": "match_suggested", "like_reference": None}, UNKNOWN),
        ({"break_class": "file_twice"}, "REC.DOUBLE_DELIVERY.FILE"),
        ({"break_class": "rows_twice"}, "REC.DOUBLE_DELIVERY.ROWS"),
        ({"break_class": "charged_twice", "minutes_apart": 2}, "REC.PROCESSOR_FAULT.CAPTURED_AGAIN"),
        ({"break_class": "charged_twice", "minutes_apart": 3000}, UNKNOWN),
    ],
    "payments": [
        ({"response_code": "51", "network": "visa"}, "PAY.SOFT.FUNDS"),
        ({"response_code": "51"}, UNKNOWN),
        ({"decline_code": "12", "processor": "adyen"}, "PAY.SOFT.FUNDS"),
        ({"decline_code": "12", "scheme": "iso8583", "processor": "adyen"}, "PAY.HARD.INVALID_TXN"),
        ({"decline_code": "stolen_card", "processor": "stripe"}, "PAY.HARD.LOST_STOLEN"),
        ({"decline_code": "xx", "processor": "stripe", "decline_reason": "Card has expired"}, "PAY.HARD.EXPIRED"),
        ({"response_code": "65", "card_brand": "Mastercard", "country": "FR"}, "PAY.SOFT.AUTHENTICATION"),
        ({"response_code": "65", "card_brand": "Mastercard", "country": "US"}, "PAY.SOFT.LIMIT"),
        ({"response_code": "98", "network": "visa"}, UNKNOWN),
    ],
    "chargebacks": [
        ({"network_reason_code": "10.4", "network": "visa"}, "CB.FRAUD.CARD_ABSENT"),
        ({"network_reason_code": "10.4"}, "CB.FRAUD"),
        ({"network_reason_code": "4837", "card_brand": "mastercard"}, "CB.FRAUD.CARD_ABSENT"),
        ({"network_reason_code": "4853"}, "CB.CONSUMER"),
        ({"reason": "product_not_received", "processor": "stripe"}, "CB.CONSUMER.NOT_RECEIVED"),
        ({"network_reason_code": "104"}, UNKNOWN),
    ],
    "shipping": [
        ({"carrier_status": "Exception_004", "scheme": "aftership"}, "SHIP.CUSTOMS"),
        # Friday to Monday in hand, five days promised.
        (
            {
                "approved_on": "2026-10-02",
                "handed_over_on": "2026-10-08",
                "promised_on": "2026-10-07",
                "delivered_on": "2026-10-09",
            },
            "SHIP.LATE_HANDOVER",
        ),
        (
            {
                "approved_on": "2026-10-01",
                "handed_over_on": "2026-10-02",
                "promised_on": "2026-10-05",
                "delivered_on": "2026-10-08",
                "handling_days_agreed": 1,
                "transit_days_agreed": 3,
            },
            "SHIP.LATE_CARRIER",
        ),
        (
            {
                "approved_on": "2026-10-01",
                "handed_over_on": "2026-10-02",
                "promised_on": "2026-10-03",
                "delivered_on": "2026-10-05",
                "handling_days_agreed": 1,
                "transit_days_agreed": 3,
            },
            "SHIP.PROMISE_TOO_TIGHT",
        ),
        ({"approved_on": "2026-10-01", "promised_on": "2026-10-05"}, "SHIP.NO_SCAN"),
        (
            {
                "approved_on": "2026-10-01",
                "handed_over_on": "2026-10-02",
                "promised_on": "2026-10-05",
                "delivered_on": "2026-10-08",
            },
            UNKNOWN,
        ),  # late on the way, but nobody said how long it may take
    ],
    "account_health": [
        ({"notice_type": "receivedIntellectualPropertyComplaints", "scheme": "amazon"}, "ACCT.IP"),
        ({"metric": "late_shipment_rate"}, "ACCT.LSR"),
        ({"metric": "order_defect_rate", "part": "chargebacks"}, "ACCT.ODR.CHARGEBACK"),
        ({"metric": "order_defect_rate"}, "ACCT.ODR"),
        ({"metric": "on_time_delivery_rate"}, UNKNOWN),
    ],
    "appeals": [
        ({"root_causes": 0, "corrective_actions": 0, "preventive_actions": 2}, "APPEAL.NO_ROOT_CAUSE"),
        ({"root_causes": 1, "evidence_files": 2, "evidence_age_days": 400}, "APPEAL.EVIDENCE_STALE"),
        ({"asins_named": 2, "asins_affected": 5}, "APPEAL.NOT_ALL_ASINS"),
        ({"days_after_deadline": 2, "root_causes": 0}, "APPEAL.LATE"),
        ({"root_causes": 1, "corrective_actions": 3}, UNKNOWN),
    ],
    "contacts": [
        ({"reason": "UNWANTED_ITEM", "marketplace": "amazon"}, "CONTACT.CHANGED_MIND"),
        ({"subject": "WHERE IS MY ORDER"}, "CONTACT.WISMO"),
        ({"subject": "Arrived broken, wrong item"}, "CONTACT.DAMAGED"),
        ({"subject": "Hello"}, UNKNOWN),
    ],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_findings_have_the_cause_that_their_evidence_tells(taxonomy: Taxonomy, family: str) -> None:
    rows, wanted = zip(*CASES[family], strict=True)
    found = told(taxonomy, family, *rows)
    assert primary(found) == list(wanted)
    # A finding alone has what it has beside the others.
    for row, cause in CASES[family]:
        assert primary(told(taxonomy, family, row)) == [cause]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_rules_hold_their_examples_and_have_nothing_to_mend(taxonomy: Taxonomy, family: str) -> None:
    rules = load_cause_rules(PARAMETERS / "causes", family, taxonomy)
    assert run_examples(rules) == []
    lint = rules.lint()
    assert [str(one) for one in lint] == []
    assert lint.unjudged == ()
    assert all(rule.id.startswith(f"{FAMILIES[family].code}-C") for rule in rules.rules)


def test_every_kind_of_the_issue_is_named_by_some_rule(taxonomy: Taxonomy) -> None:
    rules = load_cause_rules(PARAMETERS / "causes", "reconciliation", taxonomy)
    named = {str(action["params"]["cause"]) for rule in rules.rules for action in rule.actions}
    kinds = "CUT_OFF MANUAL_REFUND RATE_TABLE EXPORT_GAP BANK_CHARGE MAPPING FX_RATE MANGLED_REFERENCE DOUBLE_DELIVERY "
    for kind in (kinds + "PROCESSOR_FAULT").split():
        assert any(code == f"REC.{kind}" or code.startswith(f"REC.{kind}.") for code in named), kind


def test_evidence_says_what_decided_with_the_values_seen(taxonomy: Taxonomy) -> None:
    found = told(taxonomy, "reconciliation", {"break_class": "charged_twice", "minutes_apart": 4})
    [row] = found.to_frame().to_dict("records")
    assert (row["finding_id"], row["rule_id"], row["origin"]) == ("f0", "REC-C100", "supplier")
    assert json.loads(row["evidence"]) == {"break_class": "charged_twice", "minutes_apart": 4}


def test_evidence_of_a_code_names_whose_code_it_is(taxonomy: Taxonomy) -> None:
    row = {"response_code": "65", "network": "mastercard", "country": "DE"}
    evidence = told(taxonomy, "payments", row).explain("f0")["evidence"]
    assert evidence == row | {"code_cause": "PAY.SOFT.AUTHENTICATION"}
    row |= {"country": "US"}
    evidence = told(taxonomy, "payments", row).explain("f0")["evidence"]
    assert evidence == {"response_code": "65", "network": "mastercard", "code_cause": "PAY.SOFT.LIMIT"}


def test_several_causes_have_one_primary_and_are_counted_once(taxonomy: Taxonomy) -> None:
    found = told(
        taxonomy,
        "appeals",
        {"root_causes": 0, "preventive_actions": 0},
        {"preventive_actions": 0},
        {"preventive_actions": 2},
        {"preventive_actions": None},
    )
    table = found.table
    assert table["finding_id"].tolist() == ["f0", "f0", "f1", "f2", "f3"]
    assert table["is_primary"].tolist() == [True, False, True, True, True]
    assert table["cause"].tolist() == [
        "APPEAL.NO_ROOT_CAUSE",
        "APPEAL.NO_PREVENTIVE",
        "APPEAL.NO_PREVENTIVE",
        UNKNOWN,
        UNKNOWN,
    ]
    counts = found.counts.set_index("cause")
    assert counts["findings"].to_dict() == {"APPEAL.NO_PREVENTIVE": 1, "APPEAL.NO_ROOT_CAUSE": 1, UNKNOWN: 2}
    assert counts["named_besides"].to_dict() == {"APPEAL.NO_PREVENTIVE": 1, "APPEAL.NO_ROOT_CAUSE": 0, UNKNOWN: 0}
    assert counts.index[-1] == UNKNOWN
    assert (found.unknown, found.unknown_share, counts.loc[UNKNOWN, "share"]) == (2, 0.5, 0.5)
    assert repr(found) == "<Classified: 4 findings, 2 of them of unknown cause (50.0%)>"


def test_an_explanation_leads_from_the_family_to_the_actions(taxonomy: Taxonomy) -> None:
    found = told(taxonomy, "reconciliation", {"break_class": "file_twice"}, {"break_class": "ambiguous"})
    said = found.explain("f0")
    assert said["chain"] == ["Break between two records", "Delivered twice", "The same file twice"]
    assert (said["owner"], said["corrective"], said["confidence"]) == ("finance", ["Delete the copy."], "K")
    nothing = found.explain("f1")
    assert (nothing["code"], nothing["words"], nothing["origin"], nothing["others"]) == (
        *(UNKNOWN, "Cause not known", UNKNOWN, []),
    )
    with pytest.raises(KeyError, match="did you mean f0"):
        found.explain("f00")


def test_nothing_found_has_no_causes(taxonomy: Taxonomy) -> None:
    rules = load_cause_rules(PARAMETERS / "causes", "payments", taxonomy)
    found = classify(pd.DataFrame({"finding_id": pd.Series(dtype="str")}), rules, taxonomy)
    assert (len(found), found.unknown_share, len(found.table), len(found.counts)) == (0, 0.0, 0, 0)
    assert list(found.table) == ["finding_id", "cause", "origin", "is_primary", "rule_id", "evidence"]


def test_evidence_that_nobody_gave_is_named(taxonomy: Taxonomy) -> None:
    found = told(taxonomy, "payments", {"response_code": "51", "netwrok": "visa"})
    assert primary(found) == [UNKNOWN]
    assert "network" in found.absent
    assert "response_code" not in found.absent


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_missing_evidence_in_any_guise_is_missing(taxonomy: Taxonomy, missing: object) -> None:
    rows = [
        {"response_code": "51", "network": "visa", "country": missing},
        {"response_code": missing, "network": "visa", "country": missing},
    ]
    assert primary(told(taxonomy, "payments", *rows)) == ["PAY.SOFT.FUNDS", UNKNOWN]
    late = {
        "approved_on": "2026-10-01",
        "promised_on": "2026-10-05",
        "handed_over_on": missing,
        "delivered_on": missing,
    }
    assert primary(told(taxonomy, "shipping", late)) == ["SHIP.NO_SCAN"]


def test_a_tables_own_types_do(taxonomy: Taxonomy) -> None:
    findings = pd.DataFrame(
        {
            "finding_id": pd.Series(["a", "b"], dtype="string"),
            "approved_on": pd.to_datetime(["2026-10-01", "2026-10-01"]),
            "promised_on": pd.to_datetime(["2026-10-05 23:59", ""], utc=True),
            "handed_over_on": pd.to_datetime(["2026-10-06 00:01", ""], utc=True),
        }
    ).set_index(pd.Index([7, 7]))
    rules = load_cause_rules(PARAMETERS / "causes", "shipping", taxonomy)
    assert primary(classify(findings, rules, taxonomy)) == ["SHIP.LATE_HANDOVER", UNKNOWN]


def test_rows_may_come_in_any_order(taxonomy: Taxonomy) -> None:
    rows = [{"finding_id": str(number)} | row for number, (row, _) in enumerate(CASES["reconciliation"])]
    rules = load_cause_rules(PARAMETERS / "causes", "reconciliation", taxonomy)
    first = classify(pd.DataFrame(rows), rules, taxonomy).to_frame().sort_values(["finding_id", "cause"])
    again = classify(pd.DataFrame(rows[::-1]), rules, taxonomy).to_frame().sort_values(["finding_id", "cause"])
    pd.testing.assert_frame_equal(first.reset_index(drop=True), again.reset_index(drop=True))


@pytest.mark.parametrize(
    ("findings", "what"),
    [
        (pd.DataFrame({"id": ["a"]}), "no column 'finding_id'; their columns are id"),
        (pd.DataFrame({"finding_id": ["a", "a"]}), "column 'finding_id' has 'a' more than once"),
        (pd.DataFrame({"finding_id": ["a", None]}), "column 'finding_id' has no value in 1 of 2 rows"),
        (
            pd.DataFrame({"finding_id": ["a"], "approved_on": ["soon"], "promised_on": ["2026-10-01"]}),
            "column 'approved_on' holds something that is no date; write dates as 2026-10-31",
        ),
    ],
)
def test_findings_that_cannot_be_told_apart_are_refused(taxonomy: Taxonomy, findings: pd.DataFrame, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        classify(findings, load_cause_rules(PARAMETERS / "causes", "shipping", taxonomy), taxonomy)


def test_evidence_of_another_kind_is_told_with_finding_rule_and_column(taxonomy: Taxonomy) -> None:
    with pytest.raises(
        ReviewError, match=r"finding f0: cause rule APPEAL-C020 cannot judge root_causes \(AssertionError"
    ):
        told(taxonomy, "appeals", {"root_causes": "none"})


RULE = """\
- id: {id}
  name: "Made for tests"
  status: active
  source: "made for tests"
  conditions:
    all:
      - {{name: break_class, operator: equal_to, value: file_twice}}
  actions:
    - {{name: {action}, params: {{{params}}}}}
  examples:
    - {{row: {{break_class: file_twice}}, fires: true}}
    - {{row: {{break_class: rows_twice}}, fires: false}}
"""


def refused(folder: Path, taxonomy: Taxonomy, name: str = "reconciliation") -> list[str]:
    sets, problems = examine_cause_rules(folder, taxonomy)
    assert not sets
    return [str(one) for one in problems]


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (
            ("REC-C001", "set_cause", "cause: REC.MAPING"),
            "1: rule REC-C001: there is no cause 'REC.MAPING'; did you mean",
        ),
        (
            ("REC-C001", "set_cause", "cause: PAY.SOFT"),
            "1: rule REC-C001 names PAY.SOFT, a cause of family PAY; name one",
        ),
        (("REC-001", "set_cause", "cause: REC"), "1: [0].id must be an id such as REC-C001, got 'REC-001'"),
        (("REC-C001", "raise_finding", "due_days: 1"), "9: [0].actions[0]: no action is called 'raise_finding'"),
        (("REC-C001", "set_cause", "priority: 1"), "9: [0].actions[0].params: action set_cause needs cause"),
    ],
)
def test_rules_name_causes_that_there_are(
    tmp_path: Path, taxonomy: Taxonomy, parts: tuple[str, str, str], what: str
) -> None:
    folder = tmp_path / "parameters" / "causes"
    folder.mkdir(parents=True)
    rule_id, action, params = parts
    (folder / "reconciliation.yaml").write_text(RULE.format(id=rule_id, action=action, params=params))
    (found,) = refused(folder, taxonomy)
    assert found.startswith(f"parameters/causes/reconciliation.yaml:{what}"), found


def test_a_file_of_no_family_would_be_passed_over(tmp_path: Path, taxonomy: Taxonomy) -> None:
    folder = tmp_path / "parameters" / "causes"
    folder.mkdir(parents=True)
    (folder / "shiping.yaml").write_text("[]\n")
    assert refused(folder, taxonomy) == [
        "parameters/causes/shiping.yaml:1: is named after no family of causes; did you mean shipping?"
    ]
    with pytest.raises(UsageError, match="did you mean shipping"):
        load_cause_rules(folder, "shiping", taxonomy)


def test_priority_goes_before_depth_and_depth_before_order(taxonomy: Taxonomy) -> None:
    variables = FAMILIES["reconciliation"].variables
    leaf = {"name": "break_class", "operator": "equal_to", "value": "x"}

    def first(*named: tuple[str, int]) -> str:
        rules = [
            {"conditions": leaf, "actions": [{"name": "set_cause", "params": {"cause": cause, "priority": priority}}]}
            for cause, priority in named
        ]
        findings = pd.DataFrame({"finding_id": ["f"], "break_class": ["x"]})
        found = classify(findings, Rules(rules, variables, CauseActions), taxonomy)
        assert found.table["is_primary"].tolist() == [True] + [False] * (len(set(named)) - 1)
        return primary(found)[0]

    assert first(("REC.MAPPING.SIGN", 0), ("REC", 1)) == "REC"
    assert first(("REC.MAPPING", 1), ("REC.MAPPING.SIGN", 1)) == "REC.MAPPING.SIGN"
    assert first(("REC.MAPPING", 1), ("REC.FX_RATE", 1)) == "REC.MAPPING"
    with pytest.raises(ParameterError, match=r"there is no cause 'REC\.NONE'"):
        first(("REC.NONE", 1))
