"""What a proposal would change, in words: rows that could not be judged are told beside every count."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pandas as pd

from opsrules.cli.rules.trial import AccountTrial, trial_of
from opsrules.cli.rules.trial_text import lines_of, nothing_moves
from opsrules.rules import BaseActions, BaseVariables, Rules, numeric_rule_variable


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable()
    def age(self) -> Any:
        return self.row["age"]


class Actions(BaseActions):
    def __init__(self, row: Any) -> None:
        self.row = row


FRAME = pd.DataFrame(
    {
        "age": [1, 5, 9, None],
        "amount_minor": [100, -200, 400, 800],
        "currency": ["EUR", "EUR", "JPY", "EUR"],
        "item_id": list("abcd"),
        "source_file": "f.csv",
        "source_line": [2, 3, 4, 5],
    }
)


def trial(old: float, new: float) -> AccountTrial:
    def rules(limit: float) -> Rules:
        leaf = {"name": "age", "operator": "greater_than", "value": limit}
        return Rules([{"id": "old", "conditions": leaf, "actions": []}], Variables, Actions)

    return trial_of("acme", "Acme", FRAME, rules(old).backtest(rules(new), FRAME), only=None, most=1)


def test_share_that_could_not_be_judged_stands_beside_the_counts() -> None:
    lines = list(lines_of([trial(0, 6)]))
    share = "; could not be judged: 1 (25%) by today's rules, 1 (25%) by the proposal"
    assert lines == [
        f"Acme (acme), 4 rows{share}",
        f"  old: 3 rows today, 1 by the proposal{share}",
        "    2 rows fall out: EUR\u00a03.00",
        "      f.csv:2, item a, EUR\u00a01.00",
        "        today: ✓ held: Age is more than 0 (saw 1)",
        "        proposal: ✕ not held: Age is more than 6 (saw 1)",
        "      and 1 more",
        "",
    ]
    assert nothing_moves([trial(0, 0)], "October 2026", None) == (
        f"Nothing moves: today's rules and the proposal judge 4 rows of 1 account, October 2026, alike{share}."
    )


def test_constants_with_decimals_are_json_and_stay_exact() -> None:
    told = json.loads(json.dumps(asdict(trial(0.1, 6))))
    [row] = told["rules"][0]["first"]
    assert [one["constant"] for one in row["reasons"]] == ["0.1", 6]
