"""Which cause each finding has, by rules, with the evidence that decided it and the rule that says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from opsrules.errors import ParameterError, ReviewError, UsageError
from opsrules.parameters.nearest import hint
from opsrules.rootcause.classify_evidence import completed, lookup
from opsrules.rootcause.classify_rules import problems_of_causes
from opsrules.rootcause.classify_words import Family, family_named
from opsrules.rootcause.taxonomy import UNKNOWN, Taxonomy
from opsrules.rules import Result, Rule, Rules

__all__ = ["Classified", "classify"]

_COLUMNS = ("finding_id", "cause", "origin", "is_primary", "rule_id", "evidence")
_COUNTS = ("cause", "words", "origin", "findings", "share", "named_besides")


@dataclass(frozen=True, repr=False)
class Classified:
    """The causes of findings.

    Attributes
    ----------
    table : DataFrame
        One row for each finding and cause, in the findings' order, a finding's primary cause first: finding_id, cause
        (code of the taxonomy, or ``unknown``), origin, is_primary, rule_id ("" for unknown), evidence (JSON: the
        columns that decided, with the values seen).
    counts : DataFrame
        One row for each cause, the most frequent first, ``unknown`` last: cause, words, origin, findings (of which it
        is the primary cause), share (of all findings, 0 to 1), named_besides (findings that have it beside another).
        The findings add up to all of them.
    absent : tuple of str
        Evidence that no finding has: where `unknown` is large, these columns would tell more.
    taxonomy : Taxonomy
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    absent: tuple[str, ...]
    taxonomy: Taxonomy = field(compare=False)

    def __len__(self) -> int:
        return int(self.counts["findings"].sum())

    def __repr__(self) -> str:
        return f"<Classified: {len(self)} findings, {self.unknown} of them of unknown cause ({self.unknown_share:.1%})>"

    @property
    def unknown(self) -> int:
        """Findings whose cause no rule decides."""
        return int((self.table["cause"] == UNKNOWN).sum())

    @property
    def unknown_share(self) -> float:
        """Share of the findings whose cause no rule decides, 0 to 1; 0 where there are no findings."""
        return self.unknown / len(self) if len(self) else 0.0

    def to_frame(self) -> pd.DataFrame:
        """Return the table as a copy."""
        return self.table.copy()

    @cached_property
    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in self.table.to_dict("records"):
            rows.setdefault(str(row["finding_id"]), []).append({str(key): value for key, value in row.items()})
        return rows

    def explain(self, finding_id: str) -> dict[str, Any]:
        """Return why a finding has its cause, as JSON values.

        Returns
        -------
        dict
            code, words, origin, rule (id, "" for unknown), evidence (column to value), chain (words of its groups, the
            family first), owner, corrective, preventive, source, confidence, and others: the same of each further
            cause.

        Raises
        ------
        KeyError
            If there is no such finding; the text names the nearest.
        """
        if finding_id not in self._rows:
            msg = f"no finding {finding_id!r}; {hint(finding_id, self._rows)}"
            raise KeyError(msg)
        first, *others = (self._told(row) for row in self._rows[finding_id])
        return first | {"others": others}

    def _told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        code = row["cause"]
        told = {
            "code": code,
            "words": self.taxonomy.words(code),
            "origin": row["origin"],
            "rule": row["rule_id"],
            "evidence": json.loads(row["evidence"]),
        }
        if code == UNKNOWN:
            return told | {"chain": [], "owner": "", "corrective": [], "preventive": [], "source": "", "confidence": ""}
        cause = self.taxonomy.named(code)
        return told | {
            "chain": [one.words for one in self.taxonomy.chain(code)],
            "owner": cause.owner,
            "corrective": list(cause.corrective),
            "preventive": list(cause.preventive),
            "source": cause.source,
            "confidence": cause.confidence.value,
        }


def classify(findings: pd.DataFrame, rules: Rules, taxonomy: Taxonomy) -> Classified:
    """Give every finding its causes.

    Of several causes the primary is that of the rule with the highest priority; among equals the deepest in the
    taxonomy, then that of the first rule. A finding for which no rule names a cause is counted as ``unknown``.

    Parameters
    ----------
    findings : DataFrame
        finding_id (text, each once) and the evidence that the rules ask for; evidence that nobody gave counts as
        missing. Parcels give approved_on, handed_over_on, delivered_on and promised_on.
    rules : Rules
        Of one family, as `load_cause_rules` gives them.
    taxonomy : Taxonomy

    Raises
    ------
    ParameterError
        If a rule names a cause that the taxonomy does not have, or no cause.
    ReviewError
        If a rule cannot judge a finding, with both and the column.
    UsageError
        If finding_id is not there, missing or there twice, or a date is none.
    """
    if problems := problems_of_causes(rules, taxonomy):
        raise ParameterError(problems)
    ids = _ids(findings)
    family = family_named(rules.variables)
    given = completed(findings, family, taxonomy) if family else findings
    given = given.reset_index(drop=True)
    result = rules.run(given, on_error="collect")
    _hold_judged(result, ids)
    named = _best(list(_named(result, given, family, taxonomy)), taxonomy)
    table = _table(ids, named, taxonomy)
    return Classified(table, _counts(table, taxonomy), _absent(given, family), taxonomy)


@dataclass(frozen=True)
class _Named:
    """One cause of one finding: position of the finding, cause, priority, position and id of the rule, evidence."""

    row: int
    cause: str
    priority: int
    place: int
    rule_id: str
    evidence: Mapping[str, Any]


def _ids(findings: pd.DataFrame) -> list[str]:
    if "finding_id" not in findings:
        msg = f"the findings have no column 'finding_id'; their columns are {', '.join(map(str, findings.columns))}"
        raise UsageError(msg)
    column = findings["finding_id"]
    if missing := int(column.isna().sum()):
        msg = f"column 'finding_id' has no value in {missing} of {len(findings)} rows; give each finding an id"
        raise UsageError(msg)
    ids = [str(one) for one in column]
    if len(set(ids)) < len(ids):
        twice = ids[int(np.flatnonzero(pd.Index(ids).duplicated())[0])]
        msg = f"column 'finding_id' has {twice!r} more than once; give each finding an id of its own"
        raise UsageError(msg)
    return ids


def _hold_judged(result: Result, ids: list[str]) -> None:
    if not len(result.errors):
        return
    worst = result.errors.iloc[0]
    where = f"finding {ids[int(worst['row'])]}: cause rule {worst['rule_id']} cannot judge {worst['variable']}"
    msg = f"{where} ({worst['error']}: {worst['message']}); ask is_present before, or correct the column"
    raise ReviewError(msg)


def _named(result: Result, given: pd.DataFrame, family: Family | None, taxonomy: Taxonomy) -> Iterator[_Named]:
    """Give every cause that a rule names."""
    for place, rule in enumerate(result.rules):
        rows = np.flatnonzero(result.mask(rule.id)).tolist()
        if not rows:
            continue
        seen = _seen(result, rule, rows)
        for action in rule.actions:
            params = action.get("params") or {}
            priority = int(params.get("priority", 0))
            if action["name"] == "set_cause":
                for row in rows:
                    yield _Named(row, str(params["cause"]), priority, place, rule.id, seen[row])
            elif action["name"] == "set_cause_of_code" and family is not None:
                records = given.iloc[rows].to_dict("records")
                for row, record in zip(rows, records, strict=True):
                    if found := lookup({str(key): one for key, one in record.items()}, family, taxonomy):
                        yield _Named(row, found[0].cause, priority, place, rule.id, seen[row] | found[1])


def _seen(result: Result, rule: Rule, rows: list[int]) -> dict[int, dict[str, Any]]:
    """What the conditions that held saw, by row: column to value."""
    seen: dict[int, dict[str, Any]] = {row: {} for row in rows}
    why = result.why(rows, rule.id)
    why = why[why["outcome"] == "held"]
    for row, variable, value in zip(why["row"], why["variable"], why["seen"], strict=True):
        seen[int(row)][variable] = _plain(value)
    return seen


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _best(named: list[_Named], taxonomy: Taxonomy) -> dict[int, list[_Named]]:
    """The causes of each finding, the primary first, each cause once by its best rule."""
    depths = {code: taxonomy.depth(code) for code in {one.cause for one in named}}
    named.sort(key=lambda one: (one.row, -one.priority, -depths[one.cause], one.place))
    best: dict[int, dict[str, _Named]] = {}
    for one in named:
        best.setdefault(one.row, {}).setdefault(one.cause, one)
    return {row: list(causes.values()) for row, causes in best.items()}


def _table(ids: list[str], named: Mapping[int, list[_Named]], taxonomy: Taxonomy) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for number, finding_id in enumerate(ids):
        for place, one in enumerate(named.get(number, [])):
            evidence = json.dumps(one.evidence, ensure_ascii=False)
            rows.append((finding_id, one.cause, taxonomy.origin(one.cause), place == 0, one.rule_id, evidence))
        if number not in named:
            rows.append((finding_id, UNKNOWN, UNKNOWN, True, "", "{}"))
    kinds = {name: "bool" if name == "is_primary" else "str" for name in _COLUMNS}
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(kinds)


def _counts(table: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    first = table[table["is_primary"]]["cause"].value_counts(sort=False)
    besides = table[~table["is_primary"]]["cause"].value_counts(sort=False)
    total = int(first.sum())
    rows = [
        (
            *(code, taxonomy.words(code), taxonomy.origin(code), int(first.get(code, 0))),
            *(int(first.get(code, 0)) / total if total else 0.0, int(besides.get(code, 0))),
        )
        for code in dict.fromkeys([*first.index, *besides.index])
    ]
    rows.sort(key=lambda row: (row[0] == UNKNOWN, -row[3], -row[5], row[0]))
    kinds = {"findings": "int64", "share": "float64", "named_besides": "int64"}
    texts = dict.fromkeys(("cause", "words", "origin"), "str")
    return pd.DataFrame(rows, columns=list(_COUNTS)).astype(kinds | texts)


def _absent(given: pd.DataFrame, family: Family | None) -> tuple[str, ...]:
    if family is None or given.empty:
        return ()
    return tuple(name for name in family.columns if given[name].isna().all())
