"""What stands behind findings besides their rules: where those of one cause lie, and what people said of the cause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.findings import Judged
from opsrules.rootcause import UNKNOWN, Taxonomy
from opsrules.rootcause.concentration import concentration
from opsrules.standing import Snapshot
from opsrules.terms import BreakClass
from opsrules.whys import Said

__all__ = ["concentrations", "explained", "named_causes", "with_said"]

_DIMENSIONS = ("processor", "method", "currency", "day", "file")
_COLUMNS = (
    "group",
    "words",
    "findings",
    "others",
    "is_localised",
    "reason",
    "where",
    "inside",
    "outside",
    "confidence",
)


def with_said(judged: Iterable[Judged], snapshot: Snapshot, taxonomy: Taxonomy) -> list[Judged]:
    """The same findings; where people named a cause, `why_cause` has it as ``said`` beside what the rules say."""
    causes = {name: one.cause for name, one in snapshot.root_causes.items() if one.cause is not None}
    return [
        replace(one, why_cause={**one.why_cause, "said": _said(causes[one.fact.item_id], taxonomy)})
        if one.fact.item_id in causes
        else one
        for one in judged
    ]


def _said(cause: Said, taxonomy: Taxonomy) -> dict[str, str]:
    return {"code": cause.text, "words": _words(cause.text, taxonomy), "by": cause.actor, "at": cause.at.isoformat()}


def _words(code: str, taxonomy: Taxonomy) -> str:
    """Words of a cause; a code that a later taxonomy no longer has stands for itself."""
    return taxonomy.words(code) if code == UNKNOWN or code in taxonomy.causes else code


def named_causes(snapshot: Snapshot, taxonomy: Taxonomy) -> pd.DataFrame:
    """Causes that people named, each once: code, and as JSON what the taxonomy tells of it; those it has."""
    codes = sorted({one.cause.text for one in snapshot.root_causes.values() if one.cause is not None})
    rows = [(code, json.dumps(_told(code, taxonomy), ensure_ascii=False)) for code in codes if code in taxonomy.causes]
    return pd.DataFrame(rows, columns=["code", "told"], dtype="str")


def _told(code: str, taxonomy: Taxonomy) -> dict[str, Any]:
    cause = taxonomy.named(code)
    return {
        "code": code,
        "words": cause.words,
        "origin": cause.origin.value,
        "chain": [one.words for one in taxonomy.chain(code)],
        "owner": cause.owner,
        "corrective": list(cause.corrective),
        "preventive": list(cause.preventive),
    }


def explained(one: Judged) -> dict[str, Any]:
    """What a finding's explanation says for its chain: the group it is of, and its values there."""
    return {"group": _group(one), "dimensions": _values(one)}


def concentrations(judged: Iterable[Judged]) -> pd.DataFrame:
    """Where the findings of each cause lie, and those of each class whose cause is not known; settled ones left out.

    One row a share, or one without where there is none: group, words, findings (of it), others (of the review),
    is_localised, reason ("" where the shares were told from chance), where (JSON, ``{}`` for none), inside (findings of
    the group that have it), outside (others that do), confidence (NaN for a plain share).
    """
    standing = [one for one in judged if not one.settled]
    groups = [_group(one) for one in standing]
    frame = pd.DataFrame([_values(one) for one in standing], columns=list(_DIMENSIONS), dtype=object)
    words = {group: _group_words(one) for group, one in zip(groups, standing, strict=True)}
    of_group = pd.Series(groups, dtype="str")
    rows: list[dict[str, Any]] = []
    for group in sorted(words):
        found = concentration(frame, (of_group == group).to_numpy(dtype=bool), _DIMENSIONS)
        base = {"group": group, "words": words[group], "findings": found.findings, "others": found.others}
        base |= {"is_localised": found.is_localised, "reason": found.reason}
        nothing = {"where": "{}", "inside": 0, "outside": 0, "confidence": None}
        told = [
            {"where": json.dumps(one.where, ensure_ascii=False), "inside": one.inside, "outside": one.others}
            | {"confidence": one.confidence}
            for one in found.shares
        ]
        rows += [base | one for one in told or [nothing]]
    kinds = dict.fromkeys(("findings", "others", "inside", "outside"), "int64") | {"is_localised": "bool"}
    texts = dict.fromkeys(("group", "words", "reason", "where"), "str")
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(kinds | texts | {"confidence": "float64"})


def _counting(one: Judged) -> tuple[str, str]:
    """Code and words of the cause that counts: a person's word before the rules'; "" where it is not known."""
    said: Mapping[str, str] = one.why_cause.get("said") or {"code": one.cause, "words": ""}
    code = "" if said["code"] == UNKNOWN else said["code"]
    return code, said["words"] or str(one.why_cause.get("words", ""))


def _group(one: Judged) -> str:
    code, _ = _counting(one)
    return code or f"class:{one.break_class}"


def _group_words(one: Judged) -> str:
    code, words = _counting(one)
    return f"the cause “{words}”" if code else f"the class “{BreakClass(one.break_class).words()}”"


def _values(one: Judged) -> dict[str, str | None]:
    fact = one.fact
    day = None if fact.day is None else fact.day.isoformat()
    values = (fact.processor, fact.method, fact.currency, day, fact.source_file)
    return {name: value or None for name, value in zip(_DIMENSIONS, values, strict=True)}
