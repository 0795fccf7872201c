"""Lines whose type nobody here knows: they count, and somebody has to say as what."""

from __future__ import annotations

from collections.abc import Iterable

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.events import file_break
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.money import total_minor
from opsrules.terms import BreakClass, LineKind

__all__ = ["unknown_breaks"]

_LISTED = 5


def unknown_breaks(ask: Ask, exports: Exports) -> Iterable[Break]:
    """One break per file and currency with lines of unknown types, worth what these lines are worth without sign."""
    lines = exports.lines[exports.lines["kind"] == LineKind.OTHER]
    for (name, currency), found in lines.groupby(["source_file", "currency"], sort=True):
        words = found["source_kind"].value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
        listed = ", ".join(f"{word} ({count:,})" for word, count in words.head(_LISTED).items())
        more = len(words) - _LISTED
        yield file_break(
            ask,
            BreakClass.KIND_UNKNOWN,
            str(name),
            note=listed + (f" and {more} more" if more > 0 else ""),
            rows=len(found),
            amount_minor=total_minor(found["net_minor"].abs()),
            currency=str(currency),
            source_line=int(found["source_line"].iloc[0]),
        )
