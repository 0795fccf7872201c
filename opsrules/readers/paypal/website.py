"""What the two CSV files of PayPal's website share: options, and how a row becomes a processor line."""

from __future__ import annotations

from typing import Literal

from opsrules.readers.layout import Layout
from opsrules.readers.lookup import chosen, constant, each_flag, or_else
from opsrules.readers.options import LocalDates
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.words import kinds
from opsrules.readers.processor_lines import consistent
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import LineKind

__all__ = ["Options", "lines", "read_rows"]


class Options(LocalDates):
    """What an account may say about a file of the website.

    Attributes
    ----------
    order_from : str
        ``invoice`` where the shop writes its order into the invoice number, ``custom`` where into the custom number;
        the other one counts where this is blank.
    """

    order_from: Literal["invoice", "custom"] = "invoice"


def read_rows(records: Records, layout: Layout, options: Options) -> Parsed:
    """Read the rows, each with its ``kind``; date, time and zone stand in a column each."""
    parsed = parse(records.joined("occurred", "time", "zone"), options.dated(layout).columns, stake="net_minor")
    rows = parsed.rows
    return Parsed(rows.assign(kind=kinds(rows["source_kind"], rows["gross_minor"])), parsed.rejects)


def lines(parsed: Parsed, records: Records, options: Options) -> Parsed:
    """Processor lines; what belongs to a payment - its refund, hold, conversion - has that payment's id.

    The files name no payout but by its own row.
    """
    rows = parsed.rows
    payout, charge = (each_flag(rows["kind"], kind.__eq__) for kind in (LineKind.PAYOUT, LineKind.CHARGE))
    of_other = ~(charge | blank(rows["related"]))
    first, second = ("custom", "order_id") if options.order_from == "custom" else ("order_id", "custom")
    shaped = rows.assign(
        processor=constant(PROCESSOR, len(rows)),
        order_id=or_else(rows[first], rows[second]),
        payment_id=chosen(payout, "", chosen(of_other, rows["related"], rows["line_id"])),
        payout_id=chosen(payout, rows["line_id"], ""),
        payout_day=rows["occurred_day"].where(payout),
    )
    return consistent(Parsed(shaped, parsed.rejects), records.titles["net_minor"])
