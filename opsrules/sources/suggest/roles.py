"""Which column of an unknown table is which: one column for each role, the surest by its name that its values allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from opsrules.readers.card_columns import is_card_column
from opsrules.sources.suggest.values import Facts, words_of
from opsrules.sources.suggest.words import CREDIT_MARKS, DEBIT_MARKS, Role

__all__ = ["is_bank", "mark_words", "roles_of"]

_OF_PROCESSORS = (Role.FEE, Role.NET, Role.GROSS, Role.PAYOUT)
_TEXTS = (Role.TEXT, Role.REFERENCE, Role.COUNTERPARTY)
_MOST_MARKS = 4


def roles_of(columns: Iterable[Facts]) -> dict[Role, Facts]:
    """The column of each role that the table has; none without a name, and none that is made for card data."""
    every = [one for one in columns if one.name and not is_card_column(one.name)]
    found: dict[Role, Facts] = {}
    for role in (one for one in Role if one is not Role.OTHER):
        fitting = [one for one in every if one.role is role and one.filled > 0]
        if fitting:
            found[role] = max(fitting, key=lambda one: (one.sure, one.filled, -one.at))
    _without_halves(found)
    for role, fitting in (
        (Role.DATE, [one for one in every if one.is_date]),
        (Role.AMOUNT, [one for one in every if one.is_amount and not one.is_date]),
        (Role.CURRENCY, [one for one in every if one.is_currency]),
    ):
        free = [one for one in fitting if one.role is Role.OTHER and one not in found.values()]
        needed = role is not Role.AMOUNT or not {Role.DEBIT, Role.GROSS, Role.NET} & set(found)
        if role not in found and free and needed:
            found[role] = free[0]
    if Role.DATE not in found and Role.VALUE_DATE in found:
        found[Role.DATE] = found.pop(Role.VALUE_DATE)
    return _with_mark(_with_text(found, every), every)


def _without_halves(found: dict[Role, Facts]) -> None:
    """Take away a debit column without its credit column: alone it is no pair."""
    if (Role.DEBIT in found) != (Role.CREDIT in found):
        alone = found.pop(Role.DEBIT, None) or found.pop(Role.CREDIT)
        found.setdefault(Role.AMOUNT, alone)
    if Role.DEBIT in found and Role.AMOUNT in found:
        halves = found[Role.DEBIT].filled + found[Role.CREDIT].filled
        for role in (Role.AMOUNT,) if found[Role.AMOUNT].filled < halves else (Role.DEBIT, Role.CREDIT):
            del found[role]


def _with_text(found: dict[Role, Facts], every: list[Facts]) -> dict[Role, Facts]:
    """Let a bank's own word for a row, or any free text, stand for a text that no column is named as."""
    if Role.TEXT in found:
        return found
    free = [one for one in every if one not in found.values() and one.role is Role.OTHER and one.filled > 0]
    texts = [one for one in free if not (one.is_amount or one.is_date)]
    longest = max(texts, key=lambda one: one.cells.str.len().mean(), default=None)
    chosen = found.get(Role.KIND) if is_bank(found) and Role.KIND in found else longest
    return found | {Role.TEXT: chosen} if chosen else found


def _with_mark(found: dict[Role, Facts], every: list[Facts]) -> dict[Role, Facts]:
    """Take for the mark of a debit or credit what stands beside the amount, or the column whose words are nothing else.

    A column that marks only one of the two is one where its name says so.
    """
    found.pop(Role.MARK, None)
    amount = next((found[role] for role in (Role.AMOUNT, Role.GROSS, Role.NET) if role in found), None)
    if amount is None:
        return found
    if amount.marks is not None:
        return found | {Role.MARK: replace(amount, cells=amount.marks[amount.cells != ""])}
    taken = [one for role, one in found.items() if role not in (Role.KIND, Role.TEXT)]
    for one in every:
        told = [bool(words) for words in mark_words(one)]
        if (
            one not in taken
            and 0 < one.distinct <= _MOST_MARKS
            and (all(told) or (any(told) and one.role is Role.MARK))
        ):
            return {role: kept for role, kept in found.items() if kept is not one} | {Role.MARK: one}
    return found


def mark_words(one: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of a column that mean debit, and those that mean credit; none where it holds other words too.

    Where only one of the two is marked, "" is the other.
    """
    words = words_of(one.cells)
    if not words or not words <= DEBIT_MARKS | CREDIT_MARKS:
        return (), ()
    raw = sorted(one.cells[one.cells != ""].unique())
    debit = tuple(word for word in raw if words_of(one.cells[one.cells == word]) <= DEBIT_MARKS)
    credit = tuple(word for word in raw if word not in debit)
    if (one.cells == "").any():
        debit, credit = debit or ("",), credit or ("",)
    return debit, credit


def is_bank(found: Mapping[Role, Facts]) -> bool:
    """Whether a table looks like a bank statement: days and amounts, and nothing that only a processor or shop says."""
    has_amount = Role.AMOUNT in found or Role.DEBIT in found
    return has_amount and Role.DATE in found and not {*_OF_PROCESSORS, Role.ORDER} & set(found)
