"""Marks of state: shape, word and form first, colour last (DESIGN.md section 2)."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.terms import Level, Severity

__all__ = ["level_mark", "mark", "severity_mark", "severity_words", "simulated_mark"]

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


def simulated_mark(is_simulated: bool) -> Markup:
    """The banner of a page of made-up data; nothing for a real account."""
    if not is_simulated:
        return Markup("")
    return element("p", "Simulated data: no figure on this page belongs to a real account.", class_="banner")


def severity_mark(severity: object) -> Markup:
    """The mark of a finding: the form of the level that its severity puts the account at, and the severity's word."""
    text = str(severity)
    if text not in set(Severity):
        return mark("risk", "Not known")
    known = Severity(text)
    return mark(_TONES[Level.of(known)][0], known.words())


def severity_words(severity: Severity) -> str:
    """The mark of a severity as text: ▲ High."""
    return f"{_SHAPES[_TONES[Level.of(severity)][0]]} {severity.words()}"
