"""The tables, made ready for matching: business days, one spelling of references, rows that came twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from opsrules.desks.reconciliation.early import told_early
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.periods import business_date
from opsrules.readers.model import Cover
from opsrules.reconcile.references import normalise_reference
from opsrules.schemas import DISPUTES, PAYOUTS, empty
from opsrules.terms import LineKind

__all__ = ["NOT_SENT", "Prepared", "prepare"]

NOT_SENT = ("pending", "scheduled", "failed", "canceled", "cancelled", "owed")
"""Payout states in which no money has left the processor; ``owed``: an Amazon settlement that ends below zero."""

_LINE_IDENTITY = ("processor", "kind", "source_kind", "line_id", "key", "payment_id", "occurred_at", "currency")
_BANK_IDENTITY = ("bank_account", "line_id", "booked_on", "currency", "amount_minor", "reference", "text", "flags")


@dataclass(frozen=True)
class Prepared:
    """The canonical tables with ``day`` (business day), ``key`` (reference in one spelling), ``ref`` and ``again``.

    ``ref`` is the natural key that a row's identity is made of; amounts, files and lines are not in it.
    ``again`` is True for a row that a later export carries too: the later file by name holds the newer state; and for
    a bank line that was told ``early``, since a better source says it again.

    Attributes
    ----------
    orders, lines, payouts, bank : DataFrame
    supplied : frozenset of str
        Canonical tables that some file was read for, even if it had no rows.
    unread : mapping of str to int
        Rejected records by the canonical table they were meant for.
    covers : tuple of Cover
        Days of the bank accounts that statements say they cover.
    disputes : DataFrame
        As the exports have them.
    """

    orders: pd.DataFrame
    lines: pd.DataFrame
    payouts: pd.DataFrame
    bank: pd.DataFrame
    supplied: frozenset[str]
    unread: Mapping[str, int]
    covers: tuple[Cover, ...] = ()
    disputes: pd.DataFrame = field(default_factory=lambda: empty(DISPUTES))

    def by_name(self) -> dict[str, pd.DataFrame]:
        """The tables by the names of the canonical tables."""
        return {"orders": self.orders, "processor_lines": self.lines, "payouts": self.payouts, "bank_lines": self.bank}


def prepare(ask: Ask, exports: Exports) -> Prepared:
    """Return the tables with day, key and again; no row is dropped."""
    zone, cut_off = ask.account.zone, ask.account.cut_off_time
    orders = exports.orders.assign(
        day=business_date(exports.orders["placed_at"], zone, cut_off),
        key=normalise_reference(exports.orders["order_id"]),
    )
    orders["ref"] = orders["source"] + "|" + orders["key"]
    orders["again"] = _seen_later(orders, ["source", "key"])
    lines = exports.lines.assign(
        day=business_date(exports.lines["occurred_at"], zone, cut_off),
        key=normalise_reference(exports.lines["order_id"]),
    )
    lines["ref"] = _line_ref(lines)
    by_id = [*_LINE_IDENTITY, "gross_minor", "fee_minor"]
    lines["again"] = _seen_later(lines, by_id)
    bank = exports.bank.assign(day=exports.bank["booked_on"])
    bank["ref"] = _bank_ref(bank)
    bank["early"] = told_early(bank, exports.covers)
    bank["again"] = _seen_later(bank, list(_BANK_IDENTITY)) | bank["early"]
    payouts = payouts_of(lines, ask.as_of)
    PAYOUTS.validate(payouts[list(PAYOUTS.columns)])
    supplied = exports.kinds | ({"payouts"} if "processor_lines" in exports.kinds else frozenset())
    for table in (orders, lines, bank):  # a superseded row must not shift the numbering of those that count
        table["ref"] = table["ref"].where(~table["again"], table["ref"] + "|" + table["source_file"])
    unread = {str(name): int(count) for name, count in exports.rejects["table"].value_counts().items()}
    return Prepared(orders, lines, payouts, bank, supplied, unread, exports.covers, exports.disputes)


def _line_ref(lines: pd.DataFrame) -> pd.Series[str]:
    """Natural key of a processor line: the processor's id where it gives one, else what and when it was."""
    when = lines["occurred_at"].astype("int64").astype("str")
    spelled = lines["key"] + "|" + lines["payment_id"] + "|" + when
    return lines["processor"] + "|" + lines["kind"] + "|" + lines["line_id"].where(lines["line_id"] != "", spelled)


def _bank_ref(bank: pd.DataFrame) -> pd.Series[str]:
    # Hashed: the text may name a person, and references travel into explanations.
    told = bank["booked_on"].dt.strftime("%Y-%m-%d") + "|" + bank["reference"] + "|" + bank["text"]
    hashed = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in told]
    spelled = pd.Series(hashed, index=bank.index, dtype="str")
    return bank["bank_account"] + "|" + bank["line_id"].where(bank["line_id"] != "", spelled)


def _seen_later(table: pd.DataFrame, identity: Sequence[str]) -> pd.Series[bool]:
    """Whether the same record stands in a later file too. Equal records inside one file are different records."""
    if table["source_file"].nunique() < 2:
        return pd.Series(False, index=table.index)
    number = table.groupby([*identity, "source_file"], sort=False, dropna=False).cumcount()
    marked = table[[*identity, "source_file"]].assign(number=number)
    ordered = marked.sort_values("source_file", kind="stable", key=_by_age)
    return ordered.duplicated([*identity, "number"], keep="last").reindex(table.index)


def _by_age(names: pd.Series[str]) -> pd.Series[int]:
    """Place of each file name, older exports first: by folder, then name, numbers counted as numbers.

    ``orders.csv`` comes before ``orders (1).csv``, ``orders-9.csv`` before ``orders-10.csv``.
    """

    def parts(name: str) -> list[list[tuple[int, int, str]]]:
        pieces = [*Path(name).parts[:-1], Path(name).stem]
        return [
            [(0, int(one), "") if one.isdigit() else (1, 0, one) for one in re.split(r"(\d+)", piece) if one]
            for piece in pieces
        ]

    order = {name: place for place, name in enumerate(sorted(names.unique(), key=parts))}
    return names.map(order).astype("int64")


def payouts_of(lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return one row per payout: from its own row where the export has one, else the sum of its lines.

    The columns are those of `opsrules.schemas.PAYOUTS` plus day, key, ref and again.
    """
    named = lines[(lines["payout_id"] != "") & ~lines["again"] & (lines["day"] <= pd.Timestamp(as_of))]
    own = named[named["kind"] == LineKind.PAYOUT]
    parts = named[named["kind"] != LineKind.PAYOUT]
    by = ["processor", "payout_id", "currency"]
    declared = _one_each(own, by).assign(amount_minor=lambda rows: -rows["net_minor"], declared=True)
    summed = _one_each(parts, by).assign(amount_minor=lambda rows: rows["net_minor"], declared=False)
    both = pd.concat([declared, summed], ignore_index=True).drop_duplicates(by, keep="first")
    both["sent_on"] = both["payout_day"].fillna(both["day"])
    both = both.sort_values(["sent_on", *by], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "source": both["source"],
            "processor": both["processor"],
            "payout_id": both["payout_id"],
            "sent_on": both["sent_on"],
            "status": both["payout_status"].str.lower(),
            "currency": both["currency"],
            "amount_minor": both["amount_minor"].astype("int64"),
            "declared": both["declared"].astype("bool"),
            "source_file": both["source_file"],
            "source_line": both["source_line"],
            "flags": "",
            "day": both["sent_on"],
            "key": both["processor"] + ":" + both["payout_id"],
            "ref": both["processor"] + ":" + both["payout_id"],
            "again": False,
        }
    ).astype({"flags": "str"})


def _one_each(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The first row of each payout by file and line, with the nets summed, the latest day and the furthest state."""
    ordered = rows.sort_values(["source_file", "source_line"], kind="stable")
    first = ordered.drop_duplicates(by).set_index(by)
    grouped = ordered.groupby(by)
    first["net_minor"] = grouped["net_minor"].sum()
    first["day"] = grouped["day"].max()
    # Lines of one payout may have been exported before and after it was sent: sent wins over not sent.
    waiting = ordered["payout_status"].str.lower().isin(NOT_SENT)
    sent = ordered[~waiting].drop_duplicates(by).set_index(by)["payout_status"]
    first["payout_status"] = sent.reindex(first.index).fillna(first["payout_status"])
    return first.reset_index()
