"""Rules in the language of business-rules over whole tables: checked, explained, tested."""

from opsrules.rules.check import Vocabulary
from opsrules.rules.examples import ExampleFailure, run_examples
from opsrules.rules.library import (
    BaseActions,
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    rule_action,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
)
from opsrules.rules.model import Example, Rule, RuleStatus
from opsrules.rules.result import Result
from opsrules.rules.ruleset import Rules, problems_of_rules

__all__ = [
    "BaseActions",
    "BaseVariables",
    "Example",
    "ExampleFailure",
    "Result",
    "Rule",
    "RuleStatus",
    "Rules",
    "Vocabulary",
    "boolean_rule_variable",
    "numeric_rule_variable",
    "problems_of_rules",
    "rule_action",
    "run_examples",
    "select_multiple_rule_variable",
    "select_rule_variable",
    "string_rule_variable",
]
