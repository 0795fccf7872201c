"""Plain words for operators: ``{}`` stands for a constant, each in its turn; the variable's label goes in front."""

from __future__ import annotations

from typing import Any

from business_rules.fields import FIELD_NO_INPUT

__all__ = ["VERBS", "verb_of"]

VERBS: dict[str, str] = {
    # numbers, text, money, spans of time
    "equal_to": " is {}",
    "not_equal_to": " is not {}",
    "greater_than": " is more than {}",
    "greater_than_or_equal_to": " is at least {}",
    "less_than": " is less than {}",
    "less_than_or_equal_to": " is at most {}",
    "between": " is from {} to {}",
    "is_one_of": " is one of {}",
    "is_none_of": " is none of {}",
    "is_missing": " is missing",
    "is_present": " is present",
    "has_currency": " is in {}",
    # text
    "equal_to_case_insensitive": " is {} in capitals or small letters",
    "starts_with": " starts with {}",
    "ends_with": " ends with {}",
    "contains": " contains {}",
    "matches_regex": " matches the pattern {}",
    "non_empty": " is not empty",
    # yes or no: labels are of any grammar, so none is bent
    "is_true": ": yes",
    "is_false": ": no",
    # collections
    "does_not_contain": " does not contain {}",
    "contains_all": " has all of {}",
    "is_contained_by": " has nothing but {}",
    "shares_at_least_one_element_with": " has at least one of {}",
    "shares_exactly_one_element_with": " has exactly one of {}",
    "shares_no_elements_with": " has none of {}",
    # days
    "before": " is before {}",
    "after": " is after {}",
    "on_or_before": " is on or before {}",
    "on_or_after": " is on or after {}",
    "within_days_of": " is at most {} from {}",
}
"""By operator; the same whatever the type, as their meaning is."""


def verb_of(field_type: type, operator: str) -> str:
    """Return the words of an operator; one that only an analyst's own type has is called by its label there."""
    if operator in VERBS:
        return VERBS[operator]
    every: list[dict[str, Any]] = getattr(field_type, "get_all_operators", list)()
    own = next((one for one in every if one["name"] == operator), {"label": operator, "input_type": ""})
    words = str(own["label"]).replace("_", " ").lower().replace("{", "(").replace("}", ")")
    return f" {words}" if own["input_type"] == FIELD_NO_INPUT else f" {words} {{}}"
