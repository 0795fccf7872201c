"""Numbers for words of which a column has few: currencies, tags, exclusions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.signs import pieces_of, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Small = npt.NDArray[np.int32]

__all__ = ["labelled"]

_WORD = 8


def labelled(*columns: pd.Series[str]) -> tuple[_Small, list[str]]:
    """Number of each row's word, one column behind the other, and the words in order."""
    parts = [_codes(column) for column in columns]
    words = sorted({word for _, found in parts for word in found})
    place = {word: at for at, word in enumerate(words)}
    numbers = [np.array([place[word] for word in found], dtype=np.int32)[codes] for codes, found in parts]
    return np.concatenate([np.zeros(0, dtype=np.int32), *numbers]), words


def _codes(column: pd.Series[str]) -> tuple[npt.NDArray[np.intp], Sequence[str]]:
    """A number for each row, and the word of each number that is used; a missing word is an empty one."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, found = pd.factorize(column.cat.codes.to_numpy())
        names = [*column.cat.categories.astype("str"), ""]
        return codes, [names[at] for at in found]
    pieces = pieces_of(column.astype("str"))
    if len(pieces) == 1:
        signs = signs_of(pieces[0])
        if signs is not None and not len(signs.data):
            return np.zeros(len(column), dtype=np.intp), [""]
        width = signs.width if signs else 0
        if signs and 0 < width <= _WORD:
            return _short(signs.data, width)
    coded = pa.chunked_array(pieces, type=pa.large_string()).fill_null("").combine_chunks().dictionary_encode()
    return coded.indices.to_numpy(), coded.dictionary.to_pylist()


def _short(data: npt.NDArray[np.uint8], width: int) -> tuple[npt.NDArray[np.intp], Sequence[str]]:
    """Words of one width, each read as one number."""
    padded = np.concatenate([data, np.zeros(_WORD, dtype=np.uint8)])
    words = np.ndarray(len(data) // width, dtype="<u8", buffer=padded, strides=(width,)) & np.uint64(
        (1 << 8 * width) - 1
    )
    codes, found = pd.factorize(words)
    return codes, [int(word).to_bytes(width, "little").decode() for word in found]
