"""What payouts are made of: from gross sales to the bank's figure, each step with the lines that it is the sum of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.report.sections.blocks import mappings_of, sentence, table_of, text_of
from opsrules.report.sections.places import lines_told, short_names
from opsrules.report.tables import Column, statement
from opsrules.report.words import count, minor, money, source
from opsrules.review import Review

__all__ = ["Made", "anchor"]

_STEPS = {
    "gross": "Gross sales",
    "refunds": "Refunds",
    "chargebacks": "Chargebacks",
    "fees": "Fees",
    "tax_withheld": "Tax withheld by the marketplace",
    "reserve": "Reserve",
    "conversions": "Changed from and to other currencies",
    "adjustments": "Adjustments and other lines",
}
_WHY = {
    "lines_not_named": "The export does not say which lines a payout holds",
    "lines_before_exports": "Its earlier lines lie in an export that was not supplied",
    "differs": "No line of the exports explains the rest",
}
_Row = Mapping[str, object]


def anchor(currency: str, at: int) -> str:
    """Id of a payout's bridge on the page, by its place in the list."""
    return f"payout-{currency}-{at}"


class Made:
    """The bridges of one currency's payouts.

    Parameters
    ----------
    review : Review
    currency : str
    shown : sequence of mappings
        Rows of the table of payouts, in the order in which they stand on the page.
    """

    def __init__(self, review: Review, currency: str, shown: Sequence[_Row]) -> None:
        every, lines = (table_of(review, name) for name in ("payout_bridge", "payout_lines"))
        self._currency, self._shown = currency, shown
        rows = [row for row in mappings_of(every) if row["currency"] == currency]
        self._counted = [row for row in rows if row["in_period"]]
        self._of = {_key(row): row for row in rows}
        self._lines: dict[tuple[str, str], list[_Row]] = {}
        wanted = {_key(row) for row in shown}
        if len(lines):
            mine = lines[(lines["currency"] == currency) & lines["payout_id"].isin([name for _, name in wanted])]
            for row in mappings_of(mine):
                self._lines.setdefault(_key(row), []).append(row)
        found = [row for rows in self._lines.values() for row in rows] + rows
        self._short = short_names(text_of(row["source_file"]) for row in found)

    def has(self, row: _Row) -> bool:
        """Whether a payout's bridge is told."""
        return _key(row) in self._of

    def told(self) -> Markup:
        """All payouts of the period together, then each that is shown, folded."""
        if not self._of:
            return Markup("")
        each = [self._one(at, self._of[_key(row)]) for at, row in enumerate(self._shown) if self.has(row)]
        heading = element("summary", f"Each payout with its lines, {self._currency}")
        return join([self._together(), element("details", heading, *each)])

    def _together(self) -> Markup:
        sums = {name: sum(_minor(row, name) for row in self._counted) for name in (*_STEPS, "unexplained", "payout")}
        if not self._counted:
            return Markup("")
        rows = [(words, minor(sums[name], self._currency)) for name, words in _STEPS.items() if sums[name]]
        rows += [("Not explained by lines", minor(sums["unexplained"], self._currency))]
        rows += [("Paid out by the processor", minor(sums["payout"], self._currency))]
        caption = join(
            [
                element("b", f"What the payouts of the period are made of, {self._currency}"),
                element("span", f"{count(len(self._counted), 'payout')}; below, each unfolds to its lines."),
            ]
        )
        heads = [Column("Step"), Column(f"Amount, {self._currency}", number=True)]
        flags = [len(rows) - 2] if sums["unexplained"] else []
        name = f"made-{self._currency}"
        return statement(name, caption, heads, rows, totals=[len(rows) - 1], flags=flags, width="lean")

    def _one(self, at: int, row: _Row) -> Markup:
        named = f"{text_of(row['payout_id'])}, {source(row['processor'])}: "
        return element(
            "details",
            element("summary", named, money(_minor(row, "payout"), self._currency), self._rest(row)),
            self._steps(at, row),
            self._why(row),
            id=anchor(self._currency, at),
        )

    def _rest(self, row: _Row) -> str:
        rest = _minor(row, "unexplained")
        return f"; not explained {minor(rest, self._currency)}" if rest else ""

    def _steps(self, at: int, row: _Row) -> Markup:
        behind = self._lines.get(_key(row), [])
        rows: list[list[str | Markup]] = []
        for name, words in _STEPS.items():
            mine = [one for one in behind if one["step"] == name or (name == "fees" and _minor(one, "fee"))]
            if mine or _minor(row, name):
                rows.append([words, minor(_minor(row, name), self._currency), *self._places(mine)])
        rest = _minor(row, "unexplained")
        rows.append(["Not explained by lines", minor(rest, self._currency), "", ""])
        own = [row] if text_of(row["source_file"]) else []
        total = len(rows)
        rows.append(["Payout", minor(_minor(row, "payout"), self._currency), *self._places(own)])
        totals, flags = [total], [total - 1] if rest else []
        if text_of(row["bank_minor"]):
            difference = _minor(row, "difference")
            rows.append(["Difference at the bank", minor(difference, self._currency), "", ""])
            flags += [total + 1] if difference else []
            booked = [one for one in behind if one["step"] == "bank"]
            rows.append(["At the bank", minor(_minor(row, "bank"), self._currency), *self._places(booked)])
            totals.append(total + 2)
        heads = [Column("Step"), Column(f"Amount, {self._currency}", number=True)]
        heads += [Column("Lines", number=True), Column("Where they stand")]
        caption = f"From gross to net: {text_of(row['payout_id'])}"
        return statement(f"steps-{self._currency}-{at}", caption, heads, rows, totals=totals, flags=flags)

    def _places(self, rows: Sequence[_Row]) -> list[str | Markup]:
        at = [(text_of(one["source_file"]), int(str(one["source_line"]))) for one in rows]
        return [f"{len(at):,}", lines_told(at, self._short)] if at else ["none", ""]

    def _why(self, row: _Row) -> Markup:
        why, findings = text_of(row["why"]), text_of(row["findings"]).split()
        parts: list[str | Markup] = [f"{_WHY.get(why, why.replace('_', ' '))}. "] if why else []
        if findings:
            parts.append(f"{'Finding' if len(findings) == 1 else 'Findings'} {', '.join(findings)}: see ")
            parts += [element("a", "every open item", href="#items"), "."]
        return sentence(*parts) if parts else Markup("")


def _key(row: _Row) -> tuple[str, str]:
    return text_of(row["processor"]), text_of(row["payout_id"])


def _minor(row: _Row, name: str) -> int:
    text = text_of(row[f"{name}_minor"])
    return int(text) if text else 0
