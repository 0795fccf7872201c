"""``opsrules rules list``: every rule, a line each."""

from __future__ import annotations

from pathlib import Path

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.rules.loading import loaded

__all__ = ["list_rules"]


def list_rules(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """List every rule: id, severity, status, name, place.

    Example:  opsrules rules list
    """
    rules = [rule for one in loaded(workspace) for rule in one.rules]
    if as_json:
        keys = "id name desk severity status owner source message table hit_policy place".split()
        say_json([{key: getattr(rule, key) for key in keys} for rule in rules])
        return
    for rule in rules:
        say(f"{rule.id:<8} {rule.severity or '':<8} {rule.status:<8} {rule.name}  ({rule.place})")
