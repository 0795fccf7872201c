"""Fixtures of the batch's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from throwaway import write_workspace


@pytest.fixture
def workspace_with(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    """Write a workspace around a notebook."""
    return lambda document: write_workspace(tmp_path / "workspace", document)


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which a kernel is started."""

    def started(*_: object, **__: object) -> None:
        pytest.fail("a kernel was started")

    monkeypatch.setattr("opsrules.batch.execute._run", started)
