"""Constants that stand for another variable of the row: ``{variable: due_on}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["other_named", "variables_in", "with_values"]


def other_named(constant: object) -> str | None:
    """Return the variable that a constant stands for, None for any other constant.

    Examples
    --------
    >>> other_named({"variable": "due_on"}), other_named("due_on")
    ('due_on', None)
    """
    if not isinstance(constant, Mapping) or list(constant) != ["variable"]:
        return None
    return constant["variable"] if isinstance(constant["variable"], str) else None


def variables_in(constant: object) -> tuple[str, ...]:
    """Return every variable that a constant names, at any depth, in order."""
    return tuple(dict.fromkeys(_names(constant)))


def _names(constant: object) -> Iterator[str]:
    name = other_named(constant)
    if name is not None:
        yield name
    elif isinstance(constant, list | tuple | Mapping):
        for part in constant.values() if isinstance(constant, Mapping) else constant:
            yield from _names(part)


def with_values(constant: Any, values: Mapping[str, Any]) -> Any:
    """Return a constant with the variables it names replaced by their values.

    A comparison with another variable is the comparison with that variable's value written as the constant, down to the
    exception it raises; so it can be asked of any pair of values without a row.

    Examples
    --------
    >>> with_values([1, {"variable": "limit"}], {"limit": 5})
    [1, 5]
    """
    name = other_named(constant)
    if name is not None:
        return values[name]
    if isinstance(constant, Mapping):
        return {key: with_values(part, values) for key, part in constant.items()}
    if isinstance(constant, list | tuple):
        return [with_values(part, values) for part in constant]
    return constant
