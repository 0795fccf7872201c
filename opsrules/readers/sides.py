"""Amounts whose sign stands beside the figure: debits and credits in two columns, or a mark such as ``DR`` and ``CR``.

The mark may have a column of its own or stand in the amount's cell, before or behind the figure: ``12.50 CR``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, model_validator

from opsrules.readers.layout import Column
from opsrules.readers.parsed import Parsed
from opsrules.readers.picked import cut_out
from opsrules.readers.shapes import shapes_of
from opsrules.readers.table import Records
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Marks", "Sides", "one_amount", "side_columns", "signed_minor", "with_marks_apart"]


def _plain(text: str) -> str:
    """A mark in the spelling in which two are the same."""
    return text.strip().casefold()


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Marks(_Declared):
    """Words that say which way an amount goes, in any case; "" for an amount without a mark."""

    debit: tuple[str, ...] = ("D",)
    credit: tuple[str, ...] = ("C",)

    @model_validator(mode="after")
    def _each_says_one_thing(self) -> Marks:
        both = sorted({_plain(one) for one in self.debit} & {_plain(one) for one in self.credit})
        if both:
            raise ValueError(f"{', '.join(map(repr, both))} cannot mark both debits and credits")
        return self


class Sides(_Declared):
    """Where the two sides of an amount stand; credits come out positive, debits negative.

    Attributes
    ----------
    debit, credit : str
        Two columns of amounts, of which a row fills one.
    amount, mark : str
        A column of amounts, and the one that says which side each is on; the same name twice where the mark stands in
        the amount's own cell.
    debit_sign : str
        Whether the column `debit` holds ``unsigned`` figures or ``negative`` ones.
    amount_sign : str
        With a mark, amounts have ``none``; ``ignored`` where the file writes one and the mark alone counts.
    marks : Marks
    """

    debit: str = ""
    credit: str = ""
    amount: str = ""
    mark: str = ""
    debit_sign: Literal["unsigned", "negative"] = "unsigned"
    amount_sign: Literal["none", "ignored"] = "none"
    marks: Marks = Marks()

    @model_validator(mode="after")
    def _one_way_to_tell(self) -> Sides:
        if (bool(self.debit), bool(self.credit), bool(self.amount), bool(self.mark)) not in (
            (True, True, False, False),
            (False, False, True, True),
        ):
            raise ValueError("name either both debit and credit, or both amount and mark")
        return self


def side_columns(target: str, sides: Sides, kind: Column) -> tuple[Column, ...]:
    """Columns of a file that give one amount, made like `kind`; the file is refused without any of them."""
    if sides.debit:
        halves = ((_debit(target), sides.debit), (_credit(target), sides.credit))
        return tuple(replace(kind, target=one, source=name, filled=False) for one, name in halves)
    # The mark first: of a cell that holds both, nothing but a line end tells that the mark is not cut off.
    mark = Column(_mark(target), sides.mark, required=True)
    return mark, replace(kind, target=target, source=sides.amount)


def with_marks_apart(records: Records, target: str, sides: Sides) -> Records:
    """Records with a mark that stands in the amount's cell taken out of it."""
    if not sides.mark or sides.mark != sides.amount:
        return records
    words = "|".join(_literal(one) for one in _longest_first([*sides.marks.debit, *sides.marks.credit]))
    if not words:
        return records
    amount, mark = _apart(records.column(target), words)
    return replace(records, cells=records.cells.assign(**{target: amount.array, _mark(target): mark.array}))


def _apart(texts: pd.Series[str], words: str) -> tuple[pd.Series[str], pd.Series[str]]:
    """Amount and mark of each text; where no mark has a digit, told once for each shape that the texts have."""
    shapes = None if re.search(r"[0-9]", re.sub(r"\\x\{[0-9a-f]+\}", "", words)) else shapes_of(texts)
    if shapes is None:
        amount, mark, _ = _matched(pa.array(texts, type=pa.large_string(), from_pandas=True), words)
        return pd.Series(amount.to_pandas(), dtype="str"), pd.Series(mark.to_pandas(), dtype="str")
    amount, mark, is_last = _matched(shapes.cells, words)
    whole, inner, kept = (
        pc.binary_length(one).to_numpy() for one in (shapes.cells, pc.utf8_ltrim_whitespace(shapes.cells), amount)
    )
    end = pc.binary_length(pc.utf8_rtrim_whitespace(shapes.cells)).to_numpy()
    starts = np.where(is_last, end - kept, whole - inner)
    marks = pd.Series(mark.to_pandas(), dtype="str").take(shapes.codes).reset_index(drop=True)
    return cut_out(shapes, np.where(kept > 0, starts, 0), kept), marks


def _matched(texts: pa.Array, words: str) -> tuple[pa.Array, pa.Array, npt.NDArray[np.bool_]]:
    """Amount and mark of each text, and whether the amount stands behind the mark."""
    cells = pc.utf8_trim_whitespace(texts)
    behind = pc.extract_regex(cells, rf"(?is)^(?P<amount>.*?)\s*(?P<mark>{words})$")
    # A word before the figure is one only where the figure follows: C$12.50 has a currency's sign.
    before = pc.extract_regex(cells, rf"(?is)^(?P<mark>{words})(?P<amount>\s+.*|[0-9.,(+-].*)$")
    amount, mark = (
        pc.coalesce(pc.struct_field(behind, name), pc.struct_field(before, name), rest)
        for name, rest in (("amount", cells), ("mark", pa.scalar("", pa.large_string())))
    )
    is_last = pc.and_(pc.is_null(behind), pc.is_valid(before)).to_numpy(zero_copy_only=False)
    return amount, mark, is_last


def signed_minor(rows: pd.DataFrame, target: str, sides: Sides) -> pd.Series[int]:
    """Amounts of parsed rows, credits positive; a row whose mark is unknown keeps the figure's own sign."""
    if sides.debit:
        factor = -1 if sides.debit_sign == "unsigned" else 1
        signed: pd.Series[int] = rows[_credit(target)] + factor * rows[_debit(target)]
        return signed
    side = _side(rows, target, sides)
    minor: pd.Series[int] = rows[target].where(side == 0, rows[target].abs() * side)
    return minor


def one_amount(records: Records, parsed: Parsed, target: str, sides: Sides) -> Parsed:
    """Give every row one amount; rows whose side cannot be told become rejects.

    Parameters
    ----------
    records : Records
        That were parsed.
    parsed : Parsed
        With the columns of `side_columns`.
    target : str
        Column of the amount.
    sides : Sides
    """
    rows = parsed.rows.assign(**{target: signed_minor(parsed.rows, target, sides)})
    if sides.debit:
        return _one_of_two(records, Parsed(rows, parsed.rejects), target, sides)
    strange = (_side(rows, target, sides) == 0).to_numpy(dtype=bool)
    negative = (parsed.rows[target] < 0).to_numpy(dtype=bool) & ~strange
    if sides.amount_sign == "ignored":
        negative &= False
    marked = Parsed(rows, parsed.rejects).without(
        strange, RejectReason.VALUE_UNKNOWN, sides.mark, stake=target, value=_mark(target)
    )
    return marked.without(negative[~strange], RejectReason.AMOUNT_INCONSISTENT, sides.amount, stake=target)


def _one_of_two(records: Records, parsed: Parsed, target: str, sides: Sides) -> Parsed:
    debit, credit = _debit(target), _credit(target)
    blank = (records.column(debit).str.strip() == "") & (records.column(credit).str.strip() == "")
    missing = parsed.rows["source_line"].isin(records.lines[blank.to_numpy(dtype=bool)]).to_numpy(dtype=bool)
    parsed = parsed.without(missing, RejectReason.AMOUNT_MISSING, sides.debit, stake=target)
    both = ((parsed.rows[debit] != 0) & (parsed.rows[credit] != 0)).to_numpy(dtype=bool)
    return parsed.without(both, RejectReason.AMOUNT_INCONSISTENT, sides.debit, stake=target)


def _side(rows: pd.DataFrame, target: str, sides: Sides) -> pd.Series[int]:
    """-1 for a debit, 1 for a credit, 0 for a mark that is not known."""
    words = {_plain(one): -1 for one in sides.marks.debit} | {_plain(one): 1 for one in sides.marks.credit}
    places, unique = pd.factorize(rows[_mark(target)])
    known = np.array([words.get(_plain(one), 0) for one in unique], dtype=np.int64)
    found: npt.NDArray[np.int64] = known[places] if len(unique) else np.zeros(len(rows), dtype=np.int64)
    return pd.Series(found, index=rows.index)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted({one.strip() for one in words if one.strip()}, key=len, reverse=True)


def _literal(word: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", lambda sign: rf"\x{{{ord(sign[0]):x}}}", word)


def _debit(target: str) -> str:
    return f"{target.removesuffix('_minor')}_debit"


def _credit(target: str) -> str:
    return f"{target.removesuffix('_minor')}_credit"


def _mark(target: str) -> str:
    return f"{target.removesuffix('_minor')}_mark"
