"""What the exports of payment processors share: spelling of card brands, the sum of each line, payouts' controls."""

from __future__ import annotations

import pandas as pd

from opsrules.money import format_minor
from opsrules.readers.delivery import mapped
from opsrules.readers.model import Control
from opsrules.readers.parsed import Parsed
from opsrules.terms import LineKind, RejectReason

__all__ = ["brands", "consistent", "payout_controls"]

# Shopify writes "master" or "mastercard", Stripe "amex" or "American Express" (FORMATS 1.2, 2.1).
_BRANDS = {"master": "mastercard", "amex": "american_express", "diners": "diners_club"}


def brands(texts: pd.Series[str]) -> pd.Series[str]:
    """Card brands in one spelling, so that a fee contract names each brand once: visa, mastercard, american_express."""
    return mapped(texts, _BRANDS)


def consistent(parsed: Parsed, column: str) -> Parsed:
    """Move rows whose net is not gross - fee to the rejects; `column` is the source's own name of the net amount."""
    rows = parsed.rows
    bad = (rows["gross_minor"] - rows["fee_minor"] != rows["net_minor"]).to_numpy(dtype=bool)
    if not bad.any():
        return parsed
    names = ("gross_minor", "fee_minor", "net_minor", "currency")
    facts = zip(*(rows[name].tolist() for name in names), strict=True)
    shown = [_sum(*fact) if wrong else "" for fact, wrong in zip(facts, bad, strict=True)]
    said = Parsed(rows.assign(sum=pd.Series(shown, dtype="str")), parsed.rejects)
    left = said.without(bad, RejectReason.AMOUNT_INCONSISTENT, column, stake="net_minor", value="sum")
    return Parsed(left.rows.drop(columns="sum"), left.rejects)


def _sum(gross: int, fee: int, net: int, currency: str) -> str:
    return f"{format_minor(gross, currency)} less {format_minor(fee, currency)} is not {format_minor(net, currency)}"


def payout_controls(lines: pd.DataFrame) -> tuple[Control, ...]:
    """Return, for every payout row whose lines the file holds too, their sum against the amount paid out.

    Parameters
    ----------
    lines : DataFrame
        Schema `opsrules.schemas.PROCESSOR_LINES`.
    """
    own = (lines["kind"] == LineKind.PAYOUT) & (lines["payout_id"] != "")
    payouts = lines[own].groupby(["payout_id", "currency"], sort=False)
    paid = payouts.agg(net=("net_minor", "sum"), line=("source_line", "first"))
    named = lines["payout_id"].isin(paid.index.get_level_values("payout_id").unique())
    left = lines.loc[named & (lines["kind"] != LineKind.PAYOUT), ["payout_id", "currency", "net_minor"]]
    summed = left.groupby(["payout_id", "currency"], sort=False)["net_minor"].sum()
    file = lines["source_file"].iloc[0] if len(lines) else ""
    return tuple(
        Control(f"lines of payout {key[0]}", f"{file}:{line}", key[1], -int(net), int(summed[key]), across=True)
        for key, net, line in zip(paid.index, paid["net"].tolist(), paid["line"].tolist(), strict=True)
        if key in summed.index
    )
