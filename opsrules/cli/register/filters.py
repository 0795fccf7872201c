"""From what was typed to what the register is asked; amounts as decimal text, exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

import pandas as pd

from opsrules.cli.register.options import Asked
from opsrules.errors import UsageError
from opsrules.money import exponent, is_currency, parse_minor
from opsrules.parameters.nearest import hint
from opsrules.register.model import Where
from opsrules.terms import BreakClass, Desk, FindingStatus, RejectReason, Severity

__all__ = ["minor_of", "where_of"]

_T = TypeVar("_T", bound=StrEnum)
_ALL = "all"
_NOBODY = "none"


def where_of(asked: Asked, ids: Sequence[str] = (), usual: Sequence[FindingStatus] = ()) -> Where:
    """Return what the register is asked.

    Parameters
    ----------
    asked : Asked
    ids : sequence of str
        Findings by their first signs; with them every status is meant unless one is asked for.
    usual : sequence of FindingStatus
        Statuses that are meant when none is asked for and no finding is named.

    Raises
    ------
    UsageError
        For words that are none of the known ones, amounts that are none, spans that hold nothing.
    """
    low, high = (
        minor_of(text, asked.currency, name) if text else None
        for name, text in (("--min-amount", asked.min_amount), ("--max-amount", asked.max_amount))
    )
    _hold_span("--min-age", asked.min_age, "--max-age", asked.max_age)
    _hold_span("--min-amount", low, "--max-amount", high)
    if asked.currency and not is_currency(asked.currency):
        msg = f"--currency {asked.currency!r} is no ISO 4217 code; write one such as EUR"
        raise UsageError(msg)
    short = next((one for one in ids if len(one.strip()) < 4), None)
    if short is not None:
        msg = f"finding {short!r} is too short to mean one; give at least four of its first signs"
        raise UsageError(msg)
    return Where(
        finding_ids=tuple(dict.fromkeys(one.strip().lower() for one in ids)),
        accounts=tuple(asked.account or ()),
        desks=_terms(Desk, "--desk", asked.desk),
        classes=_terms(BreakClass, "--class", asked.break_class),
        owners=tuple("" if one == _NOBODY else one for one in asked.owner or ()),
        statuses=_statuses(asked.status, tuple(FindingStatus) if ids else tuple(usual)),
        severities=_terms(Severity, "--severity", asked.severity),
        min_age_days=asked.min_age,
        max_age_days=asked.max_age,
        min_minor=low,
        max_minor=high,
        currency=asked.currency,
    )


def minor_of(text: str, currency: str, option: str) -> int:
    """Return the minor units of a figure without sign, typed in main units.

    Raises
    ------
    UsageError
        If it is none, or no currency says how many decimals it has.

    Examples
    --------
    >>> minor_of("1204.30", "EUR", "--min-amount"), minor_of("500", "JPY", "--min-amount")
    (120430, 500)
    """
    if not currency:
        msg = f"{option} {text} needs --currency, as currencies are never compared; add one such as EUR"
        raise UsageError(msg)
    if not is_currency(currency):
        msg = f"--currency {currency!r} is no ISO 4217 code; write one such as EUR"
        raise UsageError(msg)
    minor, reason = parse_minor(pd.Series([text], dtype="str"), currency)
    if reason[0]:
        why = RejectReason(reason[0]).words().lower()
        form = f"a figure with at most {exponent(currency)} decimals"
        msg = f"{option} {text!r} is no amount in {currency} ({why}); write {form}"
        raise UsageError(msg)
    if minor[0] < 0:
        msg = f"{option} {text} has a sign; sizes are compared without one, so write it without"
        raise UsageError(msg)
    return int(minor[0])


def _statuses(given: Iterable[str] | None, usual: tuple[FindingStatus, ...]) -> tuple[FindingStatus, ...]:
    asked = tuple(given or ())
    if _ALL in asked:
        return tuple(FindingStatus)
    return _terms(FindingStatus, "--status", asked, more=(_ALL,)) or usual


def _terms(kind: type[_T], option: str, given: Iterable[str] | None, more: Sequence[str] = ()) -> tuple[_T, ...]:
    known = [one.value for one in kind]
    every = [one.lower().replace("-", "_") for one in given or ()]
    for one in every:
        if one not in known:
            msg = f"{option} {one!r} is not known; {hint(one, [*known, *more])}"
            raise UsageError(msg)
    return tuple(kind(one) for one in every)


def _hold_span(low_name: str, low: int | None, high_name: str, high: int | None) -> None:
    if low is not None and high is not None and low > high:
        msg = f"{low_name} is more than {high_name}, so nothing fits; turn them around"
        raise UsageError(msg)
