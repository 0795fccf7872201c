"""How many rules, examples and conditions the shipped rule file has, counted apart from the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parents[1] / "parameters" / "rules" / "reconciliation.yaml"
_LISTED: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text("utf-8"))


def _leaves(tree: dict[str, Any]) -> int:
    return sum(map(_leaves, tree.get("all", []) + tree.get("any", []))) if "name" not in tree else 1


RULES = len(_LISTED)
EXAMPLES = sum(len(rule["examples"]) for rule in _LISTED)
CONDITIONS = sum(_leaves(rule["conditions"]) for rule in _LISTED)
