"""Numbers picked out of texts, found once for each shape that the texts have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.readers.shapes import Shapes, shapes_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["cut_out", "picked"]


def picked(texts: pd.Series[str], before: str, number: str) -> pd.Series[str]:
    """Return the first text that matches `number` right behind one that matches `before`; "" where there is none.

    Parameters
    ----------
    texts : Series of str
    before, number : str
        Patterns of RE2 without groups. Neither may tell one of the digits 0 to 9 from another.
    """
    pattern = f"(?is)^(?P<before>.*?(?:{before}))(?P<number>{number})"
    shapes = shapes_of(texts)
    if shapes is None:
        return _groups(texts, pattern)[1].set_axis(texts.index)
    lead, found = _groups(shapes.cells, pattern)
    starts, sizes = (
        pc.binary_length(pa.array(one, type=pa.large_string(), from_pandas=True)).to_numpy() for one in (lead, found)
    )
    return cut_out(shapes, starts, sizes).set_axis(texts.index)


def _groups(texts: pd.Series[str] | pa.Array, pattern: str) -> list[pd.Series[str]]:
    found = pc.extract_regex(pa.array(texts, type=pa.large_string(), from_pandas=True), pattern)
    parts = (pc.fill_null(pc.struct_field(found, name), "") for name in ("before", "number"))
    return [pd.Series(part.to_pandas(), dtype="str") for part in parts]


def cut_out(
    shapes: Shapes, starts: npt.NDArray[np.integer[Any]], sizes: npt.NDArray[np.integer[Any]]
) -> pd.Series[str]:
    """Return what stands in each text behind the first byte and for as many as are given for its shape."""
    firsts = shapes.signs.ends[:-1] + starts[shapes.codes]
    ends = np.append(0, np.cumsum(sizes[shapes.codes]))
    at = np.arange(ends[-1]) + np.repeat(firsts - ends[:-1], np.diff(ends))
    data = shapes.signs.data[at]
    cells = pa.LargeStringArray.from_buffers(len(firsts), pa.py_buffer(ends), pa.py_buffer(data))
    column: pd.Series[str] = cells.to_pandas().astype("str")
    return column
