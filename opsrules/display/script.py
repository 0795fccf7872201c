"""Scripts: read from files, and closed in themselves where they share a document with others."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["closed", "tables_script"]


@cache
def tables_script() -> str:
    """Return what defines ``sortable(root)``: sorting, finding and filtering of every ``table[data-sort]`` below it."""
    return files("opsrules.display").joinpath("tables.js").read_text(encoding="utf-8")


def closed(*parts: str) -> str:
    """Return parts as one script whose names nobody else sees."""
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"
