"""Matching: what `reconcile` found, with the proof that every row has one place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.errors import ControlTotalsError
from opsrules.money import total_minor
from opsrules.reconcile.explain import explain_row
from opsrules.reconcile.numbers import summed
from opsrules.reconcile.spec import KeyPass, Pass, Spec, Tolerance, WindowPass
from opsrules.reconcile.work import STATUSES

__all__ = ["SIDES", "WAITING", "Matching", "item_ids", "numbered_ids"]

SIDES = ("left", "right")
WAITING = ("suggested", "ambiguous", "open")
"""Statuses of the rows that are open items."""


def item_ids(
    account: str, leg: str, side: str, table: pd.DataFrame, at: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.object_]:
    """Stable id of each row: a hash of account, leg, side, natural key and occurrence among equal natural keys.

    Amount, class, period, file and line are not in it: a corrected amount or a renamed file is still the same item.
    Equal natural keys are numbered by day, amount and exclusion, never by row order. `at` picks rows by position, all
    when None.
    """
    number = np.zeros(len(table), dtype=np.int64)
    twins = np.flatnonzero(table["ref"].duplicated(keep=False).to_numpy())
    if len(twins):
        # Rows left out come last: else one of them, wherever it stands, would change the numbers of its open twins.
        keys = [name for name in ("ref", "on", "amount_minor", "excluded") if name in table]
        order = table.iloc[twins][keys].assign(at=twins).sort_values(keys, kind="stable")
        number[order["at"].to_numpy()] = order.groupby("ref", sort=False).cumcount().to_numpy()
    at = np.arange(len(table)) if at is None else at
    return numbered_ids(account, leg, side, table["ref"].iloc[at], number[at])


def numbered_ids(
    account: str, leg: str, side: str, refs: Iterable[str], numbers: Iterable[int]
) -> npt.NDArray[np.object_]:
    """Ids as `item_ids` gives them, of natural keys and their occurrences."""
    head = f"{account}\x1f{leg}\x1f{side}\x1f"
    ids = [
        hashlib.blake2b(f"{head}{ref}\x1f{nth}".encode(), digest_size=8).hexdigest()
        for ref, nth in zip(refs, numbers, strict=True)
    ]
    return np.array(ids, dtype=object)


@dataclass(frozen=True)
class Matching:
    """The outcome of one leg.

    Attributes
    ----------
    spec : Spec
    left, right : DataFrame
        The two tables as given, RangeIndex.
    left_status, right_status : DataFrame
        Aligned with the tables: ``status`` (matched, suggested, ambiguous, open, excluded), ``rule`` (pass or
        exclusion), ``group`` (position in `groups`, -1 for none), ``pair`` (number of the break the row belongs to, -1
        for none), ``reason`` (missing, differs, days, sign, exponent, extra, currency, ambiguous, suggested; "" for
        rows that are no open items), ``candidates`` (how many rows of the other side it might have matched).
    groups : DataFrame
        One row per match: rule, state (confirmed, suggested), currency, left_rows, right_rows, left_minor, right_minor,
        residual_minor (right minus left).
    skipped : tuple of (str, str)
        Rules that were not tried, and why.
    """

    spec: Spec
    left: pd.DataFrame
    right: pd.DataFrame
    left_status: pd.DataFrame
    right_status: pd.DataFrame
    groups: pd.DataFrame
    skipped: tuple[tuple[str, str], ...] = ()

    def side(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The table and the status of one side, "left" or "right"."""
        return (self.left, self.left_status) if name == "left" else (self.right, self.right_status)

    @cached_property
    def open_items(self) -> pd.DataFrame:
        """One row per open item: item_id, side, position, pair, reason, candidates, and the columns of its table."""
        parts = []
        for name in SIDES:
            table, status = self.side(name)
            at = self.waiting[name]
            rows = table.iloc[at].drop(columns="excluded").reset_index(drop=True)
            rows.insert(0, "item_id", item_ids(self.spec.account, self.spec.leg, name, table, at))
            rows.insert(1, "side", name)
            rows.insert(2, "position", at)
            for place, column in enumerate(("pair", "reason", "candidates"), start=3):
                rows.insert(place, column, status[column].to_numpy()[at])
            parts.append(rows)
        return pd.concat(parts, ignore_index=True)

    def bridge(self) -> pd.DataFrame:
        """Rows and minor units by side, currency and status: side, currency, status, rows, amount_minor."""
        parts = []
        for name in SIDES:
            table, status = self.side(name)
            frame = pd.DataFrame(
                {"currency": table["currency"], "status": status["status"], "amount_minor": table["amount_minor"]}
            )
            summed = (
                frame.groupby(["currency", "status"], sort=True, observed=True)["amount_minor"]
                .agg(["size", "sum"])
                .reset_index()
                .rename(columns={"size": "rows", "sum": "amount_minor"})
            )
            summed.insert(0, "side", name)
            parts.append(summed)
        return pd.concat(parts, ignore_index=True)

    def explain(self, item_id: str) -> dict[str, Any]:
        """Which pass matched an item and on what conditions, or what kept it open; see `opsrules.reconcile.explain`.

        Raises
        ------
        KeyError
            If no row of either side has that id.
        """
        for name in SIDES:
            table = self.side(name)[0]
            found = np.flatnonzero(item_ids(self.spec.account, self.spec.leg, name, table) == item_id)
            if len(found):
                return self.explain_row(name, int(found[0]))
        msg = f"no item {item_id!r} in leg {self.spec.leg}"
        raise KeyError(msg)

    def explain_row(self, side: str, position: int) -> dict[str, Any]:
        """As `explain`, for the row at `position` of one side."""
        return explain_row(self, side, position)

    @cached_property
    def waiting(self) -> dict[str, npt.NDArray[np.int64]]:
        """Positions of each side's open items."""
        return {name: np.flatnonzero(self.side(name)[1]["pair"].to_numpy() >= 0) for name in SIDES}

    def check(self) -> None:
        """Prove that every row has one place, that amounts are conserved and that every match keeps to its rule.

        Raises
        ------
        ControlTotalsError
            Naming the leg and side; a fault of opsrules, never of the data.
        """
        for name in SIDES:
            table, status = self.side(name)
            if len(table) != len(status) or not status["status"].isin(STATUSES).all():
                self._refuse(name, f"{len(table)} rows have {len(status)} places")
            try:
                total_minor(table["amount_minor"])
            except OverflowError as error:
                self._refuse(name, f"{error}; such amounts are beyond any account: check their decimals", error)
            self._check_places(name, status)
            self._check_groups(name, table, status)
        self._check_residuals()

    def _refuse(self, side: str, what: str, cause: Exception | None = None) -> NoReturn:
        msg = f"leg {self.spec.leg}, {side}: {what}"
        raise ControlTotalsError(msg) from cause

    def _check_places(self, name: str, status: pd.DataFrame) -> None:
        code = status["status"].cat.codes.to_numpy()
        waits = np.array([one in WAITING for one in STATUSES])
        if ((code <= STATUSES.index("suggested")) != (status["group"].to_numpy() >= 0)).any():
            self._refuse(name, "matched rows and groups differ")
        if (waits[code] != (status["pair"].to_numpy() >= 0)).any():
            self._refuse(name, "open rows and breaks differ")

    def _check_groups(self, name: str, table: pd.DataFrame, status: pd.DataFrame) -> None:
        behind = np.add(status["group"].to_numpy(), 1, dtype=np.int64)  # rows of no group are counted at 0
        size = len(self.groups)
        rows = np.bincount(behind, minlength=size + 1)[1:]
        if len(rows) != size or not rows.all() or (rows != self.groups[f"{name}_rows"].to_numpy()).any():
            self._refuse(name, "the groups' rows are not those that belong to them")
        sums = summed(behind, table["amount_minor"].to_numpy(), size + 1)[1:]
        if (sums != self.groups[f"{name}_minor"].to_numpy()).any():
            self._refuse(name, "the groups' sums are not those of their rows")

    def _check_residuals(self) -> None:
        """No match is further apart than its rule allows in its currency."""
        groups = self.groups
        most = {one.rule: _tolerance(one) for one in self.spec.passes}
        rules, currencies = groups["rule"].cat, groups["currency"].cat
        allowed = np.array(
            [
                [most.get(rule, Tolerance()).of(currency) for currency in currencies.categories]
                for rule in rules.categories
            ]
        ).reshape(len(rules.categories), len(currencies.categories))
        residual = groups["residual_minor"].to_numpy()
        at = np.flatnonzero(residual)
        far = np.abs(residual[at]) > allowed[rules.codes.to_numpy()[at], currencies.codes.to_numpy()[at]]
        if far.any():
            self._refuse("both", f"{int(far.sum())} matches are further apart than their rule allows")


def _tolerance(one: Pass) -> Tolerance:
    return one.tolerance if isinstance(one, KeyPass | WindowPass) else Tolerance()
