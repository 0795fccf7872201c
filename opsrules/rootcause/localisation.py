"""What was found: the slices in which a change is concentrated, and what remains."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from opsrules.whys import told

__all__ = ["Localisation", "Slice", "told"]

Where = dict[Hashable, Any]


@dataclass(frozen=True)
class Slice:
    """One part of a table, told by conditions.

    Attributes
    ----------
    where : dict
        Dimension to value, all of which hold; a missing value is None.
    effect : float
        Change inside, of the rows that no earlier slice has: in the measure's unit; of ratios what it does to the whole
        ratio, -0.01 is a point less.
    share : float
        Effect over the change of everything; over 1, or below 0, where causes offset each other; NaN where that
        change is 0.
    rows : int
        Rows of the table that are inside.
    confidence : float
        1 less the chance that noise alone shows a slice as strong, anywhere in the table.
    equivalents : tuple of dict
        Other conditions that cover exactly the same rows, shortest first, 64 at most: the table cannot tell which of
        them it is.
    """

    where: Where
    effect: float
    share: float
    rows: int
    confidence: float
    equivalents: tuple[Where, ...] = ()


@dataclass(frozen=True, repr=False)
class Localisation:
    """Where a change is concentrated. This is not why it came about.

    Attributes
    ----------
    kind : str
        amount, count or ratio.
    dimensions : tuple
        Columns that were searched, by name.
    slices : tuple of Slice
        Strongest evidence first.
    actual, expected : float
        Of everything: sums, or for ratios good over total.
    unexplained : float
        Change of everything less the effects of all slices; of ratios this also holds what changed in the mix.
    reason : str
        Why there is no slice; "" where there is one.
    """

    kind: str
    dimensions: tuple[Hashable, ...]
    slices: tuple[Slice, ...]
    actual: float
    expected: float
    unexplained: float
    reason: str = ""

    @property
    def change(self) -> float:
        """Actual less expected, of everything."""
        return self.actual - self.expected

    def to_frame(self) -> pd.DataFrame:
        """One row a slice: a column a dimension (NaN where it is no condition), then effect, share, rows, confidence.

        `conditions` tells the slice in words, which also tells a missing value from no condition; `equivalents` how
        many others cover the same rows.
        """
        rows = [
            {"conditions": told(one.where)}
            | {name: one.where.get(name) for name in self.dimensions}
            | {"effect": one.effect, "share": one.share, "rows": one.rows, "confidence": one.confidence}
            | {"equivalents": len(one.equivalents)}
            for one in self.slices
        ]
        figures = {"effect": float, "share": float, "rows": int, "confidence": float, "equivalents": int}
        return pd.DataFrame(rows, columns=["conditions", *self.dimensions, *figures]).astype(figures)

    def __repr__(self) -> str:
        from opsrules.rootcause.view import as_text  # noqa: PLC0415 - the view knows what it shows

        return as_text(self)

    def _repr_html_(self) -> str:
        from opsrules.rootcause.view import as_markup  # noqa: PLC0415

        return str(as_markup(self))

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - Jupyter's protocol
        exclude: object = None,  # noqa: ARG002
    ) -> dict[str, str]:
        from opsrules.display.markup import MIME  # noqa: PLC0415

        html = self._repr_html_()
        return {MIME: html, "text/html": html, "text/plain": repr(self)}
