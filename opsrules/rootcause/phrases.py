"""Figures, changes and effects of measures in words."""

from __future__ import annotations

import math

from opsrules.money import format_amount
from opsrules.rootcause.measures import Kind, Measure

__all__ = ["change_of", "confidence_of", "effect_of", "figure_of", "share_of", "signed"]

_MINUS = "\u2212"


def figure_of(measure: Measure, currency: str, value: float) -> str:
    """A figure: an amount with its currency, a count, or a share in percent."""
    if math.isnan(value):
        return "no cases"
    if measure.kind is Kind.AMOUNT:
        return format_amount(round(value), currency)
    return f"{100 * value:.2f}%" if measure.kind is Kind.RATIO else f"{round(value):,}"


def change_of(measure: Measure, currency: str, change: float, expected: float) -> str:
    """A change with its sign: points of a share; of the others also the percent of what was to be expected."""
    if math.isnan(change):
        return "not known"
    if measure.kind is Kind.RATIO:
        return f"{signed(100 * change, 2)} points"
    exact = _money(round(change), currency) if measure.kind is Kind.AMOUNT else signed(change, 0)
    return f"{exact} ({signed(100 * change / expected, 1)}%)" if expected > 0 else exact


def effect_of(measure: Measure, currency: str, effect: float) -> str:
    """An effect of a slice with its sign; of a ratio of money or events it is that of the upper sum."""
    if measure.nested:
        return f"{signed(100 * effect, 2)} points"
    return _money(round(effect), currency) if measure.money else signed(effect, 1)


def share_of(share: float) -> str:
    """A share of a change in percent with its sign, none where nothing changed."""
    return "none" if math.isnan(share) else f"{signed(100 * share, 0)}%"


def confidence_of(confidence: float) -> str:
    """A confidence in percent; nothing is certain."""
    return "over 99.9%" if confidence > 0.999 else f"{100 * confidence:.1f}%"


def signed(value: float, places: int) -> str:
    """A number with its sign, none where it is zero as shown.

    Examples
    --------
    >>> signed(12.34, 1), signed(-0.04, 1)
    ('+12.3', '0.0')
    """
    text = f"{abs(value):,.{places}f}"
    sign = "" if not float(text.replace(",", "")) else _MINUS if value < 0 else "+"
    return sign + text


def _money(minor: int, currency: str) -> str:
    sign = _MINUS if minor < 0 else "+" if minor else ""
    return f"{sign}{format_amount(abs(minor), currency)}"
