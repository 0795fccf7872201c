"""eBay's seller standards profiles (findSellerStandardsProfiles, JSON): level and metrics by program and cycle.

A metric's value is a number, or an object with value, numerator and denominator. The marketplace is eBay's program
(PROGRAM_DE), the scope is the cycle (CURRENT, PROJECTED). A profile without metrics gives its level alone.

Source: developer.ebay.com, sell/analytics/v1 seller_standards_profile; a minimal answer and the description of the
interface were seen in samples.
"""

from __future__ import annotations

from typing import Any

from opsrules.readers.health_records import METRIC, finished, in_words, metric
from opsrules.readers.json_objects import Format, Shape, read_objects, recognised
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Layout
from opsrules.readers.model import Head, Read, Source

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = "ebay_seller_standards"
KIND = "health_metrics"
KNOWN_BY = "the profiles' fields"
CHECKED = "samples: a minimal answer and the interface's description"
NOT_VERIFIED = "answers of a live seller; metrics of other programs"

_MARKS = ("program", "standardsLevel", "cycle.cycleType", "defaultProgram")


def identify(head: Head) -> bool:
    """Whether the file holds seller standards profiles."""
    return recognised(head, _FORMAT)


def read(source: Source) -> Read:
    """Read one answer into health metrics.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_objects(source, _FORMAT)


def _metrics(profile: Obj) -> list[Obj]:
    cycle = profile.get("cycle")
    told = cycle if isinstance(cycle, Obj) else Obj()
    common = {"marketplace": profile.get("program"), "scope": told.get("cycleType")}
    level = profile.get("standardsLevel")
    found = [
        metric(
            profile.line,
            **common,
            metric="standards_level",
            source_metric="standardsLevel",
            value=level,
            status=level,
            to=told.get("evaluationDate"),
        )
    ]
    metrics = profile.get("metrics")
    every = metrics if isinstance(metrics, list) else []
    return found + [_metric(common, one) for one in every if isinstance(one, Obj)]


def _metric(common: dict[str, Any], one: Obj) -> Obj:
    key = one.get("metricKey") or one.get("name") or ""
    value = one.get("value")
    parts = value if isinstance(value, Obj) else Obj({"value": value})
    upper, lower = _number(one.get("thresholdUpperBound")), _number(one.get("thresholdLowerBound"))
    return metric(
        one.line,
        **common,
        metric=in_words(str(key)),
        source_metric=key,
        value=parts.get("value"),
        numerator=parts.get("numerator"),
        denominator=parts.get("denominator"),
        target=upper or lower,
        comparator="at_most" if upper else "at_least" if lower else "",
        status=one.get("level"),
        from_=one.get("lookbackStartDate"),
        to=one.get("lookbackEndDate"),
    )


def _number(value: Any) -> Any:
    """A bound's figure, whether it stands alone or in an object like a value."""
    return (value.get("value") if isinstance(value, Obj) else value) or ""


_FORMAT = Format(NAME, (Shape(KIND, Layout(METRIC, _MARKS), finished, spread=_metrics),))
