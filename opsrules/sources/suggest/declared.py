"""Options of the reader ``declared_csv`` for a processor's or a shop's table that nobody has declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from opsrules.money import NumberStyle, parse_minor
from opsrules.sources.suggest.bank import currency_told
from opsrules.sources.suggest.sheet import Sheet
from opsrules.sources.suggest.sides import debit_options, mark_options, mark_remarks
from opsrules.sources.suggest.values import Facts, blanks_in, date_format_of, style_of_amounts
from opsrules.sources.suggest.words import Role, plain
from opsrules.sources.yaml_text import TO_FILL_IN
from opsrules.terms import LineKind

__all__ = ["declared_options"]

_LINES = {
    Role.DATE: "occurred_at",
    Role.KIND: "kind",
    Role.CURRENCY: "currency",
    Role.GROSS: "gross_minor",
    Role.AMOUNT: "gross_minor",
    Role.FEE: "fee_minor",
    Role.NET: "net_minor",
    Role.ID: "line_id",
    Role.ORDER: "order_id",
    Role.PAYMENT: "payment_id",
    Role.PAYOUT: "payout_id",
    Role.METHOD: "method",
    Role.TEXT: "description",
}
_ORDERS = {
    Role.ORDER: "order_id",
    Role.DATE: "placed_at",
    Role.CURRENCY: "currency",
    Role.AMOUNT: "total_minor",
    Role.METHOD: "payment_method",
}
_KINDS = {
    LineKind.REFUND: "refund money back ruckerstattung erstattung remboursement reembolso rimborso terugbetaling",
    LineKind.CHARGEBACK: "chargeback dispute ruckbuchung rucklastschrift litige",
    LineKind.PAYOUT: "payout bank transfer withdrawal auszahlung virement deposit settlement",
    LineKind.FEE: "fee fees gebuhr gebuhren frais comision commissione cost commission",
    LineKind.CHARGE: "charge sale payment capture verkauf zahlung vente paiement venta pago pagamento",
}
"""Words within a processor's own that tell what a row is; the first kind that has one."""
_MOST_KINDS = 40
_AMOUNTS = (Role.GROSS, Role.AMOUNT, Role.NET, Role.DEBIT, Role.CREDIT, Role.FEE)


def declared_options(sheet: Sheet, found: Mapping[Role, Facts], currency: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Options, and notes on what is left to fill in or to look at, by dotted path.

    A table with fees, nets or payouts is a processor's; any other with an order's number is a shop's.
    """
    lines = bool({Role.FEE, Role.NET, Role.GROSS, Role.PAYOUT} & set(found)) or Role.ORDER not in found
    targets = _LINES if lines else _ORDERS
    notes: dict[str, str] = {}
    columns: dict[str, str] = {}
    whole_net = Role.NET in found and found[Role.NET].filled == 1.0
    for role, target in targets.items():
        # What was charged stands on some rows alone where a fee has a row of its own: net and fee give it.
        left_out = target == "gross_minor" and whole_net and role in found and found[role].filled < 1.0
        if role in found and not left_out:
            columns.setdefault(target, found[role].name)
    options: dict[str, Any] = {"table": "processor_lines" if lines else "orders", "columns": columns}
    amounts = [found[role] for role in _AMOUNTS if role in found]
    style, sure = style_of_amounts([one.cells for one in amounts], currency or "EUR")
    options["values"] = _values(sheet, found, amounts, currency, notes) if lines else {}
    if not lines and "currency" not in columns:
        options["values"] = {"currency": currency or currency_told(sheet, amounts, style)[0]}
        notes["values.currency"] = f"{TO_FILL_IN}: the file names no currency"
    if lines and Role.KIND in found:
        options["kinds"] = _kinds(found[Role.KIND])
    if lines and (sides := _sides(found, columns, style, currency or "EUR", notes)):
        options["sides"] = sides
    if Role.FEE in found and "fee_minor" in options.get("sides", {}):
        options["negate"] = ["fee_minor"]
        notes["negate"] = "a debit of the fee is a cost"
    elif Role.FEE in found and (parse_minor(found[Role.FEE].cells, currency or "EUR", style)[0] < 0).any():
        options["negate"] = ["fee_minor"]
        notes["negate"] = "the fee is negative where it costs"
    options |= {"decimal": style.decimal} | ({"grouping": style.grouping} if style.grouping else {})
    options |= {"symbols": list(style.symbols)} if style.symbols else {}
    options |= {"blanks": blanks} if (blanks := blanks_in(sheet, amounts)) else {}
    if not sure:
        notes["decimal"] = (
            f"{TO_FILL_IN}: the amounts can be read in two ways, such as 1.250; is this their decimal sign?"
        )
    if Role.DATE in found and not date_format_of(found[Role.DATE].cells, sheet.name)[0]:
        options["date_order"] = ""
        notes["date_order"] = f"{TO_FILL_IN}: day_first or month_first; the days can be read in two ways"
    return {key: value for key, value in options.items() if value != {}}, notes


def _sides(
    found: Mapping[Role, Facts], columns: dict[str, str], style: NumberStyle, coin: str, notes: dict[str, str]
) -> dict[str, Any]:
    """Amounts whose side stands beside the figure; they are taken out of the columns that have a sign."""
    sides: dict[str, Any] = {}
    for role in (Role.GROSS, Role.AMOUNT, Role.NET, Role.FEE):
        target = _LINES[role]
        one = found.get(role)
        if one is None or columns.get(target) != one.name or (role is Role.FEE and one.marks is None):
            continue
        mark = replace(one, cells=one.marks[one.cells != ""]) if one.marks is not None else found.get(Role.MARK)
        told = mark_options(one, mark, style, coin) if mark else {}
        if mark and told:
            sides[target] = {"amount": columns.pop(target), "mark": mark.name} | told
            notes |= mark_remarks(told, f"sides.{target}.")
    if Role.DEBIT in found and not {"gross_minor", "net_minor"} & {*columns, *sides}:
        target = "gross_minor" if "fee_minor" in columns else "net_minor"
        pair = {"debit": found[Role.DEBIT].name, "credit": found[Role.CREDIT].name}
        sides[target] = pair | debit_options(found[Role.DEBIT], style, coin)
        if target == "gross_minor":
            notes[f"sides.{target}"] = "taken for amounts before the fee; look whether it is meant"
    return sides


def _values(
    sheet: Sheet, found: Mapping[Role, Facts], amounts: list[Facts], currency: str, notes: dict[str, str]
) -> dict[str, str]:
    """What is the same on every row."""
    values = {"processor": ""}
    notes["values.processor"] = f"{TO_FILL_IN}: the processor's name in small letters"
    if Role.KIND not in found:
        values["kind"] = ""
        notes["values.kind"] = f"{TO_FILL_IN}: what every row is, such as charge"
    if Role.CURRENCY not in found:
        style, _ = style_of_amounts([one.cells for one in amounts], currency or "EUR")
        told, why = currency_told(sheet, amounts, style)
        values["currency"] = currency or told
        if not currency:
            notes["values.currency"] = why or f"{TO_FILL_IN}: the file names no currency"
    return values


def _kinds(one: Facts) -> dict[str, str]:
    """The file's words for what a row is that are plain; the others stay `other` and are counted."""
    found: dict[str, str] = {}
    words = sorted(word for word in one.cells.unique() if word)
    for word in words[:_MOST_KINDS]:
        told = f" {plain(word)} "
        kind = next(
            (kind for kind, names in _KINDS.items() if any(f" {name} " in told for name in names.split())), None
        )
        if kind:
            found[word] = kind.value
    return found
