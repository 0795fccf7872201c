"""What moved a figure? A waterfall from the figure before to the figure after, one bar an effect."""

from __future__ import annotations

import math

from markupsafe import Markup

from opsrules.report.charts.waterfall import Step, waterfall
from opsrules.rootcause import Drivers

__all__ = ["driver_steps", "driver_waterfall"]

_PERCENT = "%"


def driver_steps(found: Drivers) -> tuple[Step, ...]:
    """The lines of the waterfall in whole hundredths of a percent, or minor units for an amount; they add up.

    Each effect is rounded down and the largest remainders up, so that what is shown leads from the one total to the
    other.
    """
    scale = 10_000 if found.kind == "rate" else 1
    first, *moved, last = found.steps
    start, end = (round(one.value * scale) for one in (first, last))
    values = [one.value * scale for one in moved]
    whole = [math.floor(value) for value in values]
    left = end - start - sum(whole)
    by_rest = sorted(range(len(values)), key=lambda place: whole[place] - values[place])
    for place in by_rest[: max(left, 0)]:
        whole[place] += 1
    for place in reversed(by_rest[left:] if left < 0 else ()):
        whole[place] -= 1
    steps = (Step(one.label, value, "step") for one, value in zip(moved, whole, strict=True))
    return (Step(first.label, start, "total"), *steps, Step(last.label, end, "total"))


def driver_waterfall(found: Drivers, alt: str, currency: str = "") -> Markup:
    """Both drawings of the split of a change.

    Parameters
    ----------
    found : Drivers
    alt : str
        Alternative text of both.
    currency : str
        Of an amount; a rate is shown in percent.
    """
    return waterfall(alt, driver_steps(found), currency if found.kind == "amount" else _PERCENT)
