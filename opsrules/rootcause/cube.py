"""Sums over every slice of a table at once: a cube whose axes each carry one more place, for "any value"."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Block", "Floats", "Ints", "Mask", "any_value", "block_of", "conditions", "extended"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Block:
    """Some dimensions whose every combination of values has a cell of its own.

    Attributes
    ----------
    axes : tuple of int
        Dimensions, by their place in the table.
    shape : tuple of int
        How many values each has.
    cells : array of int
        Of each leaf its cell.
    kept : tuple of (array of int or None)
        Of each axis the value behind each place, where only some values kept a place; the last place is then all the
        others together (-1), which is no slice. None: every value has its own.
    """

    axes: tuple[int, ...]
    shape: tuple[int, ...]
    cells: Ints
    kept: tuple[Ints | None, ...]

    @property
    def sums_shape(self) -> tuple[int, ...]:
        """Shape of the extended cube."""
        return tuple(size + 1 for size in self.shape)

    def sums(self, values: Floats) -> Floats:
        """Sum of a leaf's value over every slice, an extended cube."""
        summed: Floats = np.bincount(self.cells, values, math.prod(self.shape)).astype(np.float64, copy=False)
        return extended(summed.reshape(self.shape))

    def named(self) -> Mask:
        """Whether a cell of the extended cube is a slice: of no axis does it hold the others."""
        out = np.ones(self.sums_shape, np.bool_)
        for axis, some in enumerate(self.kept):
            if some is not None:
                np.moveaxis(out, axis, 0)[self.shape[axis] - 1] = False
        return out

    def where(self, cell: int) -> dict[int, int]:
        """Conditions of a cell of the extended cube: dimension to value."""
        places = np.unravel_index(cell, self.sums_shape)
        told = zip(self.axes, self.shape, self.kept, places, strict=True)
        return {
            axis: int(place if kept is None else kept[place]) for axis, size, kept, place in told if int(place) < size
        }


def block_of(
    codes: npt.NDArray[np.int32],
    sizes: tuple[int, ...],
    axes: tuple[int, ...],
    kept: tuple[Ints | None, ...] | None = None,
) -> Block:
    """Block of these dimensions; codes is of shape (dimensions, leaves)."""
    kept = kept or (None,) * len(axes)
    shape = tuple(sizes[axis] if some is None else len(some) for axis, some in zip(axes, kept, strict=True))
    cells = np.zeros(codes.shape[1], np.int64)
    for axis, size, some in zip(axes, shape, kept, strict=True):
        cells *= size
        cells += codes[axis] if some is None else _folded(some, sizes[axis])[codes[axis]]
    return Block(axes, shape, cells, kept)


def _folded(kept: Ints, size: int) -> Ints:
    """Of each value its place among those kept."""
    out = np.full(size, len(kept) - 1, np.int64)
    out[kept[:-1]] = np.arange(len(kept) - 1)
    return out


def extended(cube: Floats) -> Floats:
    """Cube with one more place at the end of each axis: the sum along it.

    Examples
    --------
    >>> extended(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    out = np.empty(tuple(size + 1 for size in cube.shape))
    out[tuple(slice(0, size) for size in cube.shape)] = cube
    done: list[slice] = []
    for axis in range(cube.ndim):
        rest = [slice(0, size) for size in cube.shape[axis + 1 :]]
        inner = out[(*done, slice(0, cube.shape[axis]), *rest)]
        out[(*done, cube.shape[axis], *rest)] = inner.sum(axis=axis)
        done.append(slice(None))
    return out


def conditions(shape: tuple[int, ...]) -> npt.NDArray[np.int8]:
    """Of each cell of an extended cube how many conditions its slice has."""
    out = np.zeros(tuple(size + 1 for size in shape), np.int8)
    for axis, size in enumerate(shape):
        out += any_value(size, axis, len(shape))
    return out


def any_value(size: int, axis: int, axes: int) -> npt.NDArray[np.int8]:
    """1 where a place of this axis is a value, 0 where it is "any value"; shaped to broadcast over the cube."""
    is_value = np.ones(size + 1, np.int8)
    is_value[-1] = 0
    return is_value.reshape(tuple(size + 1 if at == axis else 1 for at in range(axes)))
