"""The executed notebook as it is kept: the same run gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from opsrules.batch.notebook import INJECTED, tags

__all__ = ["code_cells", "settled", "to_bytes"]

_ERROR_MARKER = "papermill-error-cell-tag"
_TIMED = ("papermill", "execution", "ExecuteTime")


def settled(document: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the notebook without times and temporary paths.

    The cell of injected parameters gets `parameters`, those a person would give, so that the notebook opens and runs
    again where it lies and writes nothing.
    """
    metadata = {key: value for key, value in document["metadata"].items() if key not in _TIMED}
    cells = [_settled_cell(cell, parameters) for cell in document["cells"] if _ERROR_MARKER not in tags(cell)]
    return {**document, "metadata": metadata, "cells": cells}


def code_cells(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Code cells as the author counts them: without the one of injected parameters."""
    return [cell for cell in document["cells"] if cell["cell_type"] == "code" and INJECTED not in tags(cell)]


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the notebook as nbformat writes it."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _settled_cell(cell: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    metadata = {key: value for key, value in cell["metadata"].items() if key not in _TIMED}
    if not metadata.get("tags", True):  # papermill gives every cell an empty list
        del metadata["tags"]
    new = {**cell, "metadata": metadata}
    if INJECTED in tags(cell):
        lines = ["# Parameters", *(f"{name} = {value!r}" for name, value in parameters.items())]
        new |= {"id": INJECTED, "source": "\n".join(lines)}
    return new
