"""The rule sets of a workspace, as the commands about rules take them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from opsrules.errors import ParameterError

if TYPE_CHECKING:
    from opsrules.rules import Rules

__all__ = ["loaded"]


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
