"""Marks of state: shape, word and form first, colour last (DESIGN.md section 2)."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.report.markup import element
from opsrules.terms import Level, Severity

__all__ = ["level_mark", "mark", "severity_level"]

_SHAPES = {"crit": "◆", "risk": "▲", "ok": "●", "none": "○", "void": "✕"}
_TONES = {
    Level.CRITICAL: ("crit", "Critical"),
    Level.AT_RISK: ("risk", "At risk"),
    Level.HEALTHY: ("ok", "Healthy"),
    Level.TOO_FEW: ("none", "Too few"),
    Level.NOT_REVIEWED: ("void", "Not reviewed"),
}


def mark(tone: str, word: str, big: bool = False) -> Markup:
    """A mark of one tone (crit, risk, ok, none, void) and its word."""
    shape = element("i", _SHAPES[tone], aria_hidden="true")
    return element("span", shape, word, class_=f"st {tone}" + (" big" if big else ""))


def level_mark(level: Level, big: bool = False) -> Markup:
    """The mark of a level."""
    tone, word = _TONES[level]
    return mark(tone, word, big)


def severity_level(severity: object) -> Level:
    """Level that a finding's severity stands for; a severity nobody knows is shown as at risk."""
    text = str(severity)
    return Level.of(Severity(text)) if text in set(Severity) else Level.AT_RISK
