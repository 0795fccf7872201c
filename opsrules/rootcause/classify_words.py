"""The words that cause rules are written in: the evidence of each family, and the actions that name a cause.

A variable is a column of the findings of that name; a finding without the column, or without a value in it, has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from opsrules.rules import BaseActions, BaseVariables, number_rule_variable, rule_action, text_rule_variable

__all__ = ["CODE_CAUSE", "FAMILIES", "CauseActions", "Family", "family_named"]

CODE_CAUSE = "code_cause"
"""Evidence of families with codes: the cause that the taxonomy gives the finding's code."""


@dataclass(frozen=True)
class Family:
    """The evidence that findings of one family carry.

    Attributes
    ----------
    name : str
        Of its files: parameters/taxonomy/<name>.yaml and parameters/causes/<name>.yaml.
    code : str
        Of its causes.
    texts, numbers : mapping of str to str
        Column and what it holds, in words.
    lookups : tuple of (str, str)
        Column of a code, and column that names its scheme; the first that the taxonomy knows counts.
    variables : class
        What its rules ask.
    """

    name: str
    code: str
    texts: Mapping[str, str]
    numbers: Mapping[str, str]
    lookups: tuple[tuple[str, str], ...]
    variables: type[BaseVariables]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that its rules may ask, in order."""
        return (*self.texts, *self.numbers)


class CauseActions(BaseActions):
    """What a cause rule can do. `opsrules.rootcause.classify` reads the rules' own actions; these are for run_all."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    @rule_action(label="Name the cause", params={"cause": "text", "priority": "numeric"})
    def set_cause(self, cause: str, priority: int = 0) -> None:
        """Name a cause by its code; of several, the one with the highest priority is the primary."""
        self.outcomes.append(("set_cause", {"cause": cause, "priority": priority}))

    @rule_action(label="Name the cause that the code stands for", params={"priority": "numeric"})
    def set_cause_of_code(self, priority: int = 0) -> None:
        """Name the cause that the taxonomy gives the finding's code."""
        self.outcomes.append(("set_cause", {"cause": self.row[CODE_CAUSE], "priority": priority}))


class _Evidence(BaseVariables):
    """Evidence of a finding: one row as a mapping of Python natives, or a whole DataFrame."""

    EXAMPLE_ROW: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, row: Any) -> None:
        self.row = row


def _reads(column: str) -> Callable[[_Evidence], Any]:
    def read(self: _Evidence) -> Any:
        return self.row[column]

    read.__name__ = column
    return read


def _family(
    name: str,
    code: str,
    texts: Mapping[str, str],
    numbers: Mapping[str, str],
    lookups: tuple[tuple[str, str], ...] = (),
) -> Family:
    if lookups:
        texts = {**texts, CODE_CAUSE: "Cause of the code"}
    columns = dict.fromkeys([*texts, *numbers])
    methods = {column: text_rule_variable(label=label)(_reads(column)) for column, label in texts.items()}
    methods |= {column: number_rule_variable(label=label)(_reads(column)) for column, label in numbers.items()}
    variables = type(f"{name.title().replace('_', '')}Evidence", (_Evidence,), {"EXAMPLE_ROW": columns, **methods})
    return Family(name, code, texts, numbers, lookups, variables)


_RECONCILIATION = _family(
    "reconciliation",
    "REC",
    {
        "break_class": "Kind of break",
        "leg": "Leg",
        "subject_type": "What it is about",
        "processor": "Processor",
        "currency": "Currency",
        "method": "Payment method",
        "status": "Status in the source",
        "source_kind": "The processor's own word",
        "like_reference": "Reference of the other side that differs in spelling alone, same amount",
    },
    {
        "amount_minor": "Difference in minor units",
        "size_minor": "Size of the difference in minor units",
        "age_days": "Age in days",
        "rows": "Number of rows behind it",
        "candidates": "Candidates",
        "factor": "Factor between the two sides (0: no whole one)",
        "gap_bps": "Difference in hundredths of a percent of what was expected",
        "size_hundredths": "Size in hundredths of the currency (yen: in yen)",
        "round_amount": "Whether it is whole halves of a unit of the currency (1: yes)",
        "business_days_to_end": "Business days from it to the period's end",
        "other_days_after": "Days that the other side's exports cover after it",
        "other_rows_near": "Rows of the other side from the day before to the day after",
        "other_rows_usual": "Rows of the other side that three days usually have",
        "method_orders": "Orders of the period with its payment method",
        "method_paid": "Of these, orders with a payment at a processor",
        "minutes_apart": "Minutes to the nearest capture of the same order and amount",
        "conversions": "Conversions from one currency to another for the same order or payment",
        "fees_alike": "Charges of its contract whose fee leaves it by the same rate",
        "fees_alike_percent": "Of the charges of its contract whose fee leaves it, those by the same rate, percent",
        "fees_other_contract": "Other contracts of the processor that give exactly this fee",
    },
)
_PAYMENTS = _family(
    "payments",
    "PAY",
    {
        "response_code": "Network's response code",
        "decline_code": "Processor's decline code",
        "decline_reason": "Processor's decline reason",
        "processor": "Processor",
        "scheme": "Whose code it is",
        "network": "Card network",
        "card_brand": "Card brand",
        "method": "Payment method",
        "country": "Country",
    },
    {"attempt": "Number of the attempt"},
    (
        ("response_code", "network"),
        ("response_code", "card_brand"),
        ("decline_code", "scheme"),
        ("decline_code", "processor"),
        ("decline_reason", "processor"),
    ),
)
_CHARGEBACKS = _family(
    "chargebacks",
    "CB",
    {
        "network_reason_code": "Network's reason code",
        "reason": "Processor's reason",
        "processor": "Processor",
        "scheme": "Whose reason it is",
        "network": "Card network",
        "card_brand": "Card brand",
        "country": "Country",
        "stage": "Stage",
    },
    {"amount_minor": "Amount in minor units"},
    (
        ("network_reason_code", "network"),
        ("network_reason_code", "card_brand"),
        ("reason", "scheme"),
        ("reason", "processor"),
    ),
)
_SHIPPING = _family(
    "shipping",
    "SHIP",
    {
        "carrier_status": "Carrier's exception code",
        "scheme": "Whose code it is",
        "carrier": "Carrier",
        "country": "Country",
    },
    {
        "days_to_hand_over": "Days from approval to hand-over",
        "days_in_transit": "Days from hand-over to delivery",
        "days_promised": "Days from approval to the promised day",
        "days_late": "Days from the promised day to delivery",
        "days_handed_over_late": "Days from the promised day to hand-over",
        "handling_days_agreed": "Handling days agreed",
        "transit_days_agreed": "Transit days agreed",
        "days_agreed": "Handling and transit days agreed, together",
    },
    (("carrier_status", "scheme"), ("carrier_status", "carrier")),
)
_ACCOUNT_HEALTH = _family(
    "account_health",
    "ACCT",
    {
        "notice_type": "Type of the notice",
        "metric": "Metric",
        "part": "Part of the metric",
        "marketplace": "Marketplace",
        "scheme": "Whose type it is",
        "country": "Country",
    },
    {"count": "Number of cases"},
    (("notice_type", "scheme"), ("notice_type", "marketplace")),
)
_APPEALS = _family(
    "appeals",
    "APPEAL",
    {"outcome": "Outcome", "violation": "What it is about", "marketplace": "Marketplace"},
    {
        "root_causes": "Root causes named",
        "corrective_actions": "Corrective actions named",
        "preventive_actions": "Preventive actions named",
        "evidence_files": "Pieces of evidence",
        "evidence_age_days": "Age of the newest evidence in days",
        "asins_named": "ASINs with evidence",
        "asins_affected": "ASINs in the notice",
        "days_after_deadline": "Days from the deadline to sending",
    },
)
_CONTACTS = _family(
    "contacts",
    "CONTACT",
    {
        "reason": "Reason",
        "subject": "Subject line",
        "scheme": "Whose reason it is",
        "marketplace": "Marketplace",
        "channel": "Channel",
        "country": "Country",
    },
    {"days_since_order": "Days since the order"},
    (("reason", "scheme"), ("reason", "marketplace")),
)

FAMILIES: dict[str, Family] = {
    one.name: one for one in (_RECONCILIATION, _PAYMENTS, _CHARGEBACKS, _SHIPPING, _ACCOUNT_HEALTH, _APPEALS, _CONTACTS)
}
"""By name of their files."""


def family_named(variables: type[BaseVariables]) -> Family | None:
    """Return the family whose rules ask these variables, None for rules in words of their own."""
    return next((one for one in FAMILIES.values() if one.variables is variables), None)
