"""What to match and how, as data: ordered passes over two tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["KeyPass", "NearPass", "Spec", "WindowPass", "tolerances"]


@dataclass(frozen=True)
class KeyPass:
    """Rows with the same key and currency match when their sums agree: one to one, one to many, many to many.

    When the sums differ and one row on the right alone equals the left sum, that row matches - the earliest, when
    several do - and the others stay open as *extra*; otherwise all rows of the key stay open as *differs*.

    Attributes
    ----------
    rule : str
        Name that explanations show.
    tolerance_minor : int
        Largest difference of the sums, in minor units, that still matches.
    currency : str
        The tolerance is told in this currency and holds for it alone; "" means for every one.
    """

    rule: str = "same_key"
    tolerance_minor: int = 0
    currency: str = ""


@dataclass(frozen=True)
class WindowPass:
    """Rows with equal tag, currency and amount match when the days fit and each is the other's only candidate.

    Rows with more than one candidate are *ambiguous*: row order never settles it.

    Attributes
    ----------
    rule : str
    days : mapping of str to (int, int)
        By tag: first and last day after the left row's day on which the right row may stand.
    tolerance_minor, currency : int, str
        Amounts this far apart still count as equal, in this currency alone; "" means in every one.
    """

    rule: str = "amount_and_days"
    days: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tolerance_minor: int = 0
    currency: str = ""


@dataclass(frozen=True)
class NearPass:
    """Pairs what is left by tag, currency and days alone, each the other's only candidate, amounts apart.

    Such a pair is never a match: both rows stay open as *differs*, so that a payout which arrived short is told from
    one that never arrived.

    Attributes
    ----------
    rule : str
    days : mapping of str to (int, int)
        As in `WindowPass`.
    most_apart : int
        The difference may be at most the left amount divided by this.
    """

    rule: str = "days_only"
    days: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    most_apart: int = 2


@dataclass(frozen=True)
class Spec:
    """How one leg is matched.

    Attributes
    ----------
    account, leg : str
        Go into the ids of the items.
    passes : tuple
        Run in order; each sees only what the ones before left open.
    """

    account: str
    leg: str
    passes: tuple[KeyPass | WindowPass | NearPass, ...] = (KeyPass(),)


def tolerances(spec: KeyPass | WindowPass, currencies: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Tolerance of a pass for rows in each of these currencies."""
    within = np.full(len(currencies), spec.currency == "") | (currencies == spec.currency)
    return np.where(within, spec.tolerance_minor, 0)
