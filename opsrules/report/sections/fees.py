"""Were the fees right? What was charged against what the contract says."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import mark
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, mappings_of, sentence, table_of, text_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import minor, money, number, source
from opsrules.review import Review

__all__ = ["fees"]

_STATUS: dict[str, tuple[int, str, str]] = {
    "claim": (0, "risk", "Charged too much"),
    "credit": (1, "risk", "Charged too little"),
    "in_tolerance": (2, "ok", "Within tolerance"),
    "agrees": (3, "ok", "Agrees"),
}


def fees(review: Review) -> Fragment:
    """Fees of each currency by contract, the account's own first."""
    parts = [_one(currency, rows) for currency, rows in by_currency(review, table_of(review, "fees"))]
    if not parts:
        told = "No fee could be checked: no contract is on file for the fees of this period, or none was charged."
        return Fragment("fees", sentence(told))
    return Fragment("fees", join(parts))


def _size(row: dict[str, object], name: str) -> int:
    return int(str(row[name]))


def _one(currency: str, rows: pd.DataFrame) -> Markup:
    ranked = sorted(
        mappings_of(rows),
        key=lambda row: (_STATUS.get(str(row["status"]), (2, "", ""))[0], -abs(_size(row, "difference_minor"))),
    )
    heads = [
        *(Column("Processor and contract"), Column("Lines", number=True), Column(f"Charged, {currency}", number=True)),
        *(
            Column(f"Expected, {currency}", number=True),
            Column(f"Too much, {currency}", number=True),
            Column("Verdict"),
        ),
    ]
    flags = [at for at, row in enumerate(ranked) if row["status"] == "claim"]
    body = [_row(row, currency) for row in ranked]
    totals = []
    if len(ranked) > 1:
        sums = [
            minor(sum(_size(row, name) for row in ranked), currency)
            for name in ("charged_minor", "expected_minor", "difference_minor")
        ]
        lines = number(sum(_size(row, "lines") for row in ranked))
        body.append(["All fees", lines, *sums, ""])
        totals = [len(ranked)]
    table = statement(
        f"fees-{currency}",
        f"Fees charged against the contract, {currency}",
        heads,
        body,
        totals=totals,
        flags=flags,
        width="ample",
    )
    return _answer(ranked, currency) + table


def _answer(ranked: list[dict[str, object]], currency: str) -> Markup:
    claim = sum(_size(row, "difference_minor") for row in ranked if row["status"] == "claim")
    if claim:
        return sentence(money(claim, currency), " was charged above the contract and should come back.")
    return sentence(f"The fees in {currency} agree with the contract: nothing to claim.")


def _row(row: dict[str, object], currency: str) -> list[str | Markup]:
    name = join(
        [
            element("span", source(row["processor"])),
            element("span", text_of(row["contract"]).replace("_", " ") or "no contract", class_="ref"),
        ]
    )
    _, tone, words = _STATUS.get(str(row["status"]), (2, "", text_of(row["status"]).replace("_", " ")))
    figures = [minor(_size(row, key), currency) for key in ("charged_minor", "expected_minor", "difference_minor")]
    return [name, number(_size(row, "lines")), *figures, mark(tone, words) if tone else words]
