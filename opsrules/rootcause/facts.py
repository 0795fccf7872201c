"""Facts: an account's rows as one measure needs them, whatever table they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint
from opsrules.periods import Period
from opsrules.rootcause.measures import Measure, Part, Rows

__all__ = ["Facts", "facts_of"]

_ORDER_COLUMNS = {"payment_method": "payment_method", "status": "financial_status"}
_KINDS = {
    Rows.CHARGES: ("charge",),
    Rows.REFUNDS: ("refund", "refund_failure"),
    Rows.CHARGEBACKS: ("chargeback",),
}
_OPEN = ("open", "suggested", "ambiguous")


@dataclass(frozen=True)
class Facts:
    """What one measure of one account is summed from.

    Attributes
    ----------
    measure : Measure
    frame : DataFrame
        A row an order or line: day, top, base (int64; where nothing is divided, base is 1 for a row that counts), cases
        (1), and a column a dimension, in which what is missing is None.
    currency : str
        Of the amounts; "" where none is summed.
    first, last : date or None
        Days on which the account's tables begin and end, whatever this measure has of them; None where they are empty.
    """

    measure: Measure
    frame: pd.DataFrame
    currency: str
    first: date | None
    last: date | None

    def between(self, first: date, last: date) -> pd.DataFrame:
        """Rows of these days, both in."""
        day = self.frame["day"]
        return self.frame[(day >= pd.Timestamp(first)) & (day <= pd.Timestamp(last))]

    def of(self, period: Period, until: date | None = None) -> pd.DataFrame:
        """Rows of a period, up to the day `until`; none where other rows of the account say that it was open then.

        Raises
        ------
        UsageError
            If the account's tables do not reach into it; the text says which days they have.
        """
        last = min(period.last, until) if until else period.last
        if self.first is None or self.last is None or last < self.first or period.first > self.last:
            told = f"its tables run from {self.first} to {self.last}" if self.first else "its tables are empty"
            msg = f"measure {self.measure.id} has no rows in {period.words()}; {told}: name a period with rows"
            raise UsageError(msg)
        return self.between(period.first, last)

    def within(self, where: Mapping[str, object]) -> Facts:
        """The facts of one slice; a value of None is what is missing.

        Raises
        ------
        UsageError
            If there is no such dimension, or it has no such value; the text names the nearest.
        """
        kept = pd.Series(True, index=self.frame.index)
        for name, value in where.items():
            if name not in self.measure.dimensions:
                msg = f"measure {self.measure.id} has no dimension {name!r}; {hint(name, self.measure.dimensions)}"
                raise UsageError(msg)
            column = self.frame[name]
            held = column.isna() if value is None else column == value
            if not held.any():
                msg = f"dimension {name!r} has no value {value!r}; {hint(str(value), self.levels(name))}"
                raise UsageError(msg)
            kept &= held
        return replace(self, frame=self.frame[kept])

    def levels(self, name: str) -> list[str]:
        """Values of a dimension that are not missing, by name."""
        return sorted(str(value) for value in self.frame[name].dropna().unique())

    def filled(self, frame: pd.DataFrame) -> tuple[str, ...]:
        """Dimensions that tell these rows apart: those with two values at least, a missing one among them.

        The weekday is left out: a slice of it says more of the calendar than of the account.
        """
        names = (name for name in self.measure.dimensions if name != "weekday")
        return tuple(name for name in names if frame[name].notna().any() and frame[name].nunique(dropna=False) > 1)


def facts_of(measure: Measure, tables: Mapping[str, pd.DataFrame], currency: str) -> Facts:
    """Return the facts of a measure.

    Parameters
    ----------
    measure : Measure
    tables : mapping of str to DataFrame
        ``orders`` and ``processor_lines`` as a Review has them.
    currency : str
        Which one is measured, where amounts are summed: currencies are never added.

    Raises
    ------
    UsageError
        If no amount is in that currency; the text names those that are.
    """
    orders, lines = (_once(tables.get(name, pd.DataFrame())) for name in ("orders", "processor_lines"))
    days = pd.concat([table["day"] for table in (orders, lines) if len(table)] or [pd.Series(dtype="datetime64[us]")])
    first, last = (days.min().date(), days.max().date()) if len(days) else (None, None)
    parts = [_part(measure, measure.numerator, orders, lines, "top")]
    if measure.denominator:
        parts.append(_part(measure, measure.denominator, orders, lines, "base"))
    whole = pd.concat(parts, ignore_index=True)
    known = sorted(whole["currency"].dropna().unique())
    if measure.money and known and currency not in known:
        msg = f"measure {measure.id} has no amounts in {currency!r}; {hint(currency, known)}"
        raise UsageError(msg)
    mine = whole[whole["currency"] == currency].reset_index(drop=True) if measure.money else whole
    return Facts(measure, mine, currency if measure.money else "", first, last)


def _once(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["again"].astype("bool")] if len(table) else table


def _part(measure: Measure, part: Part, orders: pd.DataFrame, lines: pd.DataFrame, name: str) -> pd.DataFrame:
    """One sum's rows with ``top`` and ``base``, of which the other is 0, or 1 where nothing is divided."""
    rows = _orders(part, orders) if part.of_orders else _lines(part, lines, orders)
    counts = pd.Series(1, rows.index)
    if part.rows is Rows.UNMATCHED and len(rows):  # orders that have their payment stand there too, as nothing
        counts = rows["orders_charges_status"].isin(_OPEN).astype("int64")
    value = rows[part.column].astype("int64") * part.sign * counts if part.column and len(rows) else counts
    other = 0 if measure.denominator else counts
    columns: dict[str, object] = {"top": value if name == "top" else 0, "base": value if name == "base" else other}
    told = {one: _levels(rows, one, orders=part.of_orders) for one in (*measure.dimensions, "currency")}
    out = pd.DataFrame({"day": rows.get("day", pd.Series(dtype="datetime64[us]")), **columns, **told}, index=rows.index)
    return out.assign(cases=1).astype({"day": "datetime64[us]", "top": "int64", "base": "int64", "cases": "int64"})


def _orders(part: Part, orders: pd.DataFrame) -> pd.DataFrame:
    if orders.empty or part.rows is Rows.ORDERS:
        return orders
    # An order before the period that has its payment is left out of the period's leg by that rule alone.
    has = (orders["orders_charges_status"] == "matched") | (orders["orders_charges_rule"] == "before_period")
    waits = orders["orders_charges_status"].isin(_OPEN)
    return orders[has if part.rows is Rows.MATCHED else has | waits]


def _lines(part: Part, lines: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    if lines.empty:
        return lines
    found = lines[lines["kind"].isin(_KINDS[part.rows])]
    if orders.empty:
        return found.assign(ship_country="", channel="")
    known = orders[orders["key"] != ""].drop_duplicates("key").set_index("key")
    return found.assign(ship_country=found["key"].map(known["country"]), channel=found["key"].map(known["channel"]))


def _levels(rows: pd.DataFrame, name: str, *, orders: bool) -> pd.Series[str]:
    """Values of a dimension; what a file does not give is None."""
    if name == "weekday":
        return rows["day"].dt.day_name().astype(object) if len(rows) else pd.Series(dtype=object)
    column = rows.get(_ORDER_COLUMNS.get(name, name) if orders else name, pd.Series(dtype=object))
    told = column.astype(object)
    return told.where(told.notna() & (told != ""), None)
