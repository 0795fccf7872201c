"""Review: the frozen result of one desk for one account and period, explanations included, and its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from opsrules.explained import Explanation
from opsrules.inputs import FileRead
from opsrules.periods import Period
from opsrules.privacy.columns import shown, shown_table
from opsrules.publish import put
from opsrules.spreadsheet import guarded_csv
from opsrules.standing import Snapshot
from opsrules.terms import Desk, Level
from opsrules.whys import RootCause, SliceLike, Stored, shown_whys

__all__ = ["CONTROL_TOTALS", "FINDINGS", "METRICS", "Need", "Provenance", "Review", "shown_file"]

FINDINGS: tuple[str, ...] = (
    *(
        "finding_id",
        "account",
        "period",
        "desk",
        "leg",
        "rule_id",
        "class",
        "other_classes",
        "severity",
        "cause",
    ),
    *(
        "amount_minor",
        "currency",
        "subject_type",
        "subject_ref",
        "order_ref",
        "payout_ref",
        "age_days",
        "age_business_days",
        "materiality_rank",
        "owner",
        "due",
    ),
    *("message", "source_file", "source_line"),
)
"""Columns of findings.csv, in order."""

METRICS: tuple[str, ...] = (
    *(
        "account",
        "period",
        "desk",
        "metric_id",
        "numerator",
        "denominator",
        "value",
        "unit",
        "target",
        "level",
    ),
)
"""Columns of metrics.csv, in order. Rates keep both parts: value = numerator / denominator."""

CONTROL_TOTALS: tuple[str, ...] = (
    *("leg", "side", "source", "currency", "rows_in", "matched", "open", "excluded", "rejected"),
    *("rows_in_minor", "matched_minor", "open_minor", "excluded_minor", "rejected_minor"),
)
"""Columns of control_totals.csv, in order: rows_in = matched + open + excluded + rejected, by count and amount."""


@dataclass(frozen=True)
class Provenance:
    """What a review was made from. The same parts give the same run id and the same bytes."""

    run_id: str
    code_version: str
    code_hash: str
    rules_hash: str
    rules_count: int
    parameters_hash: str
    inputs: tuple[FileRead, ...]

    def shown(self) -> Provenance:
        """The same, with file names as they may be shown; hashes are no text."""
        return replace(self, inputs=tuple(shown_file(one) for one in self.inputs))


def shown_file(one: FileRead) -> FileRead:
    """The same, with file names and what they quote as they may be shown."""
    return replace(one, name=shown(one.name), same_as=shown(one.same_as), refused=shown(one.refused))


def _shown_snapshot(snapshot: Snapshot) -> Snapshot:
    """The same, with what people and files say as it may be shown; people's names stay as they are."""
    standings = {
        name: replace(one, notes=tuple(replace(note, text=shown(note.text)) for note in one.notes))
        for name, one in snapshot.standings.items()
    }
    signatures = tuple(replace(one, note=shown(one.note)) for one in snapshot.signatures)
    seen = {
        name: replace(one, subject_ref=shown(one.subject_ref), source_file=shown(one.source_file))
        for name, one in snapshot.seen.items()
    }
    root_causes = {name: shown_whys(one) for name, one in snapshot.root_causes.items()}
    return replace(snapshot, standings=standings, signatures=signatures, seen=seen, root_causes=root_causes)


def _settled(findings: pd.DataFrame, snapshot: Snapshot) -> Iterator[str]:
    if not snapshot.standings:
        return
    columns = (findings[name] for name in ("finding_id", "currency", "amount_minor"))
    for finding_id, currency, amount_minor in zip(*columns, strict=True):
        if snapshot.settles(str(finding_id), str(currency), int(amount_minor)):
            yield str(finding_id)


@dataclass(frozen=True)
class Need:
    """One thing somebody has to decide or do.

    Attributes
    ----------
    level : Level
    headline : str
        The finding with its amount, a full sentence.
    detail : str
        Cause and next step, full sentences; may be empty.
    owner, desk, due : str
        Who, of which desk, and by which day (ISO; "" when open).
    rule_id : str
    count : int
        Findings behind it.
    amounts : tuple of (str, int)
        Currency and summed minor units without sign, the account's own first; currencies are never added.
    """

    level: Level
    headline: str
    detail: str
    owner: str
    desk: str
    due: str
    rule_id: str
    count: int
    amounts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Review:
    """The result of one desk for one account and period; no text in it holds a card or bank account number.

    Attributes
    ----------
    account, account_name : str
        Folder name and display name.
    desk : Desk
    period : Period
    as_of : date
        Ages are counted to this day, in the account's zone.
    currency, zone : str
        The account's own; tables may carry other currencies, which are never added.
    cut_off : str
        Local time at which a business day ends, "24:00" for midnight.
    simulated : bool
        Whether the data is a demo's.
    level : Level
        Worst of the findings.
    lede : str
        One sentence: amount and consequence.
    needs : tuple of Need
        Worst first; one for each rule that found something.
    findings, metrics, control_totals : DataFrame
        Columns `FINDINGS`, `METRICS`, `CONTROL_TOTALS`.
    tables : mapping of str to DataFrame
        Every other table that pages and analysts use.
    explanations : mapping of str to mapping
        By finding id: what was compared, which rule fired on which values, the nearest candidates.
    provenance : Provenance
    owners : mapping of str to str
        By role.
    snapshot : Snapshot
        What the register knew of the account before; by default, nothing.
    settled : frozenset of str
        Findings that people have settled and that are still in the data: they need nobody.
    """

    account: str
    account_name: str
    desk: Desk
    period: Period
    as_of: date
    currency: str
    zone: str
    cut_off: str
    simulated: bool
    level: Level
    lede: str
    needs: tuple[Need, ...]
    findings: pd.DataFrame
    metrics: pd.DataFrame
    control_totals: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    explanations: Mapping[str, Mapping[str, Any]]
    provenance: Provenance
    owners: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=lambda: Snapshot("", Desk.RECONCILIATION, ""))
    settled: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # The one way out of a desk: pages, files and notebooks show a review and nothing else. Ids of our own and
        # people's addresses that the account file names stay as they are.
        masked = {
            "findings": shown_table(self.findings, exact=("finding_id", "owner")),
            # A story is masked where it is told: what it says by half would find nothing again.
            "tables": {name: shown_table(table, exact=("story",)) for name, table in self.tables.items()},
            "needs": tuple(replace(need, headline=shown(need.headline)) for need in self.needs),
            "explanations": {name: shown(told) for name, told in self.explanations.items()},
            "provenance": self.provenance.shown(),
            "snapshot": _shown_snapshot(self.snapshot),
            "settled": frozenset(_settled(self.findings, self.snapshot)),
        }
        for name, value in masked.items():
            object.__setattr__(self, name, value)
        for name in ("tables", "explanations", "owners"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def explain(self, finding_id: str) -> Explanation:
        """Return the stored explanation of one finding, which shows itself in a notebook; computes nothing.

        Raises
        ------
        KeyError
            If the review has no such finding; the text names the nearest id.
        """
        if finding_id not in self.explanations:
            near = [known for known in self.explanations if known.startswith(finding_id[:4])][:3]
            msg = f"no finding {finding_id!r} in this review" + (f"; did you mean {', '.join(near)}?" if near else "")
            raise KeyError(msg)
        return Explanation(finding_id, self.explanations[finding_id])

    def root_cause(self, subject: str | SliceLike | Mapping[Any, Any], measure: str = "") -> RootCause:
        """Return the chain behind a finding or a slice: symptom, slice, evidence, whys, cause, origin and actions.

        It reads what is stored with the review and what people wrote up to it. To write of it, call
        `opsrules.open_register(".").root_cause(...)`, or ``opsrules register root-cause``.

        Parameters
        ----------
        subject : str, Slice or mapping
            A finding by its id or the beginning of it, at least four signs; the id of a slice that people wrote of; or
            a slice of a localisation, or its conditions alone as dimension to value.
        measure : str
            What was measured, for a slice.

        Raises
        ------
        KeyError
            If the review has no such finding, or several; the text names the nearest.
        UsageError
            If a slice comes without its measure, or without conditions.
        """
        parts = (self.findings, self.explanations, self.tables, self.snapshot.root_causes)
        return Stored(self.account, self.period.text, *parts).chain(subject, measure)

    def headline(self) -> dict[str, Any]:
        """Everything but the tables and explanations, as JSON values."""
        return {
            "account": self.account,
            "account_name": self.account_name,
            "desk": self.desk.value,
            "period": self.period.text,
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "zone": self.zone,
            "cut_off": self.cut_off,
            "simulated": self.simulated,
            "level": self.level.value,
            "lede": self.lede,
            "needs": [asdict(need) for need in self.needs],
            "owners": dict(self.owners),
            "settled": sorted(self.settled),
            "provenance": asdict(self.provenance),
        }

    def save(self, folder: Path) -> None:
        """Write review.json, findings.csv, metrics.csv, control_totals.csv and tables/*.parquet into `folder`.

        Each file is written whole or not at all; CSV cells that a spreadsheet would take for a formula are quoted.
        """
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tables").mkdir(exist_ok=True)
        for name, table in sorted(self.tables.items()):
            put(folder / "tables" / f"{name}.parquet", table.to_parquet(index=False))
        for name in ("findings", "metrics", "control_totals"):
            put(folder / f"{name}.csv", guarded_csv(getattr(self, name)).encode())
        whole = self.headline() | {
            "findings": json.loads(self.findings.to_json(orient="records", date_format="iso")),
            "metrics": json.loads(self.metrics.to_json(orient="records", date_format="iso")),
            "control_totals": json.loads(self.control_totals.to_json(orient="records")),
            "explanations": {key: dict(value) for key, value in self.explanations.items()},
        }
        put(folder / "review.json", json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode())
