"""Calling the command line in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from opsrules.cli import main


@dataclass(frozen=True)
class Said:
    """What one call left."""

    code: int
    out: str
    err: str


Opsrules = Callable[..., Said]


def call(*arguments: str) -> int:
    """Run the command line and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)
