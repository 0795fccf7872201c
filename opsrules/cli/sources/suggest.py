"""``opsrules sources suggest``."""
from __future__ import annotations

__all__ = ["suggest_mapping"]


def suggest_mapping() -> None:
    """Stub."""
