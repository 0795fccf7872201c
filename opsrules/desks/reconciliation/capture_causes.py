"""What the processor's own lines tell of a break: its word for the line, the same captured again, conversions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.coverage import among
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.terms import LineKind, SubjectType

__all__ = ["capture_evidence"]

_MINUTE = pd.Timedelta(minutes=1)
_COLUMNS = ("kind", "source_kind", "key", "payment_id", "processor", "gross_minor", "occurred_at")


def capture_evidence(ready: Prepared, rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By item, of breaks about a processor line: source_kind, conversions, and minutes_apart of a capture.

    minutes_apart is the time to the nearest capture of the same order, processor and amount, in whole minutes upwards;
    missing where there is none.
    """
    places: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for row in rows:
        if row["subject_type"] == SubjectType.PROCESSOR_LINE:  # one line may stand in several breaks
            places[str(row["source_file"]), int(row["source_line"])].append(str(row["item_id"]))
    lines = ready.lines[~ready.lines["again"]]
    near = among(lines["source_file"], pd.Series(sorted({file for file, _ in places}), dtype="str"))
    near &= lines["source_line"].isin({line for _, line in places}).to_numpy()
    mine: dict[str, dict[str, Any]] = {}
    for line in lines[near].to_dict("records"):
        for item in places.get((str(line["source_file"]), int(line["source_line"])), ()):
            mine.setdefault(item, {str(name): value for name, value in line.items()})
    beside = _beside(lines, mine.values())
    return {item: _told(line, beside) for item, line in mine.items()}


def _beside(lines: pd.DataFrame, mine: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The lines that share an order or a payment with one of these, by it."""
    wanted = list(mine)
    found: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for name in ("key", "payment_id"):
        known = pd.Series(sorted({line[name] for line in wanted if line[name]}), dtype="str")
        rows = lines[among(lines[name], known)]
        for place, line in zip(rows.index, rows[list(_COLUMNS)].to_dict("records"), strict=True):
            found[name, str(line[name])].append({str(key): value for key, value in line.items()} | {"at": place})
    return dict(found)


def _told(line: Mapping[str, Any], beside: Mapping[tuple[str, str], list[dict[str, Any]]]) -> dict[str, Any]:
    same = beside.get(("key", line["key"]), [])
    paid = beside.get(("payment_id", line["payment_id"]), [])
    conversions = {one["at"] for one in (*same, *paid) if one["kind"] == LineKind.CONVERSION}
    told: dict[str, Any] = {"source_kind": line["source_kind"], "conversions": len(conversions)}
    if line["kind"] == LineKind.CHARGE:
        alike = [one["occurred_at"] for one in same if all(one[name] == line[name] for name in _ALIKE)]
        # The line itself is among them.
        apart = sorted(abs(one - line["occurred_at"]) for one in alike)[1:]
        if apart:
            told["minutes_apart"] = int(-(-apart[0] // _MINUTE))
    return told


_ALIKE = ("kind", "processor", "gross_minor")
