"""Columns as the methods of variables see them: Python's own arithmetic over all rows at once, and nothing else.

A `Vector` knows those operators whose result over a whole column is, bit for bit, what Python gives for each row. It
notes the rows for which that cannot be promised - a whole number beyond 2**53, a division by zero, an overflow - so
that these are asked alone. Anything else that a method tries raises `NoVectorForm`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["NoVectorForm", "Recorder", "Vector"]

# Up to here floats hold every whole number, and numpy's mixed arithmetic is Python's.
EXACT = 1 << 53
Array = Any


class NoVectorForm(Exception):  # noqa: N818 - what is the case, not a fault
    """A method of a variable did what cannot be done with a whole column; the text says what."""


class Recorder:
    """A table handed to the class of variables; notes what is read of it.

    Attributes
    ----------
    read : dict of Vector
        By column, in the order in which they were read.
    absent : list
        Names asked for that are no columns.
    doubtful : array of bool or None
        Rows for which a result over whole columns is not promised to be Python's.
    refusal : str
        What was tried that has no form over whole columns; empty when nothing was.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self.read: dict[Hashable, Vector] = {}
        self.absent: list[Hashable] = []
        self.doubtful: npt.NDArray[np.bool_] | None = None
        self.refusal = ""

    def __getitem__(self, name: Hashable) -> Vector:
        if name in self.read:
            return self.read[name]
        if name not in self._frame.columns:
            self.absent.append(name)
            raise KeyError(name)
        series = self._frame[name]
        self.read[name] = Vector(lambda: _payload(series), self)
        return self.read[name]

    def get(self, name: Hashable, default: Any = None) -> Any:
        """Return a column, or `default` where there is none, as a row would."""
        return self[name] if name in self._frame.columns else default

    def __contains__(self, name: Hashable) -> bool:
        return name in self._frame.columns

    def __iter__(self) -> NoReturn:
        self.refuse("goes through all columns")

    def __len__(self) -> int:
        return self.refuse("counts the columns")

    def __getattr__(self, name: str) -> NoReturn:
        self.refuse(f"uses .{name} of the row")

    def refuse(self, what: str) -> NoReturn:
        """Raise `NoVectorForm`, and remember it should the method catch it."""
        self.refusal = self.refusal or what
        raise NoVectorForm(what)

    def doubt(self, rows: npt.NDArray[np.bool_]) -> None:
        """Note rows that have to be asked alone."""
        if rows.any():
            self.doubtful = rows if self.doubtful is None else self.doubtful | rows


def _payload(column: pd.Series[Any]) -> Array | None:
    """Return an array that has Python's arithmetic; None if there is none, as for Python objects.

    What stands in missing places does not matter: those rows are asked alone.
    """
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind == "M":
            return column.dt.floor("us").to_numpy().astype("datetime64[us]")
        array = column.to_numpy()
    elif isinstance(dtype, pd.StringDtype):
        return column.fillna("").array
    elif dtype.kind in "iufb" and not isinstance(dtype, pd.CategoricalDtype | pd.SparseDtype):
        array = column.to_numpy(dtype=np.dtype(f"{dtype.kind}8" if dtype.kind != "b" else "?"), na_value=0)
    else:
        return None
    if dtype.kind == "u":
        return array.astype(np.int64) if not len(array) or array.max() < EXACT else None
    wide = {"i": np.int64, "f": np.float64, "b": np.bool_}.get(dtype.kind)
    return None if wide is None else array.astype(wide, copy=False)


def _kind(payload: Array) -> str:
    """Return b, i, f, M, m as numpy does, U for text."""
    return str(payload.dtype.kind) if isinstance(payload, np.ndarray) else "U"


class Vector:
    """One value for each row, with those of Python's operators that give exactly what they give for one row."""

    __array_ufunc__ = None  # numpy's scalars leave the operators to us

    def __init__(self, payload: Array | Callable[[], Array | None], recorder: Recorder) -> None:
        self._given, self.recorder = payload, recorder

    @property
    def payload(self) -> Array | None:
        """The values as an array, None for Python objects; made when it is first calculated with."""
        if callable(self._given):
            self._given = self._given()
        return self._given

    def _refused(self, what: str) -> NoReturn:
        self.recorder.refuse(what)

    def __bool__(self) -> bool:
        return self._refused("decides by a value (if, and, or, not)")

    def __hash__(self) -> int:
        return self._refused("looks a value up")

    def __getattr__(self, name: str) -> NoReturn:
        self._refused(f"uses .{name} of a value")

    def __str__(self) -> str:
        return self._refused("makes text of a value")

    def __format__(self, _: str) -> str:
        return self._refused("makes text of a value")

    def __eq__(self, other: object) -> Vector:  # type: ignore[override]
        return self._never(found=False) if other is None else self._compared(other, operator.eq)

    def __ne__(self, other: object) -> Vector:  # type: ignore[override]
        return self._never(found=True) if other is None else self._compared(other, operator.ne)

    def __neg__(self) -> Vector:
        return self._alone(operator.neg)

    def __pos__(self) -> Vector:
        return self._alone(operator.pos)

    def __abs__(self) -> Vector:
        return self._alone(operator.abs)

    def _never(self, *, found: bool) -> Vector:
        """Compare with None: rows without a value are asked alone, the others differ from it."""
        if self.payload is None:
            self._refused("compares Python objects")
        return Vector(np.full(len(self.payload), found), self.recorder)

    def _alone(self, do: Callable[[Array], Array]) -> Vector:
        if self.payload is None or _kind(self.payload) not in "bif":
            self._refused(f"{do.__name__} of what is no number")
        return Vector(do(_number(self.payload, self.recorder)), self.recorder)

    def _other(self, other: object) -> Array:
        """Return the other operand as an array or a plain value."""
        if self.payload is None or (isinstance(other, Vector) and other.payload is None):
            self._refused("calculates with Python objects")
        if isinstance(other, Vector):
            return other.payload
        if type(other) is int and abs(other) > EXACT:
            self._refused(f"calculates with {other}, beyond 2**53")
        if type(other) in (bool, int, float, str):
            return other
        if type(other) in (datetime, timedelta) and getattr(other, "tzinfo", None) is None:
            return np.datetime64(other, "us") if isinstance(other, datetime) else np.timedelta64(other, "us")  # type: ignore[call-overload]
        return self._refused(f"calculates with a {type(other).__name__}")

    def _compared(self, other: object, do: Callable[[Array, Array], Array]) -> Vector:
        right = self._other(other)
        kinds = _kinds(self.payload, right)
        if kinds <= set("bif"):
            result = do(_number(self.payload, self.recorder), _number(right, self.recorder))
        elif len(kinds) == 1 and kinds <= set("UMm"):
            result = do(self.payload, right)
        else:
            self._refused("compares values of different types")
        return Vector(np.asarray(result, dtype=np.bool_), self.recorder)

    def _calculated(self, other: object, do: Callable[[Array, Array], Array], *, swapped: bool) -> Vector:
        right = self._other(other)
        pair = (right, self.payload) if swapped else (self.payload, right)
        kinds = _kinds(*pair)
        if kinds <= set("bif"):
            left, right = (_number(one, self.recorder) for one in pair)
            return Vector(_arithmetic(left, right, do, self.recorder), self.recorder)
        text = kinds == {"U"} and do is operator.add
        days = kinds == {"M"} and do is operator.sub
        if not text and not days:
            self._refused(f"does {do.__name__} with values that are not numbers")
        return Vector(do(*pair), self.recorder)

    def _joined(self, other: object, do: Callable[[Array, Array], Array]) -> Vector:
        right = self._other(other)
        if _kinds(self.payload, right) != {"b"}:
            self._refused(f"does {do.__name__} with values that are not true or false")
        return Vector(do(self.payload, right), self.recorder)


def _kinds(*operands: Array) -> set[str]:
    plain = {bool: "b", int: "i", float: "f", str: "U", np.datetime64: "M", np.timedelta64: "m"}
    return {plain.get(type(one)) or _kind(one) for one in operands}


def _number(operand: Array, recorder: Recorder) -> Array:
    """Return a number as numpy has it; rows with one that floats do not hold exactly are noted."""
    if not isinstance(operand, np.ndarray):
        return int(operand) if isinstance(operand, bool) else operand
    if operand.dtype.kind == "b":
        return operand.astype(np.int64)
    if operand.dtype.kind == "i" and len(operand) and (operand.max() > EXACT or operand.min() < -EXACT):
        recorder.doubt((operand > EXACT) | (operand < -EXACT))
    return operand


def _arithmetic(left: Array, right: Array, do: Callable[[Array, Array], Array], recorder: Recorder) -> Array:
    with np.errstate(all="ignore"):
        result = do(left, right)
        if result.dtype.kind == "f":
            bad = _unless_all(np.isfinite, result)
        else:
            # Whole numbers wrap around, and their division by zero is 0: floats tell.
            rough = do(_as_float(left), _as_float(right))
            bad = _unless_all(lambda one: np.abs(one) <= EXACT, rough)
    if bad is not None:
        recorder.doubt(bad)
    return result


def _as_float(operand: Array) -> Array:
    return operand.astype(np.float64) if isinstance(operand, np.ndarray) else float(operand)


def _unless_all(test: Callable[[Array], Array], array: Array) -> npt.NDArray[np.bool_] | None:
    good = test(array)
    return None if good.all() else ~good


def _install() -> None:
    """Give `Vector` Python's binary operators; those that are not here raise."""
    for name in ("lt", "le", "gt", "ge"):
        do = getattr(operator, name)
        setattr(Vector, f"__{name}__", lambda self, other, do=do: self._compared(other, do))
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod"):
        do = getattr(operator, name)
        setattr(Vector, f"__{name}__", lambda self, other, do=do: self._calculated(other, do, swapped=False))
        setattr(Vector, f"__r{name}__", lambda self, other, do=do: self._calculated(other, do, swapped=True))
    for name in ("and_", "or_", "xor"):
        do = getattr(operator, name)
        plain = name.rstrip("_")
        setattr(Vector, f"__{plain}__", lambda self, other, do=do: self._joined(other, do))
        setattr(Vector, f"__r{plain}__", lambda self, other, do=do: self._joined(other, do))
    others = {
        "turns round": "round trunc floor ceil",
        "raises to a power": "pow rpow",
        "makes a number of a value": "int float complex index",
        "goes into a value": "len iter contains getitem reversed",
        "uses an operator that has no form over columns": "invert lshift rshift rlshift rrshift divmod rdivmod matmul",
        "calls a value": "call",
    }
    for what, names in others.items():
        for name in names.split():
            setattr(Vector, f"__{name}__", lambda self, *_, what=what: self._refused(what))


_install()
