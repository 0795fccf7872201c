"""How a table format is declared: which of its columns are used, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from opsrules.money import NumberStyle

__all__ = ["Column", "Dates", "Kind", "Layout", "Tears"]


class Dates(Enum):
    """How a column writes its dates.

    All but `ISO` may name the month in words, write two digits of the year, and be followed by a time of twelve hours.
    """

    ISO = "iso"
    """``2026-11-05``, with or without a time, and nothing else: what programs write for programs."""
    DAY_FIRST = "day_first"
    """``5/11/2026`` is 5 November."""
    MONTH_FIRST = "month_first"
    """``11/5/2026`` is 5 November."""
    LOCAL = "local"
    """Either, the same throughout the file; it is refused when nothing in it tells which. A spreadsheet that saves an
    export may write its ISO dates so."""


class Kind(Enum):
    """What the cells of a column are."""

    TEXT = "text"
    """Kept sign for sign."""
    KEY = "key"
    """Kept sign for sign; never blank."""
    CURRENCY = "currency"
    """ISO 4217 code in any case; never blank."""
    AMOUNT = "amount"
    """Decimal text in the row's currency; becomes int64 minor units, 0 when blank and not `Column.filled`."""
    INTEGER = "integer"
    """Whole number of at most nine digits; 0 when blank and not `Column.filled`."""
    INSTANT = "instant"
    """Date and time; becomes two columns, ``<target>_at`` in UTC and ``<target>_zone``."""
    UNIX = "unix"
    """Whole seconds since 1970 in UTC; becomes the same two columns as an instant."""
    DAY = "day"
    """Date; a time after it is left out. NaT when blank and not `Column.filled`."""


@dataclass(frozen=True)
class Column:
    """One column that a reader uses.

    Attributes
    ----------
    target : str
        Name of the parsed column; an instant adds ``_at`` and ``_zone``.
    source : str
        Name in the file's header; case and blanks around it do not matter.
    kind : Kind
    aliases : tuple of str
        Other names of the same column, in order of preference after `source`.
    required : bool
        Whether the file is refused without the column.
    filled : bool
        Whether a row with a blank cell here is rejected.
    utc : tuple of str
        Those of the names under which times without a zone are UTC; under the others they are in the account's zone.
    date_format : str
        How days are written, in the signs of ``strptime``; "" for what `dates` says.
    dates : Dates
        How days and instants are written.
    minor : bool
        Whether amounts are whole minor units instead of decimal text in the currency's main unit.
    negate : bool
        Whether amounts change their sign: for a cost that the source writes as a negative figure.
    """

    target: str
    source: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False
    utc: tuple[str, ...] = ()
    date_format: str = ""
    dates: Dates = Dates.LOCAL
    minor: bool = False
    negate: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All names the column may have, best first."""
        return (self.source, *self.aliases)


class Tears(Protocol):
    """What a format is like in whose cells line ends stand without quotes around them, so that they tear records."""

    def begins(self, text: str, at: int) -> bool:
        """Whether the line that starts at this offset surely begins a record: a file may be cut before it."""
        ...

    def mended(self, text: str, names: tuple[str, ...], delimiter: str) -> str:
        """Text below a header with these names, each record in the first of its lines and the others blank."""
        ...


@dataclass(frozen=True)
class Layout:
    """One table format.

    Attributes
    ----------
    columns : tuple of Column
        In the order in which a row's first fault is looked for.
    marks : tuple of str
        Column names by which the format is known: all but one of them in one line make a header of this format, so that
        a file with one renamed column is still known, and refused with the nearest name, instead of being a stranger.
    style : NumberStyle
        How amounts are written.
    either_sign : bool
        Whether a file may use decimal commas throughout where `style` has a point (see `opsrules.readers.styles`).
    local_styles : tuple of NumberStyle
        Other ways in which a whole file may write amounts, by the language of its account or the hand of a
        spreadsheet; with these, `either_sign` says nothing.
    blanks : tuple of str
        What stands in a cell that holds nothing.
    short_rows : bool
        Whether rows may end before their last cells, as long as no cell of an amount or a key is left out.
    delimiters : str
        Signs that may stand between cells.
    currency : str
        Currency of all rows when the file has no column for it.
    dates : Dates
        How columns with `Dates.LOCAL` write their dates, where the account says so.
    tears : Tears, optional
        Where line ends in cells are not quoted.
    """

    columns: tuple[Column, ...]
    marks: tuple[str, ...] = ()
    style: NumberStyle = field(default_factory=NumberStyle)
    either_sign: bool = True
    local_styles: tuple[NumberStyle, ...] = ()
    blanks: tuple[str, ...] = ()
    short_rows: bool = False
    delimiters: str = ",;\t|"
    currency: str = ""
    dates: Dates = Dates.LOCAL
    tears: Tears | None = None

    def named(self) -> Mapping[str, Column]:
        """Columns by target."""
        return {column.target: column for column in self.columns}
