"""Variables, actions and rules for tests: every type of the library, and a variable of each way to go wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from business_rules.fields import FIELD_NUMERIC, FIELD_TEXT

from opsrules.rules import (
    BaseActions,
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    rule_action,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
)


class Variables(BaseVariables):
    MESSAGE_FIELDS: ClassVar[frozenset[str]] = frozenset({"paid", "sku"})
    EXAMPLE_ROW: ClassVar[dict[str, Any]] = {"paid": 0, "refund": 0, "sku": "", "flagged": False, "tags": ()}

    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable(label="Paid")
    def paid(self) -> Any:
        return self.row["paid"]

    @numeric_rule_variable(label="Kept")
    def kept(self) -> Any:
        return self.row["paid"] - self.row["refund"]

    @string_rule_variable(label="SKU")
    def sku(self) -> Any:
        return self.row["sku"]

    @boolean_rule_variable(label="Flagged")
    def flagged(self) -> Any:
        return self.row["flagged"]

    @select_rule_variable(label="Tags")
    def tags(self) -> Any:
        return self.row["tags"]

    @select_multiple_rule_variable(label="All tags")
    def all_tags(self) -> Any:
        return self.row["tags"]


class Actions(BaseActions):
    PARAM_VALUES: ClassVar[dict[str, frozenset[str]]] = {"finding_class": frozenset({"payout_short", "payout_over"})}

    def __init__(self, row: Any) -> None:
        self.row = row
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    @rule_action(params={"finding_class": FIELD_TEXT, "due_days": FIELD_NUMERIC})
    def raise_finding(self, finding_class: str, due_days: int = 3) -> None:
        self.outcomes.append(("raise_finding", {"class": finding_class, "due_days": due_days, "sku": self.row["sku"]}))

    @rule_action(params={"cause": FIELD_TEXT})
    def set_cause(self, cause: str) -> None:
        self.outcomes.append(("set_cause", {"cause": cause}))

    def undecorated(self) -> None:
        self.outcomes.append(("undecorated", {}))


RULES = """\
- id: REC-001
  name: Paid too much
  desk: reconciliation
  severity: high
  status: active
  since: 2026-01-01
  until: 2026-12-31
  owner: Finance operations
  source: policy 12, section 3
  message: "{sku} paid {paid}"
  false_positives: Deposits.
  conditions:
    all:
      - {name: kept, operator: greater_than, value: 100.50}
      - any:
          - {name: sku, operator: starts_with, value: A-}
          - {name: flagged, operator: is_true, value: true}
  actions:
    - name: raise_finding
      params: {finding_class: payout_over}
  examples:
    - row: {paid: 100.51, sku: A-1}
      fires: true
      why: one cent above
    - row: {paid: 100.50, sku: A-1}
      fires: false
- id: REC-002
  name: No SKU
  desk: reconciliation
  severity: low
  status: draft
  owner: Catalogue
  source: ours
  message: no SKU
  conditions: {name: sku, operator: equal_to, value: ""}
  actions:
    - name: set_cause
      params: {cause: catalogue}
  examples:
    - row: {sku: ""}
      fires: true
    - row: {sku: x}
      fires: false
"""
