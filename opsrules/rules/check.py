"""Static checks of a rule set: everything that would only go wrong once a row reached it, found before any row."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from opsrules.errors import Problem
from opsrules.parameters.documents import KeyPath, dotted
from opsrules.parameters.nearest import hint, nearest
from opsrules.parameters.scalars import shown
from opsrules.rules.constants import faults_of_constant
from opsrules.rules.library import BaseActions, BaseVariables
from opsrules.rules.types.variables import Variable

__all__ = ["Places", "Pointers", "Vocabulary", "check_actions", "check_conditions", "parameters_of"]

_LEAF = ("name", "operator", "value")


class Places(Protocol):
    """Where the parts of a rule set stand."""

    def place(self, path: KeyPath = ()) -> str:
        """Place of a value."""
        ...

    def key_place(self, path: KeyPath) -> str:
        """Place of a key."""
        ...

    def is_spoilt(self, path: KeyPath) -> bool:
        """Whether the value has a problem already."""
        ...


class Pointers:
    """Places in a list that came from no file: JSON pointers."""

    def place(self, path: KeyPath = ()) -> str:
        """Return the JSON pointer of a value."""
        return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)

    def key_place(self, path: KeyPath) -> str:
        """Return the JSON pointer of a key's value."""
        return self.place(path)

    def is_spoilt(self, path: KeyPath) -> bool:
        """Nothing in a list was refused while reading."""
        return len(path) < 0


class Vocabulary:
    """What the conditions and actions of a rule set may name.

    Parameters
    ----------
    variables, actions : class
        business_rules classes. Optional class attributes: ``MESSAGE_FIELDS`` of `variables` (names a message may
        quote), ``EXAMPLE_ROW`` of `variables` (a row with every column it reads, over which examples are laid) and
        ``PARAM_VALUES`` of `actions` (allowed texts by parameter name).
    """

    def __init__(self, variables: type[BaseVariables], actions: type[BaseActions]) -> None:
        self.variables_class = variables
        self.variables: dict[str, Any] = {
            name: member.field_type
            for name, member in inspect.getmembers(variables)
            if getattr(member, "is_rule_variable", False)
        }
        self.knows_row = frozenset(
            name for name, member in inspect.getmembers(variables) if isinstance(member, Variable)
        )
        self.actions: dict[str, Any] = {
            name: member for name, member in inspect.getmembers(actions) if getattr(member, "is_rule_action", False)
        }
        # run_all calls any method by its name; so does a rule set that comes from elsewhere.
        self.callables = {
            name: member
            for name, member in inspect.getmembers(actions, callable)
            if not name.startswith("_") and name != "get_all_actions"
        }
        self.message_fields: frozenset[str] | None = _declared(variables, "MESSAGE_FIELDS")
        self.columns: frozenset[str] | None = _declared(variables, "EXAMPLE_ROW")
        self.param_values: Mapping[str, Any] = getattr(actions, "PARAM_VALUES", {})

    def operators(self, variable: str) -> list[str]:
        """Operators of the variable's type."""
        return [one["name"] for one in self.variables[variable].get_all_operators()]

    def all_operators(self) -> list[str]:
        """Operators of every variable's type, each once."""
        return list(dict.fromkeys(operator for variable in self.variables for operator in self.operators(variable)))


def _declared(owner: type, name: str) -> frozenset[str] | None:
    found = getattr(owner, name, None)
    return None if found is None else frozenset(found)


def check_conditions(
    node: object, path: KeyPath, places: Places, known: Vocabulary, *, house: bool
) -> Iterator[Problem]:
    """Give the problems of a condition tree.

    Parameters
    ----------
    node : object
        The tree.
    path : path
        Where it stands.
    places : Places
    known : Vocabulary
    house : bool
        Also refuse what the library would pass over: unknown keys, a boolean as a number.
    """
    if places.is_spoilt(path):
        return
    if not isinstance(node, dict) or not node:
        what = (
            f"{dotted(path)} must be a condition or a mapping with all or any, got {shown(node) if node else 'nothing'}"
        )
        yield Problem(places.place(path), what, "write all: [...], any: [...] or name, operator and value")
        return
    groups = [key for key in ("all", "any") if key in node]
    if groups and len(node) > 1:
        others = ", ".join(str(key) for key in node if key != groups[0])
        what = f"{dotted(path)} has {groups[0]} beside {others}"
        yield Problem(places.place(path), what, "all and any each stand alone; nest one inside the other")
    elif groups:
        yield from _group(node[groups[0]], (*path, groups[0]), places, known, house=house)
    else:
        yield from _leaf(node, path, places, known, house=house)


def _group(items: object, path: KeyPath, places: Places, known: Vocabulary, *, house: bool) -> Iterator[Problem]:
    if places.is_spoilt(path):
        return
    if not isinstance(items, list | tuple) or not items:
        got = "an empty list" if items in ([], ()) else shown(items)
        yield Problem(
            places.place(path), f"{dotted(path)} must be a list of conditions, got {got}", "write one or more"
        )
        return
    for position, item in enumerate(items):
        yield from check_conditions(item, (*path, position), places, known, house=house)


def _leaf(
    leaf: Mapping[Any, Any], path: KeyPath, places: Places, known: Vocabulary, *, house: bool
) -> Iterator[Problem]:
    strange = [key for key in leaf if key not in _LEAF]
    meant = {nearest(str(key), _LEAF) for key in strange}
    if house or not set(_LEAF) <= set(leaf):
        for key in strange:
            what = f"unknown key {shown(key)} in {dotted(path)}"
            yield Problem(places.key_place((*path, key)), what, hint(str(key), _LEAF))
    for key in _LEAF:
        if key not in leaf and key not in meant:
            example = "true (the library asks for a value, whatever the operator)" if key == "value" else "..."
            yield Problem(places.place(path), f"{dotted((*path, key))} is missing", f"add {key}: {example}")
    name, operator = leaf.get("name"), leaf.get("operator")
    is_named = name is not None and not places.is_spoilt((*path, "name"))
    is_known = is_named and isinstance(name, str) and name in known.variables
    if is_named and not is_known:
        what = f"{dotted(path)}: no variable is called {shown(name)}"
        yield Problem(places.place((*path, "name")), what, hint(str(name), known.variables))
    if operator is None or places.is_spoilt((*path, "operator")):
        return
    if is_known:
        yield from _comparison(leaf, path, places, known, house=house)
    else:
        yield from _operator_of_any(operator, path, places, known)


def _operator_of_any(operator: object, path: KeyPath, places: Places, known: Vocabulary) -> Iterator[Problem]:
    """Give the problem of an operator whose variable is not known: that no type has it."""
    operators = known.all_operators()
    if operator not in operators:
        what = f"{dotted(path)}: no variable has an operator {shown(operator)}"
        yield Problem(places.place((*path, "operator")), what, hint(str(operator), operators))


def _comparison(
    leaf: Mapping[Any, Any], path: KeyPath, places: Places, known: Vocabulary, *, house: bool
) -> Iterator[Problem]:
    name, operator, operators = leaf["name"], leaf["operator"], known.operators(leaf["name"])
    field_type = known.variables[name]
    kind = getattr(field_type, "name", field_type.__name__)
    if operator not in operators:
        what = f"{dotted(path)}: {name} is {kind} and has no operator {shown(operator)}"
        yield Problem(places.place((*path, "operator")), what, hint(str(operator), operators))
        return
    if "value" not in leaf or places.is_spoilt((*path, "value")):
        return
    constant = leaf["value"]
    for fault in faults_of_constant(name, operator, constant, known, house=house):
        what = f"{dotted((*path, 'value'))} {fault.what} for {name} {operator}, got {shown(constant)}"
        yield Problem(places.place((*path, "value")), what, fault.next_step)


def check_actions(
    actions: object, path: KeyPath, places: Places, known: Vocabulary, *, house: bool
) -> Iterator[Problem]:
    """Give the problems of a rule's actions; the arguments are those of `check_conditions`."""
    if places.is_spoilt(path):
        return
    if not isinstance(actions, list | tuple):
        yield Problem(places.place(path), f"{dotted(path)} must be a list, got {shown(actions)}", "write - name: ...")
        return
    for position, action in enumerate(actions):
        at = (*path, position)
        if places.is_spoilt(at):
            continue
        if not isinstance(action, dict) or "name" not in action:
            yield Problem(places.place(at), f"{dotted(at)} must be an action with a name", "write name: ...")
            continue
        for key in action if house else ():
            if key not in ("name", "params"):
                what = f"unknown key {shown(key)} in {dotted(at)}"
                yield Problem(places.key_place((*at, key)), what, hint(str(key), ("name", "params")))
        if "params" in action or not any(nearest(str(key), ["params"]) for key in action):
            yield from _action(action, at, places, known, house=house)


def _action(
    action: Mapping[str, Any], path: KeyPath, places: Places, known: Vocabulary, *, house: bool
) -> Iterator[Problem]:
    name, params = action["name"], action.get("params") or {}
    if places.is_spoilt((*path, "name")) or places.is_spoilt((*path, "params")):
        return
    method = (known.actions if house else known.callables).get(name) if isinstance(name, str) else None
    if method is None:
        what = f"{dotted(path)}: no action is called {shown(name)}"
        yield Problem(places.place((*path, "name")), what, hint(str(name), known.actions))
        return
    if not isinstance(params, dict):
        what = f"{dotted((*path, 'params'))} must be a mapping, got {shown(params)}"
        yield Problem(places.place((*path, "params")), what, "write params: {key: value}")
        return
    yield from _params(method, name, params, (*path, "params"), places)
    for key, value in params.items():
        allowed = known.param_values.get(key)
        if allowed is not None and value not in allowed and not places.is_spoilt((*path, "params", key)):
            what = f"{dotted((*path, 'params', key))} must be one of {len(allowed)} terms, got {shown(value)}"
            yield Problem(places.place((*path, "params", key)), what, hint(str(value), [str(one) for one in allowed]))


def _params(method: Any, name: str, params: Mapping[Any, Any], path: KeyPath, places: Places) -> Iterator[Problem]:
    accepted, required, is_open = parameters_of(method)
    for key in params:
        if key not in accepted and not is_open:
            what = f"{dotted(path)}: action {name} takes no {shown(key)}"
            yield Problem(places.key_place((*path, key)), what, hint(str(key), accepted))
    for key in required:
        if key not in params:
            yield Problem(places.place(path), f"{dotted(path)}: action {name} needs {key}", f"add {key}: ...")


def parameters_of(method: Any) -> tuple[list[str], list[str], bool]:
    """Return accepted and required parameter names of an action, and whether any other name will do as well."""
    parameters = list(inspect.signature(method).parameters.values())
    if parameters and not inspect.ismethod(method):
        parameters = parameters[1:]  # self
    named = [one for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters)
    declared = [str(one["name"]) for one in getattr(method, "params", None) or []]
    accepted = [one.name for one in named] + declared
    return accepted, [one.name for one in named if one.default is one.empty], takes_any and not declared
