"""How one file writes its amounts, told by all of them together.

Decimal sign: a format's own is kept unless the whole file plainly uses the other one. A file is read with decimal
commas only if no amount in it holds a point, every amount with a comma is digits, comma, digits, and one of them has
other than three digits after it. ``1,234`` alone can be read in two ways: it decides nothing and stays unreadable.

A format with local styles is read in the one that reads most of the file's amounts, the format's own among equals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.money import NumberStyle, readable
from opsrules.readers.digits import are_figures
from opsrules.readers.layout import Layout
from opsrules.readers.shapes import Shapes, shapes_of
from opsrules.signs import signs_of

__all__ = ["COMMA", "INDIAN", "POINT", "SIGNS", "SPACE", "SPREADSHEET", "SWISS", "style_of"]

POINT = NumberStyle(grouping=",", typographic_minus=True)
"""``1,234.56``"""
COMMA = NumberStyle(decimal=",", grouping=".", typographic_minus=True)
"""``1.234,56``"""
SPACE = NumberStyle(decimal=",", grouping=" ", typographic_minus=True)
"""``1 234,56``, with a plain blank or one that does not break."""
SWISS = NumberStyle(grouping="'", typographic_minus=True)
"""``1'234.56``"""
INDIAN = NumberStyle(grouping=",", indian=True, typographic_minus=True)
"""``12,34,567.89`` and ``1,234.56``"""

SIGNS = (
    "US$",
    "CA$",
    "AU$",
    "NZ$",
    "HK$",
    "MX$",
    "R$",
    "S$",
    "C$",
    "A$",
    "$",
    "\u20ac",
    "\u00a3",
    "\u00a5",
    "\u20b9",
    "z\u0142",
    "kr",
)
"""Currency signs that exports and spreadsheets put beside figures."""

SPREADSHEET = tuple(replace(style, symbols=SIGNS, parentheses=True) for style in (POINT, COMMA, SPACE))
"""What a spreadsheet makes of amounts: currency signs, thousands, minus as parentheses."""


def style_of(amounts: Iterable[pd.Series[str]], layout: Layout) -> NumberStyle:
    """Return the style in which a file's amounts are to be read."""
    if layout.local_styles:
        amounts = list(amounts)
        if all(are_figures(texts, layout.style.decimal) for texts in amounts):
            return layout.style
        return _most_readable([shapes for texts in amounts if (shapes := shapes_of(texts))], layout)
    return _either_sign(amounts, layout.style) if layout.either_sign else layout.style


def _most_readable(amounts: list[Shapes], layout: Layout) -> NumberStyle:
    if not amounts:
        return layout.style
    texts: pd.Series[str] = pa.concat_arrays([shapes.cells for shapes in amounts]).to_pandas()
    counts = np.concatenate([shapes.counts for shapes in amounts])
    size = counts[(texts.str.strip() != "").to_numpy(dtype=bool)].sum()
    best, most = layout.style, -1
    for style in (layout.style, *layout.local_styles):
        read = counts[readable(texts, style)].sum()
        if read > most:
            best, most = style, read
        if most == size:
            break
    return best


def _either_sign(amounts: Iterable[pd.Series[str]], style: NumberStyle) -> NumberStyle:
    decided = False
    for texts in amounts:
        signs = signs_of(texts)
        if signs is not None and (signs.data == ord(".")).any():
            return style
        shapes = shapes_of(texts)
        cells = pa.array([], pa.large_string()) if shapes is None else shapes.cells
        marked = cells.filter(pc.match_substring_regex(cells, "[.,]"))
        if not pc.all(pc.match_substring_regex(marked, r"^\s*[+-]?[0-9]+,[0-9]+\s*$"), min_count=0).as_py():
            return style
        decided |= not pc.all(pc.match_substring_regex(marked, r",[0-9]{3}\s*$"), min_count=0).as_py()
    return replace(style, decimal=",") if decided else style
