"""A review by an installed wheel alone: an environment of its own, in which nothing of the checkout can help."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("opsrules", "notebooks", "parameters", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
WHERE: dict[str, Any] = {
    "cell_type": "code", "id": "where", "metadata": {}, "outputs": [], "execution_count": None,
    "source": "import opsrules\nprint(opsrules.__file__)",
}  # fmt: skip


@dataclass(frozen=True)
class Installed:
    """A fresh environment that holds the wheel, and sees the dependencies of the one that runs the tests."""

    wheel: Path
    folder: Path
    scripts: Path
    site: Path

    def call(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment outside of the checkout."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JUPYTER"))}
        return subprocess.run(
            [str(self.scripts / command), *arguments],
            cwd=self.folder,
            env=kept | {"JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter")},
            capture_output=True,
            text=True,
            check=False,
        )


def _built(folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:  # a copy, so that a build leaves nothing in the checkout
        place = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(place, source / name, ignore=ignored) if place.is_dir() else shutil.copy(place, source / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    wheel = next((folder / "dist").glob("*.whl"))
    shutil.rmtree(source)
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = _built(folder)
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    paths = sysconfig.get_paths("venv", vars={"base": str(environment), "platbase": str(environment)})
    scripts, site = Path(paths["scripts"]), Path(paths["purelib"])
    install = ["--python", str(scripts / "python"), "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([sys.executable, "-m", "pip", *install, str(wheel)], check=True, capture_output=True)
    # A folder named in a .pth file is put on the path and its own .pth files are passed over: not the checkout's.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(wheel, folder, scripts, site)


def test_wheel_ships_notebooks_rules_and_the_template(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    assert {
        "opsrules/py.typed",
        "opsrules/_workspace/notebooks/reconciliation.ipynb",
        "opsrules/_workspace/parameters/accounts/_template.yaml",
        "opsrules/_workspace/parameters/causes/reconciliation.yaml",
        "opsrules/_workspace/parameters/rules/reconciliation.yaml",
        "opsrules/_workspace/parameters/taxonomy/reconciliation.yaml",
    } <= names


def test_checkout_cannot_be_reached(installed: Installed) -> None:
    told = installed.call("python", "-c", "import sys, opsrules; print(opsrules.__file__, *sys.path, sep='\\n')")
    file, *path = told.stdout.splitlines()
    assert Path(file).is_relative_to(installed.site), told.stderr
    assert str(ROOT) not in path


def test_review_from_the_wheel_alone(installed: Installed) -> None:
    for arguments in (
        ("init", "work"),
        ("demo", "-w", "work", "--accounts", "1", "--orders", "30", "--period", "2026-10"),
        ("check", "-w", "work"),
        ("rules", "test", "-w", "work"),
    ):
        done = installed.call("opsrules", *arguments)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    assert done.stdout.splitlines()[-1].startswith("all hold: ")
    notebook = installed.folder / "work" / "notebooks" / "reconciliation.ipynb"
    shipped = installed.site / "opsrules" / "_workspace" / "notebooks" / "reconciliation.ipynb"
    assert notebook.read_bytes() == shipped.read_bytes()
    document = json.loads(notebook.read_text("utf-8"))
    document["cells"].insert(-2, WHERE)
    notebook.write_text(json.dumps(document), "utf-8")
    done = installed.call("opsrules", "run", "-w", "work", "--period", "2026-10", "--as-of", "2026-11-10")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    reports = installed.folder / "work" / "reports" / "2026-10"
    assert (reports / "index.html").is_file()
    (page,) = reports.glob("demo-*/reconciliation.html")
    assert str(installed.site / "opsrules" / "__init__.py") in page.read_text("utf-8")  # said by the kernel


def test_command_stands_in_the_environment(installed: Installed) -> None:
    told = installed.call("opsrules", "--version")
    version = installed.wheel.name.split("-")[1]
    assert (told.returncode, told.stdout.strip()) == (0, f"opsrules {version}")
