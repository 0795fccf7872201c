"""Columns as the methods of variables see them: Python's own arithmetic over all rows at once, and nothing else.

A `Vector` knows those operators whose result over a whole column is, bit for bit, what Python gives for each row. It
notes the rows for which that cannot be promised - a whole number beyond 2**53, a division by zero, an overflow - so
that these are asked alone. Anything else that a method tries raises `NoVectorForm`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["EXACT", "NoVectorForm", "Notes", "Vector", "Withheld"]

# Up to here floats hold every whole number, and numpy's mixed arithmetic is Python's.
EXACT = 1 << 53
Array = Any


class NoVectorForm(Exception):  # noqa: N818 - what is the case, not a fault
    """A method of a variable did what cannot be done with a whole column; the text says what."""


class Withheld(TypeError):  # noqa: N818 - a value, not a fault
    """Raised as Python raises a TypeError: for an operation with None."""


class Notes:
    """What a method of a variable is seen to do.

    Attributes
    ----------
    doubtful : array of bool or None
        Rows for which a result over whole columns is not promised to be Python's.
    refusal : str
        What was tried that has no form over whole columns; empty when nothing was.
    has_gaps : bool
        Whether some columns are None for all rows: then an operation with None raises as it does for each row.
    """

    def __init__(self, *, has_gaps: bool) -> None:
        self.doubtful: npt.NDArray[np.bool_] | None = None
        self.refusal, self.has_gaps = "", has_gaps

    def refuse(self, what: str) -> NoReturn:
        """Raise `NoVectorForm`, and remember it should the method catch it."""
        self.refusal = self.refusal or what
        raise NoVectorForm(what)

    def doubt(self, rows: npt.NDArray[np.bool_]) -> None:
        """Note rows that have to be asked alone."""
        if rows.any():
            self.doubtful = rows if self.doubtful is None else self.doubtful | rows


def _kind(payload: Array) -> str:
    """Return b, i, f, M, m as numpy does, U for text."""
    return str(payload.dtype.kind) if isinstance(payload, np.ndarray) else "U"


class Vector:
    """One value for each row, with those of Python's operators that give exactly what they give for one row."""

    __array_ufunc__ = None  # numpy's scalars leave the operators to us

    def __init__(self, payload: Array | Callable[[], Array | None], notes: Notes) -> None:
        self._given, self.notes = payload, notes

    @property
    def payload(self) -> Array | None:
        """The values as an array, None for Python objects; made when it is first calculated with."""
        if callable(self._given):
            self._given = self._given()
        return self._given

    @property
    def is_untouched(self) -> bool:
        """Whether its values were never looked at."""
        return callable(self._given)

    def _refused(self, what: str) -> NoReturn:
        self.notes.refuse(what)

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
        return Vector(np.full(len(self.payload), found), self.notes)

    def _alone(self, do: Callable[[Array], Array]) -> Vector:
        if self.payload is None or _kind(self.payload) not in "bif":
            self._refused(f"{do.__name__} of what is no number")
        return Vector(do(_number(self.payload, self.notes)), self.notes)

    def _other(self, other: object) -> Array:
        """Return the other operand as an array or a plain value."""
        if self.payload is None or (isinstance(other, Vector) and other.payload is None):
            self._refused("calculates with Python objects")
        if other is None and self.notes.has_gaps and _kind(self.payload) != "U":  # text % None may be text
            raise Withheld
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
            result = do(_number(self.payload, self.notes), _number(right, self.notes))
        elif len(kinds) == 1 and kinds <= set("UMm"):
            result = do(self.payload, right)
        else:
            self._refused("compares values of different types")
        return Vector(np.asarray(result, dtype=np.bool_), self.notes)

    def _calculated(self, other: object, do: Callable[[Array, Array], Array], *, swapped: bool) -> Vector:
        right = self._other(other)
        pair = (right, self.payload) if swapped else (self.payload, right)
        kinds = _kinds(*pair)
        if kinds <= set("bif"):
            left, right = (_number(one, self.notes) for one in pair)
            return Vector(_arithmetic(left, right, do, self.notes), self.notes)
        text = kinds == {"U"} and do is operator.add
        days = kinds == {"M"} and do is operator.sub
        if not text and not days:
            self._refused(f"does {do.__name__} with values that are not numbers")
        return Vector(do(*pair), self.notes)

    def _joined(self, other: object, do: Callable[[Array, Array], Array]) -> Vector:
        right = self._other(other)
        if _kinds(self.payload, right) != {"b"}:
            self._refused(f"does {do.__name__} with values that are not true or false")
        return Vector(do(self.payload, right), self.notes)


def _kinds(*operands: Array) -> set[str]:
    plain = {bool: "b", int: "i", float: "f", str: "U", np.datetime64: "M", np.timedelta64: "m"}
    return {plain.get(type(one)) or _kind(one) for one in operands}


def _number(operand: Array, notes: Notes) -> Array:
    """Return a number as numpy has it; rows with one that floats do not hold exactly are noted."""
    if not isinstance(operand, np.ndarray):
        return int(operand) if isinstance(operand, bool) else operand
    if operand.dtype.kind == "b":
        return operand.astype(np.int64)
    if operand.dtype.kind == "i" and len(operand) and (operand.max() > EXACT or operand.min() < -EXACT):
        notes.doubt((operand > EXACT) | (operand < -EXACT))
    return operand


def _arithmetic(left: Array, right: Array, do: Callable[[Array, Array], Array], notes: Notes) -> Array:
    with np.errstate(all="ignore"):
        result = do(left, right)
        if result.dtype.kind == "f":
            bad = _unless_all(np.isfinite, result)
        else:
            # Whole numbers wrap around, and their division by zero is 0: floats tell.
            rough = do(_as_float(left), _as_float(right))
            bad = _unless_all(lambda one: np.abs(one) <= EXACT, rough)
    if bad is not None:
        notes.doubt(bad)
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
