"""A review with chains: one finding and one slice that people wrote of, and a cause that the rules name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import reviews

from opsrules.review import Review
from opsrules.whys import Said, Sliced, Whys, slice_id

__all__ = ["AT", "FIRST", "ID", "WHERE", "chained"]

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
WHERE: dict[Any, Any] = {"processor": "adyen", "method": None}
ID = slice_id("northwind", "refunds", "2026-10", WHERE)
FIRST = reviews.nth(20)


def _said(*texts: str) -> Said:
    return Said(texts, "ada", AT)


def chained(text: str = "", **over: Any) -> Review:
    """Return it with `text` in all that people, rules and files say; any field may be given another value."""
    whys = Whys(
        whys=_said(f"No alarm.{text}", f"It was off.{text}"),
        cause=_said("REC.OWN"),
        corrective=_said(f"Switch it on.{text}"),
        owner=_said(f"Jo{text if '<' in text else ''}"),  # an address of an owner stays as it is
        due=_said("2026-11-20"),
        note=_said(f"After a call.{text}"),
    )
    of_slice = Whys(
        whys=_said(f"Not mapped.{text}"), about=Sliced(f"refunds{text}", {"method": None, f"p{text}": text})
    )
    base = reviews.review()
    told = {
        "class": "amount_differs",
        "message": "",
        "rule": {"id": f"REC-021{text}"},
        "conditions": [
            {"variable": "size_minor", "operator": "greater_than", "constant": 500, "seen": 1200, "outcome": "held"},
            {"variable": "leg", "operator": "equal_to", "constant": "x", "seen": "y", "outcome": "failed"},
        ],
        "cause": {
            "code": "REC.RULED",
            "words": f"The rule's cause{text}",
            "origin": "system",
            "rule": "REC-C001",
            "evidence": {f"minutes{text}": f"3{text}"},
            "chain": ["Family", "The rule's cause"],
            "owner": "payments",
            "corrective": [f"Ruled action{text}"],
            "preventive": [],
        },
        "group": "REC.OWN",
        "dimensions": {"processor": f"adyen{text}"},
    }
    named = '{"code": "REC.OWN", "words": "Alarm off", "origin": "people", "chain": ["Family", "Alarm off"], '
    named += '"owner": "finance", "corrective": ["Standard one."], "preventive": ["Standard two."]}'
    shares = {"group": "REC.OWN", "words": f"the cause “Alarm off”{text}", "findings": 30, "others": 100}
    shares |= {"is_localised": True, "reason": "", "inside": 24, "outside": 10, "confidence": 0.9951}
    fields: dict[str, Any] = {
        "snapshot": replace(base.snapshot, root_causes={FIRST: whys, ID: of_slice}),
        "explanations": {FIRST: told},
        "tables": dict(base.tables)
        | {
            "named_causes": pd.DataFrame({"code": ["REC.OWN"], "told": [named]}),
            "concentrations": pd.DataFrame([shares | {"where": '{"processor": "adyen"}'}]),
        },
    }
    return reviews.review(**fields | over)
