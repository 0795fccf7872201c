"""Did every payout arrive? Each payout against the bank line it became, what needs attention first."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import mark
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, mappings_of, sentence, table_of, text_of
from opsrules.report.sections.made import Made, anchor
from opsrules.report.tables import Column, statement
from opsrules.report.words import count, day, minor, money, number, share, source
from opsrules.review import Review

__all__ = ["payouts"]

_MOST = 30
# Status to (order of importance, tone of its mark, words); what is merely on its way has no mark.
_STATUS: dict[str, tuple[int, str, str]] = {
    "missing": (0, "crit", "Not at the bank"),
    "short": (1, "crit", "Arrived short"),
    "over": (2, "risk", "Arrived too large"),
    "ambiguous": (3, "risk", "More than one match"),
    "on_its_way": (4, "", "On its way"),
    "not_sent": (5, "", "Not sent yet"),
    "arrived": (6, "ok", "Arrived"),
}


def payouts(review: Review) -> Fragment:
    """Payouts of each currency, the account's own first."""
    parts = [_one(review, currency, rows) for currency, rows in by_currency(review, table_of(review, "payouts"))]
    if not parts:
        return Fragment("payouts", sentence("No payout was sent or expected in this period."))
    return Fragment("payouts", join(parts))


def _rank(row: dict[str, object]) -> tuple[int, int, str]:
    return (_STATUS.get(str(row["status"]), (3, "", ""))[0], -abs(int(str(row["amount_minor"]))), str(row["payout_id"]))


def _one(review: Review, currency: str, rows: pd.DataFrame) -> Markup:
    ranked = sorted(mappings_of(rows), key=_rank)
    shown = ranked[:_MOST]
    made = Made(review, currency, shown)
    heads = [
        *(Column("Payout"), Column("Sent"), Column(f"Amount, {currency}", number=True)),
        *(Column(f"At the bank, {currency}", number=True), Column(f"Difference, {currency}", number=True)),
        *(Column("Value date"), Column("State")),
    ]
    flags = [at for at, row in enumerate(shown) if row["status"] in {"missing", "short", "over", "ambiguous"}]
    caption = join([Markup("Payouts, what needs attention first"), element("span", _coverage(ranked, shown))])
    told = [_row(row, currency, anchor(currency, at) if made.has(row) else "") for at, row in enumerate(shown)]
    table = statement(f"payouts-{currency}", caption, heads, told, flags=flags, width="ample")
    return _answer(ranked, currency) + table + made.told()


def _answer(ranked: list[dict[str, object]], currency: str) -> Markup:
    arrived = [row for row in ranked if row["status"] == "arrived"]
    total = sum(int(str(row["amount_minor"])) for row in arrived)
    told = f"{number(len(arrived))} of {count(len(ranked), 'payout')} in {currency} arrived in full"
    return sentence(f"{told}, ", money(total, currency), ".") if arrived else sentence(f"{told}.")


def _coverage(ranked: list[dict[str, object]], shown: list[dict[str, object]]) -> str:
    if len(shown) == len(ranked):
        return f"All {count(len(ranked), 'payout')} sent in the period, and older ones that are still open."
    total, part = (sum(abs(int(str(row["amount_minor"]))) for row in rows) for rows in (ranked, shown))
    told = f"{len(shown)} of {count(len(ranked), 'payout')}, {share(part, total)} of the amount."
    rest = ranked[len(shown) :]
    if all(row["status"] == "arrived" for row in rest):
        return f"{told} The other {number(len(rest))} arrived in full."
    return f"{told} The others are in tables/payouts.parquet."


def _row(row: dict[str, object], currency: str, made: str) -> list[str | Markup]:
    named = text_of(row["payout_id"])
    shown = element("a", named, href=f"#{made}") if made else element("span", named)
    name = join([shown, element("span", source(row["processor"]), class_="ref")])
    bank, difference = text_of(row["bank_minor"]), text_of(row["difference_minor"])
    _, tone, words = _STATUS.get(str(row["status"]), (3, "", text_of(row["status"]).replace("_", " ")))
    return [
        name,
        element("span", day(text_of(row["sent_on"])), class_="n"),
        minor(int(str(row["amount_minor"])), currency),
        minor(int(bank), currency) if bank else "none",
        minor(int(difference), currency) if bank and difference else "open",
        element("span", day(text_of(row["value_on"]), "none yet"), class_="n"),
        mark(tone, words) if tone else words,
    ]
