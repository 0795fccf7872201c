"""Stylesheets: read from files, made small, and held inside one box where they share a document with others."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from opsrules.display.tokens import DARK, LIGHT, variables

__all__ = ["boxed", "small", "within"]


@cache
def small(package: str, name: str) -> str:
    """Return a stylesheet of a package without comments and needless blanks."""
    css = files(package).joinpath(name).read_text(encoding="utf-8")
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return re.sub(r"\s*([{};,])\s*", r"\1", css).replace(": ", ":").replace(";}", "}").strip()


def within(box: str, css: str) -> str:
    """Return style that only holds inside ``.box``; its class counts three times, so that the page's own gives way."""
    return f"{f'.{box}' * 3}{{{css}}}"


def boxed(box: str, css: str) -> str:
    """Return style for a box of ours in JupyterLab: our colours, in the scheme of Lab's theme, and nothing outside."""
    return (
        f".{box}{{{variables(LIGHT)};color:var(--ink);background:var(--bg)}}"
        f'[data-jp-theme-light="false"] .{box}{{{variables(DARK)}}}{within(box, css)}'
    )
