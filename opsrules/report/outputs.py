"""One output of a cell as it stands on a page: by its type, from a list of types that can do no harm."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from opsrules.display.markup import MIME, clean, element
from opsrules.report.allow import allowed, prose

__all__ = ["shown"]

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_INTERACTIVE = ("application/vnd.jupyter.widget-view+json", "application/javascript")
_LEFT_OUT = "An interactive output stood here. Pages run no code; open the notebook to see it."
_NO_ALT = "Figure without description"


def shown(output: Mapping[str, Any]) -> Markup:
    """Markup of one output; nothing in it can run, load or restyle the page."""
    kind = output["output_type"]
    if kind == "stream":
        return _said(_text(output["text"]))
    if kind == "error":
        return _said(f"The cell stopped: {output['ename']}: {output['evalue']}")
    data, metadata = output["data"], output.get("metadata", {})
    if MIME in data:
        name = metadata.get(MIME, {}).get("name")
        # Only our own fragments write this type, escaped where they were made.
        return element("div", Markup(_text(data[MIME])), class_="part", id=name)  # noqa: S704
    return element("div", _foreign(data, metadata), class_="cell")


def _foreign(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Markup:
    """Return the best of what a cell of somebody else offers."""
    if "text/html" in data:
        return allowed(_text(data["text/html"])) or _note()
    for kind in ("image/png", "image/jpeg", "image/svg+xml"):
        if kind in data:
            return _picture(kind, _text(data[kind]), metadata)
    if any(kind in data for kind in _INTERACTIVE):
        return _note()
    if "text/markdown" in data:
        return allowed(str(prose(_text(data["text/markdown"]))))
    for kind in ("text/latex", "text/plain"):
        if kind in data:
            return _said(_text(data[kind]))
    return _note()


def _text(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _said(text: str) -> Markup:
    lines = "\n".join(clean(line) for line in text.split("\n")).strip("\n")
    return element("pre", lines, class_="said") if lines.strip() else Markup("")


def _note() -> Markup:
    return element("p", _LEFT_OUT, class_="quiet")


def _picture(kind: str, content: str, metadata: Mapping[str, Any]) -> Markup:
    """Return an image that carries its data; an SVG too, because an image runs no script."""
    encoded = base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else re.sub(r"\s", "", content)
    if not _BASE64.fullmatch(encoded):
        return _note()
    told = metadata.get(kind, {})
    alt = (told.get("alt") if isinstance(told, Mapping) else None) or metadata.get("alt") or _NO_ALT
    return element("img", src=f"data:{kind};base64,{encoded}", alt=alt)
