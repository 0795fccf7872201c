"""deliver: the last cell of a notebook hands its review to the runner, and to nobody when run by hand.

`received` is the runner's end of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrules.publish import put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from opsrules.review import Review
    from opsrules.standing import Snapshot

__all__ = ["RECORD", "ByHand", "deliver", "received", "record_of"]

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


def received(folder: Path, snapshot: Snapshot) -> Review:
    """Return the review that `deliver` saved into `folder`, without the tables that only pages and analysts read.

    The register wants what stands behind the findings, and what the account's rule writes off.

    Parameters
    ----------
    folder : Path
    snapshot : Snapshot
        The one that the review was made with.
    """
    from pydantic import TypeAdapter  # noqa: PLC0415 - a notebook that delivers needs none of it

    from opsrules.periods import Period  # noqa: PLC0415
    from opsrules.review import CONTROL_TOTALS, FINDINGS, METRICS, Need, Provenance, Review  # noqa: PLC0415
    from opsrules.terms import Desk, Level  # noqa: PLC0415

    whole = json.loads((folder / "review.json").read_bytes())
    same = ("account", "account_name", "currency", "zone", "cut_off", "simulated", "lede", "owners", "explanations")
    return Review(
        **{name: whole[name] for name in same},
        desk=Desk(whole["desk"]),
        period=Period.parse(whole["period"]),
        as_of=date.fromisoformat(whole["as_of"]),
        level=Level(whole["level"]),
        needs=TypeAdapter(tuple[Need, ...]).validate_python(whole["needs"]),
        findings=_table(whole["findings"], FINDINGS, {"amount_minor": "int64", "source_line": "int64"}),
        metrics=_table(whole["metrics"], METRICS, {}),
        control_totals=_table(whole["control_totals"], CONTROL_TOTALS, {}),
        tables={name: _kept(folder, name) for name in _KEPT if _path(folder, name).exists()},
        provenance=TypeAdapter(Provenance).validate_python(whole["provenance"]),
        snapshot=snapshot,
    )


_KEPT = ("stories", "write_offs")


def _path(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.parquet"


def _kept(folder: Path, name: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.read_parquet(_path(folder, name))


_NUMBERS = frozenset(
    {
        *("age_days", "age_business_days", "materiality_rank", "numerator", "denominator"),
        *("rows_in", "matched", "open", "excluded", "rejected"),
    }
)


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], exact: Mapping[str, str]) -> pd.DataFrame:
    """Table of rows; numbers that may be missing, and everything that is no number, get types that know it."""
    import pandas as pd  # noqa: PLC0415

    table = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in columns})
    kinds = {name: exact.get(name) or ("Int64" if _is_number(name) else "str") for name in columns}
    return table.astype(kinds)


def _is_number(name: str) -> bool:
    return name in _NUMBERS or name.endswith("_minor")
