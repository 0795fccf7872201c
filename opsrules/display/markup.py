"""HTML that cannot be broken out of: every text and attribute goes through `element`, which escapes it."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["MIME", "clean", "element", "join", "plain", "text"]

MIME = "application/vnd.opsrules+html"
"""Type under which a notebook keeps our own markup, escaped where it was made: pages show it as it is."""

# A terminal's colour and link sequences (CSI, OSC), whole; then what XML 1.0 and HTML forbid.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]?")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Signs that reorder or hide text: shown as the replacement sign, so that a reader sees there was one (B13).
_DECEPTIVE = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SEPARATORS = re.compile(r"[\u2028\u2029\r]")

_VOID = frozenset({"br", "col", "hr", "img", "meta", "link"})


def clean(value: object) -> str:
    r"""Text fit for a page: no terminal sequences or control signs; deceptive signs show as U+FFFD.

    Examples
    --------
    >>> clean("\x1b[31mred\x1b[0m\x00")
    'red�'
    """
    shown = _ESCAPES.sub("", str(value))
    shown = _SEPARATORS.sub(" ", shown)
    return _DECEPTIVE.sub("\ufffd", _FORBIDDEN.sub("\ufffd", shown))


def text(child: object) -> Markup:
    """Escaped and cleaned text; Markup stays as it is."""
    return child if isinstance(child, Markup) else escape(clean(child))


def element(name: str, *children: object, **attributes: object) -> Markup:
    """One element; children and attribute values are escaped unless they are Markup.

    ``class_`` is written ``class``, other underscores become hyphens; None and False leave an attribute out, True
    writes it bare.

    Examples
    --------
    >>> element("td", "<b>", class_="num", data_v=3)
    Markup('<td class="num" data-v="3">&lt;b&gt;</td>')
    """
    opening = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        opening.append(label if value is True else f'{label}="{escape(clean(value))}"')
    start = f"<{' '.join(opening)}>"
    if name in _VOID:
        return Markup(start)  # noqa: S704 - made of escaped parts
    if name == "path":
        return Markup(start[:-1] + "/>")  # noqa: S704 - made of escaped parts
    return Markup(start + "".join(text(child) for child in children) + f"</{name}>")  # noqa: S704 - made of escaped parts


def join(parts: list[Markup] | tuple[Markup, ...], between: str = "") -> Markup:
    """Markup of all parts, one after the other."""
    return Markup(between).join(parts)  # noqa: S704 - made of escaped parts


_DRAWING = re.compile(r"<svg.*?</svg>|<style.*?</style>", re.DOTALL)
_CELL_END = re.compile(r"</t[hd]>|</dt>")
_LINE_END = re.compile(r"</(?:p|h1|h2|h3|li|tr|dd|caption|summary|div)>|<br>")
_TAG = re.compile(r"<[^>]*>")


def plain(html: Markup) -> str:
    """The text of our own markup: cells divided by tabs, one line a row or paragraph, drawings left out."""
    marked = _LINE_END.sub("\n", _CELL_END.sub("\t", _DRAWING.sub("", str(html))))
    shown = Markup(_TAG.sub("", marked)).unescape()  # noqa: S704 - made of escaped parts
    lines = (re.sub(r"[ \t]*\t[ \t]*", "\t", line).strip() for line in shown.split("\n"))
    return "\n".join(line for line in lines if line)
