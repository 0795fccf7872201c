"""What all our types share: missing values, the operators that go with them, and the check of constants."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from business_rules import operators
from business_rules.fields import FIELD_NO_INPUT, FIELD_SELECT_MULTIPLE, FIELD_TEXT

from opsrules.rules.types.references import other_named

if TYPE_CHECKING:
    F = TypeVar("F", bound=Callable[..., Any])

    class BaseType:
        """Base of all types of the library."""

        name: ClassVar[str]
        value: Any

        def __init__(self, value: object) -> None: ...

        @classmethod
        def get_all_operators(cls) -> list[dict[str, Any]]:
            """Name, label and input type of each operator."""
else:
    BaseType = operators.BaseType

__all__ = [
    "LISTED",
    "ExtendedType",
    "MeasuredType",
    "OwnType",
    "ValueMissing",
    "is_nothing",
    "listed",
    "operator",
]


LISTED = frozenset({"between", "is_one_of", "is_none_of"})
"""Operators whose constant is a list."""


class ValueMissing(ValueError):  # noqa: N818 - named as the table of errors shows it
    """A value that a comparison needs is missing; ask is_present before."""


def operator(input_type: str = FIELD_TEXT, label: str | None = None) -> Callable[[F], F]:
    """Mark a method as an operator that casts its constant itself."""
    marked: Callable[[F], F] = operators.type_operator(input_type, label, assert_type_for_arguments=False)
    return marked


def is_nothing(raw: object) -> bool:
    """Whether a value is missing: None or "" (asked so that pandas' NA, which has no truth, is left to fail)."""
    return raw is None or (isinstance(raw, str) and not raw)


class ExtendedType:
    """Mixed into a type of the library: operators that it lacks, for values of which some are missing.

    Attributes
    ----------
    others : object
        The row's variables, for constants written ``{variable: name}``.
    is_absent : bool
        Whether the value is None or "".
    """

    name: ClassVar[str]
    WANTED: ClassVar[str]  # a constant in words

    others: object
    is_absent: bool

    @classmethod
    @abstractmethod
    def cast(cls, raw: Any) -> Any:
        """Return a value or constant as it is compared, None when it is missing; raises when it is of another kind."""

    @classmethod
    def compares_with(cls, other: type) -> bool:
        """Whether a variable of type `other` may be named as the constant."""
        return issubclass(other, cls)

    def resolve(self, constant: Any) -> Any:
        """Return the value of the variable that a constant names; any other constant as it is.

        Raises
        ------
        LookupError
            If there is no such variable, or the types' own decorators were not used.
        """
        name = other_named(constant)
        if name is None:
            return constant
        method = getattr(self.others, name, None)
        if method is None or not getattr(method, "is_rule_variable", False):
            msg = f"no variable is called {name}, or the one compared with it was not declared as {self.name}"
            raise LookupError(msg)
        return method()

    @operator(FIELD_NO_INPUT)
    def is_missing(self) -> bool:
        """Whether there is no value."""
        return self.is_absent

    @operator(FIELD_NO_INPUT)
    def is_present(self) -> bool:
        """Whether there is a value."""
        return not self.is_absent

    @operator()
    def not_equal_to(self, constant: Any) -> bool:
        """Whether equal_to does not hold; a missing value is no answer where equal_to has none."""
        return not self.equal_to(constant)  # type: ignore[attr-defined]

    @operator(FIELD_SELECT_MULTIPLE)
    def is_one_of(self, constants: Sequence[Any]) -> bool:
        """Whether equal_to holds for one of a list; every one is asked, so that a wrong one is never passed over."""
        return any([self.equal_to(one) for one in listed(constants)])  # type: ignore[attr-defined]  # noqa: C419

    @operator(FIELD_SELECT_MULTIPLE)
    def is_none_of(self, constants: Sequence[Any]) -> bool:
        """Whether equal_to holds for none of a list."""
        return not self.is_one_of(constants)

    @classmethod
    def constant_fault(cls, asked: str, constant: Any) -> str | None:
        """Return what is wrong with a constant of the operator `asked`, whatever the rows; None when nothing is."""
        if asked in ("is_missing", "is_present"):
            return None
        if asked in LISTED:
            return cls._list_fault(asked, constant)
        return cls.one_fault(constant)

    @classmethod
    def one_fault(cls, constant: Any) -> str | None:
        """Return what is wrong with a constant, or with one of a list."""
        if other_named(constant) is not None:
            return None
        try:
            right = cls.cast(constant) is not None
        except (AssertionError, TypeError, ValueError, OverflowError):
            right = False
        return None if right else f"must be {cls.WANTED}"

    @classmethod
    def _list_fault(cls, asked: str, constants: Any) -> str | None:
        if asked == "between" and not (isinstance(constants, list | tuple) and len(constants) == 2):
            return "must be a list of two, the lower first"
        if not isinstance(constants, list | tuple) or not constants:
            return "must be a list"
        fault = next((fault for fault in map(cls.one_fault, constants) if fault), None)
        if fault or any(other_named(one) is not None for one in constants):
            return fault and f"must be a list in which each {fault}"
        return cls.set_fault(asked, [cls.cast(one) for one in constants])

    @classmethod
    def set_fault(cls, asked: str, constants: list[Any]) -> str | None:
        """Return what is wrong with right constants taken together."""
        return "must have the lower one first" if asked == "between" and constants[0] > constants[1] else None


def listed(constants: Any) -> Sequence[Any]:
    """Return a list as it is; raises TypeError for anything else, text among it."""
    if isinstance(constants, list | tuple):
        return constants
    msg = f"expected a list, got {type(constants).__name__}"
    raise TypeError(msg)


class OwnType(ExtendedType, BaseType):
    """Base of the types that the library has nothing like; a missing value has no answer but to is_missing."""

    def __init__(self, value: object, others: object = None) -> None:
        self.others = others
        self.value = self.cast(value)
        self.is_absent = self.value is None

    def both(self, constant: Any) -> tuple[Any, Any]:
        """Return the value and a constant as they are compared.

        Raises
        ------
        ValueMissing
            If one of them is missing.
        """
        other = self.cast(self.resolve(constant))
        if self.is_absent or other is None:
            msg = f"no {self.name} to compare" if self.is_absent else f"no {self.name} to compare with"
            raise ValueMissing(msg)
        return self.value, other

    @operator()
    def equal_to(self, constant: Any) -> bool:
        """Whether both are the same."""
        value, other = self.both(constant)
        return bool(value == other)


class MeasuredType(OwnType):
    """Base of the types whose values are more or less."""

    @operator()
    def greater_than(self, constant: Any) -> bool:
        """Whether it is more."""
        value, other = self.both(constant)
        return bool(value > other)

    @operator()
    def greater_than_or_equal_to(self, constant: Any) -> bool:
        """Whether it is as much or more."""
        value, other = self.both(constant)
        return bool(value >= other)

    @operator()
    def less_than(self, constant: Any) -> bool:
        """Whether it is less."""
        value, other = self.both(constant)
        return bool(value < other)

    @operator()
    def less_than_or_equal_to(self, constant: Any) -> bool:
        """Whether it is as much or less."""
        value, other = self.both(constant)
        return bool(value <= other)

    @operator(FIELD_SELECT_MULTIPLE)
    def between(self, ends: Sequence[Any]) -> bool:
        """Whether it is one of two ends or lies between them; an empty span holds nothing."""
        low, high = listed(ends)
        return all(
            [self.greater_than_or_equal_to(low), self.less_than_or_equal_to(high)]
        )  # both asked, as in is_one_of
