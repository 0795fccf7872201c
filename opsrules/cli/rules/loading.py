"""The rule sets of a workspace, as the commands about rules take them, and their parts as these show them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrules.errors import ParameterError

if TYPE_CHECKING:
    from opsrules.rules import Rules

__all__ = ["condition_words", "loaded", "plain"]


def loaded(workspace: Path) -> tuple[Rules, ...]:
    """Return the rule sets of the workspace around a folder, one a desk.

    Raises
    ------
    ParameterError
        With every mistake of every rule file.
    """
    from opsrules.cli.checking import load_rules  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    sets, problems = load_rules(find(workspace))
    if problems:
        raise ParameterError(problems)
    return sets


def condition_words(one: Mapping[str, Any]) -> str:
    """Return a condition as a line shows it: its place in the tree, and what it asks."""
    return f"{one['condition']} {one['words']}".strip()


def plain(value: Any) -> Any:
    """Return a value as JSON has it; kinds that JSON lacks, such as a day or a decimal, as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return str(value)
