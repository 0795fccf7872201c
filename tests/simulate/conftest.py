from __future__ import annotations

from pathlib import Path

import pytest
from simulate.exports_of_demo import AccountFiles, accounts_of

from opsrules.simulate import demo


@pytest.fixture(scope="session")
def demo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as a newcomer gets it."""
    root = tmp_path_factory.mktemp("demo")
    demo(root)
    return root


@pytest.fixture(scope="session")
def demo_accounts_written(demo_root: Path) -> list[AccountFiles]:
    return accounts_of(demo_root)
