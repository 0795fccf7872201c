"""The house keeps its shape: floors, the small core, public names, no addresses in the lock."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import opsrules

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "opsrules"

FLOORS: tuple[set[str], ...] = (
    {"terms", "errors"},
    {
        *("calendars", "captures", "display", "inputs", "money", "periods", "privacy", "publish", "signs"),
        *("spreadsheet", "story", "xmr"),
    },
    {"whys"},
    {"explained", "history", "parameters", "schemas", "standing", "workspace"},
    {"review"},
    {"moves", "readers", "rules", "reconcile"},
    {"rootcause", "sources"},
    {"desks", "register", "report"},
    {"exploring", "intake", "delivery", "proposals"},
    {"earlier"},
    {"pipeline"},
    {"batch", "scaffold"},
    {"cli"},
)
"""A floor imports only floors below it; inside a room everything may meet. Simulate stands apart."""

APART = {"simulate": {"terms", "errors", "money", "periods", "publish"}}


def _rooms() -> dict[str, list[Path]]:
    rooms: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        rooms.setdefault(relative.parts[0].removesuffix(".py"), []).append(path)
    return {name: paths for name, paths in rooms.items() if name not in ("__init__", "__main__")}


def _imported(path: Path) -> set[str]:
    """Rooms of opsrules that a file imports, also inside functions and for types alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("opsrules.")}
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts == ["opsrules"]:
                found |= {alias.name for alias in node.names}
            elif parts[0] == "opsrules":
                found.add(parts[1])
    return found


def test_every_room_stands_on_a_floor() -> None:
    assert set(_rooms()) == set.union(*FLOORS) | set(APART)


@pytest.mark.parametrize("room", sorted(_rooms()))
def test_a_floor_imports_only_floors_below_it(room: str) -> None:
    if room in APART:
        allowed = APART[room]
    else:
        level = next(number for number, floor in enumerate(FLOORS) if room in floor)
        allowed = set.union(set(), *FLOORS[:level])
        if room == "cli":
            allowed |= set(APART)  # the demo's command is the one that may reach it
    for path in _rooms()[room]:
        strange = _imported(path) - allowed - {room} - {"__version__"}
        if room in ("batch", "cli"):
            strange -= set(opsrules.__all__)
        assert not strange, f"{path.relative_to(ROOT)} imports {sorted(strange)}"


@pytest.mark.parametrize("room", ["rules", "reconcile", "readers", "rootcause"])
def test_the_small_core_loads_no_jupyter_and_no_pictures(room: str) -> None:
    heavy = ["IPython", "jupyter_client", "nbconvert", "nbformat", "papermill", "matplotlib", "sqlalchemy"]
    code = f"import sys, opsrules.{room}; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def _modules() -> list[str]:
    found = pkgutil.walk_packages(opsrules.__path__, "opsrules.")
    return sorted(one.name for one in found if not one.name.endswith("__main__"))


@pytest.mark.parametrize("name", _modules())
def test_all_names_what_a_module_gives(name: str) -> None:
    module = importlib.import_module(name)
    if not hasattr(module, "__all__"):  # a package without names of its own
        return
    assert len(set(module.__all__)) == len(module.__all__)
    assert [one for one in module.__all__ if not hasattr(module, one)] == []


def test_public_names_are_few_and_reachable() -> None:
    assert opsrules.__all__ == sorted(opsrules.__all__)
    assert len(opsrules.__all__) <= 12
    for name in opsrules.__all__:
        assert getattr(opsrules, name) is not None
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = opsrules.nothing_like_it


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    names = re.findall(r"^([a-z0-9][\w.-]*)==", lock, re.MULTILINE)
    assert len(names) > 100
    assert all("--hash=sha256:" in part for part in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE) if part)


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    declared = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL | re.MULTILINE)
    assert declared
    readme = (ROOT / "README.md").read_text()
    for name in re.findall(r'"([A-Za-z0-9_-]+)', declared[1]):
        assert re.search(rf"^\| .*\b{re.escape(name)}\b.* \|", readme, re.MULTILINE), name
