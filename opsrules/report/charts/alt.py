"""Alternative text of drawings (DESIGN.md section 5)."""

from __future__ import annotations

__all__ = ["alternative"]

_END = "The numbers are in the table below the chart."
_MOST = 349


def alternative(kind: str, *sentences: str) -> str:
    """Kind of chart with what, unit and period; then the finding and whatever fits under 350 characters.

    Every part is a sentence without its full stop. A sentence that would not fit is left out; `kind` alone is cut.
    """
    room = _MOST - len(_END) - 1
    text = f"{kind}." if len(kind) < room else f"{kind[: room - 2].rstrip()}…"
    for sentence in sentences:
        longer = f"{text} {sentence}."
        if sentence and len(longer) < room:
            text = longer
    return f"{text} {_END}"
