"""Orders and charges with faults planted, and the whole cascade over them: what matching is measured on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from opsrules.reconcile import KeyPass, Matching, Spec, Spelling, SumPass, Tolerance, WindowPass, reconcile

__all__ = ["matched", "spec", "tables"]

CURRENCIES, DAYS = ["EUR", "USD", "GBP", "JPY", "KWD"], 31
FAULTS = {
    "missing_charge": 0.01,
    "missing_order": 0.01,
    "other_amount": 0.01,
    "within_tolerance": 0.01,
    "mangled": 0.01,
    "split": 0.01,
    "merged": 0.005,
    "twice": 0.01,
    "other_currency": 0.003,
}


def spec(tags: Iterable[str]) -> Spec:
    """The whole cascade."""
    days = dict.fromkeys(tags, (0, 3))
    passes = (
        KeyPass("exact_key", many=False),
        KeyPass("same_key", Spelling.NORMALISED, many=False),
        KeyPass("sums", Spelling.NORMALISED),
        KeyPass("tolerance", Spelling.NORMALISED, tolerance=Tolerance(1)),
        WindowPass(days=days),
        SumPass(days=days),
    )
    return Spec("bench", "orders_charges", passes)


def matched(left: pd.DataFrame, right: pd.DataFrame) -> Matching:
    """The whole cascade over two tables of `tables`."""
    return reconcile(left, right, spec(left["tag"].unique()))


def tables(rows: int, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """So many orders, 25,000 an account, and their charges, in an order of their own.

    ``ref`` of a charge is that of the orders it belongs to: what nobody who matches may look at.
    """
    rng = np.random.default_rng(seed)
    account = np.arange(rows) // 25_000
    kinds = rng.choice([*FAULTS, ""], size=rows, p=[*FAULTS.values(), 1 - sum(FAULTS.values())])
    orders = pd.DataFrame(
        {
            "key": pd.Series([f"S{at // 25_000:03d}-{at:08d}" for at in range(rows)], dtype="str"),
            "tag": pd.Series([f"a{one}p{two}" for one, two in zip(account, rng.integers(0, 6, rows), strict=True)]),
            "day": rng.integers(0, DAYS, rows),
            "currency": pd.Series(np.array(CURRENCIES, dtype=object)[rng.integers(0, 5, rows)], dtype="str"),
            "amount_minor": np.exp(rng.normal(8.3, 0.9, rows)).astype("int64") + 100,
            "kind": kinds,
        }
    )
    _alike(orders)
    lines = orders.assign(day=orders["day"] + rng.integers(0, 4, rows), ref=orders["key"])
    parts = [lines[~np.isin(kinds, ["missing_charge", "merged"])]]
    twice = lines[kinds == "twice"]
    split = lines[kinds == "split"]
    share = split["amount_minor"] // 3
    merged = lines[kinds == "merged"].reset_index(drop=True)
    parts += [twice, split.assign(amount_minor=share)]
    lines = pd.concat(parts, ignore_index=True)
    kind, amount = lines["kind"].to_numpy(), lines["amount_minor"].to_numpy(copy=True)
    amount[kind == "other_amount"] += rng.integers(5, 500, int((kind == "other_amount").sum()))
    amount[kind == "within_tolerance"] += 1
    first = np.flatnonzero(kind == "split")[: len(split)]
    amount[first] -= share.to_numpy()
    lines["amount_minor"] = amount
    mangled, foreign = kind == "mangled", kind == "other_currency"
    lines.loc[mangled, "key"] = [f"X{at}" for at in range(int(mangled.sum()))]
    lines.loc[foreign, "currency"] = "CHF"
    lines = pd.concat([lines, _joined(merged)], ignore_index=True)
    return _side(orders[kinds != "missing_order"]), _side(lines.sample(frac=1, random_state=seed))


def _alike(orders: pd.DataFrame) -> None:
    """Let every two orders that are charged together be of one tag, currency and day."""
    at = np.flatnonzero(orders["kind"] == "merged")
    first, second = at[0 : len(at) // 2 * 2 : 2], at[1::2]
    for name in ("tag", "currency", "day"):
        values = orders[name].to_numpy(copy=True)
        values[second] = values[first]
        orders[name] = pd.Series(values, dtype=orders[name].dtype)


def _joined(merged: pd.DataFrame) -> pd.DataFrame:
    """One line without a key for every two orders, some days after both."""
    size = len(merged) // 2
    first, second = (merged.iloc[start : 2 * size : 2].reset_index(drop=True) for start in (0, 1))
    both = first["amount_minor"] + second["amount_minor"]
    return first.assign(key="", amount_minor=both, ref=first["key"] + "+" + second["key"])


def _side(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.reset_index(drop=True)
    return pd.DataFrame(
        {
            "ref": rows["ref"] if "ref" in rows else rows["key"],
            "key": rows["key"],
            "tag": rows["tag"].astype("str"),
            "on": pd.Timestamp(2026, 10, 1) + pd.to_timedelta(rows["day"], unit="D"),
            "currency": rows["currency"],
            "amount_minor": rows["amount_minor"].astype("int64"),
            "excluded": pd.Series("", index=rows.index, dtype="str"),
            "source_file": pd.Series("export.csv", index=rows.index, dtype="str"),
            "source_line": np.arange(len(rows)) + 2,
        }
    )
