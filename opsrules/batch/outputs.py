"""What cells have shown, without card numbers, bank account numbers and e-mail addresses.

A review shows none. A cell that an analyst added may read a file by itself, and an error may quote one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from opsrules.display.markup import MIME
from opsrules.privacy.columns import shown

__all__ = ["without_secrets"]

_BETWEEN_TAGS = re.compile(r"[^<>]+(?=<|$)")
_UNREADABLE = ("image/", "application/javascript")


def without_secrets(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the notebook with every text that its cells have put out masked; its sources stay as they are."""
    return {**document, "cells": [_cell(cell) for cell in document["cells"]]}


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    if "outputs" not in cell:
        return dict(cell)
    return {**cell, "outputs": [_output(output) for output in cell["outputs"]]}


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    if "data" not in output:
        return {key: shown(value) for key, value in output.items()}
    if MIME in output["data"]:  # our own fragments show a review, and their drawings are full of digits
        return dict(output)
    return {**output, "data": {kind: _data(kind, value) for kind, value in output["data"].items()}}


def _data(kind: str, value: Any) -> Any:
    if kind.startswith(_UNREADABLE):
        return value
    if kind == "text/html":
        html = "".join(value) if isinstance(value, list) else value
        return _BETWEEN_TAGS.sub(lambda text: str(shown(text[0])), html)
    return shown(value)
