"""Proof that nothing was lost: every row that came in is matched, open, excluded by a named rule, or rejected."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import mark
from opsrules.money import NO_CURRENCY
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, mappings_of, sentence, table_of, text_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import count, listed, minor, number, place, source, term
from opsrules.review import Review
from opsrules.terms import Exclusion, Leg, RejectReason

__all__ = ["proof"]

_PARTS = ("matched", "open", "excluded", "rejected")
_MOST_REJECTS = 20


def proof(review: Review) -> Fragment:
    """Control totals by leg, side and currency, the checks, what was excluded and what was rejected."""
    totals = review.control_totals
    if totals.empty:
        frame = sentence("No row was read for this period, so there is nothing to prove.")
    else:
        frame = _frame(review, totals)
    return Fragment("proof", join([frame, _controls(review), _excluded(review), _rejects(review)]))


def _difference(row: dict[str, object], unit: str) -> int:
    return int(str(row[f"rows_in{unit}"])) - sum(int(str(row[f"{part}{unit}"])) for part in _PARTS)


def _frame(review: Review, totals: pd.DataFrame) -> Markup:
    checks = mappings_of(table_of(review, "checks"))
    rows = mappings_of(totals)
    broken = sum(_difference(row, unit) != 0 for row in rows for unit in ("", "_minor"))
    fails = sum(not row["holds"] for row in checks) + broken
    verdict = (
        mark("crit", f"{count(fails, 'check')} {'fails' if fails == 1 else 'fail'}")
        if fails
        else mark("ok", "All checks hold")
    )
    tables = [_rows_table(rows)]
    tables += [_amount_table(currency, mappings_of(part)) for currency, part in by_currency(review, totals)]
    listing = [element("li", row["text"], class_=None if row["holds"] else "fails") for row in checks]
    checklist = element("ul", *listing, class_="checks") if listing else Markup("")
    return element("div", element("p", verdict), *tables, checklist, class_="proof bad" if fails else "proof")


def _heads(unit: str) -> list[Column]:
    parts = ("Rows in", "Matched", "Open", "Excluded", "Rejected", "Difference")
    return [Column(f"Leg and side{unit}"), *(Column(part, number=True) for part in parts)]


def _where(row: dict[str, object], currency: str = "") -> Markup:
    leg, side, name = term(Leg, row["leg"]), text_of(row["side"]).replace("_", " "), source(row["source"])
    known = {"": "", NO_CURRENCY: "currency not readable"}.get(currency, currency)
    told = ", ".join(dict.fromkeys(part for part in (side, name, known) if part))
    return join([element("span", leg), element("span", told, class_="ref")])


def _rows_table(rows: list[dict[str, object]]) -> Markup:
    caption = join([element("b", "Rows in = matched + open + excluded + rejected"), element("span", "Number of rows.")])
    body = []
    for row in rows:
        figures = [number(int(str(row[part]))) for part in ("rows_in", *_PARTS)]
        body.append([_where(row, text_of(row["currency"])), *figures, number(_difference(row, ""))])
    flags = [at for at, row in enumerate(rows) if _difference(row, "")]
    return statement("proof-rows", caption, _heads(", rows"), body, flags=flags, width="ample")


def _amount_table(currency: str, rows: list[dict[str, object]]) -> Markup:
    title = (
        "The same in amounts that had no readable currency" if currency == NO_CURRENCY else f"The same in {currency}"
    )
    note = "Plus is owed to the account, minus is taken from it. Currencies are never added together."
    caption = join([element("b", title), element("span", note)])
    body = []
    for row in rows:
        figures = [minor(int(str(row[f"{part}_minor"])), currency) for part in ("rows_in", *_PARTS)]
        body.append([_where(row), *figures, minor(_difference(row, "_minor"), currency)])
    flags = [at for at, row in enumerate(rows) if _difference(row, "_minor")]
    return statement(f"proof-{currency}", caption, _heads(f", {currency}"), body, flags=flags, width="ample")


def _controls(review: Review) -> Markup:
    rows = mappings_of(table_of(review, "controls"))
    if not rows:
        return element("p", "The files carry no control figures of their own.", class_="quiet")
    failing = [row for row in rows if not row["holds"]]
    if not failing:
        told = (
            "The one control figure that the files carry holds."
            if len(rows) == 1
            else (f"All {count(len(rows), 'control figure')} that the files carry hold.")
        )
        return element("p", told, class_="quiet")
    heads = [
        *(Column("Control figure"), Column("Where"), Column("The file says", number=True)),
        *(Column("Its rows give", number=True), Column("Difference", number=True)),
    ]
    body = []
    for row in failing:
        currency = text_of(row["currency"])
        expected, actual = int(str(row["expected_minor"])), int(str(row["actual_minor"]))
        figures = [f"{currency} {minor(one, currency)}".strip() for one in (expected, actual, actual - expected)]
        body.append([text_of(row["name"]), place(text_of(row["place"])), *figures])
    caption = f"{number(len(failing))} of {count(len(rows), 'control figure')} that the files carry do not hold"
    return statement("controls", caption, heads, body, flags=range(len(body)), width="ample")


def _excluded(review: Review) -> Markup:
    rows = mappings_of(table_of(review, "excluded"))
    if not rows:
        return element("p", "No row was left out.", class_="quiet")
    heads = [Column("Rule"), Column("Leg and side"), Column("Rows", number=True), Column("Amount", number=True)]
    body = []
    for row in rows:
        currency = text_of(row["currency"])
        where = f"{term(Leg, row['leg'])}, {text_of(row['side']).replace('_', ' ')}"
        value = f"{currency} {minor(int(str(row['amount_minor'])), currency)}".strip()
        body.append([term(Exclusion, row["rule"]), where, number(int(str(row["rows"]))), value])
    return statement("excluded", "Left out by a named rule", heads, body)


def _rejects(review: Review) -> Markup:
    rows = mappings_of(table_of(review, "rejects"))
    if not rows:
        return element("p", "No row was rejected: every record could be read.", class_="quiet")
    shown = rows[:_MOST_REJECTS]
    heads = [Column("File and line"), Column("Why"), Column("Column"), Column("What stands there")]
    body = []
    for row in shown:
        where = place(text_of(row["source_file"]), text_of(row["source_line"]))
        cell = text_of(row["value"])
        told = element("span", cell, class_="mono") if cell else "nothing"
        body.append([where, term(RejectReason, row["reason"]), text_of(row["column"]) or "the whole row", told])
    title = f"{count(len(rows), 'row')} could not be read: counted above, never guessed"
    return statement("rejects", join([element("b", title), _more(rows, len(shown))]), heads, body, width="ample")


def _more(rows: list[dict[str, object]], shown: int) -> Markup:
    reasons: dict[str, int] = {}
    for row in rows:
        reason = term(RejectReason, row["reason"])
        reasons[reason] = reasons.get(reason, 0) + 1
    parts = listed(f"{reason}: {number(size)}" for reason, size in sorted(reasons.items(), key=lambda p: (-p[1], p[0])))
    rest = f" The first {shown} stand here; all are in tables/rejects.parquet." if len(rows) > shown else ""
    return element("span", f"{parts}.{rest}")
