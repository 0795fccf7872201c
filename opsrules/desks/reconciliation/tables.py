"""The tables that pages and analysts read beside the findings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.findings import Judged
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.metrics import needs_work
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.money import format_minor
from opsrules.periods import AGE_BUCKETS, age_bucket
from opsrules.rootcause import UNKNOWN
from opsrules.terms import BreakClass, Exclusion, Leg

__all__ = ["ageing", "analyst_tables", "causes", "controls", "fees_by_contract"]


def ageing(judged: list[Judged]) -> pd.DataFrame:
    """Open items by class, currency and age: class, currency, bucket, items, amount_minor without sign; all buckets.

    Items that people settled are left out.
    """
    names = [name for name, _, _ in AGE_BUCKETS]
    open_items = [one for one in judged if one.fact.leg and one.fact.age_days is not None and not one.settled]
    ages = np.array([one.fact.age_days for one in open_items], dtype=np.int64)
    rows = pd.DataFrame(
        {
            "class": pd.Series([str(one.break_class) for one in open_items], dtype="str"),
            "currency": pd.Series([one.fact.currency for one in open_items], dtype="str"),
            "bucket": pd.Series([names[at] for at in age_bucket(ages)], dtype="str"),
            "amount_minor": pd.Series([abs(one.fact.amount_minor) for one in open_items], dtype="int64"),
        }
    )
    groups = rows[["class", "currency"]].drop_duplicates()
    every = groups.merge(pd.DataFrame({"bucket": names}), how="cross")
    summed = rows.groupby(["class", "currency", "bucket"])["amount_minor"].agg(["size", "sum"])
    out = every.join(summed, on=["class", "currency", "bucket"]).fillna({"size": 0, "sum": 0})
    out = out.rename(columns={"size": "items", "sum": "amount_minor"})
    total = out.groupby(["class", "currency"])["amount_minor"].transform("sum")
    out = out.assign(total=total).sort_values(["total", "class"], ascending=[False, True], kind="stable")
    return out.drop(columns="total").astype({"items": "int64", "amount_minor": "int64"}).reset_index(drop=True)


def causes(judged: list[Judged]) -> pd.DataFrame:
    """What needs work, largest first: cause (words), rule_id, rule, currency, items, amount_minor without sign.

    A cause that is known stands with the rule that names it, what is not known with the rule that found it; a person's
    word counts before the rules', and stands with ``said by`` the person.
    """
    rows = [
        {
            "cause": _cause_words(one),
            "rule_id": _named_by(one),
            "rule": "" if _is_known(one) else one.rule.name,
            "currency": one.fact.currency,
            "amount_minor": abs(one.fact.amount_minor),
        }
        for one in judged
        if one.rule and needs_work(one) and one.fact.amount_minor
    ]
    names = ["cause", "rule_id", "rule", "currency"]
    table = pd.DataFrame(rows, columns=[*names, "amount_minor"]).astype(
        dict.fromkeys(names, "str") | {"amount_minor": "int64"}
    )
    out = table.groupby(names, sort=True)["amount_minor"].agg(["size", "sum"]).reset_index()
    out = out.rename(columns={"size": "items", "sum": "amount_minor"})
    return out.sort_values(["amount_minor", "rule_id"], ascending=[False, True], kind="stable", ignore_index=True)


def _cause_words(one: Judged) -> str:
    if _is_known(one):
        return str((one.why_cause.get("said") or one.why_cause)["words"])
    return f"{BreakClass(one.break_class).words()}, cause not known"


def _is_known(one: Judged) -> bool:
    said = one.why_cause.get("said")
    return said["code"] != UNKNOWN if said else bool(one.cause)


def _named_by(one: Judged) -> str:
    """What names the cause, or found what has none."""
    if said := one.why_cause.get("said"):
        return f"said by {said['by'] or 'somebody whose name was erased'}"
    if one.cause:
        return str(one.why_cause["rule"])
    return one.rule.id if one.rule else ""


def fees_by_contract(ask: Ask, fees: pd.DataFrame) -> pd.DataFrame:
    """Fees charged against each contract, in minor units; status agrees, in_tolerance, claim or credit."""
    rows = []
    for position, one in enumerate(ask.account.fees):
        mine = fees[fees["contract"] == position]
        charged, expected = int(mine["fee_minor"].sum()), int(mine["expected_minor"].sum())
        apart = (mine["over_minor"].abs() > one.tolerance_minor).any()
        status = "agrees" if charged == expected and not apart else "in_tolerance"
        if apart:
            status = "claim" if charged > expected else "credit"
        scope = " ".join(part for part in (one.card_brand, one.method) if part) or "all charges"
        rate = f"{one.rate_bps / 100:.4g}% + {format_minor(one.fixed_minor, one.currency)}, {scope}"
        rows.append((one.processor, rate, one.currency, len(mine), charged, expected, charged - expected, status))
    names = [
        "processor",
        "contract",
        "currency",
        "lines",
        "charged_minor",
        "expected_minor",
        "difference_minor",
        "status",
    ]
    kinds = {name: "int64" if name == "lines" or name.endswith("_minor") else "str" for name in names}
    return pd.DataFrame(rows, columns=names).astype(kinds)


def controls(exports: Exports) -> pd.DataFrame:
    """The files' own control figures: name, place, currency, expected_minor, actual_minor, holds."""
    names = ["name", "place", "currency", "expected_minor", "actual_minor", "holds"]
    rows = [(c.name, c.place, c.currency, c.expected_minor, c.actual_minor, c.holds) for c in exports.controls]
    kinds = {"name": "str", "place": "str", "currency": "str", "holds": "bool"}
    return pd.DataFrame(rows, columns=names).astype(kinds | {"expected_minor": "int64", "actual_minor": "int64"})


def analyst_tables(ready: Prepared, exports: Exports, legs: dict[Leg, LegResult]) -> dict[str, pd.DataFrame]:
    """The canonical tables with each leg's status, rule and group beside every row, and the matches of each leg."""
    # Free text may name persons; of the bank's only that of lines that belong to payouts is kept.
    other = (legs[Leg.PAYOUTS_BANK].matching.right_status["rule"] == Exclusion.OTHER_BANK_MOVEMENT).to_numpy()
    told = {name: ready.bank[name].mask(other, "") for name in ("counterparty", "reference", "text")}
    tables = {
        "orders": ready.orders,
        "processor_lines": ready.lines.drop(columns="description"),
        "payout_rows": ready.payouts,
        "bank_lines": ready.bank.assign(**told),
    }
    sources = {"payouts": "payout_rows"}
    for leg, result in legs.items():
        for side, name in zip(("left", "right"), LEG_SIDES[leg], strict=True):
            status = result.side(side)[1]
            target = sources.get(name, name)
            added = {f"{leg.value}_{part}": status[part].to_numpy() for part in ("status", "rule", "group")}
            tables[target] = tables[target].assign(**added)
    matches = [result.matching.groups.assign(leg=leg.value) for leg, result in legs.items()]
    return tables | {"order_lines": exports.order_lines, "matches": pd.concat(matches, ignore_index=True)}
