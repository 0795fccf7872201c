"""The draft itself: what the file looks like, what each column seems to be, and the mapping to paste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsrules.errors import FileRefused, ParameterError
from opsrules.privacy import masked
from opsrules.readers import READERS, Source, read
from opsrules.readers.card_columns import is_card_column
from opsrules.sources.suggest.bank import bank_options
from opsrules.sources.suggest.declared import declared_options
from opsrules.sources.suggest.roles import is_bank, roles_of
from opsrules.sources.suggest.sheet import sheet_of
from opsrules.sources.suggest.values import Facts, facts_of
from opsrules.sources.suggest.words import PERSONAL, Role
from opsrules.sources.yaml_text import TO_FILL_IN, scalar, yaml_lines

__all__ = ["Guess", "Suggestion", "suggest"]

_LONGEST_SAMPLE = 40
_SAMPLES = 2
_MOST_WORDS = 20


@dataclass(frozen=True)
class Guess:
    """What one column seems to be.

    Attributes
    ----------
    name : str
        As the header has it.
    role : str
    filled : float
        Share of the rows.
    samples : tuple of str
        Values that are masked: of what may name a person or an account, only the shape.
    """

    name: str
    role: str
    filled: float
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """A mapping for a file that nobody knows.

    Attributes
    ----------
    file, encoding, delimiter : str
    line : int
        Of the header.
    records : int
        Rows looked at.
    columns : tuple of Guess
    reader : str
        Whose options they are; "" when the table has no day or no amount.
    options : mapping
        Blank where a person must decide.
    notes : mapping of str to str
        By dotted path of the option: what is to fill in, or to look at.
    tried : str
        What came of reading the file by the mapping; "" where something must be filled in first.
    """

    file: str
    encoding: str
    delimiter: str
    line: int
    records: int
    columns: tuple[Guess, ...]
    reader: str
    options: Mapping[str, Any]
    notes: Mapping[str, str]
    tried: str

    @property
    def to_fill_in(self) -> tuple[tuple[str, str], ...]:
        """Options that a person must write, with why."""
        start = f"{TO_FILL_IN}: "
        return tuple((path, why.removeprefix(start)) for path, why in self.notes.items() if why.startswith(start))

    def source(self, files: str) -> tuple[str, ...]:
        """Lines of one entry under ``sources:`` of an account, for the files that a glob finds."""
        head = (f"  - files: {scalar(files)}", f"    reader: {self.reader}", "    options:")
        return (*head, *yaml_lines(self.options, self.notes, "      "))


def suggest(path: Path, name: str, currency: str = "") -> Suggestion:
    """Draft a mapping for a table.

    Parameters
    ----------
    path : Path
    name : str
        As messages show it.
    currency : str
        Of rows that name none, where the caller knows it.

    Raises
    ------
    FileRefused
        If the file cannot be read, or is no table with a header.
    """
    sheet = sheet_of(path, name)
    facts = facts_of(sheet)
    found = roles_of(facts)
    reader, options, notes = "", dict[str, Any](), dict[str, str]()
    if is_bank(found):
        reader = "bank_csv"
        options, notes = bank_options(sheet, found, currency)
    elif Role.DATE in found and {Role.AMOUNT, Role.GROSS, Role.NET, Role.DEBIT} & set(found):
        reader = "declared_csv"
        options, notes = declared_options(sheet, found, currency)
    columns = tuple(_guess(one, found) for one in facts)
    draft = Suggestion(
        *(name, sheet.encoding, sheet.delimiter, sheet.line, len(sheet.cells), columns, reader, options, notes, "")
    )
    return draft if draft.to_fill_in or not reader else _tried(draft, path)


def _guess(one: Facts, found: Mapping[Role, Facts]) -> Guess:
    if is_card_column(one.name):
        return Guess(one.name, "card data, never read", one.filled, ())
    used = next((role for role, column in found.items() if column is one), None)
    role = used or one.role
    told = role.value if used or role in (Role.OTHER, Role.PERSON, Role.BALANCE) else f"{role.value}, not used"
    some = one.cells[one.cells != ""].drop_duplicates().head(_SAMPLES)
    return Guess(one.name, told, one.filled, tuple(_sample(text, role, one.distinct) for text in some))


def _sample(text: str, role: Role, distinct: int) -> str:
    """A value as it may be shown; words that hardly repeat are no words for a kind."""
    hidden = role in PERSONAL or (role in (Role.KIND, Role.METHOD) and distinct > _MOST_WORDS)
    told = _shape(text) if hidden else masked(text)
    return told if len(told) <= _LONGEST_SAMPLE else f"{told[:_LONGEST_SAMPLE]}…"


def _shape(text: str) -> str:
    """Text with its letters as x and X, its digits as 9.

    Examples
    --------
    >>> _shape("Jo Doe, DE89 3704")
    'Xx Xxx, XX99 9999'
    """
    return "".join("9" if sign.isdigit() else _letter(sign) if sign.isalpha() else sign for sign in text)


def _letter(sign: str) -> str:
    return "X" if sign.isupper() else "x"


def _tried(draft: Suggestion, path: Path) -> Suggestion:
    if draft.reader not in {one.NAME for one in READERS}:
        return draft
    try:
        got = read(Source(path, draft.file, options=draft.options), draft.reader)
    except (FileRefused, ParameterError) as error:
        told = str(error)
    else:
        told = f"{got.rows:,} rows, {len(got.rejects):,} rejects"
    return Suggestion(**{**draft.__dict__, "tried": told})
