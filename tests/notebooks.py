"""Executed notebooks made by hand: the cells of a review's page with the outputs that a kernel would have stored."""

from __future__ import annotations

from typing import Any

from opsrules import report
from opsrules.report import Fragment
from opsrules.review import Review

SECTIONS = (
    ("What needs you", report.needs),
    ("Headline figures", report.figures),
    ("From sales to the bank", report.bridge),
    ("Proof that nothing was lost", report.proof),
    ("Open items by class and age", report.ageing),
    ("Why they are open", report.causes),
    ("Did every payout arrive?", report.payouts),
    ("Were the fees right?", report.fees),
    ("Every open item", report.items),
    ("Where these figures come from", report.files),
)


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
    """Return the review's notebook, with more cells before its last section."""
    cells = [markdown("# How to explore", ("notebook-only",)), fragment(report.title(review))]
    for heading, section in SECTIONS:
        if section is report.files:
            cells += more
        cells += [markdown(f"## {heading}\n\nOne plain sentence about it."), fragment(section(review))]
    return notebook(*cells)
