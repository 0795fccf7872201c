"""Options of the reader ``bank_csv`` for a bank's table that nobody has declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from opsrules.money import NumberStyle, is_currency
from opsrules.sources.suggest.sheet import Sheet
from opsrules.sources.suggest.sides import debit_options, mark_options, mark_remarks, minor_of
from opsrules.sources.suggest.values import Facts, blanks_in, date_format_of, share, style_of_amounts
from opsrules.sources.suggest.words import Role, balance_named
from opsrules.sources.yaml_text import TO_FILL_IN

__all__ = ["bank_options", "currency_told"]

_OPTIONAL = (Role.VALUE_DATE, Role.ID, Role.ACCOUNT, Role.COUNTERPARTY, Role.REFERENCE, Role.TEXT)
_CODE = re.compile(r"\b[A-Z]{3}\b")
_SIGNS = {"\u20ac": "EUR", "\u00a3": "GBP", "z\u0142": "PLN", "\u20b9": "INR", "R$": "BRL"}
"""Signs of one currency alone; a dollar or a krone is many."""


def bank_options(sheet: Sheet, found: Mapping[Role, Facts], currency: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Options, and notes on what is left to fill in or to look at, by dotted path.

    Parameters
    ----------
    sheet : Sheet
    found : mapping of Role to Facts
    currency : str
        Of rows that name none, where the caller knows it.
    """
    style, coin, options, notes = _written(sheet, found, currency)
    names: dict[str, str] = {"date": found[Role.DATE].name}
    for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.CURRENCY):
        if role in found:
            names[role.value] = found[role].name
    names |= {role.value: found[role].name for role in _OPTIONAL if role in found and _useful(found, role, options)}
    signs = _signs(found, style, coin)
    if "marks" in signs:
        names["mark"] = found[Role.MARK].name
    notes |= mark_remarks(signs)
    balances = _balances(sheet)
    whole = {"columns": names} | options | signs | ({"balances": balances} if balances else {})
    if "account" not in names:
        notes["columns"] = "the bank account's number is in no column; write account: its last four signs will be shown"
    return whole, notes


def _written(
    sheet: Sheet, found: Mapping[Role, Facts], currency: str
) -> tuple[NumberStyle, str, dict[str, Any], dict[str, str]]:
    """How days, amounts and currencies are written."""
    notes: dict[str, str] = {}
    day, candidates = date_format_of(found[Role.DATE].cells, sheet.name)
    options: dict[str, Any] = {"date_format": day}
    if not day:
        notes["date_format"] = f"{TO_FILL_IN}: the days can be read in two ways, {' or '.join(candidates)}"
    amounts = [found[role] for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT) if role in found]
    style, sure = style_of_amounts([one.cells for one in amounts], currency or "EUR")
    told, why = currency_told(sheet, amounts, style)
    if Role.CURRENCY not in found:
        options["currency"] = currency or told
        if not options["currency"]:
            notes["currency"] = f"{TO_FILL_IN}: the file names no currency"
        elif not currency:
            notes["currency"] = why
    elif found[Role.CURRENCY].filled < 1 and (currency or told):
        options["currency"] = currency or told
    options |= {"decimal": style.decimal} | ({"grouping": style.grouping} if style.grouping else {})
    options |= {name: True for name in ("parentheses", "trailing_sign") if getattr(style, name)}
    options |= {"symbols": list(style.symbols)} if style.symbols else {}
    options |= {"blanks": blanks} if (blanks := blanks_in(sheet, amounts)) else {}
    if not sure:
        notes["decimal"] = (
            f"{TO_FILL_IN}: the amounts can be read in two ways, such as 1.250; is this their decimal sign?"
        )
    return style, options.get("currency", "") or "EUR", options, notes


def currency_told(sheet: Sheet, amounts: list[Facts], style: NumberStyle) -> tuple[str, str]:
    """Currency that signs beside the figures, the columns' names or the lines before the header name, and which."""
    signs = {_SIGNS.get(one, one if is_currency(one) else "") for one in style.symbols}
    titles = {code for one in amounts for code in _CODE.findall(one.name) if is_currency(code)}
    before = {code for line in sheet.before for code in _CODE.findall(line) if is_currency(code)}
    places = ((signs, "beside the figures"), (titles, "in the column's name"), (before, "before the header"))
    for codes, where in places:
        if len(codes) == 1 and (code := next(iter(codes))):
            return code, f"stands {where}; look whether it is meant"
    return "", ""


def _useful(found: Mapping[Role, Facts], role: Role, options: Mapping[str, Any]) -> bool:
    one = found[role]
    if role is Role.VALUE_DATE:
        some = one.cells[one.cells != ""]
        return not options["date_format"] or share(some, options["date_format"]) == 1.0
    if role is Role.ID:
        return one.distinct == int((one.cells != "").sum())
    # An account that changes from row to row is the other side's.
    return role is not Role.ACCOUNT or (one.distinct == 1 and one.filled == 1.0)


def _signs(found: Mapping[Role, Facts], style: NumberStyle, coin: str) -> dict[str, Any]:
    """Which way amounts go."""
    if Role.DEBIT in found:
        return debit_options(found[Role.DEBIT], style, coin)
    if Role.MARK in found and (marks := mark_options(found[Role.AMOUNT], found[Role.MARK], style, coin)):
        return marks
    amount = minor_of(found[Role.AMOUNT], style, coin)
    return {"sign": "inverse"} if Role.BALANCE in found and _falls(amount, found[Role.BALANCE], style, coin) else {}


def _falls(amount: np.ndarray[tuple[int], np.dtype[np.int64]], one: Facts, style: NumberStyle, coin: str) -> bool:
    """Whether the balance falls by every amount, whichever end of the file is the newest."""
    step = np.diff(minor_of(one, style, coin))
    return len(step) > 0 and bool((step == -amount[1:]).all() or (step == amount[:-1]).all())


def _balances(sheet: Sheet) -> dict[str, str]:
    """Beginnings of the lines that state the balance at the start and at the end, up to the day in them."""
    starts: dict[str, set[str]] = {}
    for cell in sheet.stated:
        starts.setdefault(balance_named(cell), set()).add(re.split(r"\s*[0-9:]", cell.strip(), maxsplit=1)[0])
    return {kind: texts.pop() for kind, texts in sorted(starts.items()) if len(texts) == 1}
