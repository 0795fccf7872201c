"""matplotlib's SVG, turned into a small inline drawing: classes for colours, rounded numbers, no ids, a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.display.tokens import LIGHT

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["page_svg"]

_NAMES = {
    colour: name
    for name, colour in LIGHT.items()
    if name in {"ink", "ink2", "edge", "grid", "band", "s1", "s2", "prior"}
}
_NUMBER = re.compile(r"-?\d+\.\d+")
_ANCHORS = {"end": "end", "middle": "middle"}


def page_svg(drawing: bytes, alt: str, variant: str) -> Markup:
    """Inline SVG for a page.

    The drawing is rebuilt element by element, so a figure written as text is never touched by the rounding of
    coordinates, and nothing but text, lines and bars can get through.

    Parameters
    ----------
    drawing : bytes
        What matplotlib wrote, made only of text, lines and bars.
    alt : str
        Alternative text.
    variant : str
        "wide" or "narrow".
    """
    from lxml import etree  # noqa: PLC0415 - only when something is drawn

    root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    width, height = (_round(part) for part in root.get("viewBox", "0 0 0 0").split()[2:])
    marks = [mark for node in root.iter() if (mark := _mark(node)) is not None]
    return element(
        "svg",
        *marks,
        class_=f"chart {variant}",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=alt,
        xmlns="http://www.w3.org/2000/svg",
    )


def _mark(node: etree._Element) -> Markup | None:
    kind = node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""
    style = _style(node.get("style", ""))
    if kind == "text" and node.text:
        return _text(node, style)
    if kind == "path" and (hue := _NAMES.get(style.get("stroke", ""))) and style.get("fill") == "none":
        width = _round(style.get("stroke-width", "1"))
        return element("path", d=_path(node), class_=f"l-{hue}", stroke_width=None if width == "1" else width)
    if kind == "path" and (hue := _NAMES.get(style.get("fill", ""))):
        return element("path", d=_path(node), class_=f"f-{hue}")
    return None


def _text(node: etree._Element, style: dict[str, str]) -> Markup:
    font = f"{style.get('font', '')} {style.get('font-weight', '')}"
    hue = _NAMES.get(style.get("fill", ""), "ink")
    classes = [
        "bold" if re.search(r"\b(bold|[67]00)\b", font) else "",
        _ANCHORS.get(style.get("text-anchor", ""), ""),
        "" if hue == "ink" else f"f-{hue}",
    ]
    named = " ".join(part for part in classes if part) or None
    return element("text", node.text, x=_round(node.get("x", "0")), y=_round(node.get("y", "0")), class_=named)


def _style(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _path(node: etree._Element) -> str:
    numbers = _NUMBER.sub(lambda found: _round(found[0]), node.get("d", ""))
    return re.sub(r"\s*([MLz])\s*", r"\1", numbers).strip()


def _round(number: str) -> str:
    return f"{round(float(number), 1):g}"
