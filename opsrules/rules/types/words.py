"""The library's own numbers and text with the operators that they lack."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from business_rules import operators
from business_rules.fields import FIELD_SELECT_MULTIPLE, FIELD_TEXT

from opsrules.rules.regex import regex_fault, regex_holds
from opsrules.rules.types.base import BaseType, ExtendedType, is_nothing, listed, operator
from opsrules.rules.types.references import other_named

if TYPE_CHECKING:

    class NumericType(BaseType):
        """Numbers, as the library has them."""

        def greater_than_or_equal_to(self, other_numeric: Any) -> bool:
            """Whether it is greater, or equal within the library's epsilon."""

        def less_than_or_equal_to(self, other_numeric: Any) -> bool:
            """Whether it is less, or equal within the library's epsilon."""

    class StringType(BaseType):
        """Text, as the library has it."""

        def matches_regex(self, regex: Any) -> bool:
            """Whether the pattern is found in it."""
else:
    from business_rules.operators import NumericType, StringType

__all__ = ["NumberType", "TextType"]


class NumberType(ExtendedType, NumericType):
    """A number as the library has it, or none: None and "" are missing.

    Inherited operators are the library's own, with its epsilon of 0.000001: 10 is not greater than 9.999999. The added
    ones are made of them. On a missing value all but is_missing and is_present raise AssertionError, as the library
    does on None.
    """

    name = "number"
    WANTED = "a finite number"

    def __init__(self, value: object, others: object = None) -> None:
        self.others = others
        self.is_absent = is_nothing(value)
        self._number: Decimal | None = (
            None if self.is_absent else operators.NumericType._assert_valid_value_and_cast(value)
        )

    @property
    def value(self) -> Decimal:
        """The number.

        Raises
        ------
        AssertionError
            If it is missing.
        """
        if self._number is None:
            msg = "None is not a valid numeric type."
            raise AssertionError(msg)
        return self._number

    def _assert_valid_value_and_cast(self, value: Any) -> Decimal:
        # The library calls this on every constant.
        number: Decimal = operators.NumericType._assert_valid_value_and_cast(self.resolve(value))
        return number

    @classmethod
    def cast(cls, raw: Any) -> Decimal | None:
        """Return a written constant as it is compared; raises when it is no finite number."""
        number: Decimal = operators.NumericType._assert_valid_value_and_cast(raw)
        if isinstance(raw, bool) or not number.is_finite():
            msg = f"{raw!r} is no finite number"
            raise TypeError(msg)
        return number

    @classmethod
    def compares_with(cls, other: type) -> bool:
        """Whether a variable of type `other` may be named as the constant: any number."""
        return issubclass(other, operators.NumericType)

    @operator(FIELD_SELECT_MULTIPLE)
    def between(self, ends: Sequence[Any]) -> bool:
        """Whether it is one of two ends, within the epsilon, or lies between them."""
        low, high = listed(ends)
        return all([self.greater_than_or_equal_to(low), self.less_than_or_equal_to(high)])  # both asked


class TextType(ExtendedType, StringType):
    """Text as the library has it; None and "" are missing, and as there count as "" in every comparison.

    ``matches_regex`` takes time linear in the text, whoever runs the rule.
    """

    name = "text"
    WANTED = "text"

    def __init__(self, value: object, others: object = None) -> None:
        self.others = others
        self.value = operators.StringType._assert_valid_value_and_cast(self, value)
        self.is_absent = not self.value

    def _assert_valid_value_and_cast(self, value: Any) -> str:
        # The library calls this on every constant.
        text: str = operators.StringType._assert_valid_value_and_cast(self, self.resolve(value))
        return text

    @classmethod
    def cast(cls, raw: Any) -> str | None:
        """Return a written constant as it is compared; raises when it is no text."""
        if not isinstance(raw, str):
            msg = f"{raw!r} is no text"
            raise TypeError(msg)
        return raw

    @classmethod
    def compares_with(cls, other: type) -> bool:
        """Whether a variable of type `other` may be named as the constant: any text."""
        return issubclass(other, operators.StringType)

    @operator(FIELD_TEXT, label="Matches Regex")
    def matches_regex(self, regex: Any) -> bool:
        """Whether the pattern is found in it, as re.search tells.

        Raises
        ------
        RegexRefused
            For a pattern that cannot be judged in linear time.
        """
        return regex_holds(self._assert_valid_value_and_cast(regex), self.value)

    @classmethod
    def constant_fault(cls, asked: str, constant: Any) -> str | None:
        """Return what is wrong with a constant."""
        if asked == "non_empty":
            return None
        if asked != "matches_regex":
            return super().constant_fault(asked, constant)
        if other_named(constant) is not None:
            return "must be a pattern, not a variable"
        return cls.one_fault(constant) or regex_fault(constant)
