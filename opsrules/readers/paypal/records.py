"""Records of PayPal's settlement and transaction detail reports: the columns that both have, and what they mean.

Amounts are unsigned, in minor units; a column beside each says whether it was debited or credited. A fee debited is a
cost. PayPal's document writes 100 yen as ``100`` in its newer page and as ``10000`` in its older one: the figures are
read as they stand unless the account's option says otherwise, and the report's own totals are read alike.

Source: PayPal, Settlement Report Specification 9.0.5 (developer.paypal.com/reports/settlement); columns, sides and
times were seen in samples, a report in yen of which the true amounts are known was not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from opsrules.money import CURRENCIES
from opsrules.readers.layout import Column, Dates, Kind
from opsrules.readers.lookup import chosen, constant, each_flag, each_number, or_else
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.codes import kinds
from opsrules.readers.paypal.envelope import BODY
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import LineKind, RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]

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
    left = np.ones(len(parsed.rows), dtype=bool)
    for target, bad in _faults(parsed.rows).items():
        reason = RejectReason.AMOUNT_INCONSISTENT if target == "fee_currency" else RejectReason.VALUE_UNKNOWN
        title = records.titles[target]
        parsed = parsed.without(bad[left], reason, title, stake=lambda rows: _worth(rows, options), value=target)
        left &= ~bad
    return _told(_scaled(parsed, records, options), options)


def _faults(rows: pd.DataFrame) -> dict[str, _Bools]:
    """By column, where it says what it must not."""
    costs = rows["fee_minor"].to_numpy() != 0
    return {
        "row": each_flag(rows["row"], lambda text: text.strip() != BODY),
        "side": each_flag(rows["side"], _is_no_side),
        "fee_side": each_flag(rows["fee_side"], _is_no_side) & costs,
        "fee_currency": costs & _other_currency(rows, costs),
    }


def _is_no_side(text: str) -> bool:
    return text.strip() not in _SIDES


def _other_currency(rows: pd.DataFrame, costs: _Bools) -> _Bools:
    other = np.array(rows["fee_currency"] != rows["currency"], dtype=bool)
    closer = np.flatnonzero(other & costs)
    if closer.size:
        plain = rows["fee_currency"].iloc[closer].str.strip().str.upper()
        other[closer] = (plain != rows["currency"].iloc[closer]).to_numpy(dtype=bool)
    return other


def _completed(records: Records) -> Records:
    """Put the day a transaction began where it is not completed."""
    done = or_else(records.column("occurred"), records.column("initiated"))
    return replace(records, cells=records.cells.assign(occurred=done))


def _factor(sides: pd.Series[str]) -> npt.NDArray[np.int64]:
    return each_number(sides, lambda text: _SIDES.get(text.strip(), 1))


def _worth(rows: pd.DataFrame, options: Options) -> pd.Series[int]:
    """Net of rows whose amounts are as the report writes them."""
    net = rows["gross_minor"] * _factor(rows["side"]) + rows["fee_minor"] * _factor(rows["fee_side"])
    return net.where(~_has_no_decimals(rows), net // options.scale)


def _has_no_decimals(rows: pd.DataFrame) -> _Bools:
    return each_flag(rows["currency"], lambda code: CURRENCIES.get(code) == 0)


def _scaled(parsed: Parsed, records: Records, options: Options) -> Parsed:
    """Bring currencies without decimals to whole units where the report writes hundredths."""
    if options.scale == 1:
        return parsed
    whole = pd.Series(_has_no_decimals(parsed.rows))
    for amount in ("gross_minor", "fee_minor"):
        broken = (whole & (parsed.rows[amount] % options.scale != 0)).to_numpy(dtype=bool)
        title = records.titles[amount]
        parsed = parsed.without(broken, RejectReason.AMOUNT_DECIMALS, title, stake=lambda rows: _worth(rows, options))
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
            order_id=or_else(rows[first], rows[second]),
            processor=constant(PROCESSOR, len(rows)),
        ),
        parsed.rejects,
    )


def lines(parsed: Parsed) -> Parsed:
    """Processor lines from the records that move money.

    A payout is known by the reference that the bank shows, or else by its own transaction. What belongs to a payment -
    its refund, fee, hold, conversion - has that payment's id.
    """
    rows = parsed.rows
    payout, charge = (each_flag(rows["kind"], kind.__eq__) for kind in (LineKind.PAYOUT, LineKind.CHARGE))
    of_other = ~(charge | blank(rows["related"]))
    of_other &= each_flag(rows["related_type"], lambda text: text.strip() not in _NO_PAYMENT)
    shaped = rows.assign(
        line_id=rows["transaction"],
        source_kind=rows["code"],
        payment_id=chosen(payout, "", chosen(of_other, rows["related"], rows["transaction"])),
        payout_id=chosen(payout, or_else(rows["bank_reference"], rows["transaction"]), ""),
        payout_day=rows["occurred_day"].where(payout),
    )
    return Parsed(shaped, parsed.rejects)
