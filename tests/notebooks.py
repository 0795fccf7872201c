"""Executed notebooks made by hand: the cells of a review's page with the outputs that a kernel would have stored."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from opsrules import report
from opsrules.report import Fragment
from opsrules.review import Review

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "reconciliation.ipynb"
_FRAGMENT = re.compile(r"report\.(\w+)\(review\)")


def markdown(source: str, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "id": "m", "metadata": {"tags": list(tags)}, "source": source}


def code(*outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an executed code cell."""
    cell = {"cell_type": "code", "id": "c", "metadata": {"tags": list(tags)}, "source": "secret_code()"}
    return {**cell, "execution_count": 1, "outputs": list(outputs)}


def result(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the output of an expression."""
    return {"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": metadata or {}}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """Return what a cell printed."""
    return {"output_type": "stream", "name": name, "text": text}


def fragment(part: Fragment) -> dict[str, Any]:
    """Return a code cell that showed one of our fragments."""
    data, metadata = part._repr_mimebundle_()
    return code(result(data, metadata))


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook of these cells, each with an id of its own."""
    numbered = [{**cell, "id": f"cell-{at}"} for at, cell in enumerate(cells)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": numbered}


def executed(review: Review, *more: dict[str, Any]) -> dict[str, Any]:
    """Return the shipped notebook as a kernel would have left it for this review, with more cells before its end."""
    cells = []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        found = _FRAGMENT.fullmatch(source)
        if found:
            cells.append(fragment(getattr(report, found[1])(review)))
        elif cell["cell_type"] == "code":
            cells.append(code(tags=tuple(cell["metadata"].get("tags", ()))))
        else:
            cells.append({**cell, "source": source})
        if cell["id"] == "files":
            cells += more
    return notebook(*cells)
