"""The lines of a QIF file as records: what a section header begins, and ``^`` ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from opsrules.errors import FileRefused
from opsrules.readers.streamed import Streamed

__all__ = ["Record", "records_of"]

_MONEY = ("bank", "ccard", "cash", "oth a", "oth l")
_LISTS = ("cat", "class", "tag", "memorized", "budget", "security", "prices")
_ACCOUNT, _LIST = "an account", "a list"
_ASK = "export the transactions of a bank or card account"


@dataclass(slots=True)
class Record:
    """One transaction.

    Attributes
    ----------
    line : int
        1-based line of its first field.
    account : str
        Name of the account as the file gives it, "" when it gives none.
    fields : list of (str, str)
        Each field's letter and what stands behind it, in order.
    ended : bool
        Whether ``^`` ends it; without that it may be cut.
    """

    line: int
    account: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False

    def all(self, letter: str) -> list[str]:
        """What stands in the fields of that letter."""
        return [text.strip() for one, text in self.fields if one == letter]

    def get(self, letter: str) -> str:
        """What stands in the first field of that letter, "" when there is none."""
        return next(iter(self.all(letter)), "")


def records_of(content: Streamed) -> Iterator[Record]:
    """Give the transactions of all accounts in the file, in order; what lists hold, such as categories, is none.

    Raises
    ------
    FileRefused
        If the file begins with no section header, has a section of investments or of an unknown kind, or has no section
        of a bank or card account.
    """
    kind, account, seen = "", "", False
    current = Record(0, "")
    for number, line in _lines(content):
        if line.startswith("!"):
            if current.line and kind in _MONEY:
                yield current
            kind = _kind(line, kind, f"{content.name}:{number}")
            seen |= kind in _MONEY
            current = Record(0, "")
        elif not kind:
            raise FileRefused(f"{content.name}:{number}", "expected a section header such as !Type:Bank", _ASK)
        elif line.startswith("^"):
            current.ended = True
            if kind == _ACCOUNT:
                account = current.get("N")
            if current.line and kind in _MONEY:
                yield current
            current = Record(0, "")
        else:
            if not current.line:
                current = Record(number, account)
            current.fields.append((line[0], line[1:]))
    if current.line and kind in _MONEY:
        yield current
    if not seen:
        raise FileRefused(content.name, "the file has no section of a bank or card account", _ASK)


def _lines(content: Streamed) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(content.lines(), start=1):
        if line.strip(" \t\x1a"):
            yield number, line.strip()


def _kind(line: str, before: str, place: str) -> str:
    """What a section header begins; `before` when it only sets an option."""
    name, _, what = line[1:].casefold().partition(":")
    what = what.strip()
    if name == "account":
        return _ACCOUNT
    if name in ("option", "clear"):
        return before
    if name == "type" and what in _MONEY:
        return what
    if name == "type" and what in _LISTS:
        return _LIST
    if name == "type" and what.startswith("invst"):
        raise FileRefused(place, "this is a section of investments (!Type:Invst)", _ASK)
    raise FileRefused(place, f"the section {line[:40]!r} is not known", _ASK)
