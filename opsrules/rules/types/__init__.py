"""Types beside the library's: days, spans of time, money, and its numbers and text with the operators they lack.

All are ordinary business_rules types, so that plain `run_all` runs the same rules. Every constant may be written
``{variable: name}`` to compare with another variable of the row. An answer depends on the value and the constant alone.
"""

from opsrules.rules.types.amounts import CurrenciesDiffer, DurationType, MoneyType
from opsrules.rules.types.base import ExtendedType, ValueMissing
from opsrules.rules.types.days import DateType
from opsrules.rules.types.references import other_named, variables_in, with_values
from opsrules.rules.types.variables import (
    Given,
    date_rule_variable,
    duration_rule_variable,
    money_rule_variable,
    number_rule_variable,
    text_rule_variable,
)
from opsrules.rules.types.words import NumberType, TextType

__all__ = [
    "CurrenciesDiffer",
    "DateType",
    "DurationType",
    "ExtendedType",
    "Given",
    "MoneyType",
    "NumberType",
    "TextType",
    "ValueMissing",
    "date_rule_variable",
    "duration_rule_variable",
    "money_rule_variable",
    "number_rule_variable",
    "other_named",
    "text_rule_variable",
    "variables_in",
    "with_values",
]
