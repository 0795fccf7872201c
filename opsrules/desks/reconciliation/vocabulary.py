"""The words that reconciliation rules are written in: variables to ask for, actions to take.

Analysts use them in ``parameters/rules/reconciliation.yaml``. A row is one break (see ``breaks.py`` beside this file).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC, FIELD_TEXT
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable, string_rule_variable

from opsrules.terms import BreakClass, Leg, SubjectType

__all__ = ["MESSAGE_FIELDS", "Actions", "Variables"]

MESSAGE_FIELDS = frozenset(
    {
        *("subject", "order", "payout", "processor", "amount", "expected", "actual", "day", "age_days", "rows"),
        *("candidates", "status", "method", "file", "line", "note"),
    }
)
"""What a rule's message may name in braces."""


class Variables(BaseVariables):
    """What a rule can ask of a break; one row as a mapping of Python natives, or a whole DataFrame of breaks."""

    MESSAGE_FIELDS: ClassVar[frozenset[str]] = MESSAGE_FIELDS
    EXAMPLE_ROW: ClassVar[Mapping[str, Any]] = {
        "break_class": "",
        "leg": "",
        "subject_type": "",
        "processor": "",
        "currency": "EUR",
        "method": "",
        "status": "",
        "amount_minor": 0,
        "size_minor": 0,
        "age_days": 0,
        "rows": 1,
        "factor": 0,
        "material": True,
    }

    VALUE_WORDS: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "break_class": {one.value: one.words() for one in BreakClass},
        "leg": {one.value: one.words() for one in Leg},
        "subject_type": {one.value: one.words() for one in SubjectType},
    }

    def __init__(self, row: Mapping[str, Any] | pd.DataFrame) -> None:
        self.row = row

    @string_rule_variable(label="Kind of break")
    def break_class(self) -> Any:
        return self.row["break_class"]

    @string_rule_variable(label="Leg")
    def leg(self) -> Any:
        return self.row["leg"]

    @string_rule_variable(label="What it is about")
    def subject_type(self) -> Any:
        return self.row["subject_type"]

    @string_rule_variable(label="Processor")
    def processor(self) -> Any:
        return self.row["processor"]

    @string_rule_variable(label="Currency")
    def currency(self) -> Any:
        return self.row["currency"]

    @string_rule_variable(label="Payment method")
    def method(self) -> Any:
        return self.row["method"]

    @string_rule_variable(label="Status in the source")
    def status(self) -> Any:
        return self.row["status"]

    @numeric_rule_variable(label="Difference in minor units (minus: money the account misses)")
    def amount_minor(self) -> Any:
        return self.row["amount_minor"]

    @numeric_rule_variable(label="Size of the difference in minor units")
    def size_minor(self) -> Any:
        return self.row["size_minor"]

    @numeric_rule_variable(label="Age in days")
    def age_days(self) -> Any:
        return self.row["age_days"]

    @numeric_rule_variable(label="Number of rows behind it")
    def rows(self) -> Any:
        return self.row["rows"]

    @numeric_rule_variable(label="Factor between the two sides (0: no whole one)")
    def factor(self) -> Any:
        return self.row["factor"]

    @boolean_rule_variable(label="Reaches the account's materiality")
    def material(self) -> Any:
        return self.row["material"]


class Actions(BaseActions):
    """What a rule can do about a break. Outcomes are recorded; the desk makes findings of them."""

    PARAM_VALUES: ClassVar[Mapping[str, tuple[str, ...]]] = {"finding_class": tuple(one.value for one in BreakClass)}
    VALUE_WORDS: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "finding_class": {one.value: one.words() for one in BreakClass}
    }

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    @rule_action(
        label="Raise a finding",
        params=[
            {"name": "finding_class", "label": "Kind", "fieldType": FIELD_TEXT},
            {"name": "due_days", "label": "Days until due", "fieldType": FIELD_NUMERIC},
            {"name": "owner", "label": "Owner", "fieldType": FIELD_TEXT},
        ],
    )
    def raise_finding(self, due_days: int, owner: str, finding_class: str = "") -> None:
        """Make a finding of the break, owned by a team of the account and due so many days after the as-of day."""
        found = finding_class or self.row["break_class"]
        self.outcomes.append(("raise_finding", {"class": found, "due_days": due_days, "owner": owner}))
