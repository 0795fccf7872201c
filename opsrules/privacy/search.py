"""Which texts of a column may hold a secret: none that holds one is missed, and few others are named.

Card and account numbers are tested wholly, check digits included; contacts by their signs and groups of digits. What is
named is then read text by text (`opsrules.privacy.text`), which alone decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.privacy.card_search import cards
from opsrules.privacy.contact_search import emails, phones
from opsrules.privacy.iban_search import ibans
from opsrules.privacy.pieces import Piece, pieces
from opsrules.terms import Secret

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["suspects"]

_SEARCHES: dict[Secret, Callable[[Piece], npt.NDArray[np.int64]]] = {
    Secret.CARD: cards,
    Secret.IBAN: ibans,
    Secret.EMAIL: emails,
    Secret.PHONE: phones,
}


def suspects(texts: pd.Series[str], kinds: Collection[Secret]) -> dict[Secret, npt.NDArray[np.int64]]:
    """Positions of the texts that may hold secrets, in order, by kind of secret."""
    found: dict[Secret, list[npt.NDArray[np.int64]]] = {kind: [] for kind in kinds}
    for piece in pieces(texts):
        for kind in kinds:
            at = _SEARCHES[kind](piece)
            if at.size:
                found[kind].append(piece.rows(at))
    return {kind: np.concatenate(parts) for kind, parts in found.items() if parts}
