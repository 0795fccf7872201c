"""Every command explains itself, quickly, and stands in the README."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from opsrules.cli import app

README = Path(__file__).parents[2] / "README.md"
HEAVY = (
    *("pandas", "numpy", "pyarrow", "papermill", "nbconvert", "nbformat", "jupyter_client", "matplotlib", "rich"),
    *("sqlalchemy", "alembic"),
)


def _commands() -> dict[str, str]:
    """Every command by its full name, with its help."""
    found: dict[str, str] = {}

    def walk(command: object, name: str) -> None:
        parts = getattr(command, "commands", None)
        if parts:
            for word, part in parts.items():
                walk(part, f"{name} {word}")
        else:
            found[name] = getattr(command, "help", None) or ""

    walk(get_command(app), "opsrules")
    return found


def test_the_commands_are_those_of_the_house() -> None:
    rules = {f"rules {name}" for name in ("list", "test", "lint", "coverage", "backtest", "causes")}
    sources = {f"sources {name}" for name in ("show", "suggest", "formats")}
    words = (
        "list show assign comment attach resolve write-off dispute reject sign-off undo history export import verify"
    )
    items = {"action add", "action done", "action list", "decision add", "decision list", "risk add", "risk list"}
    register = {f"register {name}" for name in {*words.split(), "root-cause", "erase", "backup", "grant"} | items}
    expected = {"init", "demo", "check", "run", "explain", "matching suggest"} | rules | sources | register
    assert set(_commands()) == {f"opsrules {name}" for name in expected}


@pytest.mark.parametrize("name", sorted(_commands()))
def test_command_has_help_with_an_example_that_names_it(name: str) -> None:
    text = _commands()[name]
    assert re.match(r"[A-Z][^\n]+\.", text)
    assert f"Example:  {name}" in text


@pytest.mark.parametrize("name", sorted(_commands()))
def test_command_is_in_the_readme(name: str) -> None:
    assert name in README.read_text("utf-8")


def test_every_option_has_help() -> None:
    bare: list[tuple[str, str]] = []

    def walk(command: Any, name: str) -> None:
        bare.extend((name, part.name) for part in command.params if not part.help)
        for word, part in getattr(command, "commands", {}).items():
            walk(part, f"{name} {word}")

    walk(get_command(app), "opsrules")
    assert bare == []


@pytest.mark.parametrize("command", [["run"], ["register", "list"], ["register", "resolve"], ["matching", "suggest"]])
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys\n"
        "from opsrules.cli import main\n"
        f"try:\n    main([*{command!r}, '--help'])\nexcept SystemExit as ended:\n    assert not ended.code\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m_opsrules_is_opsrules() -> None:
    done = subprocess.run([sys.executable, "-m", "opsrules", "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"opsrules \d+\.\d+\.\d+\n", done.stdout)


def test_no_command_at_all_shows_the_help() -> None:
    done = subprocess.run([sys.executable, "-m", "opsrules"], capture_output=True, text=True, check=False)
    assert "Commands:" in done.stdout + done.stderr
