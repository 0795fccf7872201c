"""What breaks come from: the evidence that the cause rules ask for, and their answer laid over the findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.capture_causes import capture_evidence
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.fee_causes import fee_evidence
from opsrules.desks.reconciliation.findings import Judged, rows_of_breaks
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.desks.reconciliation.spelling import like_references
from opsrules.money import exponent
from opsrules.rootcause import UNKNOWN, Classified, Taxonomy, classify
from opsrules.rules import Rules
from opsrules.terms import Leg, SubjectType

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["CauseBook", "causes_of", "evidence", "with_causes"]


@dataclass(frozen=True)
class CauseBook:
    """What names the causes of an account's breaks.

    Attributes
    ----------
    rules : Rules
        Cause rules of the family reconciliation, those in force.
    taxonomy : Taxonomy
        With the account's own extension.
    """

    rules: Rules
    taxonomy: Taxonomy


@dataclass(frozen=True)
class _Days:
    """Days of one table, each once, and how many of its rows lie before each of them."""

    days: npt.NDArray[np.datetime64]
    before: npt.NDArray[np.int64]

    @classmethod
    def of(cls, table: pd.DataFrame) -> _Days:
        days = table["day"].to_numpy(dtype="datetime64[D]")[~table["again"].to_numpy(dtype=bool)]
        distinct, counts = np.unique(days, return_counts=True)
        return cls(distinct, np.concatenate([[0], np.cumsum(counts)]))

    def around(self, day: date) -> dict[str, int]:
        """Rows from the day before to the day after, rows that three days usually have, and days told after it."""
        if not len(self.days):
            return {}
        first, last = np.datetime64(day, "D") - 1, np.datetime64(day, "D") + 1
        start, end = np.searchsorted(self.days, first), np.searchsorted(self.days, last, side="right")
        span = int((self.days[-1] - self.days[0]).astype(np.int64)) + 1
        return {
            "other_days_after": max(int((self.days[-1] - np.datetime64(day, "D")).astype(np.int64)), 0),
            "other_rows_near": int(self.before[end] - self.before[start]),
            "other_rows_usual": 3 * int(self.before[-1]) // span,
        }


def causes_of(
    ask: Ask,
    ready: Prepared,
    legs: Mapping[Leg, LegResult],
    *,
    fees: pd.DataFrame,
    breaks: list[Break],
    book: CauseBook,
) -> Classified:
    """Return the cause of every break, by its id.

    Raises
    ------
    ReviewError
        If a cause rule cannot judge a break.
    """
    return classify(evidence(ask, ready, legs, fees=fees, breaks=breaks), book.rules, book.taxonomy)


def evidence(
    ask: Ask, ready: Prepared, legs: Mapping[Leg, LegResult], *, fees: pd.DataFrame, breaks: list[Break]
) -> pd.DataFrame:
    """What cause rules are asked of: a row a break, with finding_id; numbers that nothing tells are missing."""
    frame = rows_of_breaks(ask, breaks)
    rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    days = {name: _Days.of(table) for name, table in ready.by_name().items()}
    captures = capture_evidence(ready, rows)
    methods = _methods(ready, legs)
    spelled = like_references(ready, legs, breaks)
    charged = fee_evidence(ask, fees)
    told = [
        {"like_reference": spelled.get(row["item_id"], "")}
        | _amounts(row)
        | _days(ask, days, row)
        | captures.get(row["item_id"], {})
        | methods.get(row["method"], {})
        | charged.get(row["item_id"], {})
        for row in rows
    ]
    extra = pd.DataFrame(told, index=frame.index, dtype=object)
    return pd.concat([frame.drop(columns=["explanation"]).rename(columns={"item_id": "finding_id"}), extra], axis=1)


def with_causes(judged: Iterable[Judged], found: Classified) -> list[Judged]:
    """The same findings with their causes: code ("" where none is known) and what names it."""
    out = []
    for one in judged:
        told = found.explain(one.fact.item_id)
        out.append(replace(one, cause="" if told["code"] == UNKNOWN else told["code"], why_cause=told))
    return out


def _amounts(row: Mapping[str, Any]) -> dict[str, Any]:
    """How large the difference is: beside what was expected, and in hundredths of a unit; whether it is round."""
    if not row["currency"]:  # what has no currency counts something
        return {}
    size, places, expected = int(row["size_minor"]), exponent(row["currency"]), row["expected_minor"]
    half = 50 if places == 0 else 10**places // 2
    told: dict[str, Any] = {
        "size_hundredths": size if places < 2 else -(-size // 10 ** (places - 2)),
        "round_amount": int(size % half == 0),
    }
    if expected and row["actual_minor"] is not None:
        told["gap_bps"] = -(-size * 10_000 // abs(int(expected)))
    return told


def _days(ask: Ask, days: Mapping[str, _Days], row: Mapping[str, Any]) -> dict[str, Any]:
    """How far it lies from the period's end, and what the other side's exports tell of the days around it."""
    day = row["day"]
    if day is None or not row["leg"]:
        return {}
    left, right = LEG_SIDES[Leg(row["leg"])]
    told: dict[str, Any] = dict(days[left if _TABLES[SubjectType(row["subject_type"])] == right else right].around(day))
    if day <= ask.period.last:
        told["business_days_to_end"] = int(np.busday_count(day, ask.period.last))
    return told


_TABLES = {
    SubjectType.ORDER: "orders",
    SubjectType.PROCESSOR_LINE: "processor_lines",
    SubjectType.PAYOUT: "payouts",
    SubjectType.BANK_LINE: "bank_lines",
}


def _methods(ready: Prepared, legs: Mapping[Leg, LegResult]) -> dict[str, dict[str, int]]:
    """By payment method: orders that a processor should have, and those that it has."""
    orders = ready.orders
    status = legs[Leg.ORDERS_CHARGES].matching.side("left")[1]["status"].astype(str)
    asked = (status != "excluded").to_numpy()
    table = pd.DataFrame({"method": orders["payment_method"], "paid": (status == "matched").to_numpy()})[asked]
    table = table[table["method"] != ""]
    grouped = table.groupby("method")["paid"].agg(["size", "sum"])
    return {
        str(method): {"method_orders": int(row["size"]), "method_paid": int(row["sum"])}
        for method, row in grouped.iterrows()
    }
