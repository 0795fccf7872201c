"""What an account declares about a CSV that no other reader knows; see `opsrules.readers.declared_csv`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from opsrules.money import NumberStyle, is_currency
from opsrules.readers.declared_columns import DECLARABLE, kind_of, missing, targets, words_of
from opsrules.readers.delivery import plain_word
from opsrules.readers.layout import Kind
from opsrules.readers.options import LocalDates, Zoned
from opsrules.readers.sides import Sides

__all__ = ["Options"]

_TEXTS = (Kind.TEXT, Kind.KEY, Kind.CURRENCY)


class Options(Zoned, LocalDates):
    """What an account declares about a CSV.

    Attributes
    ----------
    table : str
        The canonical table that the file becomes.
    columns : mapping of str to str
        Column of that table to the name of the file's, such as ``gross_minor: Amount``.
    values : mapping of str to str
        Column of that table to what stands in it on every row, such as ``currency: EUR``.
    sides : mapping of str to Sides
        Amount of that table to where its two sides stand: ``gross_minor: {debit: Soll, credit: Haben}``, or
        ``{amount: Amount, mark: Dr/Cr, marks: {debit: [Dr], credit: [Cr]}}``. Credits are positive.
    kinds : mapping of str to str
        The file's words for what a row is to those of the table's column ``kind``, ``status`` or ``event``, such as
        ``Sale: charge``. Words that are the table's own need not be there; others are ``other``.
    negate : tuple of str
        Amounts that the file writes with the opposite sign, such as a fee that is negative, or a debit, where it costs.
    units : str
        Whether amounts are ``major`` units, such as 12.50, or whole ``minor`` ones, such as 1250.
    decimal, grouping : str
        Decimal sign, and the sign between groups of three digits.
    parentheses, trailing_sign : bool
        Whether ``(1.00)`` and ``1.00-`` are negative.
    symbols : tuple of str
        Currency signs or codes beside the figures.
    blanks : tuple of str
        What stands in a cell that holds nothing, such as ``--``.
    delimiter : str
        Sign between cells; found by content when left out.
    """

    table: str
    columns: Mapping[str, str] = Field(default_factory=dict)
    values: Mapping[str, str] = Field(default_factory=dict)
    sides: Mapping[str, Sides] = Field(default_factory=dict)
    kinds: Mapping[str, str] = Field(default_factory=dict)
    negate: tuple[str, ...] = ()
    units: Literal["major", "minor"] = "major"
    decimal: Literal[".", ","] = "."
    grouping: Literal["", ",", ".", "'", " "] = ""
    parentheses: bool = False
    trailing_sign: bool = False
    symbols: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    delimiter: Literal["", ",", ";", "\t", "|"] = ""

    @field_validator("table")
    @classmethod
    def _is_a_table(cls, table: str) -> str:
        if table not in DECLARABLE:
            raise ValueError(_unknown("table", [table], DECLARABLE))
        return table

    @field_validator("columns")
    @classmethod
    def _are_its_columns(cls, columns: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        _known(columns, info)
        blank = [target for target, name in columns.items() if not name.strip()]
        if blank:
            raise ValueError(f"no name is given for {', '.join(blank)}; write the file's, or leave it out")
        if not columns:
            raise ValueError("name at least one column")
        return columns

    @field_validator("sides")
    @classmethod
    def _are_amounts_of_two_sides(cls, sides: Mapping[str, Sides], info: ValidationInfo) -> Mapping[str, Sides]:
        _known(sides, info)
        if wrong := [one for one in sides if not one.endswith("_minor")]:
            raise ValueError(f"{', '.join(wrong)}: only amounts have two sides; name the column under columns")
        return sides

    @field_validator("values")
    @classmethod
    def _are_texts(cls, values: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        _known(values, info)
        table = info.data.get("table")
        wrong = [one for one in values if table and kind_of(table, one) not in _TEXTS]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: only texts may be the same on every row; name the file's column")
        if "currency" in values and not is_currency(values["currency"]):
            raise ValueError(f"{values['currency']!r} is no ISO 4217 currency; write one such as EUR")
        return values

    @field_validator("kinds")
    @classmethod
    def _are_its_words(cls, kinds: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        table = info.data.get("table")
        strange = [one for one in kinds.values() if table and one not in words_of(table)]
        if strange:
            raise ValueError(_unknown("word", strange, words_of(table or "")))
        return kinds

    @field_validator("negate")
    @classmethod
    def _are_amounts(cls, negate: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        given = (*info.data.get("columns", {}), *info.data.get("sides", {}))
        named = tuple(one for one in given if one.endswith("_minor"))
        if {"columns", "sides"} <= set(info.data) and (strange := [one for one in negate if one not in named]):
            raise ValueError(_unknown("amount under columns or sides", strange, named))
        return negate

    @model_validator(mode="after")
    def _fits_together(self) -> Options:
        given = frozenset([*self.columns, *self.values, *self.sides])
        wrong = [f"{name} is missing: name its column, or its value" for name in missing(self.table, given)]
        for other in ("values", "sides"):
            twice = sorted(set(self.columns) & set(getattr(self, other)))
            wrong += [f"{name} stands under both columns and {other}" for name in twice]
        if self.decimal == self.grouping:
            wrong.append(f"decimal and grouping are both {self.decimal!r}; they must differ")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def words(self) -> dict[str, str]:
        """The account's words as `opsrules.readers.delivery.mapped` looks them up."""
        return {plain_word(one): to for one, to in self.kinds.items()}

    @property
    def style(self) -> NumberStyle:
        """How amounts are written."""
        return NumberStyle(
            decimal=self.decimal,
            grouping=self.grouping,
            parentheses=self.parentheses,
            trailing_sign=self.trailing_sign,
            typographic_minus=True,
            symbols=self.symbols,
        )


def _known(given: Iterable[str], info: ValidationInfo) -> None:
    table = info.data.get("table")
    strange = [one for one in given if table and one not in targets(table)]
    if strange:
        raise ValueError(_unknown("column of the table", strange, targets(table or "")))


def _unknown(what: str, strange: Iterable[str], known: Iterable[str]) -> str:
    """Every unknown name with the nearest known one, then all that are known."""
    listed = tuple(known)
    said = []
    for one in strange:
        near = difflib.get_close_matches(one, listed, 1)
        said.append(f"{one!r} is no {what}" + (f", did you mean {near[0]!r}?" if near else ""))
    return f"{'; '.join(said)}; there are {', '.join(listed)}"
