"""How an account's legs are matched, as its file says: passes in order, checked value by value."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from opsrules.captures import capture_fault, left_out_fault
from opsrules.parameters.kinds import Allowance, Many, Text, refuse, two_days
from opsrules.parameters.scalars import shown

__all__ = ["Match", "Matches"]

_WORDS = {
    "key": ("spelling", "many", "tolerance_minor", "days", "left_pattern", "right_pattern", "without"),
    "amount_and_days": ("tolerance_minor", "days", "confirms"),
    "sum_of_two": ("two_on", "days", "most_pairs"),
    "days_only": ("days", "most_apart"),
}
"""What each way to match can be told, besides its rule's name."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _fitting(value: str) -> str:
    if fault := capture_fault(value):
        raise refuse(f"{fault}, got {shown(value)}", 'write "^SHOP-([0-9]+)$", for instance')
    return value


def _left_out(value: str) -> str:
    if fault := left_out_fault(value):
        raise refuse(fault, 'write "-", for instance')
    return value


_Pattern = Annotated[Text, AfterValidator(_fitting)]
_LeftOut = Annotated[Text, AfterValidator(_left_out)]


class Match(_Part):
    """One pass over what the passes before left free; see `opsrules.reconcile.spec` for what each does.

    Attributes
    ----------
    match : str
        ``key``, ``amount_and_days``, ``sum_of_two`` or ``days_only``.
    rule : str or None
        The name that explanations show; None means that of `match`. Each pass of a leg needs one of its own.
    days : tuple of int or None
        First and last day after the left row on which the right one may stand. None means the days that the account
        declares for each processor's payouts, and for keys any day.
    tolerance_minor : int or None
        In the account's currency; None means the account's tolerance for the leg.
    left_pattern, right_pattern, without : str or None
        As in `opsrules.reconcile.Patterns`: what is taken out of the references of each side, in their normal spelling.
    spelling, many, confirms, two_on, most_pairs, most_apart
        As in `opsrules.reconcile.spec`, whose defaults hold for None.
    """

    match: Literal["key", "amount_and_days", "sum_of_two", "days_only"]
    rule: Text | None = None
    days: Annotated[tuple[int, int] | None, BeforeValidator(two_days)] = None
    tolerance_minor: Allowance | None = None
    spelling: Literal["exact", "normalised"] | None = None
    left_pattern: _Pattern | None = None
    right_pattern: _Pattern | None = None
    without: _LeftOut | None = None
    many: bool | None = None
    confirms: bool | None = None
    two_on: Literal["left", "right"] | None = None
    most_pairs: Annotated[int, Field(ge=1)] | None = None
    most_apart: Annotated[int, Field(ge=1)] | None = None

    @property
    def name(self) -> str:
        """Name that explanations show."""
        return self.rule or self.match

    @property
    def is_patterned(self) -> bool:
        """Whether keys are compared by what is taken out of them."""
        return any(one is not None for one in (self.left_pattern, self.right_pattern, self.without))

    @model_validator(mode="after")
    def _only_its_own(self) -> Self:
        known = ("match", "rule", *_WORDS[self.match])
        for name in sorted(self.model_fields_set):
            if name not in known:
                raise refuse(f"must say nothing of {name} where match is {self.match}", f"it takes {', '.join(known)}")
        if self.spelling == "exact" and self.is_patterned:
            raise refuse("must say nothing of spelling: exact where patterns are told", "leave spelling out")
        return self


def _told_apart(passes: tuple[Match, ...] | None) -> tuple[Match, ...] | None:
    names = [one.name for one in passes or ()]
    for name in names:
        if names.count(name) > 1:
            raise refuse(
                f"must have a name of its own for each pass, got {name} twice", "write rule: with another name"
            )
    return passes


_Passes = Annotated[Annotated[Many[Match], Field(min_length=1)] | None, AfterValidator(_told_apart)]


class Matches(_Part):
    """Passes of each leg; a leg that is left out has the shipped ones."""

    orders_charges: _Passes = None
    orders_refunds: _Passes = None
    lines_payouts: _Passes = None
    payouts_bank: _Passes = None
