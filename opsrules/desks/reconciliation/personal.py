"""Faults of the files that put people at risk: card and account numbers in free text, columns made for card data."""

from __future__ import annotations

from collections.abc import Iterable

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.events import file_break
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.terms import BreakClass, Secret

__all__ = ["personal_breaks"]

# E-mail addresses and phone numbers stand in notes everywhere: they are masked and counted, nobody has to act.
_TOLD = {Secret.CARD: BreakClass.CARD_NUMBER_IN_TEXT, Secret.IBAN: BreakClass.IBAN_IN_TEXT}


def personal_breaks(ask: Ask, exports: Exports) -> list[Break]:
    """One break per file and kind of secret that was masked in it, and one per file with columns made for card data."""
    return [*_in_text(ask, exports), *_in_columns(ask, exports)]


def _in_text(ask: Ask, exports: Exports) -> Iterable[Break]:
    for kind, broken in _TOLD.items():
        for name in dict.fromkeys(name for name, one in exports.masked if one.kind is kind):
            found = [one for file, one in exports.masked if file == name and one.kind is kind]
            count, line = sum(one.count for one in found), min(one.line for one in found)
            words = kind.words().lower() + ("" if count == 1 else "s")
            columns = " and ".join(dict.fromkeys(one.column.replace("_", " ") for one in found))
            where = f"in line {line}" if count == 1 else f"the first in line {line}"
            note = f"{count:,} {words} in {columns}, {where}"
            yield file_break(ask, broken, name, note=note, rows=count, source_line=line)


def _in_columns(ask: Ask, exports: Exports) -> Iterable[Break]:
    for name in dict.fromkeys(name for name, _ in exports.card_columns):
        columns = [column for file, column in exports.card_columns if file == name]
        note = ", ".join(columns)
        yield file_break(ask, BreakClass.CARD_DATA_COLUMN, name, note=note, rows=len(columns))
