"""Demo accounts with planted faults, reviewed once for all tests here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import opsrules
from opsrules.simulate import demo

ACCOUNTS = ("demo-northwind", "demo-harrow", "demo-juniper", "demo-sakura")


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with four demo accounts over two months."""
    root = tmp_path_factory.mktemp("demo")
    source = Path(__file__).parents[2] / "parameters" / "rules"
    shutil.copytree(source, root / "parameters" / "rules")
    assert sorted(demo(root, accounts=4, orders=400, period="2026-10", periods=2)) == sorted(ACCOUNTS)
    return root


@pytest.fixture(scope="session")
def demo_reviews(demo_workspace: Path) -> dict[str, opsrules.Review]:
    """October's review of each demo account, seen from 22 November 2026."""
    return {
        account: opsrules.open_review("reconciliation", account, "2026-10", demo_workspace, as_of="2026-11-22")
        for account in ACCOUNTS
    }
