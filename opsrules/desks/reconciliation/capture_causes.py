"""What the processor's own lines tell of a break: its word for the line, the same captured again, conversions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.coverage import among
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile.references import normalise_reference
from opsrules.terms import LineKind, SubjectType

__all__ = ["capture_evidence"]

_MINUTE = pd.Timedelta(minutes=1)
_ALIKE = ("kind", "processor", "gross_minor")


def capture_evidence(ready: Prepared, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By item: source_kind and minutes_apart of breaks about a processor line, conversions of those about an order too.

    minutes_apart is the time to the nearest capture of the same order, processor and amount, in whole minutes upwards;
    missing where there is none.
    """
    asked = list(rows)
    lines = ready.lines[~ready.lines["again"]]
    mine = _lines_of(lines, [row for row in asked if row["subject_type"] == SubjectType.PROCESSOR_LINE])
    orders = {
        str(row["item_id"]): str(row["order_ref"])
        for row in asked
        if row["subject_type"] == SubjectType.ORDER and row["order_ref"]
    }
    keys = dict(zip(orders, normalise_reference(pd.Series(list(orders.values()), dtype="str")), strict=True))
    keys |= {item: str(line["key"]) for item, line in mine.items()}
    same = _by_key(lines, keys.values())
    converted = _Conversions(lines)
    told: dict[str, dict[str, Any]] = {}
    for item, key in keys.items():
        line, beside = mine.get(item), same.get(key, [])
        payments = {str(one["payment_id"]) for one in beside} | ({str(line["payment_id"])} if line else set())
        told[item] = {"conversions": converted.count(key, payments)} | (_of_line(line, beside) if line else {})
    return told


def _lines_of(lines: pd.DataFrame, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The lines that breaks are about, by item; one line may stand in several breaks."""
    places: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for row in rows:
        places[str(row["source_file"]), int(row["source_line"])].append(str(row["item_id"]))
    near = among(lines["source_file"], pd.Series(sorted({file for file, _ in places}), dtype="str"))
    near &= lines["source_line"].isin({line for _, line in places}).to_numpy()
    mine: dict[str, dict[str, Any]] = {}
    for line in lines[near].to_dict("records"):
        for item in places.get((str(line["source_file"]), int(line["source_line"])), ()):
            mine.setdefault(item, {str(name): value for name, value in line.items()})
    return mine


def _by_key(lines: pd.DataFrame, keys: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    known = pd.Series(sorted({key for key in keys if key}), dtype="str")
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    names = ["key", "payment_id", "occurred_at", *_ALIKE]
    for line in lines.loc[among(lines["key"], known), names].to_dict("records"):
        found[str(line["key"])].append({str(name): value for name, value in line.items()})
    return dict(found)


class _Conversions:
    """Conversions from one currency to another, by the order and the payment that they name."""

    def __init__(self, lines: pd.DataFrame) -> None:
        self._by_key: defaultdict[str, set[int]] = defaultdict(set)
        self._by_payment: defaultdict[str, set[int]] = defaultdict(set)
        found = lines[lines["kind"] == LineKind.CONVERSION]
        for number, (key, payment) in enumerate(zip(found["key"], found["payment_id"], strict=True)):
            self._by_key[str(key)].add(number)
            self._by_payment[str(payment)].add(number)

    def count(self, key: str, payments: Iterable[str]) -> int:
        found = set(self._by_key.get(key, ())) if key else set()
        return len(found.union(*(self._by_payment.get(one, ()) for one in payments if one)))


def _of_line(line: Mapping[str, Any], beside: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"source_kind": line["source_kind"]}
    if line["kind"] == LineKind.CHARGE:
        alike = [one["occurred_at"] for one in beside if all(one[name] == line[name] for name in _ALIKE)]
        apart = sorted(abs(one - line["occurred_at"]) for one in alike)[1:]  # the line itself is among them
        if apart:
            told["minutes_apart"] = int(-(-apart[0] // _MINUTE))
    return told
