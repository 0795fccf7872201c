"""The words that the classes of a rule set bring along: labels of variables, names of values, labels of actions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from business_rules.utils import fn_name_to_pretty_label

from opsrules.rules.library import BaseActions, BaseVariables
from opsrules.rules.views.values import one_line, value_words

__all__ = ["Wordbook"]

_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


class Wordbook:
    """Plain words for what rules name.

    Parameters
    ----------
    variables, actions : class
        business_rules classes. A variable is called by its label, its values by its ``options`` that have a name and a
        label, or by the optional class attribute ``VALUE_WORDS`` of `variables`: words by value, by variable. An
        optional ``VALUE_WORDS`` of `actions` holds words by value, by parameter.
    """

    def __init__(self, variables: type[BaseVariables], actions: type[BaseActions]) -> None:
        self._variables, self._actions = variables, actions

    def field_type(self, variable: str) -> type:
        """Type of a variable."""
        kind: type = getattr(self._variables, variable).field_type
        return kind

    def label(self, variable: str) -> str:
        """What a variable is called."""
        return _label(getattr(self._variables, variable, None), variable)

    def value(self, variable: str, value: object) -> str:
        """Return the words for a value of a variable."""
        return value_words(value, self.field_type(variable), self._names(variable))

    def _names(self, variable: str) -> Mapping[str, str]:
        options = getattr(getattr(self._variables, variable), "options", None) or ()
        offered = {
            one["name"]: str(one["label"])
            for one in options
            if isinstance(one, Mapping) and {"name", "label"} <= one.keys() and isinstance(one["name"], str)
        }
        return {**offered, **_declared(self._variables, variable)}

    def action(self, name: str) -> str:
        """What an action is called."""
        return _label(getattr(self._actions, name, None), name)

    def param(self, action: str, name: str, value: object) -> tuple[str, str]:
        """Return the words for a parameter of an action and for its value."""
        told: list[dict[str, Any]] = getattr(getattr(self._actions, action, None), "params", None) or []
        known = next((str(one["label"]) for one in told if one.get("name") == name and one.get("label")), "")
        words = value_words(value, object, _declared(self._actions, name)).strip("“”")
        return _sentence(known, name), words.replace("_", " ") if _CODE.fullmatch(words) else words


def _declared(owner: type, name: str) -> Mapping[str, str]:
    words: Mapping[str, Mapping[str, str]] = getattr(owner, "VALUE_WORDS", {})
    return words.get(name, {})


def _label(member: object, name: str) -> str:
    return _sentence(str(getattr(member, "label", None) or ""), name)


def _sentence(label: str, name: str) -> str:
    """The label that somebody wrote; in place of the library's own (Break Class) the name in words."""
    return one_line(label) if label and label != fn_name_to_pretty_label(name) else one_line(_words(name))


def _words(name: str) -> str:
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
