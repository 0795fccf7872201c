"""Simulated client accounts in the platforms' own formats, with planted faults and the truth about them beside."""

from __future__ import annotations

from opsrules.simulate.demo import demo

__all__ = ["demo"]
