"""What the exports of payment processors share: the way to a line, card brands, its sum, payouts' controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from opsrules.money import format_minor
from opsrules.readers.delivery import mapped
from opsrules.readers.layout import Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Control
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.table import Records
from opsrules.terms import LineKind, RejectReason

__all__ = [
    "brands",
    "completed",
    "consistent",
    "day_texts",
    "line_shape",
    "local_days",
    "payout_controls",
    "payout_rows",
    "payouts_and_sums",
]

_AT_ONCE = 1 << 18  # lines summed up at a time, which all together would be there twice
# Shopify writes "master" or "mastercard", Stripe "amex" or "American Express", as seen in samples.
_BRANDS = {"master": "mastercard", "amex": "american_express", "diners": "diners_club"}


Finish = Callable[[pd.DataFrame, Records], pd.DataFrame]
"""From parsed rows, and the records they came from, to rows with whatever is particular to a format."""


def _as_they_are(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - a format with nothing special
    return rows


def line_shape(
    layout: Layout, processor: str, kinds: Mapping[str, str], finish: Finish = _as_they_are
) -> Callable[[Records], Parsed]:
    """Way from the records of a processor's export to processor lines: the `Form.shape` of such a format.

    Parameters
    ----------
    layout : Layout
        With ``source_kind`` and at least one of ``gross_minor`` and ``net_minor``; see `completed`.
    processor : str
    kinds : mapping of str to str
        The processor's words to `LineKind`; other words are `LineKind.OTHER`.
    finish : callable
        What is particular to the format; it finds ``kind`` already there.
    """
    declared = {column.target for column in layout.columns}
    stake = "net_minor" if "net_minor" in declared else "gross_minor"

    def shape(records: Records) -> Parsed:
        parsed = parse(records, layout.columns, layout.currency, stake)
        rows = parsed.rows.assign(
            processor=constant(processor, parsed.rows.index),
            kind=mapped(parsed.rows["source_kind"], kinds, LineKind.OTHER),
        )
        if "card_brand" in declared:
            rows = rows.assign(card_brand=brands(rows["card_brand"]))
        if "payout_status" in declared:
            rows = rows.assign(payout_status=rows["payout_status"].str.strip().str.lower())
        rows = completed(finish(rows, records))
        return consistent(Parsed(rows, parsed.rejects), records.titles.get("net_minor", ""))

    return shape


def completed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with all of gross, fee and net; one or two that a format does not have follow from the others.

    Without a fee, what is missing between gross and net is the fee.
    """
    given = {"gross_minor", "fee_minor", "net_minor"} & set(rows.columns)
    if len(given) == 3:
        return rows
    if given == {"gross_minor", "net_minor"}:
        return rows.assign(fee_minor=rows["gross_minor"] - rows["net_minor"])
    fee = rows["fee_minor"] if "fee_minor" in given else pd.Series(0, rows.index, "int64")
    gross = rows["gross_minor"] if "gross_minor" in given else rows["net_minor"] + fee
    net = rows["net_minor"] if "net_minor" in given else gross - fee
    return rows.assign(gross_minor=gross, fee_minor=fee, net_minor=net)


def payout_rows(rows: pd.DataFrame, processor: str) -> pd.DataFrame:
    """Rows of an export with one row per payout, as payouts."""
    return rows.assign(processor=constant(processor, rows.index), declared=pd.Series(True, rows.index, dtype="bool"))


def local_days(instants: pd.Series[pd.Timestamp], zone: str) -> pd.Series[pd.Timestamp]:
    """Day of each instant in a zone, as a midnight without one."""
    local: pd.Series[pd.Timestamp] = instants.dt.tz_convert(zone).dt.tz_localize(None)
    return local.dt.normalize()


def day_texts(days: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Days as ``YYYY-MM-DD``, "" where there is none: what stands for the id of a payout that has no other."""
    codes, unique = pd.factorize(days)  # -1 where there is none
    told = pd.Series([*pd.DatetimeIndex(unique).strftime("%Y-%m-%d"), ""], dtype="str")
    return told.take(codes % len(told)).set_axis(days.index)


def brands(texts: pd.Series[str]) -> pd.Series[str]:
    """Card brands in one spelling, so that a fee contract names each brand once: visa, mastercard, american_express."""
    return mapped(texts, _BRANDS)


def consistent(parsed: Parsed, column: str) -> Parsed:
    """Move rows whose net is not gross - fee to the rejects; `column` is the source's own name of the net amount."""
    rows = parsed.rows
    bad = (rows["gross_minor"] - rows["fee_minor"] != rows["net_minor"]).to_numpy(dtype=bool)
    return parsed.without(bad, RejectReason.AMOUNT_INCONSISTENT, column, stake="net_minor", value=_sums)


def _sums(rows: pd.DataFrame) -> list[str]:
    names = ("gross_minor", "fee_minor", "net_minor", "currency")
    return [_sum(*fact) for fact in zip(*(rows[name].tolist() for name in names), strict=True)]


def _sum(gross: int, fee: int, net: int, currency: str) -> str:
    return f"{format_minor(gross, currency)} less {format_minor(fee, currency)} is not {format_minor(net, currency)}"


def payout_controls(lines: pd.DataFrame) -> tuple[Control, ...]:
    """Return, for every payout row whose lines the file holds too, their sum against the amount paid out.

    Parameters
    ----------
    lines : DataFrame
        Schema `opsrules.schemas.PROCESSOR_LINES`.
    """
    paid, summed = payouts_and_sums(lines)
    paid = paid[(paid["payout_id"] != "").to_numpy(dtype=bool)]
    if paid.empty:
        return ()
    each = paid.groupby(["payout_id", "currency"], sort=False)
    paid = each.agg(net=("net_minor", "sum"), line=("source_line", "first"))
    file = lines["source_file"].iloc[0]
    return tuple(
        Control(f"lines of payout {key[0]}", f"{file}:{line}", key[1], -int(net), summed[key], across=True)
        for key, net, line in zip(paid.index, paid["net"].tolist(), paid["line"].tolist(), strict=True)
        if key in summed
    )


def payouts_and_sums(lines: pd.DataFrame) -> tuple[pd.DataFrame, dict[tuple[str, str], int]]:
    """Payouts' own rows, and the net of the other lines by payout and currency.

    Parameters
    ----------
    lines : DataFrame
        Schema `opsrules.schemas.PROCESSOR_LINES`.

    Returns
    -------
    DataFrame
        payout_id, source_file, source_line, currency, net_minor.
    dict of (str, str) to int
    """
    told = [_payouts_and_sums(lines.iloc[at : at + _AT_ONCE]) for at in range(0, max(1, len(lines)), _AT_ONCE)]
    summed = pd.concat([sums for _, sums in told]).groupby(level=[0, 1]).sum()
    keys = zip(*(summed.index.get_level_values(at).tolist() for at in (0, 1)), strict=True)
    return pd.concat([own for own, _ in told]), dict(zip(keys, summed.tolist(), strict=True))


def _payouts_and_sums(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[int]]:
    own = lines["kind"] == LineKind.PAYOUT
    sums = lines.loc[~own, ["payout_id", "currency", "net_minor"]].groupby(["payout_id", "currency"])["net_minor"].sum()
    return lines.loc[own, ["payout_id", "source_file", "source_line", "currency", "net_minor"]], sums
