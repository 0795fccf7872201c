"""Why: the table of what became of one row's conditions, shown as a tree."""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd

from opsrules.rules.views.listing import row_text
from opsrules.rules.views.row import row_tree
from opsrules.rules.views.told import Told
from opsrules.rules.views.view import as_html, bundle

__all__ = ["Why"]


class Why(pd.DataFrame):
    """A table like any other that shows itself as the tree it was made from.

    Whatever is made of it - a selection, a copy, a sum - is a plain table and shows as one; so does itself once its
    columns or rows were changed in place.
    """

    _told: Told | None = None
    _shape: tuple[int, int] = (0, 0)
    _internal_names: ClassVar[list[str]] = [*pd.DataFrame._internal_names, "_told", "_shape"]  # type: ignore[attr-defined]
    _internal_names_set: ClassVar[set[str]] = set(_internal_names)

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    @classmethod
    def of(cls, table: pd.DataFrame, told: Told) -> Why:
        """Return the table as one that shows `told`."""
        why = cls(table)
        why._told, why._shape = told, table.shape
        return why

    @property
    def _shown(self) -> Told | None:
        return self._told if self.shape == self._shape else None

    def __repr__(self) -> str:
        return row_text(self._shown) if self._shown else super().__repr__()

    def _repr_html_(self) -> str | None:
        if self._shown:
            return as_html(row_tree(self._shown))
        plain: str | None = pd.DataFrame(self)._repr_html_()  # type: ignore[operator]
        return plain

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:  # noqa: ARG002 - Jupyter's protocol
        return bundle(row_tree(self._shown), row_text(self._shown)) if self._shown else {}
