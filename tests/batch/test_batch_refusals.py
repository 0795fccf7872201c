"""What is refused before a kernel starts, and what stops a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from throwaway import DELIVER, READ, notebook_document

from opsrules.batch import run
from opsrules.batch import runner as runner_module
from opsrules.batch.jobs import plan
from opsrules.batch.notebook import load
from opsrules.errors import UsageError
from opsrules.periods import Period

OCTOBER = Period.parse("2026-10")
AS_OF = date(2026, 11, 5)
Workspaces = Callable[[dict[str, Any]], Path]


def test_c1_unknown_parameter_is_refused_before_a_kernel_starts(workspace_with: Workspaces, no_kernel: None) -> None:
    parameters = 'acount = "x"\nperiod = ""\nas_of = ""\nworkspace = "."\nrun_folder = ""\nsnapshot = ""\n'
    root = workspace_with(notebook_document(READ, DELIVER, parameters=parameters))
    with pytest.raises(
        UsageError, match=r"notebooks/reconciliation.ipynb: .*no parameter 'account'; did you mean acount\?"
    ):
        run(root, ["good"], OCTOBER, AS_OF)
    assert not (root / "reports").exists()


def test_missing_parameter_is_refused_before_a_kernel_starts(workspace_with: Workspaces, no_kernel: None) -> None:
    parameters = "account = period = as_of = workspace = run_folder = snapshot = ''\nregion: str\n"
    root = workspace_with(notebook_document(READ, DELIVER, parameters=parameters))
    with pytest.raises(UsageError, match="parameter 'region' has no value"):
        run(root, ["good"], OCTOBER, AS_OF)


def test_notebook_without_a_parameters_cell_is_refused(workspace_with: Workspaces, no_kernel: None) -> None:
    root = workspace_with(notebook_document(READ, parameters=None))
    with pytest.raises(UsageError, match="one cell must be tagged 'parameters', 0 are"):
        run(root, ["good"], OCTOBER, AS_OF)


def test_missing_notebook_names_what_to_do(tmp_path: Path, no_kernel: None) -> None:
    with pytest.raises(UsageError, match=r"notebooks/reconciliation.ipynb: there is no such notebook; opsrules init"):
        run(tmp_path, ["good"], OCTOBER, AS_OF)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [{}]}', "\x00"])
def test_broken_notebook_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    with pytest.raises(UsageError, match="not a notebook that can be read"):
        load(path, "broken.ipynb")


def test_reports_that_cannot_be_written_are_refused_before_any_run(workspace_with: Workspaces, no_kernel: None) -> None:
    root = workspace_with(notebook_document(READ, DELIVER))
    (root / "reports").write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="reports cannot be written"):
        run(root, ["good"], OCTOBER, AS_OF)


@pytest.mark.parametrize(
    "account", ["", ".", "..", ".hidden", "a/b", "../x", "a\\b", "/etc", "CON", "con", "x" * 300, "a\u202eb"]
)
def test_b18_account_that_is_no_folder_name_is_refused(tmp_path: Path, account: str) -> None:
    with pytest.raises(
        UsageError, match=r"^account .*: no safe folder name; use that of its file in parameters/accounts$"
    ):
        plan(tmp_path, [account], OCTOBER, as_of=AS_OF, desk="reconciliation", names={}, simulated=())


def test_no_account_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no account to review"):
        plan(tmp_path, [], OCTOBER, as_of=AS_OF, desk="reconciliation", names={}, simulated=())


def test_account_named_twice_runs_once(tmp_path: Path) -> None:
    jobs = plan(
        tmp_path, ["b", "a", "b"], OCTOBER, as_of=AS_OF, desk="reconciliation", names={"a": "A & Co"}, simulated=("b",)
    )
    assert [(job.account, job.name, job.simulated) for job in jobs] == [("b", "b", True), ("a", "A & Co", False)]


def test_interrupt_stops_cleanly_and_keeps_what_is_done(
    workspace_with: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace_with(notebook_document(READ, DELIVER))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner_module, "execute", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(root, ["one", "two"], OCTOBER, AS_OF)
    folder = root / "reports" / "2026-10"
    assert {path.name for path in folder.iterdir()} == {"index.html", "manifest.json"}


def test_fault_outside_the_notebook_fails_that_account_only(
    workspace_with: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace_with(notebook_document(READ, DELIVER))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "staging")

    monkeypatch.setattr(runner_module, "execute", full)
    failures = [outcome.failure for outcome in run(root, ["one", "two"], OCTOBER, AS_OF).outcomes]
    assert [failure.cause for failure in failures if failure] == ["OSError: No space left on device (staging)"] * 2
