"""What an account declares about a bank's CSV: its columns, and how dates, amounts and signs are written."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from opsrules.money import NumberStyle, is_currency
from opsrules.readers.sides import Marks, Sides

__all__ = ["Balances", "Columns", "Options"]

# A zone would move the day: a bank states its booking day as it means it.
_DIRECTIVES = set("dmyYbBjHMSfpIaA")
_NO_FORMAT = "date_format is missing: 03/04 can be read in two ways, so write how dates look, such as '%d/%m/%Y'"


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Declared):
    """Names of the columns in the file's header; "" for those it does not have.

    Attributes
    ----------
    date : str
        Booking day.
    amount : str
        One amount a row, signed, or unsigned beside `mark`.
    debit, credit : str
        Two columns of amounts, in place of `amount`.
    mark : str
        Says whether the amount is a debit or a credit; the same name as `amount` where the mark stands in the amount's
        own cell, such as ``12.50 CR``.
    currency, value_date, id, account, counterparty, reference, text : str
    """

    date: str
    amount: str = ""
    debit: str = ""
    credit: str = ""
    mark: str = ""
    currency: str = ""
    value_date: str = ""
    id: str = ""
    account: str = ""
    counterparty: str = ""
    reference: str = ""
    text: str = ""

    @model_validator(mode="after")
    def _one_way_to_give_amounts(self) -> Columns:
        if bool(self.debit) != bool(self.credit):
            raise ValueError("debit and credit belong together: name both, or amount alone")
        if bool(self.amount) == bool(self.debit):
            raise ValueError("name either the column amount, or both debit and credit")
        if self.mark and not self.amount:
            raise ValueError("mark tells the sign of the column amount: name that too")
        return self


class Balances(_Declared):
    """Beginning of the first cell of the lines that state a balance instead of a transaction; "" for none."""

    opening: str = ""
    closing: str = ""


class Options(_Declared):
    """What an account declares about a bank's CSV.

    Attributes
    ----------
    columns : Columns
    date_format : str
        How dates are written, in the signs of ``strptime``, such as ``%d/%m/%Y``. There is no default.
    currency : str
        Currency of rows that name none.
    account : str
        The bank account's number where the file has no column for it; only its last four signs are shown.
    decimal, grouping : str
        Decimal sign, and the sign between groups of three digits.
    parentheses, trailing_sign : bool
        Whether ``(1.00)`` and ``1.00-`` are negative.
    symbols : tuple of str
        Currency signs or codes beside the figures.
    blanks : tuple of str
        What stands in a cell that holds nothing, such as ``-``.
    sign : str
        ``credit_positive``, or ``inverse`` for card statements that show what is owed as positive.
    debit_sign : str
        Whether the column `debit` holds ``unsigned`` figures or ``negative`` ones.
    amount_sign : str
        With a mark, amounts have ``none``; ``ignored`` where the file writes one and the mark alone counts.
    marks : Marks
        Words of the mark, such as ``Soll`` and ``Haben``; "" among them says what an amount without a mark is.
    balances : Balances
    delimiter : str
        Sign between cells; found by content when left out.
    """

    columns: Columns
    date_format: str
    currency: str = ""
    account: str = ""
    decimal: Literal[".", ","] = "."
    grouping: Literal["", ",", ".", "'", " "] = ""
    parentheses: bool = False
    trailing_sign: bool = False
    symbols: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    sign: Literal["credit_positive", "inverse"] = "credit_positive"
    debit_sign: Literal["unsigned", "negative"] = "unsigned"
    amount_sign: Literal["none", "ignored"] = "none"
    marks: Marks = Marks()
    balances: Balances = Balances()
    delimiter: Literal["", ",", ";", "\t", "|"] = ""

    @model_validator(mode="before")
    @classmethod
    def _dates_are_never_guessed(cls, given: Any) -> Any:
        if isinstance(given, dict) and not given.get("date_format"):
            raise ValueError(_NO_FORMAT)
        return given

    @field_validator("date_format")
    @classmethod
    def _is_a_date_format(cls, text: str) -> str:
        used = re.findall("%(.)", text)
        day = {"d", "j"} & set(used)
        whole = bool(day) and bool({"y", "Y"} & set(used)) and ("j" in day or bool({"m", "b", "B"} & set(used)))
        if not whole or not set(used) <= _DIRECTIVES or len(used) != len(set(used)):
            msg = f"{text!r} does not give day, month and year once each; write it like '%d/%m/%Y'"
            raise ValueError(msg)
        return text

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, code: str) -> str:
        if code and not is_currency(code):
            msg = f"{code!r} is no ISO 4217 currency; write one such as EUR"
            raise ValueError(msg)
        return code

    @model_validator(mode="after")
    def _fits_together(self) -> Options:
        if not (self.currency or self.columns.currency):
            raise ValueError("currency is missing: write it, or name its column under columns")
        if self.decimal == self.grouping:
            raise ValueError(f"decimal and grouping are both {self.decimal!r}; they must differ")
        return self

    @property
    def sides(self) -> Sides | None:
        """Where the two sides of the amount stand; None where its own sign tells."""
        named = self.columns
        if not (named.debit or named.mark):
            return None
        return Sides(
            debit=named.debit,
            credit=named.credit,
            amount=named.amount,
            mark=named.mark,
            debit_sign=self.debit_sign,
            amount_sign=self.amount_sign,
            marks=self.marks,
        )

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
