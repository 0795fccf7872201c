"""Changes of an account's file: the account as it would be, and the lines that make it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsrules.desks.reconciliation.passes import passes_of
from opsrules.parameters import Account
from opsrules.parameters.matching import Match, Matches
from opsrules.parameters.model import PayoutRule
from opsrules.reconcile import Patterns
from opsrules.sources.yaml_text import scalar
from opsrules.terms import Leg

__all__ = ["Change", "bounded", "described", "left_out_methods", "longer", "patterned", "widened"]

_RULE = "reference_pattern"


@dataclass(frozen=True)
class Change:
    """A key of the account's file with its new value, which takes the place of what stands there.

    Attributes
    ----------
    key : str
        matching, payouts or never_at_processor.
    value : list or mapping
        Plain values.
    """

    key: str
    value: Any

    def of(self, account: Account) -> Account:
        """Return the account as it would be."""
        made: dict[str, Callable[[Any], Any]] = {
            "matching": Matches.model_validate,
            "payouts": lambda rules: tuple(PayoutRule.model_validate(one) for one in rules),
            "never_at_processor": tuple,
        }
        return account.model_copy(update={self.key: made[self.key](self.value)})

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines of YAML, fit to take the place of the key in the account's file."""
        return tuple(_lines(self.key, self.value))


def _lines(key: str, value: Any) -> Iterator[str]:
    yield f"{key}:"
    if isinstance(value, Mapping):
        for leg, passes in value.items():
            yield f"  {leg}:"
            yield from (f"    - {_flow(one)}" for one in passes)
    else:
        yield from (f"  - {_flow(one)}" for one in value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return scalar(value)


def patterned(account: Account, patterns: Patterns) -> Change:
    """Both legs of orders with one pass more: keys by what the patterns take out of them.

    It stands before the last pass by key, which tells what has one key and does not agree.
    """
    told = {"left_pattern": patterns.left, "right_pattern": patterns.right, "without": patterns.without}
    one = {name: text for name, text in told.items() if text}

    def added(passes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = {known.get("rule", known["match"]) for known in passes}
        number = next(number for number in range(1, len(passes) + 2) if _numbered(number) not in names)
        new = {"match": "key", "rule": _numbered(number), **one}
        at = max((at for at, known in enumerate(passes) if known["match"] == "key"), default=0)
        return [*passes[:at], new, *passes[at:]]

    return _matching(account, {Leg.ORDERS_CHARGES: added, Leg.ORDERS_REFUNDS: added})


def _numbered(number: int) -> str:
    return _RULE if number == 1 else f"{_RULE}_{number}"


def bounded(account: Account, leg: Leg, rule: str, minor: int) -> Change:
    """One pass of a leg with a tolerance."""
    return _told(account, leg, {rule}, tolerance_minor=minor)


def longer(account: Account, leg: Leg, rules: set[str], days: tuple[int, int]) -> Change:
    """Passes of a leg with other days."""
    return _told(account, leg, rules, days=days)


def _told(account: Account, leg: Leg, rules: set[str], **values: Any) -> Change:
    def changed(passes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one | values if one.get("rule", one["match"]) in rules else one for one in passes]

    return _matching(account, {leg: changed})


_Passes = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def _matching(account: Account, changes: Mapping[Leg, _Passes]) -> Change:
    """The whole of `matching`: legs that the account tells, and those that change."""
    value = {}
    for leg in Leg:
        if leg in changes or getattr(account.matching, leg.value) is not None:
            passes = [_plain(one) for one in passes_of(account, leg)]
            value[leg.value] = changes[leg](passes) if leg in changes else passes
    return Change("matching", value)


def _plain(one: Match) -> dict[str, Any]:
    return one.model_dump(exclude_unset=True, exclude_none=True)


def widened(account: Account, processor: str, days: tuple[int, int]) -> Change:
    """The rules of a processor's payouts with other days."""
    rules = [_rule(one) | ({"days": days} if one.processor == processor else {}) for one in account.payouts]
    return Change("payouts", rules)


def described(account: Account, processor: str, descriptor: str, days: tuple[int, int]) -> Change:
    """One more descriptor of a processor's payouts, behind those that are told."""
    new = {"processor": processor, "descriptor": descriptor, "days": days}
    return Change("payouts", [*(_rule(one) for one in account.payouts), new])


def _rule(one: PayoutRule) -> dict[str, Any]:
    return {"processor": one.processor, "descriptor": one.descriptor, "days": one.days}


def left_out_methods(account: Account, method: str) -> Change:
    """One more payment method that never reaches a processor."""
    return Change("never_at_processor", [*account.never_at_processor, method])
