"""Throw-away workspaces whose notebooks deliver a small review, so that these tests are about the runner alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

PARAMETERS = 'account = "x"\nperiod = "2026-10"\nas_of = ""\nworkspace = "."\nrun_folder = ""\nsnapshot = ""\n'
READ = "from sample_review import sample_review\nreview = sample_review(account, period, as_of)"
DELIVER = "from opsrules.delivery import deliver\ndeliver(review, run_folder)"


def notebook_document(*cells: str, parameters: str | None = PARAMETERS) -> dict[str, Any]:
    """A notebook of these code cells after its parameters cell."""
    sources = ([] if parameters is None else [parameters]) + list(cells)
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": ["parameters"]} if parameters is not None and number == 0 else {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(sources)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def write_workspace(root: Path, document: dict[str, Any]) -> Path:
    """Write a workspace with this notebook as its reconciliation notebook, and files of the accounts that tests run."""
    (root / "parameters" / "accounts").mkdir(parents=True)
    for account in ("breaks", "broken", "dies", "forgets", "good", "one", "refuses", "two"):
        (root / "parameters" / "accounts" / f"{account}.yaml").write_text(f"account: {account}\ncurrency: EUR\n")
    (root / "notebooks").mkdir()
    (root / "notebooks" / "reconciliation.ipynb").write_text(json.dumps(document))
    shutil.copy(Path(__file__).parent / "sample_review.py", root)
    return root
