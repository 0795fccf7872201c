"""Records of PayPal's settlement and transaction detail reports: the columns that both have, and what they mean.

Amounts are unsigned, in minor units; a column beside each says whether it was debited or credited. A fee debited is a
cost. PayPal's document writes 100 yen as ``100`` in its newer page and as ``10000`` in its older one: the figures are
read as they stand unless the account's option says otherwise, and the report's own totals are read alike.

Source: PayPal, Settlement Report Specification 9.0.5 (developer.paypal.com/reports/settlement); columns, sides and
times were seen in samples, a report in yen of which the true amounts are known was not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from opsrules.money import CURRENCIES
from opsrules.readers.layout import Column, Dates, Kind
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.codes import kinds
from opsrules.readers.paypal.envelope import BODY
from opsrules.readers.table import Records
from opsrules.terms import LineKind, RejectReason

__all__ = ["COLUMNS", "Options", "lines", "read_records"]

_SIDES = {"CR": 1, "DR": -1}
_NO_PAYMENT = ("ODR", "SUB", "PAP")  # the reference is an order, a subscription, a billing agreement

COLUMNS = (
    Column("row", "CH", Kind.KEY, required=True),
    Column("currency", "Gross Transaction Currency", Kind.CURRENCY, required=True),
    Column("gross_minor", "Gross Transaction Amount", Kind.AMOUNT, required=True, filled=True, minor=True),
    Column("fee_minor", "Fee Amount", Kind.AMOUNT, required=True, minor=True),
    Column("side", "Transaction Debit or Credit", Kind.KEY, required=True),
    Column("fee_side", "Fee Debit or Credit", required=True),
    Column("fee_currency", "Fee Currency", required=True),
    Column(
        "occurred",
        "Transaction Completion Date",
        Kind.INSTANT,
        required=True,
        filled=True,
        dates=Dates.MONTH_FIRST,  # always year first
    ),
    Column("occurred_day", "Transaction Completion Date", Kind.DAY, dates=Dates.MONTH_FIRST),
    Column("code", "Transaction Event Code", Kind.KEY, required=True),
    Column("transaction", "Transaction ID", required=True),
    Column("order_id", "Invoice ID", required=True),
    Column("custom", "Custom Field"),
    Column("related", "PayPal Reference ID", required=True),
    Column("related_type", "PayPal Reference ID Type"),
    Column("bank_reference", "Bank Reference ID"),
    Column("initiated", "Transaction Initiation Date"),
)


class Options(BaseModel):
    """What an account may say about a report.

    Attributes
    ----------
    order_from : str
        ``invoice`` where the shop writes its order into the invoice id, ``custom`` where into the custom field; the
        other one counts where this is blank.
    zero_decimals : str
        How the report writes currencies without decimals: ``whole`` yen, or in ``hundredths`` of one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_from: Literal["invoice", "custom"] = "invoice"
    zero_decimals: Literal["whole", "hundredths"] = "whole"

    @property
    def scale(self) -> int:
        """What figures of currencies without decimals are divided by."""
        return 100 if self.zero_decimals == "hundredths" else 1


def read_records(records: Records, columns: tuple[Column, ...], options: Options) -> Parsed:
    """Read the records of a report: ``gross_minor``, ``fee_minor`` and ``net_minor`` signed, ``kind`` told by the code.

    A record that is none (its first cell says something else), whose side is unknown, or whose fee is in another
    currency than its gross is a reject.
    """
    parsed = parse(_completed(records), columns, stake=lambda rows: _worth(rows, options))
    parsed = Parsed(parsed.rows.assign(worth=_worth(parsed.rows, options)), parsed.rejects)
    for at, target in enumerate(("row", "side", "fee_side", "fee_currency")):
        # What is wrong is looked for anew in the rows that are left.
        bad = _faults(parsed.rows)[at].to_numpy(dtype=bool)
        reason = RejectReason.AMOUNT_INCONSISTENT if target == "fee_currency" else RejectReason.VALUE_UNKNOWN
        parsed = parsed.without(bad, reason, records.titles[target], stake="worth", value=target)
    return _told(_scaled(parsed, records, options), options)


def _faults(rows: pd.DataFrame) -> tuple[pd.Series[bool], ...]:
    costs = rows["fee_minor"] != 0
    return (
        rows["row"].str.strip() != BODY,
        ~rows["side"].str.strip().isin(list(_SIDES)),
        ~rows["fee_side"].str.strip().isin(list(_SIDES)) & costs,
        (rows["fee_currency"].str.strip().str.upper() != rows["currency"]) & costs,
    )


def _completed(records: Records) -> Records:
    """Put the day a transaction began where it is not completed."""
    done = records.column("occurred")
    return replace(
        records, cells=records.cells.assign(occurred=done.where(done.str.strip() != "", records.column("initiated")))
    )


def _factor(sides: pd.Series[str]) -> pd.Series[int]:
    return sides.str.strip().map(_SIDES).fillna(1).astype("int64")


def _worth(rows: pd.DataFrame, options: Options) -> pd.Series[int]:
    """Net of rows whose amounts are as the report writes them."""
    net = rows["gross_minor"] * _factor(rows["side"]) + rows["fee_minor"] * _factor(rows["fee_side"])
    return net.where(rows["currency"].map(CURRENCIES) != 0, net // options.scale)


def _scaled(parsed: Parsed, records: Records, options: Options) -> Parsed:
    """Bring currencies without decimals to whole units where the report writes hundredths."""
    if options.scale == 1:
        return parsed
    whole = parsed.rows["currency"].map(CURRENCIES) == 0
    for amount in ("gross_minor", "fee_minor"):
        broken = (whole & (parsed.rows[amount] % options.scale != 0)).to_numpy(dtype=bool)
        title = records.titles[amount]
        parsed = parsed.without(broken, RejectReason.AMOUNT_DECIMALS, title, stake="worth")
        whole = whole[~broken].reset_index(drop=True)
    rows = parsed.rows
    amounts = {
        one: rows[one].where(~whole, rows[one] // options.scale).astype("int64") for one in ("gross_minor", "fee_minor")
    }
    return Parsed(rows.assign(**amounts), parsed.rejects)


def _told(parsed: Parsed, options: Options) -> Parsed:
    rows = parsed.rows
    gross = rows["gross_minor"] * _factor(rows["side"])
    fee = -rows["fee_minor"] * _factor(rows["fee_side"])
    first, second = ("custom", "order_id") if options.order_from == "custom" else ("order_id", "custom")
    return Parsed(
        rows.assign(
            kind=kinds(rows["code"], gross),
            gross_minor=gross,
            fee_minor=fee,
            net_minor=gross - fee,
            order_id=rows[first].where(rows[first].str.strip() != "", rows[second]),
            processor=pd.Series([PROCESSOR] * len(rows), dtype="str"),
        ),
        parsed.rejects,
    )


def lines(parsed: Parsed) -> Parsed:
    """Processor lines from the records that move money.

    A payout is known by the reference that the bank shows, or else by its own transaction. What belongs to a payment -
    its refund, fee, hold, conversion - has that payment's id.
    """
    rows = parsed.rows
    payout = rows["kind"] == LineKind.PAYOUT
    named = rows["bank_reference"].where(rows["bank_reference"].str.strip() != "", rows["transaction"])
    of_other = (rows["kind"] != LineKind.CHARGE) & (rows["related"].str.strip() != "")
    of_other &= ~rows["related_type"].str.strip().isin(_NO_PAYMENT)
    shaped = rows.assign(
        line_id=rows["transaction"],
        source_kind=rows["code"],
        payment_id=rows["transaction"].mask(of_other, rows["related"]).mask(payout, ""),
        payout_id=named.where(payout, ""),
        payout_day=rows["occurred_day"].where(payout),
    )
    return Parsed(shaped, parsed.rejects)
