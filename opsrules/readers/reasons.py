"""Why the cells of a column cannot be read: one reason a row, which nearly always is none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["is_clean", "no_reasons"]

_NONE = np.array("", dtype=object)


def no_reasons(size: int) -> npt.NDArray[np.object_]:
    """Return "" for each of so many rows: one cell that stands for all of them, and cannot be written to."""
    return np.broadcast_to(_NONE, size)


def is_clean(reasons: npt.NDArray[np.object_]) -> bool:
    """Whether these are `no_reasons`; others may turn out to be "" throughout as well."""
    return reasons.strides == (0,)
