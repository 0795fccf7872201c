"""How many examples a proposal needs, and what is said where there are fewer."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WANTED", "Short"]

WANTED = 3
"""Examples that a proposal is made from at the least; ours."""


@dataclass(frozen=True)
class Short:
    """Why something was not proposed.

    Attributes
    ----------
    kind : str
        Of the proposal that there might have been.
    examples : int
    why : str
    """

    kind: str
    examples: int
    why: str
