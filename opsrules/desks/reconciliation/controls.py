"""The proof: rows in = matched + open + excluded + rejected, by count and amount, on every leg and side.

Suggested and ambiguous rows count as open: nobody has confirmed them.
"""

from __future__ import annotations

import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.model import Exports
from opsrules.errors import ControlTotalsError
from opsrules.money import NO_CURRENCY, total_minor
from opsrules.reconcile import WAITING
from opsrules.review import CONTROL_TOTALS
from opsrules.terms import Leg

__all__ = ["assert_conserved", "control_totals", "excluded_rows"]

_PLACES = ("matched", "open", "excluded", "rejected")


def control_totals(exports: Exports, legs: dict[Leg, LegResult]) -> pd.DataFrame:
    """Return the columns `opsrules.review.CONTROL_TOTALS`; rows in are the canonical rows and the rejects.

    That these are all records of each file is held when the file is read (`opsrules.intake`).

    Raises
    ------
    ControlTotalsError
        If a line does not add up.
    """
    parts = []
    for leg, result in legs.items():
        for side, name in zip(("left", "right"), LEG_SIDES[leg], strict=True):
            parts.append(_side(leg, name, *result.side(side), exports.rejects[exports.rejects["table"] == name]))
    totals = pd.concat(parts, ignore_index=True)[list(CONTROL_TOTALS)]
    assert_conserved(totals)
    return totals


def _side(leg: Leg, name: str, table: pd.DataFrame, status: pd.DataFrame, rejects: pd.DataFrame) -> pd.DataFrame:
    by = ["source", "currency"]
    found = status["status"].astype("str")
    placed = table[[*by, "amount_minor"]].assign(place=found.mask(found.isin(WAITING), "open"))
    refused = rejects[[*by, "amount_minor"]].assign(place="rejected")
    refused["currency"] = refused["currency"].where(refused["currency"] != "", NO_CURRENCY)
    entered = pd.concat([table[[*by, "amount_minor"]], refused[[*by, "amount_minor"]]], ignore_index=True)
    total_minor(entered["amount_minor"])  # refuses sums that leave 64 bits
    out = entered.groupby(by, sort=True)["amount_minor"].agg(["size", "sum"])
    out.columns = pd.Index(["rows_in", "rows_in_minor"])
    everywhere = pd.concat([placed, refused], ignore_index=True)
    for place in _PLACES:
        rows = everywhere[everywhere["place"] == place].groupby(by)["amount_minor"].agg(["size", "sum"])
        out[[place, f"{place}_minor"]] = rows.reindex(out.index, fill_value=0).to_numpy()
    out = out.reset_index()
    out.insert(0, "leg", leg.value)
    out.insert(1, "side", name)
    return out


def assert_conserved(totals: pd.DataFrame) -> None:
    """Hold that every line of the control totals adds up.

    Raises
    ------
    ControlTotalsError
        Naming leg, side, source and currency of the first line that does not.
    """
    for suffix in ("", "_minor"):
        placed = totals[[place + suffix for place in _PLACES]].sum(axis=1)
        wrong = totals[totals["rows_in" + suffix] != placed]
        if len(wrong):
            line = wrong.iloc[0]
            place = ", ".join(str(line[name]) for name in ("leg", "side", "source", "currency"))
            got = int(placed[wrong.index[0]])
            unit = "minor units" if suffix else "rows"
            msg = f"control totals, {place}: {line['rows_in' + suffix]} {unit} in, {got} accounted for"
            raise ControlTotalsError(msg)


def excluded_rows(legs: dict[Leg, LegResult]) -> pd.DataFrame:
    """Rows left out, by named rule: leg, side, rule, currency, rows, amount_minor."""
    parts = []
    for leg, result in legs.items():
        for side, name in zip(("left", "right"), LEG_SIDES[leg], strict=True):
            table, status = result.side(side)
            out = (status["status"] == "excluded").to_numpy()
            rows = table.loc[out, ["currency", "amount_minor"]].assign(rule=status.loc[out, "rule"])
            summed = rows.groupby(["rule", "currency"], sort=True)["amount_minor"].agg(["size", "sum"]).reset_index()
            summed.columns = pd.Index(["rule", "currency", "rows", "amount_minor"])
            parts.append(summed.assign(leg=leg.value, side=name))
    return pd.concat(parts, ignore_index=True)[["leg", "side", "rule", "currency", "rows", "amount_minor"]]
