"""Parameter files as text: drafts that a person finishes, with what is left to them marked in a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opsrules.parameters.scalars import ScalarFault, resolve
from opsrules.privacy import masked

__all__ = ["TO_FILL_IN", "remark", "scalar", "yaml_lines"]

TO_FILL_IN = "TO FILL IN"
"""What stands in a comment beside everything that a person has to write."""

_PLAIN = re.compile(r"[^\W\d_][\w ./()+-]*[\w)]|[^\W\d_]")


def scalar(value: object) -> str:
    """A value as it stands in a parameter file; text in quotes wherever YAML could take it for something else.

    Examples
    --------
    >>> scalar("Europe/Berlin"), scalar("24:00"), scalar("no"), scalar(""), scalar(True), scalar("%d.%m.%Y")
    ('Europe/Berlin', '"24:00"', '"no"', '""', 'true', '"%d.%m.%Y"')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    try:
        plain = bool(_PLAIN.fullmatch(value)) and resolve(value) == value
    except ScalarFault:
        plain = False
    return value if plain else json.dumps(value, ensure_ascii=not value.isprintable())


def remark(text: str) -> str:
    r"""Text of a client as it may stand in a comment: on one line, its secrets masked.

    Examples
    --------
    >>> remark("a\nb: 1")
    'a\\nb: 1'
    """
    shown = (sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in masked(text))
    return "".join(shown)


def yaml_lines(value: Mapping[str, Any], notes: Mapping[str, str], indent: str = "", at: str = "") -> Iterator[str]:
    """Lines of a mapping.

    Parameters
    ----------
    value : mapping
        Of texts, numbers, lists of texts, and mappings.
    notes : mapping of str to str
        Comments behind a value, by its dotted path.
    indent : str
        Before each line.
    at : str
        Dotted path of the mapping itself.
    """
    for key, one in value.items():
        path = f"{at}.{key}" if at else key
        note = f"  # {notes[path]}" if path in notes else ""
        name = scalar(key)
        if isinstance(one, Mapping):
            yield f"{indent}{name}:{note}"
            yield from yaml_lines(one, notes, indent + "  ", path)
        elif isinstance(one, Sequence) and not isinstance(one, str):
            yield f"{indent}{name}: [{', '.join(scalar(part) for part in one)}]{note}"
        else:
            yield f"{indent}{name}: {scalar(one)}{note}"
