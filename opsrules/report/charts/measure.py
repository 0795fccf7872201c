"""How wide a label is, and what of it fits: measured in DejaVu Sans, which is wider than readers' own fonts."""

from __future__ import annotations

import unicodedata
from functools import cache

__all__ = ["fit", "lines", "width"]


@cache
def _advance(sign: str, bold: bool) -> float:
    """Width of one sign at one pixel of size; a sign the font lacks counts as a full square."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - heavy
    from matplotlib.ft2font import LoadFlags  # noqa: PLC0415

    if unicodedata.combining(sign):
        return 0.0
    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    if not font.get_char_index(ord(sign)):
        return 1.1
    font.set_size(100, 72)
    return float(font.load_char(ord(sign), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100


def width(text: str, size: float = 12, bold: bool = False) -> float:
    """Pixels that a text takes on one line."""
    return size * sum(_advance(sign, bold) for sign in text)


def fit(text: str, room: float, bold: bool = False) -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    if width(text, bold=bold) <= room:
        return text
    end = len(text)
    while end and width(text[:end].rstrip() + "…", bold=bold) > room:
        end -= 1
    return text[:end].rstrip() + "…"


def lines(text: str, room: float, most: int = 2, bold: bool = False) -> list[str]:
    """Break a text between words into at most so many lines; the last one ends in an ellipsis when more is left."""
    words, out = text.split(), [""]
    for at, word in enumerate(words):
        longer = f"{out[-1]} {word}".strip()
        if width(longer, bold=bold) <= room or not out[-1]:
            out[-1] = longer
        elif len(out) < most:
            out.append(word)
        else:
            out[-1] = " ".join([out[-1], *words[at:]])
            break
    return [fit(line, room, bold) for line in out]
