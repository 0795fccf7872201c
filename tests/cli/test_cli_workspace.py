"""init, demo, check and rules list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calling import Opsrules

from opsrules import scaffold


def test_init_writes_a_workspace_that_has_nothing_to_mend(opsrules: Opsrules, tmp_path: Path) -> None:
    root = tmp_path / "new" / "work"
    said = opsrules("init", str(root))
    assert said.code == 0
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert {
        ".gitignore",
        "README.md",
        "exports/README.md",
        "reports/README.md",
        "notebooks/reconciliation.ipynb",
        "parameters/accounts/_template.yaml",
        "parameters/register.yaml",
        "parameters/causes/reconciliation.yaml",
        "parameters/rules/reconciliation.yaml",
        "parameters/taxonomy/reconciliation.yaml",
    } <= names
    assert opsrules("check", "-w", str(root)).code == 0


def test_init_refuses_a_folder_that_is_not_empty_and_names_what_is_there(opsrules: Opsrules, tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d", "e", "f", "g"):
        (tmp_path / name).touch()
    said = opsrules("init", str(tmp_path))
    assert said.code == 2
    assert "holds a, b, c, d, e and 2 more; name a new one" in said.err
    assert len(list(tmp_path.iterdir())) == 7


def test_init_where_a_file_stands_is_refused(opsrules: Opsrules, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = opsrules("init", str(tmp_path / "file"))
    assert (said.code, said.out) == (2, "")
    assert "name another folder" in said.err


def test_init_takes_no_account_and_no_litter_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = tmp_path / "checkout"
    for name in (
        "notebooks/reconciliation.ipynb",
        "notebooks/.ipynb_checkpoints/reconciliation-checkpoint.ipynb",
        "parameters/accounts/_template.yaml",
        "parameters/accounts/demo-northwind.yaml",
        "parameters/taxonomy/clients/demo-northwind.yaml",
        "parameters/rules/reconciliation.yaml",
        "parameters/rules/.reconciliation.yaml.swp",
    ):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(name)
    monkeypatch.setattr(scaffold, "shipped", lambda: checkout)
    names = scaffold.write_workspace(tmp_path / "work")
    assert {name for name in names if name.startswith(("notebooks", "parameters"))} == {
        "notebooks/reconciliation.ipynb",
        "parameters/accounts/_template.yaml",
        "parameters/rules/reconciliation.yaml",
    }


def test_no_workspace_is_the_users_mistake_and_says_what_to_do(opsrules: Opsrules, tmp_path: Path) -> None:
    commands = (["check"], ["run"], ["demo"], ["rules", "test"], ["rules", "list"], ["rules", "coverage"])
    for command in (*commands, ["sources", "northwind"], ["init", "--account", "northwind", "--from", str(tmp_path)]):
        said = opsrules(*command, "-w", str(tmp_path))
        assert (said.code, said.out) == (2, "")
        assert "opsrules init DIR" in said.err
        assert "Traceback" not in said.err


def test_check_counts_when_there_is_nothing_to_mend(opsrules: Opsrules, demo_workspace: Path) -> None:
    said = opsrules("check", "-w", str(demo_workspace))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("2 accounts, ")
    assert said.out.endswith(" rules: nothing to mend\n")


def test_check_works_from_any_folder_inside(
    opsrules: Opsrules, own_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_workspace / "exports" / "demo-northwind")
    assert opsrules("check").code == 0


def test_check_names_every_mistake_of_every_file_at_once(opsrules: Opsrules, own_workspace: Path) -> None:
    account = own_workspace / "parameters" / "accounts" / "demo-northwind.yaml"
    account.write_text(account.read_text().replace("currency:", "curency:", 1))
    rules = own_workspace / "parameters" / "rules" / "reconciliation.yaml"
    rules.write_text(rules.read_text() + "\n- id: REC-999\n  nmae: misspelt\n")
    (own_workspace / "parameters" / "rules" / "apeals.yaml").write_text("[]\n")
    said = opsrules("check")
    assert (said.code, said.out) == (2, "")
    for part in ("demo-northwind.yaml:", "curency", "rules/reconciliation.yaml:", "nmae", "rules/apeals.yaml:1:"):
        assert part in said.err
    asked = opsrules("check", "--json")
    assert asked.code == 2
    found = json.loads(asked.out)
    assert len(found["problems"]) == len(said.err.splitlines())
    assert set(found["problems"][0]) == {"place", "what", "next_step"}
    assert found["accounts"] == ["demo-harrow"]


def test_b12_nothing_in_a_parameter_file_moves_the_cursor(opsrules: Opsrules, own_workspace: Path) -> None:
    account = own_workspace / "parameters" / "accounts" / "demo-northwind.yaml"
    with account.open("a", encoding="utf-8") as file:
        file.write('"\\e[2Jkey\\u202e\\u009b": 1\n')
    said = opsrules("check")
    assert said.code == 2
    assert not {"\x1b", "\u202e", "\x9b"} & set(said.err)


def test_rules_list_names_each_rule_once(opsrules: Opsrules, demo_workspace: Path) -> None:
    said = opsrules("rules", "list", "-w", str(demo_workspace))
    listed = json.loads(opsrules("rules", "list", "--json", "-w", str(demo_workspace)).out)
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()] == [rule["id"] for rule in listed]
    assert len({rule["id"] for rule in listed}) == len(listed) > 0
