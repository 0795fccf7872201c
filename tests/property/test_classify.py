"""Causes by whole tables are those that business_rules names row by row; each finding is counted once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import business_rules
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from opsrules.rootcause import UNKNOWN, classify, load_cause_rules, load_taxonomy
from opsrules.rootcause.classify_words import FAMILIES, CauseActions

PARAMETERS = Path(__file__).parents[2] / "parameters"
TAXONOMY = load_taxonomy(PARAMETERS / "taxonomy")
RULES = {name: load_cause_rules(PARAMETERS / "causes", name, TAXONOMY) for name in ("reconciliation", "appeals")}

# Values on both sides of every threshold that the rules have.
NUMBERS = st.sampled_from([None, 0, 1, 2, 3, 5, 7, 10, 14, 15, 30, 31, 80, 100, 365, 366, 500, 501, 5000])
TEXTS = {
    "break_class": st.sampled_from(
        "order_without_payment payment_without_order charged_twice amount_differs refund_differs fee_differs "
        "payout_short payout_in_transit not_paid_out match_suggested refund_not_booked file_twice ambiguous".split()
    ),
    "source_kind": st.sampled_from([None, "refund", "Manual refund"]),
    "like_reference": st.sampled_from([None, "", "SO-1001"]),
}


@st.composite
def findings(draw: st.DrawFn, family: str) -> list[dict[str, Any]]:
    row: dict[str, st.SearchStrategy[Any]] = {name: TEXTS.get(name, st.none()) for name in FAMILIES[family].texts}
    row |= dict.fromkeys(FAMILIES[family].numbers, NUMBERS)
    rows = draw(st.lists(st.fixed_dictionaries(row), min_size=0, max_size=6))
    return [{"finding_id": f"f{number}"} | one for number, one in enumerate(rows)]


def by_run_all(family: str, row: dict[str, Any]) -> list[tuple[str, int]]:
    """What run_all's own actions note on one row: cause and priority, in the rules' order."""
    actions = CauseActions(row)
    business_rules.run_all(list(RULES[family].plain), RULES[family].variables(row), actions)  # type: ignore[call-arg]
    return [(params["cause"], params["priority"]) for _, params in actions.outcomes]


def check(family: str, rows: list[dict[str, Any]]) -> None:
    columns = ["finding_id", *FAMILIES[family].columns]
    found = classify(pd.DataFrame(rows, columns=columns, dtype=object), RULES[family], TAXONOMY)
    table = found.to_frame()
    assert table.loc[table["is_primary"], "finding_id"].tolist() == [row["finding_id"] for row in rows]
    for row in rows:
        mine = table[table["finding_id"] == row["finding_id"]]
        named = by_run_all(family, row)
        assert set(mine["cause"]) == ({cause for cause, _ in named} or {UNKNOWN})
        if named:
            most = max(priority for _, priority in named)
            depth = max(cause.count(".") for cause, priority in named if priority == most)
            wanted = next(c for c, priority in named if priority == most and c.count(".") == depth)
            assert mine["cause"].iloc[0] == wanted
        for evidence in mine["evidence"]:
            assert json.loads(evidence).items() <= row.items()
    assert found.counts["findings"].sum() == len(rows)
    assert found.unknown == sum(not by_run_all(family, row) for row in rows)


@given(findings("reconciliation"))
def test_breaks_have_the_causes_that_run_all_names(rows: list[dict[str, Any]]) -> None:
    check("reconciliation", rows)


@given(findings("appeals"))
def test_appeals_have_the_causes_that_run_all_names(rows: list[dict[str, Any]]) -> None:
    check("appeals", rows)
