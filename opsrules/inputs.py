"""What is told of one file that went into a review: who read it and why, what it holds, what is wrong with it.

All of it can be written as JSON; lines are lines of the file itself.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Figure", "FileRead", "MaskedText", "RejectsRead", "RowsRead"]


@dataclass(frozen=True)
class RowsRead:
    """Rows of one canonical table in one currency.

    Attributes
    ----------
    kind : str
        The canonical table.
    currency : str
        "" where the table states no amounts.
    rows : int
    amount_minor : int
        Their sum: totals of orders, nets of processor lines, signed amounts of bank lines.
    first, last : str
        First and last day (ISO), by the account's business day; "" where the table has no days.
    equal : int
        Rows that say the same as an earlier one of the file, line for line; they are kept.
    """

    kind: str
    currency: str
    rows: int
    amount_minor: int
    first: str
    last: str
    equal: int = 0


@dataclass(frozen=True)
class Figure:
    """A control figure that the file carries, against what was read.

    Attributes
    ----------
    name : str
    line : int
    currency : str
        "" for a mere number.
    expected_minor, actual_minor : int
        The file's figure, and the one computed from its rows.
    alone : bool
        Whether the file alone can prove it; the lines of a payout may lie in several exports.
    """

    name: str
    line: int
    currency: str
    expected_minor: int
    actual_minor: int
    alone: bool = True

    @property
    def holds(self) -> bool:
        """Whether both figures are equal."""
        return self.expected_minor == self.actual_minor


@dataclass(frozen=True)
class RejectsRead:
    """Records that could not be read, of one reason and currency.

    Attributes
    ----------
    reason : str
        `opsrules.terms.RejectReason`.
    currency : str
        "" where it could not be read.
    count, amount_minor : int
        How many, and what could be read of their amounts.
    line : int
        Of the first.
    """

    reason: str
    currency: str
    count: int
    amount_minor: int
    line: int


@dataclass(frozen=True)
class MaskedText:
    """Secrets of one kind that were masked in one column of free text; `line` has the first."""

    kind: str
    column: str
    count: int
    line: int


@dataclass(frozen=True)
class FileRead:
    """One file that went into a review.

    Attributes
    ----------
    name : str
        Relative to the workspace.
    reader : str
        "" when nobody recognised it.
    records, rejected : int
        Of the file; 0 when it was not read.
    sha256, encoding : str
    known_by : str
        Why that reader took it.
    rows : tuple of RowsRead
    controls : tuple of Figure
    rejects : tuple of RejectsRead
    masked : tuple of MaskedText
    card_columns : tuple of str
        Columns made for card data, which are never read.
    same_as : str
        An earlier file with the same bytes, in whose place this one was not read.
    refused : str
        Why the file as a whole cannot be trusted; such an account is not reviewed.
    """

    name: str
    reader: str
    records: int
    rejected: int
    sha256: str
    encoding: str = ""
    known_by: str = ""
    rows: tuple[RowsRead, ...] = ()
    controls: tuple[Figure, ...] = ()
    rejects: tuple[RejectsRead, ...] = ()
    masked: tuple[MaskedText, ...] = ()
    card_columns: tuple[str, ...] = ()
    same_as: str = ""
    refused: str = ""

    @property
    def own_controls(self) -> tuple[Figure, ...]:
        """Control figures that the file alone can prove."""
        return tuple(one for one in self.controls if one.alone)

    @property
    def failed(self) -> tuple[Figure, ...]:
        """Control figures of its own that do not hold."""
        return tuple(one for one in self.own_controls if not one.holds)

    @property
    def days(self) -> tuple[str, str]:
        """First and last day of all its rows, "" and "" where there is none."""
        dated = [one for one in self.rows if one.first]
        return (min(one.first for one in dated), max(one.last for one in dated)) if dated else ("", "")
