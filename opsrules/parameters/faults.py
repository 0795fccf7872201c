"""pydantic's errors as problems with file:line, in the field's words, with the nearest known name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath, dotted
from opsrules.parameters.nearest import hint, nearest
from opsrules.parameters.scalars import shown

__all__ = ["problems_of"]

_KINDS: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "date_type": "a day such as 2026-10-01",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "invalid_key": "text",
}
_LIMITS: dict[str, tuple[str, str]] = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def problems_of(error: ValidationError, document: Document, model: type[BaseModel], at: KeyPath = ()) -> list[Problem]:
    """Translate what pydantic found.

    Parameters
    ----------
    error : ValidationError
    document : Document
        What was validated.
    model : type of BaseModel
        The model it was validated by.
    at : path
        Where in the document the validated value stands.
    """
    details = error.errors(include_url=False)
    misspelt = _misspelt(details, model)
    problems = []
    for detail in details:
        path = (*at, *_loc(detail["loc"]))
        # A list whose entries are all wrong counts as too short as well.
        follows = detail["type"] == "too_short" and len(detail["input"]) > 0
        if follows or document.is_spoilt(path) or detail["loc"] in misspelt:
            continue
        problems.append(_problem(detail, document, model, path))
    return problems


def _loc(loc: tuple[Any, ...]) -> KeyPath:
    return tuple(part for part in loc if part != "[key]")


def _misspelt(details: list[Any], model: type[BaseModel]) -> set[tuple[Any, ...]]:
    """Missing keys that stand there under a wrong name: one mistake, not two."""
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    found = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *parent, key = detail["loc"]
            if meant := nearest(str(key), _keys(model, tuple(parent))):
                found.add((*parent, meant))
    return found & missing


def _problem(detail: Mapping[str, Any], document: Document, model: type[BaseModel], path: KeyPath) -> Problem:
    kind, name, loc = detail["type"], dotted(path), detail["loc"]
    context = detail.get("ctx", {})
    if kind == "opsrules":
        return Problem(document.place(path), f"{name} {context['what']}", context["next_step"])
    if kind == "missing":
        return Problem(document.place(path[:-1]), f"{name} is missing", _add(model, loc))
    if kind == "extra_forbidden":
        known = _keys(model, tuple(loc[:-1]))
        inside = f" in {dotted(path[:-1])}" if len(path) > 1 else ""
        return Problem(document.key_place(path), f"unknown key {shown(path[-1])}{inside}", hint(str(path[-1]), known))
    if kind == "enum":
        known = [option.strip().strip("'") for option in context["expected"].replace(" or ", ", ").split(",")]
        what = f"{name} must be one of {', '.join(known)}, got {shown(detail['input'])}"
        return Problem(document.place(path), what, hint(str(detail["input"]), known))
    return Problem(document.place(path), f"{name} {_expected(detail)}", _correct(kind, detail["input"]))


def _expected(detail: Mapping[str, Any]) -> str:
    kind, got, context = detail["type"], shown(detail["input"]), detail.get("ctx", {})
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, got {got}"
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return f"must be {words} {context[key]}, got {got}"
    if kind == "too_short":
        return "must not be empty"
    if kind == "literal_error":
        return f"must be {context['expected']}, got {got}"
    if kind == "value_error":
        return str(context["error"])
    return f"is wrong: {detail['msg']}, got {got}"


def _correct(kind: str, found: object) -> str:
    if kind == "value_error":
        return ""  # a reader's own sentence says what to do
    if found is None:
        return "write a value or remove the key"
    if kind == "string_type" and not isinstance(found, list | dict):
        return f'quote it: "{str(found).lower() if isinstance(found, bool) else found}"'
    return "correct it"


def _add(model: type[BaseModel], loc: tuple[Any, ...]) -> str:
    inner = _model_at(model, tuple(loc[:-1]))
    field = inner.model_fields.get(str(loc[-1])) if inner else None
    example = field.examples[0] if field is not None and field.examples else "..."
    return f"add {loc[-1]}: {example}"


def _keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    inner = _model_at(model, loc)
    return list(inner.model_fields) if inner else []


def _model_at(model: type[BaseModel], loc: tuple[Any, ...]) -> type[BaseModel] | None:
    """Return the model of the mapping at `loc`, None where the mapping is free."""
    inner: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, int) or inner is None:
            continue
        field = inner.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
    return inner


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if found := _model_in(inner):
            return found
    return None
