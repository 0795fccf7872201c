"""Amazon's seller performance report (GET_V2_SELLER_PERFORMANCE_REPORT, JSON): account status and health metrics.

The report's schema and the example inside it spell some names differently (``ahrStatus`` for
``accountHealthRatingStatus``, ``prefulfillmentCancelRate`` for ``preFulfillmentCancellationRate``, ``documentRequest``,
``warningState``): both are read into one. A metric that is not known here is kept under its own name. Counts behind a
rate are its numerator and denominator where the report gives them, and what makes up a rate (claims, chargebacks,
negative feedback) is a metric of its own, ``order_defect_rate.claims``.

Source: Amazon's published schema of the report and the example in it (github.com/amzn/selling-partner-api-models);
values of a real report were not verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsrules.readers.health_records import METRIC, finished, in_words, metric
from opsrules.readers.json_objects import Format, Shape, read_objects, recognised
from opsrules.readers.json_records import value_at
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Layout
from opsrules.readers.model import Head, Read, Source

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = "amazon_account_health"
KIND = "health_metrics"
KNOWN_BY = "the report's fields"
CHECKED = (
    "samples: Amazon's schema of the report with the example in it, and a shorter report that spells names the "
    "other way"
)
NOT_VERIFIED = "values of a real report; the older XML form"

_MARKS = ("accountStatuses.0.marketplaceId", "accountStatuses.0.status", "performanceMetrics")
_NAMES = {
    "prefulfillment_cancel_rate": "pre_fulfillment_cancellation_rate",
    "pre_fulfillment_cancel_rate": "pre_fulfillment_cancellation_rate",
    "prefulfillment_cancellation_rate": "pre_fulfillment_cancellation_rate",
    "document_request": "document_requests",
    "warning_states": "warning_state",
}
_SCOPES = ("afn", "mfn")
_VALUES = ("rate", "defectsCount", "accountHealthRatingStatus", "ahrStatus", "count", "status")
_STATUSES = ("status", "accountHealthRatingStatus", "ahrStatus")
_NUMERATORS = (
    "lateShipmentCount",
    "cancellationCount",
    "onTimeDeliveryCount",
    "unitOnTimeDeliveryCount",
    "validTrackingCount",
    "orderWithDefects.count",
    "invoiceDefect.count",
    "defectsCount",
)
_DENOMINATORS = ("orderCount", "totalUnitCount", "shipmentCountWithValidTracking", "shipmentCount")
_COMPARATORS = {
    "LESS_THAN": "less_than",
    "LESS_THAN_OR_EQUAL": "at_most",
    "GREATER_THAN": "greater_than",
    "GREATER_THAN_OR_EQUAL": "at_least",
}


def identify(head: Head) -> bool:
    """Whether the file is a seller performance report."""
    return recognised(head, _FORMAT)


def read(source: Source) -> Read:
    """Read one report into health metrics.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_objects(source, _FORMAT)


def _metrics(report: Obj) -> list[Obj]:
    statuses = _objects(report.get("accountStatuses"))
    places = [one.get("marketplaceId") for one in statuses]
    found = [
        metric(
            one.line,
            marketplace=place,
            metric="account_status",
            source_metric="accountStatuses",
            value=one.get("status"),
            status=one.get("status"),
        )
        for one, place in zip(statuses, places, strict=True)
    ]
    for one in _objects(report.get("performanceMetrics")):
        # A report for one marketplace may name it in its status alone.
        place = one.get("marketplaceId") or (places[0] if len(places) == 1 else "")
        for name, value in one.items():
            if name != "marketplaceId":
                found += _of(place, name, value, one.line)
    return found


def _objects(value: Any) -> list[Obj]:
    return [one for one in value if isinstance(one, Obj)] if isinstance(value, list) else []


def _of(place: Any, name: str, value: Any, line: int) -> Iterator[Obj]:
    """Metrics under one name: the metric, one for each fulfilment, or one for each warning."""
    if isinstance(value, list):
        for one in _objects(value):
            yield from _one(place, name, str(one.get("warningType") or ""), one)
    elif not isinstance(value, Obj):
        if value is not None:
            yield metric(line, marketplace=place, metric=_known(name), source_metric=name, value=value)
    elif any(scope in value for scope in _SCOPES) or (value and all(isinstance(one, Obj) for one in value.values())):
        for scope, one in value.items():
            if isinstance(one, Obj):
                yield from _one(place, name, scope, one)
    else:
        yield from _one(place, name, "", value)


def _one(place: Any, name: str, scope: str, one: Obj) -> Iterator[Obj]:
    value = _first(one, _VALUES)
    known = _known(name)
    common = {"marketplace": place, "scope": scope} | _period(one)
    target = one.get("targetValue")
    yield metric(
        one.line,
        **common,
        metric=known,
        source_metric=name,
        value=value,
        numerator=_first(one, _NUMERATORS) if "rate" in one else "",
        denominator=_first(one, _DENOMINATORS) if "rate" in one else "",
        target=target,
        comparator=_comparator(one.get("targetCondition"), target),
        status=_first(one, _STATUSES),
    )
    if one.get("ahrScore") is not None:
        yield metric(
            one.line, **common, metric=f"{known}.score", source_metric=f"{name}.ahrScore", value=one["ahrScore"]
        )
    for inner, part in one.items():
        if isinstance(part, Obj) and "count" in part:
            yield metric(
                part.line,
                **common,
                metric=f"{known}.{in_words(inner)}",
                source_metric=f"{name}.{inner}",
                value=part["count"],
                status=part.get("status"),
            )


def _known(name: str) -> str:
    words = in_words(name)
    return _NAMES.get(words, words)


def _first(one: Obj, names: tuple[str, ...]) -> Any:
    found = (value_at(one, tuple(name.split("."))) for name in names)
    return next((value for value in found if value not in (None, "")), "")


def _period(one: Obj) -> dict[str, Any]:
    dates = one.get("reportingDateRange")
    told = dates if isinstance(dates, Obj) else Obj()
    return {"from_": told.get("reportingDateFrom"), "to": told.get("reportingDateTo")}


def _comparator(word: Any, target: Any) -> str:
    """A count that must equal 0 is one of at most 0; any other target to be met exactly has no comparator here."""
    if word == "EQUALS":
        return "at_most" if target == "0" else ""
    return _COMPARATORS.get(str(word), "")


_FORMAT = Format(NAME, (Shape(KIND, Layout(METRIC, _MARKS), finished, spread=_metrics),))
