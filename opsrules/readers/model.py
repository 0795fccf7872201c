"""What a reader is and what it delivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from opsrules.terms import Secret

__all__ = ["Control", "Cover", "Head", "Masked", "Read", "Reader", "Source"]


@dataclass(frozen=True)
class Head:
    """The first bytes of a file, decoded: enough to recognise a format by its content.

    Attributes
    ----------
    name : str
        File name, for messages only: formats are never recognised by it.
    text : str
        The first 64 KiB as text.
    encoding : str
        utf-8, utf-8-sig, utf-16 or cp1252.
    """

    name: str
    text: str
    encoding: str


@dataclass(frozen=True)
class Source:
    """One file to read and what the account says about it.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Its path relative to the workspace: what ``source_file`` shows.
    zone : str
        IANA zone of the account, for times the format gives without one.
    options : mapping
        The account's options for this source, checked by the reader's own options model.
    member : str
        Which file of a zip archive it is, by its name there; "" for the only one, or where `path` is no archive.
    """

    path: Path
    name: str
    zone: str = "UTC"
    options: Mapping[str, Any] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True)
class Control:
    """A control figure that the file itself carries, against what was read.

    Attributes
    ----------
    name : str
        ``opening + entries = closing``, for instance.
    place : str
        ``file:line`` of the figure.
    currency : str
        "" for a mere number, such as a count of records.
    expected_minor, actual_minor : int
        The file's figure, and the one computed from its rows.
    across : bool
        Whether what the figure sums may lie in several exports, as the lines of a payout do: then only all of them
        together can prove it.
    """

    name: str
    place: str
    currency: str
    expected_minor: int
    actual_minor: int
    across: bool = False

    @property
    def holds(self) -> bool:
        """Whether both figures are equal."""
        return self.expected_minor == self.actual_minor


@dataclass(frozen=True)
class Masked:
    """Secrets of one kind that stood in one column of free text, and no longer do.

    Attributes
    ----------
    kind : Secret
    table, column : str
        Canonical ones.
    count : int
        Secrets, not rows.
    line : int
        Line of the first record that had one.
    """

    kind: Secret
    table: str
    column: str
    count: int
    line: int


@dataclass(frozen=True)
class Cover:
    """Days for which a file tells all that was booked on a bank account, whether or not there is a line on them.

    Attributes
    ----------
    bank_account : str
        As in the rows: its last four signs.
    first, last : date
        By the statement's own word, not by its lines.
    """

    bank_account: str
    first: date
    last: date


@dataclass(frozen=True)
class Read:
    """One file, read. Records = `rows` + rejects.

    Attributes
    ----------
    reader : str
        Name of the reader.
    kind : str
        Name of the main canonical table.
    tables : mapping of str to DataFrame
        The canonical tables that the file holds, each valid by its schema, RangeIndex, in file order.
    rejects : DataFrame
        Schema `opsrules.schemas.REJECTS`.
    controls : tuple of Control
    records : int
        Data records in the file; blank lines do not count.
    encoding : str
    sha256 : str
        Of the bytes that were read.
    card_columns : tuple of str
        Columns of the file that are made for card data; they are never read.
    masked : tuple of Masked
        What was masked in free text, by table, column and kind.
    counted : tuple of str
        Tables whose rows are records of the file; the main one when left out.
    covers : tuple of Cover
        Of statements that say which days they cover; none of what is told before the statement.
    """

    reader: str
    kind: str
    tables: Mapping[str, pd.DataFrame]
    rejects: pd.DataFrame
    controls: tuple[Control, ...]
    records: int
    encoding: str
    sha256: str
    card_columns: tuple[str, ...] = ()
    masked: tuple[Masked, ...] = ()
    counted: tuple[str, ...] = ()
    covers: tuple[Cover, ...] = ()

    @property
    def rows(self) -> int:
        """Records that became rows."""
        return sum(len(self.tables[name]) for name in self.counted or (self.kind,))

    @property
    def table(self) -> pd.DataFrame:
        """The main table."""
        return self.tables[self.kind]


class Reader(Protocol):
    """One export format: a module in `opsrules.readers` with these names.

    Attributes
    ----------
    NAME, KIND : str
        The reader's, and the canonical table that it fills first.
    CHECKED : str
        Which samples or documents it was checked against.
    NOT_VERIFIED : str
        What was neither seen in a sample nor stated in a document.
    """

    NAME: str
    KIND: str
    CHECKED: str
    NOT_VERIFIED: str

    def identify(self, head: Head) -> bool:
        """Whether the file is of this format, judged by its content."""
        ...

    def read(self, source: Source) -> Read:
        """Read the whole file; raises `opsrules.errors.FileRefused` when it cannot be trusted as a whole."""
        ...
