"""How many rules, examples and conditions the shipped rule files have, counted apart from the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_PARAMETERS = Path(__file__).parents[1] / "parameters"
_LISTED: list[dict[str, Any]] = yaml.safe_load((_PARAMETERS / "rules" / "reconciliation.yaml").read_text("utf-8"))
_CAUSES: list[dict[str, Any]] = [
    rule for path in sorted((_PARAMETERS / "causes").glob("*.yaml")) for rule in yaml.safe_load(path.read_text("utf-8"))
]


def _leaves(tree: dict[str, Any]) -> int:
    return sum(map(_leaves, tree.get("all", []) + tree.get("any", []))) if "name" not in tree else 1


RULES = len(_LISTED)
EVERY_RULE = len(_LISTED) + len(_CAUSES)
"""The desk's rules and the cause rules of every family."""
EXAMPLES = sum(len(rule["examples"]) for rule in _LISTED + _CAUSES)
CONDITIONS = sum(_leaves(rule["conditions"]) for rule in _LISTED + _CAUSES)
