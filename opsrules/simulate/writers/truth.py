"""What was planted, as JSON: which finding each fault must give, and which traps must give none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opsrules.simulate.trade import whole
from opsrules.terms import SubjectType

if TYPE_CHECKING:
    from opsrules.simulate.account import Simulated
    from opsrules.simulate.planting import Fault

__all__ = ["Evidence", "write"]


@dataclass(frozen=True)
class Evidence:
    """File and line of each row that was written, by the kind of its subject."""

    rows: dict[tuple[SubjectType, int], tuple[str, int]] = field(default_factory=dict)

    def add(self, subject: SubjectType, file: str, lines: Mapping[int, int]) -> None:
        """Note where the rows of one written file stand."""
        self.rows.update({(subject, key): (file, line) for key, line in lines.items()})


def write(simulated: Simulated, seed: int, evidence: Evidence, files: list[str]) -> bytes:
    """The truth about one account; `files` are all that were written for it, relative to the workspace.

    ``as_of`` is the day after the last bank statement: the day on which ``expect`` holds. Kinds that occur naturally,
    such as cash orders, are named as traps only a few times; whatever is not named as a finding must give none.
    """
    book = simulated.book
    own = simulated.lines[simulated.lines["kind"] == "payout"]
    rows = dict(zip(own["payout"].tolist(), own.index.tolist(), strict=True))
    content = {
        "account": book.account.name,
        "seed": seed,
        "periods": [period.text for period in book.periods],
        "as_of": str(simulated.until + timedelta(days=1)),
        "faults": [_fault(simulated, evidence, fault, rows) for fault in simulated.faults],
        "totals": {period.text: _totals(simulated, place) for place, period in enumerate(book.periods)},
        "files": sorted(files),
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _fault(simulated: Simulated, evidence: Evidence, fault: Fault, payout_rows: Mapping[int, int]) -> dict[str, Any]:
    file, line = _place(evidence, fault, payout_rows)
    payout = fault.payout
    if payout < 0 and fault.line >= 0:
        payout = whole(simulated.lines, "payout", fault.line)
    return {
        "period": simulated.book.periods[fault.period].text,
        "class": fault.found.value if fault.found else "none",
        "fault": fault.name,
        "other_classes": sorted(one.value for one in fault.also),
        "expect": fault.expect,
        "order_ref": str(simulated.book.orders["ref"].loc[fault.order]) if fault.order >= 0 else "",
        "payout_ref": str(simulated.payouts["payout_id"].loc[payout]) if payout >= 0 else "",
        "amount_minor": fault.amount_minor,
        "currency": simulated.book.account.currency,
        "subject_type": fault.subject.value,
        "source_file": file,
        "source_line": line,
    }


def _place(evidence: Evidence, fault: Fault, payout_rows: Mapping[int, int]) -> tuple[str, int | None]:
    """Where the fault's subject stands; no line where no row of it was written."""
    if fault.file:
        return fault.file, None
    line = (SubjectType.PROCESSOR_LINE, fault.line)
    order = (SubjectType.ORDER, fault.order)
    keys = {
        SubjectType.ORDER: order,
        SubjectType.PROCESSOR_LINE: line,
        SubjectType.PAYOUT: (SubjectType.PROCESSOR_LINE, payout_rows.get(fault.payout, -1)),
        SubjectType.BANK_LINE: (SubjectType.BANK_LINE, fault.bank),
        SubjectType.FILE: line if fault.line >= 0 else order,
    }
    return evidence.rows.get(keys[fault.subject], ("", None))


def _totals(simulated: Simulated, place: int) -> dict[str, int]:
    """What the month's files hold, unreadable rows left out of the sum of orders but counted."""
    orders = simulated.book.orders
    orders = orders[(orders["period"] == place) & orders["exported"]]
    readable = orders[~orders["garbled"] & (orders["currency"] == simulated.book.account.currency)]
    lines = simulated.lines[simulated.lines["period"] == place]
    return {
        "orders": len(orders),
        "orders_minor": int(readable["total"].sum()),
        "lines": len(lines),
        "payouts": int((lines["kind"] == "payout").sum()),
        "bank_lines": int((simulated.bank["period"] == place).sum()),
        "unreadable": int(orders["garbled"].sum()) + int(lines["garbled"].sum()),
    }
