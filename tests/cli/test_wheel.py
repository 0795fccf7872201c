"""A workspace made by an installed wheel alone: nothing of the checkout may help."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("opsrules", "notebooks", "parameters", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")


@dataclass(frozen=True)
class Installed:
    """A wheel unpacked where only Python's path can find it."""

    wheel: Path
    site: Path
    folder: Path

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Python outside of the checkout, with the wheel's copy and the dependencies' folder on its path."""
        return subprocess.run(
            [sys.executable, "-S", *arguments],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _environment(self) -> Mapping[str, str]:
        # -S leaves out the site packages' .pth files, and with them the editable install of the checkout.
        dependencies = [path for path in sys.path if path.endswith("site-packages")]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        return kept | {"PYTHONPATH": os.pathsep.join([str(self.site), *dependencies])}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:  # a copy, so that a build leaves nothing in the checkout
        place = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(place, source / name, ignore=ignored) if place.is_dir() else shutil.copy(place, source / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    wheel = next((folder / "dist").glob("*.whl"))
    site = folder / "site"
    install = ["install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(site), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True)
    return Installed(wheel, site, folder)


def test_wheel_ships_notebooks_rules_and_the_template(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    assert {
        "opsrules/py.typed",
        "opsrules/_workspace/notebooks/reconciliation.ipynb",
        "opsrules/_workspace/parameters/accounts/_template.yaml",
        "opsrules/_workspace/parameters/rules/reconciliation.yaml",
    } <= names


def test_workspace_from_the_wheel_alone(installed: Installed) -> None:
    where = installed.call("-c", "import opsrules; print(opsrules.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(installed.site), where.stderr
    for arguments in (
        ("init", "work"),
        ("demo", "-w", "work", "--accounts", "1", "--orders", "30"),
        ("check", "-w", "work"),
        ("rules", "test", "-w", "work"),
    ):
        done = installed.call("-m", "opsrules", *arguments)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert done.stdout.endswith("all hold\n")
    shipped = installed.site / "opsrules" / "_workspace" / "notebooks" / "reconciliation.ipynb"
    assert (installed.folder / "work" / "notebooks" / "reconciliation.ipynb").read_bytes() == shipped.read_bytes()


def test_command_of_the_wheel_is_the_same(installed: Installed) -> None:
    entry = next(installed.site.glob("opsrules-*.dist-info/entry_points.txt")).read_text()
    assert "opsrules = opsrules.cli:main" in entry
