"""Measures of an account, as data: what is summed over what, in which unit, and which way is bad."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint

__all__ = ["DIMENSIONS", "MEASURES", "Kind", "Measure", "Part", "Rise", "Rows", "hold_dimensions", "measure_named"]


class Kind(StrEnum):
    """What a measure is."""

    AMOUNT = "amount"
    """Minor units of one currency."""
    COUNT = "count"
    RATIO = "ratio"
    """Sum over sum, never a mean of ratios."""


class Rise(StrEnum):
    """What it means when a measure rises."""

    GOOD = "good"
    BAD = "bad"


class Rows(StrEnum):
    """Which rows of a table are summed; a row that a later export carries too never counts twice."""

    ORDERS = "orders"
    """Every order."""
    COMPARED = "compared"
    """Orders that must have a payment: those that matching left out by a named rule are not among them."""
    MATCHED = "matched"
    """Those of them that have it."""
    UNMATCHED = "unmatched"
    """Those of them that have none yet, whatever is suggested."""
    CHARGES = "charges"
    REFUNDS = "refunds"
    """Refunds, less refunds that failed."""
    CHARGEBACKS = "chargebacks"


@dataclass(frozen=True)
class Part:
    """A sum over rows.

    Attributes
    ----------
    rows : Rows
    column : str
        Column of minor units; "" counts the rows.
    sign : int
        -1 where the table has what is meant with minus: refunds.
    """

    rows: Rows
    column: str = ""
    sign: int = 1

    @property
    def of_orders(self) -> bool:
        """Whether the rows are orders; if not, they are processor lines."""
        return self.rows in (Rows.ORDERS, Rows.COMPARED, Rows.MATCHED, Rows.UNMATCHED)


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    id, words, formula : str
        Name; plain words; how it is worked out, in words.
    kind : Kind
    rise : Rise
    numerator : Part
    denominator : Part or None
        None for amounts and counts.
    nested : bool
        Whether the rows of the numerator are among those of the denominator, so that a share of cases is meant.
    """

    id: str
    words: str
    formula: str
    kind: Kind
    rise: Rise
    numerator: Part
    denominator: Part | None = None
    nested: bool = False

    @property
    def money(self) -> bool:
        """Whether minor units are summed: then one currency at a time is measured."""
        return bool(self.numerator.column)

    @property
    def unit(self) -> str:
        """Unit of the measure: minor units, count or share."""
        return {Kind.AMOUNT: "minor units", Kind.COUNT: "count", Kind.RATIO: "share"}[self.kind]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names by which it can be split, whether or not an account's files fill them."""
        own = _OF_ORDERS if self.numerator.of_orders else _OF_LINES
        # Charges and refunds are of different kinds: by them no slice has both parts of a ratio.
        kind = () if self.numerator.of_orders or self.denominator else ("source_kind",)
        return (*own, *kind, *(() if self.money else ("currency",)), "weekday")


_OF_ORDERS = ("country", "payment_method", "channel", "source", "status")
_OF_LINES = ("processor", "method", "card_brand", "country", "ship_country", "channel", "source")

DIMENSIONS: dict[str, str] = {
    "country": "Country",
    "ship_country": "Country of delivery",
    "payment_method": "Payment method",
    "method": "Method",
    "card_brand": "Card brand",
    "processor": "Processor",
    "channel": "Channel",
    "source": "Source",
    "source_kind": "Processor's own kind",
    "status": "Shop's payment status",
    "currency": "Currency",
    "weekday": "Weekday",
}
"""Each dimension in words. An order's country is where it ships to; a line's is what the processor says."""

_ALL = (
    Measure(
        "sales",
        "Sales",
        "Sum of order totals by the day of the order, each order once, unpaid ones too",
        Kind.AMOUNT,
        Rise.GOOD,
        Part(Rows.ORDERS, "total_minor"),
    ),
    Measure(
        "orders",
        "Orders",
        "Number of orders by the day of the order, each once, unpaid ones too",
        Kind.COUNT,
        Rise.GOOD,
        Part(Rows.ORDERS),
    ),
    Measure(
        "captured",
        "Captured",
        "Sum of charges by the day the processor took them, before fees",
        Kind.AMOUNT,
        Rise.GOOD,
        Part(Rows.CHARGES, "gross_minor"),
    ),
    Measure(
        "open_amount",
        "Orders without payment",
        "Sum of totals of orders that must have a payment and have none",
        Kind.AMOUNT,
        Rise.BAD,
        Part(Rows.UNMATCHED, "total_minor"),
    ),
    Measure(
        "match_rate",
        "Match rate",
        "Orders with their payment / orders that must have one",
        Kind.RATIO,
        Rise.GOOD,
        Part(Rows.MATCHED),
        Part(Rows.COMPARED),
        nested=True,
    ),
    Measure(
        "refund_rate",
        "Refund rate",
        "Sum of refunds / sum of charges, both by the day of the line",
        Kind.RATIO,
        Rise.BAD,
        Part(Rows.REFUNDS, "gross_minor", -1),
        Part(Rows.CHARGES, "gross_minor"),
    ),
    Measure(
        "fee_rate",
        "Fee rate",
        "Sum of fees of charges / sum of these charges",
        Kind.RATIO,
        Rise.BAD,
        Part(Rows.CHARGES, "fee_minor"),
        Part(Rows.CHARGES, "gross_minor"),
    ),
    Measure(
        "chargeback_rate",
        "Chargeback rate",
        "Number of chargebacks / number of charges, by the day of the line",
        Kind.RATIO,
        Rise.BAD,
        Part(Rows.CHARGEBACKS),
        Part(Rows.CHARGES),
    ),
)

MEASURES: dict[str, Measure] = {one.id: one for one in _ALL}
"""Every measure by its name, in the order in which pages show them."""


def measure_named(name: str) -> Measure:
    """Return a measure.

    Raises
    ------
    UsageError
        If there is none of that name; the text names the nearest.
    """
    if name not in MEASURES:
        msg = f"there is no measure {name!r}; {hint(name, MEASURES)}"
        raise UsageError(msg)
    return MEASURES[name]


def hold_dimensions(measure: Measure, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, each once, if the measure can be split by all of them.

    Raises
    ------
    UsageError
        If it cannot by one of them; the text names the nearest.
    """
    told = tuple(dict.fromkeys(names))
    for name in told:
        if name not in measure.dimensions:
            msg = f"measure {measure.id} has no dimension {name!r}; {hint(name, measure.dimensions)}"
            raise UsageError(msg)
    return told
