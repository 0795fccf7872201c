"""Rules in the language of business-rules over whole tables: checked, explained, tested."""

from opsrules.rules.binding import rowwise
from opsrules.rules.boundaries import boundary_rows
from opsrules.rules.certificate import Certificate
from opsrules.rules.check import Vocabulary
from opsrules.rules.coverage import undecided
from opsrules.rules.examples import ExampleFailure, example_coverage, run_examples
from opsrules.rules.frame import BoundFrame
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
from opsrules.rules.lint import Lint, LintFinding, LintKind
from opsrules.rules.model import Example, HitPolicy, Rule, RuleStatus
from opsrules.rules.result import Result, coverage_tables
from opsrules.rules.ruleset import Rules, problems_of_rules
from opsrules.rules.types import (
    CurrenciesDiffer,
    DateType,
    DurationType,
    MoneyType,
    NumberType,
    TextType,
    ValueMissing,
    date_rule_variable,
    duration_rule_variable,
    money_rule_variable,
    number_rule_variable,
    text_rule_variable,
)
from opsrules.rules.views.listing import condition_text, found_text
from opsrules.rules.views.why import Why
from opsrules.rules.views.wordbook import Wordbook
from opsrules.rules.whatif import FALLS_IN, FALLS_OUT, Backtest

__all__ = [
    "FALLS_IN",
    "FALLS_OUT",
    "Backtest",
    "BaseActions",
    "BaseVariables",
    "BoundFrame",
    "Certificate",
    "CurrenciesDiffer",
    "DateType",
    "DurationType",
    "Example",
    "ExampleFailure",
    "HitPolicy",
    "Lint",
    "LintFinding",
    "LintKind",
    "MoneyType",
    "NumberType",
    "Result",
    "Rule",
    "RuleStatus",
    "Rules",
    "TextType",
    "ValueMissing",
    "Vocabulary",
    "Why",
    "Wordbook",
    "boolean_rule_variable",
    "boundary_rows",
    "condition_text",
    "coverage_tables",
    "date_rule_variable",
    "duration_rule_variable",
    "example_coverage",
    "found_text",
    "money_rule_variable",
    "number_rule_variable",
    "numeric_rule_variable",
    "problems_of_rules",
    "rowwise",
    "rule_action",
    "run_examples",
    "select_multiple_rule_variable",
    "select_rule_variable",
    "string_rule_variable",
    "text_rule_variable",
    "undecided",
]
