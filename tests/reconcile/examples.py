"""How many examples the properties of matching are tried on."""

from __future__ import annotations

from hypothesis import settings

_DAILY = settings.get_profile("default").max_examples
_CHOSEN = settings.default.max_examples if settings.default else _DAILY

MANY = settings(max_examples=10_000 if _CHOSEN > _DAILY else _CHOSEN)
"""10,000 in the long profile."""
