"""What each payout is made of: from gross sales to what the bank booked, every step a sum of lines that are named."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.bridge import DIFFERING, PAID_OUT
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.legs import payouts_before_lines
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.payouts import bank_numbers
from opsrules.desks.reconciliation.prepare import NOT_SENT, Prepared
from opsrules.desks.reconciliation.steps import STEPS, Parts, parts_of
from opsrules.errors import ControlTotalsError
from opsrules.terms import Leg, LineKind

__all__ = ["PAYOUT_BRIDGE", "PAYOUT_LINES", "assert_bridged", "payout_bridges"]

_KEY = ["processor", "payout_id", "currency"]
_SUMS = tuple(f"{name}_minor" for name, _ in STEPS)

PAYOUT_BRIDGE: tuple[str, ...] = (
    *(*_KEY, "sent_on", "status", "in_period", "lines"),
    *(*_SUMS, "unexplained_minor", "payout_minor", "difference_minor", "bank_minor"),
    *("why", "findings", "source_file", "source_line"),
)
"""Columns of the payouts' bridges, a row a payout and currency: the steps + unexplained = payout, + difference = bank.

``unexplained`` is what the lines leave over or lack of a payout whose amount the export states, ``difference`` the bank
less the payout; both bank columns are missing where nothing has arrived. ``why`` says what is known of an unexplained
rest: lines_not_named (the export names no payouts), lines_before_exports, differs, or "". ``findings`` are the ids of
the findings about the payout. ``in_period`` marks the payouts that the bridge of the period counts.
"""

PAYOUT_LINES: tuple[str, ...] = (
    *(*_KEY, "step", "amount_minor", "fee_minor", "order_id"),
    *("source_file", "source_line"),
)
"""Columns of the lines behind the bridges: the step that ``amount_minor`` belongs to, "bank" for lines of the bank.

``fee_minor``, minus for a cost, belongs to the step ``fees``, whatever the line's own step.
"""


def payout_bridges(
    ask: Ask, ready: Prepared, leg: LegResult, payouts: pd.DataFrame, *, bridge: pd.DataFrame, breaks: list[Break]
) -> dict[str, pd.DataFrame]:
    """Return the tables payout_bridge (`PAYOUT_BRIDGE`) and payout_lines (`PAYOUT_LINES`).

    Parameters
    ----------
    leg : LegResult
        Payouts to the bank.
    payouts : DataFrame
        What `payouts_at_bank` gives: the payouts to tell of, in order.
    bridge : DataFrame
        What `sales_to_bank` gives.

    Raises
    ------
    ControlTotalsError
        If the steps of a payout are not the nets of its lines, or the payouts of the period do not come to what its
        bridge has.
    """
    keys = pd.MultiIndex.from_frame(payouts[_KEY])
    lines = _lines_of(ask, ready, keys)
    parts, at = parts_of(lines), lines["at"].to_numpy(dtype=np.int64)
    nets = np.zeros(len(payouts), dtype=np.int64)
    np.add.at(nets, at, lines["net_minor"].to_numpy(dtype=np.int64))
    amounts = payouts["amount_minor"].to_numpy(dtype=np.int64)
    bank: pd.Series[int] = payouts["bank_minor"].astype("Int64")
    told: dict[str, object] = {name: payouts[name].to_numpy() for name in (*_KEY, "sent_on", "status")}
    told |= {"in_period": _counted(ask, ready, payouts, keys), "lines": np.bincount(at, minlength=len(payouts))}
    told |= dict(zip(_SUMS, parts.summed(at, len(payouts)).T, strict=True))
    told |= {"unexplained_minor": amounts - nets, "payout_minor": amounts}
    told |= {"difference_minor": bank - amounts, "bank_minor": bank}
    told |= {"why": _why(ask, ready, payouts, amounts - nets), "findings": _findings(payouts, breaks)}
    told |= {name: payouts[name].to_numpy() for name in ("source_file", "source_line")}
    table = pd.DataFrame(told, columns=list(PAYOUT_BRIDGE))
    table = table.astype(dict.fromkeys((*_KEY, "status", "why", "findings", "source_file"), "str"))
    assert_bridged(table, nets, bridge)
    return {"payout_bridge": table, "payout_lines": _behind(lines, parts, _bank_lines(ready, leg, keys))}


def _counted(ask: Ask, ready: Prepared, payouts: pd.DataFrame, keys: pd.MultiIndex) -> npt.NDArray[np.bool_]:
    """Which payouts the bridge of the period counts: sent in it, and sent at all."""
    known = pd.Series(ready.payouts["status"].to_numpy(), pd.MultiIndex.from_frame(ready.payouts[_KEY]))
    waiting = known.reindex(keys).isin(NOT_SENT).to_numpy(dtype=bool)
    last = min(ask.period.last, ask.as_of)
    inside = payouts["sent_on"].between(pd.Timestamp(ask.period.first), pd.Timestamp(last))
    counted: npt.NDArray[np.bool_] = inside.to_numpy(dtype=bool) & ~waiting
    return counted


def _behind(lines: pd.DataFrame, parts: Parts, bank: pd.DataFrame) -> pd.DataFrame:
    """The lines behind every step, payout by payout, step by step, then by file and line."""
    told = {name: lines[name].to_numpy() for name in (*_KEY, "order_id", "source_file", "source_line", "at")}
    told |= {"step": np.array([name for name, _ in STEPS], dtype=object)[parts.step]}
    told |= {"amount_minor": parts.amount, "fee_minor": parts.fee, "place": parts.step}
    every = pd.concat([pd.DataFrame(told), bank], ignore_index=True)
    ordered = every.sort_values(["at", "place", "source_file", "source_line"], kind="stable", ignore_index=True)
    return ordered[list(PAYOUT_LINES)].astype(dict.fromkeys((*_KEY, "step", "order_id", "source_file"), "str"))


def assert_bridged(table: pd.DataFrame, nets: npt.NDArray[np.int64], bridge: pd.DataFrame) -> None:
    """Hold that each payout's steps come to the nets of its lines, and all of the period's to its bridge.

    Raises
    ------
    ControlTotalsError
        Naming the payout or the currency.
    """
    steps = table[list(_SUMS)].sum(axis=1).to_numpy(dtype=np.int64)
    paid, rest = (table[name].to_numpy(dtype=np.int64) for name in ("payout_minor", "unexplained_minor"))
    difference, bank = table["difference_minor"], table["bank_minor"]
    wrong = (steps != nets) | (steps + rest != paid) | (bank.notna() & (bank != difference + paid)).to_numpy(dtype=bool)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        named = ", ".join(str(table[name].iat[at]) for name in _KEY)
        msg = (
            f"bridge of payout {named}: the steps sum to {steps[at]}, its lines to {nets[at]}, the payout is {paid[at]}"
        )
        raise ControlTotalsError(msg)
    counted = table[table["in_period"]]
    for name, step in (("payout_minor", PAID_OUT), ("unexplained_minor", DIFFERING)):
        ours = counted.groupby("currency")[name].sum()
        theirs = bridge[bridge["step"] == step].groupby("currency")["amount_minor"].sum()
        for currency in sorted({*ours.index, *theirs.index}):
            one, other = int(ours.get(currency, 0)), int(theirs.get(currency, 0))
            if one != other:
                msg = f"bridge, {currency}: {step!r} is {other}, its payouts come to {one}"
                raise ControlTotalsError(msg)


def _lines_of(ask: Ask, ready: Prepared, keys: pd.MultiIndex) -> pd.DataFrame:
    """The lines that make up the payouts, with ``at``, the payout's position."""
    lines = ready.lines
    counted = (lines["payout_id"] != "") & ~lines["again"] & (lines["kind"] != LineKind.PAYOUT)
    lines = lines[counted & (lines["day"] <= pd.Timestamp(ask.as_of))]
    lines = lines.assign(at=keys.get_indexer(pd.MultiIndex.from_frame(lines[_KEY])))
    return lines[lines["at"] >= 0]


def _why(ask: Ask, ready: Prepared, payouts: pd.DataFrame, unexplained: npt.NDArray[np.int64]) -> list[str]:
    named = ready.lines.loc[(ready.lines["payout_id"] != "") & (ready.lines["kind"] != LineKind.PAYOUT), "processor"]
    linked, early = set(named.unique()), set(payouts_before_lines(ready, ask))

    def why(processor: str, payout_id: str, rest: int) -> str:
        if not rest:
            return ""
        if processor not in linked:
            return "lines_not_named"
        return "lines_before_exports" if f"{processor}:{payout_id}" in early else "differs"

    rows = zip(payouts["processor"], payouts["payout_id"], unexplained.tolist(), strict=True)
    return [why(*row) for row in rows]


def _findings(payouts: pd.DataFrame, breaks: list[Break]) -> list[str]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in breaks:
        if one.payout_ref and one.leg in (Leg.LINES_PAYOUTS, Leg.PAYOUTS_BANK):
            found.setdefault((one.processor, one.payout_ref, one.currency), []).append(one.item_id)
    named = zip(*(payouts[name] for name in _KEY), strict=True)
    return [" ".join(sorted(set(found.get(one, [])))) for one in named]


def _bank_lines(ready: Prepared, leg: LegResult, keys: pd.MultiIndex) -> pd.DataFrame:
    """The bank's lines behind each payout; one that holds several payouts stands behind each, whole."""
    left, right = bank_numbers(leg)
    own = ready.payouts[_KEY].assign(number=left, at=keys.get_indexer(pd.MultiIndex.from_frame(ready.payouts[_KEY])))
    own = own[(own["at"] >= 0) & (own["number"] != -1)]
    booked = ready.bank[["amount_minor", "source_file", "source_line"]].assign(number=right)
    joined = own.merge(booked, on="number", how="inner")
    return joined.assign(step="bank", fee_minor=np.int64(0), order_id="", place=len(STEPS)).drop(columns="number")
