"""The stylesheets: for a page, and for one fragment inside JupyterLab."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from opsrules.display.markup import clean
from opsrules.display.script import closed, tables_script
from opsrules.display.style import small, within
from opsrules.display.tokens import DARK, LIGHT, variables
from opsrules.rules.views.view import BOX, views_style

__all__ = ["lab_style", "page_style", "script"]


@cache
def _text(name: str) -> str:
    return files("opsrules.report").joinpath(name).read_text(encoding="utf-8")


def _parts() -> str:
    shared = small("opsrules.display", "marks.css") + small("opsrules.display", "chain.css")
    return shared + small("opsrules.report", "parts.css")


# JupyterLab floats definition lists and indents numbered ones; this takes that back inside our fragments.
_LAB_RESET = (
    ".opsrules dl dt,.opsrules dl dd{float:none;clear:none;width:auto;display:block;padding:0;margin:0}"
    ".opsrules dl dt{font-weight:inherit}"
    ".opsrules ol.needs.needs:not(.list-inline){padding-left:0;margin-left:0}"
)


@cache
def lab_style() -> str:
    """Style of fragments in JupyterLab: each rule only holds inside ``.opsrules``; follows Lab's own theme."""
    dark = f'[data-jp-theme-light="false"] .opsrules{{{variables(DARK)}}}'
    return (
        f".opsrules{{{variables(LIGHT)};color:var(--ink);background:var(--bg)}}{dark}{_LAB_RESET}"
        f".opsrules{{{_parts()}}}"
    )


def page_style(running: str, landscape: bool = False) -> str:
    """Style of a whole page.

    Parameters
    ----------
    running : str
        Line at the foot of each printed page.
    landscape : bool
        Whether it prints on A4 landscape.
    """
    tokens = (
        f":root{{{variables(LIGHT)};color-scheme:light dark}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"
    )
    foot = "font:8pt system-ui,Arial,sans-serif;color:#475263"
    paper = (
        f"@page{{size:A4{' landscape' if landscape else ''};margin:16mm 14mm 18mm;"
        f'@bottom-left{{content:"{_css_text(running)}";{foot}}}'
        f'@bottom-right{{content:"Page " counter(page) " of " counter(pages);{foot}}}}}'
    )
    return tokens + _parts() + within(BOX, views_style()) + small("opsrules.report", "page.css") + paper


def _css_text(text: str) -> str:
    """Escape for a CSS string: whatever is no letter, digit or blank as a code point, so nothing can end it."""
    return re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):x} ", clean(text).replace("\n", " "))


def script() -> str:
    """The page's one script: sorting, finding, copying. Without it the page is complete."""
    return closed(tables_script(), _text("page.js"))
