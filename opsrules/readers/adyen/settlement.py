"""Adyen's settlement details report, in its older layouts (30, 31 columns) and the newer one (49).

Amounts are unsigned, debit and credit in a column each, blank for zero; costs are positive, a rebate negative. The
gross stands in the currency of the payment, all else in that of the settlement. A line is given in the settlement's
currency: where both differ its gross is net + costs. The batch is the payout; its ``MerchantPayout`` row closes it.

Columns are chosen by the account, in any order. Where the report has ``Payment Fees (NC)``, it is the sum of the
costs; it counts where they are not given one by one.

Source: Adyen, settlement details report (docs.adyen.com/reporting/settlement-reconciliation/transaction-level/
settlement-details-report); columns, sides, sums and the payout's row were seen in samples. Not verified: that rows
settled by someone else (``*Externally``) belong to no payout.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.adyen import PROCESSOR
from opsrules.readers.adyen.words import EXTERNALLY, KINDS, card_brands, said
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import chosen, constant, each_flag, each_text, or_else
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import consistent, payout_controls
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "adyen_settlement"
KIND = "processor_lines"
CHECKED = "samples: reports of 30, 31 and 49 columns; Adyen's documentation of the settlement details report"
NOT_VERIFIED = "that rows settled by someone else belong to no payout"

_COSTS = ("commission", "markup", "scheme_fees", "interchange")

LAYOUT = Layout(
    columns=(
        Column("currency", "Net Currency", Kind.CURRENCY, required=True),
        Column("net_debit", "Net Debit (NC)", Kind.AMOUNT, required=True),
        Column("net_credit", "Net Credit (NC)", Kind.AMOUNT, required=True),
        Column("commission", "Commission (NC)", Kind.AMOUNT),
        Column("markup", "Markup (NC)", Kind.AMOUNT),
        Column("scheme_fees", "Scheme Fees (NC)", Kind.AMOUNT),
        Column("interchange", "Interchange (NC)", Kind.AMOUNT),
        Column("payment_fees", "Payment Fees (NC)", Kind.AMOUNT),
        Column("occurred", "Creation Date", Kind.INSTANT, required=True, filled=True, dates=Dates.LOCAL),
        Column("occurred_day", "Creation Date", Kind.DAY, dates=Dates.LOCAL),
        Column("zone", "TimeZone", aliases=("Time Zone",)),
        Column("source_kind", "Type", Kind.KEY, required=True),
        Column("payment_id", "Psp Reference", required=True),
        Column("order_id", "Merchant Reference", required=True),
        Column("modification", "Modification Reference"),
        Column("batch", "Batch Number", required=True),
        Column("method", "Payment Method"),
        Column("country", "Issuer Country", aliases=("Shopper Country",)),
        # What stands below is in the payment's currency.
        Column("gross_currency", "Gross Currency", Kind.CURRENCY, required=True),
        Column("gross_debit", "Gross Debit (GC)", Kind.AMOUNT, required=True),
        Column("gross_credit", "Gross Credit (GC)", Kind.AMOUNT, required=True),
    ),
    marks=(
        *("Psp Reference", "Merchant Reference", "Gross Debit (GC)", "Gross Credit (GC)", "Net Debit (NC)"),
        *("Net Credit (NC)", "Batch Number"),
    ),
    local_styles=SPREADSHEET,
)


class Options(LocalDates):
    """What an account may say about a report: the order of dates in one that went through a spreadsheet."""


def identify(head: Head) -> bool:
    """Whether the file is a settlement details report."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    layout = checked(Options, source).dated(LAYOUT)
    form = Form(
        NAME, KIND, layout, lambda records: _shaped(records, layout), controls=lambda table, _: payout_controls(table)
    )
    return read_form(source, form)


def _shaped(records: Records, layout: Layout) -> Parsed:
    parsed = parse(_with_gross_currency(records).joined("occurred", "zone"), layout.columns, stake=_net)
    rows = parsed.rows
    kind = said(rows["source_kind"], KINDS, LineKind.OTHER)
    own = each_flag(kind, LineKind.PAYOUT.__eq__)
    booking = blank(rows["payment_id"])
    elsewhere = each_flag(rows["source_kind"], lambda text: bool(EXTERNALLY.search(text)))
    shaped = rows.assign(
        processor=constant(PROCESSOR, len(rows)),
        kind=kind,
        **_amounts(rows),
        line_id=chosen(booking, "", rows["modification"]),
        description=chosen(booking, rows["modification"], ""),
        payout_id=chosen(elsewhere, "", each_text(rows["batch"], str.strip)),
        payout_day=rows["occurred_day"].where(own),
        card_brand=card_brands(rows["method"]),
    )
    return consistent(Parsed(shaped, parsed.rejects), records.titles["net_credit"])


def _with_gross_currency(records: Records) -> Records:
    """Put the settlement's currency where a booking has no gross."""
    filled = or_else(records.column("gross_currency"), records.column("currency"))
    return replace(records, cells=records.cells.assign(gross_currency=filled))


def _net(rows: pd.DataFrame) -> pd.Series[int]:
    return rows["net_credit"] - rows["net_debit"]


def _amounts(rows: pd.DataFrame) -> dict[str, pd.Series[int]]:
    """Gross, costs and net in the settlement's currency."""
    net = _net(rows)
    gross = rows["gross_credit"] - rows["gross_debit"]
    costs = sum((rows[one] for one in _COSTS), start=pd.Series(0, rows.index, "int64"))
    same = (rows["gross_currency"] == rows["currency"]).astype("bool") & (gross != 0)
    whole = rows["payment_fees"]
    as_sum = (whole != 0) & ((costs == 0) | (same & (gross - costs != net) & (gross - whole == net)))
    fee = costs.where(~as_sum, whole).astype("int64")
    return {"gross_minor": gross.where(same, net + fee).astype("int64"), "fee_minor": fee, "net_minor": net}
