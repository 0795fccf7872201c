"""deliver: the last cell of a notebook hands its review to the runner, and to nobody when run by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrules.publish import put

if TYPE_CHECKING:
    from opsrules.review import Review

__all__ = ["RECORD", "ByHand", "deliver", "record_of"]

RECORD = "delivered.json"
"""The file that says a review has been handed over whole. It is written last; without it nothing is published."""


@dataclass(frozen=True)
class ByHand:
    """What `deliver` shows in JupyterLab."""

    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/plain": self.text, "text/html": f"<p>{escape(self.text)}</p>"}


def deliver(review: Review, run_folder: str = "") -> ByHand | None:
    """Save the review into the run's folder, and the record of it last.

    Parameters
    ----------
    review : Review
    run_folder : str
        Named by the runner. Empty when a person runs the notebook: then nothing is written.

    Returns
    -------
    ByHand or None
        A line for the person at the notebook; nothing on a batch run, since the page is made of what cells show.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    if not run_folder:
        return ByHand("Run by hand: nothing is written.")
    folder = Path(run_folder)
    review.save(folder)
    put(folder / RECORD, json.dumps(record_of(review), sort_keys=True).encode())
    return None


def record_of(review: Review) -> dict[str, str]:
    """Return what the runner compares with what it asked for."""
    return {
        "run_id": review.provenance.run_id,
        "account": review.account,
        "period": review.period.text,
        "desk": review.desk.value,
    }
