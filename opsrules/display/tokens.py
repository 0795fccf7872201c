"""Colours of pages and charts: one table, from which the CSS variables and the chart classes are both made."""

from __future__ import annotations

from typing import Final

__all__ = ["DARK", "LIGHT", "contrast", "variables"]

# Source: DESIGN.md section 1 (contrast against the page: text 4.5 and more, marks 3 and more, in both schemes).
LIGHT: Final[dict[str, str]] = {
    "bg": "#ffffff",
    "ink": "#17202b",
    "ink2": "#475263",
    "link": "#0b559f",
    "s1": "#1b5fa7",
    "s2": "#b04c08",
    "prior": "#7d8897",
    "edge": "#6f7b8b",
    "line": "#d3dae3",
    "grid": "#e4e8ee",
    "band": "#e9eef5",
    "ok": "#0b6a4c",
    "risk": "#855000",
    "crit": "#ad1f17",
    "none": "#536070",
    "okbg": "#e5f4ed",
    "riskbg": "#fdf0da",
    "critbg": "#fde9e7",
    "nonebg": "#edf0f4",
}
"""Token to colour on a light page and on paper."""

DARK: Final[dict[str, str]] = {
    "bg": "#12161c",
    "ink": "#e8ecf1",
    "ink2": "#b4becb",
    "link": "#8fbdf8",
    "s1": "#78aef0",
    "s2": "#f0a263",
    "prior": "#8290a1",
    "edge": "#8794a6",
    "line": "#343e4b",
    "grid": "#29313c",
    "band": "#202833",
    "ok": "#62d1a8",
    "risk": "#f3bd5b",
    "crit": "#ff9c92",
    "none": "#adb7c4",
    "okbg": "#13291f",
    "riskbg": "#2e2410",
    "critbg": "#351a18",
    "nonebg": "#232b35",
}
"""Token to colour on a dark page."""


def variables(tokens: dict[str, str]) -> str:
    """CSS declarations of every token: ``--bg:#ffffff;--ink:...``."""
    return ";".join(f"--{name}:{colour}" for name, colour in tokens.items())


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, definitions "relative luminance" and "contrast ratio".

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.03928 else float(((channel + 0.055) / 1.055) ** 2.4)
