"""What all tests share: the property profiles, the goldens' switch, and where the sample files are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["chromium"]

settings.register_profile(
    "default", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("long", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files beside the fixtures")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of files that others wrote; the tests that need it are skipped where it is missing."""
    named = os.environ.get("OPSRULES_SAMPLES")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("no sample files here: set OPSRULES_SAMPLES to their folder")
    return folder
