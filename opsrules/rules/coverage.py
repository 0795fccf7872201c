"""How often each rule and each condition was reached, held, did not hold or raised, counted from bits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.rules.conditions import Graph
from opsrules.rules.frame import BoundFrame
from opsrules.rules.masks import Judged, bits_of, tell_leaves
from opsrules.rules.model import Rule
from opsrules.rules.reached import reached
from opsrules.rules.story import Part, walk

if TYPE_CHECKING:
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint64]

__all__ = ["SHARE", "constant_text", "coverage_of", "undecided", "verdicts_of"]

SHARE = "share_not_judged"
"""Of the rows that came to a rule."""
_RULE_COUNTS = ("fired", "not_fired", "not_judged", "not_reached")
_CONDITION_COUNTS = ("held", "not_held", "not_reached", "error")


def verdicts_of(rules: Sequence[Rule], judged: Judged, rows: int, *, stopped: bool) -> pd.DataFrame:
    """Count what became of the rows at each rule; what comes out is that of `Result.verdicts`."""
    records = []
    for position, (rule, came) in enumerate(zip(rules, reached(rules, judged, rows, stopped=stopped), strict=True)):
        seen, fired = _count(came), int(judged.counts[position])
        failed = int((judged.failed_rules == position).sum())
        records.append((rule.id, fired, seen - fired - failed, failed, rows - seen, failed / seen if seen else 0.0))
    table = pd.DataFrame(records, columns=["rule_id", *_RULE_COUNTS, SHARE])
    return table.astype({"rule_id": "str", SHARE: "float64"} | dict.fromkeys(_RULE_COUNTS, "int64"))


def coverage_of(rules: Sequence[Rule], frame: BoundFrame, judged: Judged, *, stopped: bool) -> pd.DataFrame:
    """Count what became of the rows at each condition; what comes out is that of `Result.coverage`."""
    graph = Graph([rule.conditions for rule in rules])
    nothing = bits_of(np.zeros(len(frame), dtype=np.bool_))
    known = tell_leaves(graph.leaves, frame) if len(frame) else {leaf.number: (nothing, None) for leaf in graph.leaves}
    records: list[tuple[object, ...]] = []
    seen = reached(rules, judged, len(frame), stopped=stopped)
    for rule, root, came in zip(rules, graph.roots, seen, strict=True):
        parts = [] if rule.always else walk(root, lambda leaf: known[leaf.number], came).parts
        records += [(rule.id, *_condition(part, len(frame))) for part in parts]
    names = ["rule_id", "condition", "variable", "operator", "constant", *_CONDITION_COUNTS]
    texts = dict.fromkeys(("rule_id", "condition", "variable", "operator"), "str")
    return pd.DataFrame(records, columns=names, dtype=object).astype(texts | dict.fromkeys(_CONDITION_COUNTS, "int64"))


def _condition(part: Part, rows: int) -> tuple[Any, ...]:
    seen, held, raised = _count(part.reached), _count(part.holds), _count(part.raises)
    leaf = part.leaf
    counts = (held, seen - held - raised, rows - seen, raised)
    return (part.path, leaf.variable, leaf.operator, leaf.constant, *counts)


def _count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def constant_text(constant: object) -> str:
    """Return a constant as text: words as they are, lists and mappings as JSON.

    Examples
    --------
    >>> constant_text("card"), constant_text(True), constant_text([1, "a"])
    ('card', 'true', '[1, "a"]')
    """
    if isinstance(constant, str | Decimal | date):
        return str(constant)
    return json.dumps(constant, ensure_ascii=False, default=str)


def undecided(held: int, not_held: int, error: int) -> str:
    """Return what is missing where rows did not decide a condition both ways; "" when they did.

    Examples
    --------
    >>> undecided(3, 1, 0), undecided(3, 0, 0), undecided(0, 0, 0)
    ('', 'always held', 'never reached')
    """
    if held and not_held:
        return ""
    if held or not_held:
        return "always held" if held else "never held"
    return "only raised" if error else "never reached"
