"""Chains put together from what a review has stored and what people wrote; nothing is computed anew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from opsrules.privacy.columns import shown
from opsrules.whys.model import UNKNOWN, CauseTold, Concentration, Evidence, RootCause
from opsrules.whys.said import Sliced, Whys
from opsrules.whys.slices import SliceLike, plain_where, slice_id, told

__all__ = ["of_finding", "of_slice"]

_Mapping = Mapping[str, Any]


def of_finding(
    row: _Mapping, explained: _Mapping, concentration: Concentration, *, said: Whys, named: _Mapping
) -> RootCause:
    """Return the chain of a finding.

    Parameters
    ----------
    row : mapping
        Of the review's findings.
    explained : mapping
        Its explanation, as the review stores it; what a desk does not say is left out.
    concentration : Concentration
    said : Whys
    named : mapping of str to mapping
        By code: the causes that people have named, as `opsrules.rootcause.Classified.explain` tells a cause.
    """
    ruled = _ruled(explained.get("cause") or {})
    line = f":{row['source_line']}" if row["source_line"] else ""
    return RootCause(
        subject=str(row["finding_id"]),
        account=str(row["account"]),
        period=str(row["period"]),
        symptom=str(row["message"] or explained.get("message") or row["class"]),
        amount_minor=int(row["amount_minor"]),
        currency=str(row["currency"]),
        place=f"{row['source_file']}{line}" if row["source_file"] else "",
        concentration=concentration,
        evidence=_evidence(explained),
        cause=_said(said, named) or ruled,
        ruled=ruled,
        said=said,
    )


def of_slice(
    subject: SliceLike | Mapping[Any, Any], measure: str, account: str, period: str, *, said: Whys, named: _Mapping
) -> RootCause:
    """Return the chain of a slice; of bare conditions it tells nothing that was measured.

    Raises
    ------
    UsageError
        If the measure or all conditions are missing.
    """
    measured = None if isinstance(subject, Mapping) else subject
    conditions = subject if isinstance(subject, Mapping) else subject.where
    where = plain_where(conditions)
    change = "" if measured is None else f", changed by {_signed(measured.effect)} in {measured.rows:,} rows"
    about = Sliced(shown(measure), shown(where))
    return RootCause(
        subject=slice_id(account, measure, period, where),
        account=account,
        period=period,
        symptom=shown(f"{measure} where {told(where)}{change}."),
        evidence=() if measured is None else _measured(measured),
        cause=_said(said, named) or CauseTold(),
        said=replace(said, about=about),
    )


def _ruled(one: _Mapping) -> CauseTold:
    if one.get("code", UNKNOWN) == UNKNOWN:
        return CauseTold()
    rule = str(one.get("rule", ""))
    return _cause(one, f"rule {rule}" if rule else "")


def _cause(one: _Mapping, by: str) -> CauseTold:
    return CauseTold(
        code=str(one["code"]),
        words=str(one["words"]),
        origin=str(one["origin"]),
        by=by,
        groups=tuple(map(str, one.get("chain", ())))[:-1],
        team=str(one.get("owner", "")),
        corrective=tuple(map(str, one.get("corrective", ()))),
        preventive=tuple(map(str, one.get("preventive", ()))),
    )


def _said(said: Whys, named: _Mapping) -> CauseTold | None:
    """The cause that a person named, None where nobody did; a code that is no longer one stands as it is."""
    if said.cause is None:
        return None
    code = said.cause.text
    known = named.get(code)
    if known is None:
        bare = CauseTold() if code == UNKNOWN else CauseTold(code, code)
        return replace(bare, by=said.cause.actor, at=said.cause.at)
    return replace(_cause(known, said.cause.actor), at=said.cause.at)


def _evidence(explained: _Mapping) -> tuple[Evidence, ...]:
    """What the rule that found it saw, then what the rule that names the cause did; each field once a rule."""
    rule = explained.get("rule") or {}
    found = [
        Evidence(str(one["variable"]), str(one["seen"]), _wanted(one), str(rule.get("id", "")))
        for one in explained.get("conditions") or ()
        if one.get("outcome") == "held" and one.get("seen") is not None
    ]
    cause = explained.get("cause") or {}
    found += [
        Evidence(str(name), str(value), "", str(cause.get("rule", "")))
        for name, value in (cause.get("evidence") or {}).items()
    ]
    return tuple(dict.fromkeys(found))


def _wanted(one: _Mapping) -> str:
    parts = (one.get("operator"), one.get("constant"))
    return " ".join(str(part).replace("_", " ") for part in parts if part not in (None, ""))


def _measured(one: SliceLike) -> tuple[Evidence, ...]:
    share = "none, the whole did not change" if math.isnan(one.share) else f"{100 * one.share:.0f}%"
    found = [
        Evidence("effect", _signed(one.effect)),
        Evidence("share of the change", share),
        Evidence("rows", f"{one.rows:,}"),
        Evidence("confidence", "over 99.9%" if one.confidence > 0.999 else f"{100 * one.confidence:.1f}%"),
    ]
    same: Sequence[str] = [shown(told(plain_where(where))) for where in one.equivalents]
    return tuple(found + [Evidence("same rows as", text) for text in same])


def _signed(value: float) -> str:
    return f"{value:+,.2f}".replace("-", "\u2212")
