"""Where the labelled root causes of others are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def labelled_causes() -> Path:
    """Folder of tables whose root causes are known; the tests that need it are skipped where it is missing."""
    named = os.environ.get("OPSRULES_LABELLED")
    folder = Path(named) if named else Path(__file__).parents[3] / "shared" / "data" / "rootcause"
    if not folder.is_dir():
        pytest.skip("no labelled root causes here: set OPSRULES_LABELLED to their folder")
    return folder
