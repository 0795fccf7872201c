"""Real papermill, real kernels: five accounts of which one is good, run once for the whole module."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from throwaway import DELIVER, READ, notebook_document, write_workspace

from opsrules.batch import Event, RunResult, run
from opsrules.periods import Period
from opsrules.terms import Level, Severity

OCTOBER = Period.parse("2026-10")
AS_OF = date(2026, 11, 5)

MISBEHAVE = """
from pathlib import Path
from opsrules.errors import FileRefused, FilesRefused
if account == "breaks" or Path("break_now").exists():
    raise ValueError("\\x1b[31mfirst fault\\x1b[0m\\nits second line")
if account == "dies":
    import os
    os._exit(0)
if account == "refuses":
    raise FilesRefused([FileRefused("exports/a.csv", "empty; nothing in it", "export it again"),
                        FileRefused("exports/b.csv:7", "cut", "export it again")])
"""
# An earlier run's error, left in the file: papermill would name this later one.
STALE = {"output_type": "error", "ename": "KeyError", "evalue": "'second fault'", "traceback": []}


def _document() -> dict[str, object]:
    deliver = f"{DELIVER} if account != 'forgets' else None"
    document = notebook_document(READ, MISBEHAVE, "print('shown')", deliver)
    document["cells"][3]["outputs"] = [STALE]
    document["cells"].insert(2, {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "Prose."})
    return document


@dataclass(frozen=True)
class Ran:
    root: Path
    result: RunResult
    events: list[Event]

    @property
    def folder(self) -> Path:
        return self.root / "reports" / "2026-10"


@pytest.fixture(scope="module")
def five_accounts(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    root = write_workspace(tmp_path_factory.mktemp("batch") / "work {account} space", _document())
    events: list[Event] = []
    accounts = ["breaks", "dies", "forgets", "refuses", "good"]
    result = run(root, accounts, OCTOBER, AS_OF, on_event=events.append, names={"dies": "Dies & Co"})
    return Ran(root, result, events)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_good_account_is_published_whole_and_staging_is_gone(five_accounts: Ran) -> None:
    names = set(_files(five_accounts.folder / "good"))
    data = {"review.json", "findings.csv", "metrics.csv", "control_totals.csv", "executed.ipynb", "register.json"}
    data |= {"tables/causes.parquet", "last_good/reconciliation.html", "last_good/review.json"}
    data |= {"last_good/findings.csv"}
    assert names == {"reconciliation.html"} | {f"reconciliation/{name}" for name in data}
    assert not (five_accounts.folder / ".staging").exists()
    assert five_accounts.folder.joinpath("index.html").exists()


def test_summary_counts_and_adds_what_needs_work(five_accounts: Ran) -> None:
    summary = five_accounts.result.outcomes[4].summary
    assert summary is not None
    assert summary.at_stake == (("EUR", 1434), ("JPY", 900))  # 12.34 + 2.00; the low finding of 50.00 needs no work
    assert summary.findings == dict.fromkeys(Severity, 1)
    assert summary.level is Level.CRITICAL
    assert summary.run_id == "run-good"


def test_one_accounts_failure_leaves_the_others_untouched(five_accounts: Ran) -> None:
    assert [outcome.account for outcome in five_accounts.result.failed] == ["breaks", "dies", "forgets", "refuses"]


def test_first_failed_cell_is_named_not_the_last(five_accounts: Ran) -> None:
    failure = five_accounts.result.outcomes[0].failure
    assert failure is not None
    assert (failure.cell, failure.error, failure.cause) == (3, "ValueError", "ValueError: first fault")


def test_d1_kernel_that_ends_with_zero_is_a_failed_account(five_accounts: Ran) -> None:
    failure = five_accounts.result.outcomes[1].failure
    assert failure is not None
    assert "kernel died" in failure.cause
    assert "cell 3" in failure.cause
    assert not (five_accounts.folder / "dies" / "reconciliation" / "review.json").exists()


def test_notebook_that_delivers_nothing_is_a_failed_account(five_accounts: Ran) -> None:
    failure = five_accounts.result.outcomes[2].failure
    assert failure is not None
    assert failure.cause == "the notebook ended without delivering a review"


def test_errors_written_for_users_are_shown_as_cause_and_next_step(five_accounts: Ran) -> None:
    failure = five_accounts.result.outcomes[3].failure
    assert failure is not None
    assert failure.cause == "exports/a.csv: empty; nothing in it\nexports/b.csv:7: cut"
    assert failure.next_step == "export it again"


def test_executed_notebook_opens_again_and_holds_no_time_and_no_staging_path(five_accounts: Ran) -> None:
    text = (five_accounts.folder / "good" / "reconciliation" / "executed.ipynb").read_text()
    cells = json.loads(text)["cells"]
    injected = next(cell for cell in cells if cell["id"] == "injected-parameters")
    assert "run_folder = ''" in injected["source"]
    assert "as_of = '2026-11-05'" in injected["source"]
    assert ".staging" not in text
    assert not any({"papermill", "execution"} & set(cell["metadata"]) for cell in cells)
    assert cells[5]["outputs"][0]["text"] == ["shown\n"]


def test_every_cell_and_end_is_told(five_accounts: Ran) -> None:
    of_good = [event for event in five_accounts.events if event.account == "good"]
    assert [event.cell for event in of_good] == [0, 1, 2, 3, 4, 5, 5]
    assert {event.cells for event in of_good} == {5}
    assert [event.outcome is not None for event in of_good] == [False] * 6 + [True]


def test_nothing_reaches_the_terminal(five_accounts: Ran, capfd: pytest.CaptureFixture[str]) -> None:
    run(five_accounts.root, ["dies"], OCTOBER, AS_OF)
    assert capfd.readouterr() == ("", "")


def test_no_kernel_outlives_its_account(five_accounts: Ran) -> None:
    commands = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    assert [command for command in commands if "ipykernel" in command] == []


def test_manifest_names_every_file_by_its_hash(five_accounts: Ran) -> None:
    accounts = json.loads(five_accounts.result.manifest.read_bytes())["accounts"]
    assert {name: entry["status"] for name, entry in accounts.items()} == {
        "breaks": "failed",
        "dies": "failed",
        "forgets": "failed",
        "good": "reviewed",
        "refuses": "failed",
    }
    assert accounts["breaks"]["level"] == "not_reviewed"
    published = {f"good/{name}" for name in _files(five_accounts.folder / "good")}
    assert set(accounts["good"]["files"]) == published


def test_e1_rerun_elsewhere_gives_the_same_bytes_and_leaves_nothing_stale(five_accounts: Ran, tmp_path: Path) -> None:
    root = shutil.copytree(five_accounts.root, tmp_path / "elsewhere")
    folder = root / "reports" / "2026-10"
    (folder / "good" / "reconciliation" / "tables" / "stale.parquet").write_bytes(b"of an older version")
    run(root, ["good"], OCTOBER, AS_OF)
    assert _files(folder) == _files(five_accounts.folder)


def test_failure_replaces_the_page_and_links_the_last_good_one(five_accounts: Ran, tmp_path: Path) -> None:
    root = shutil.copytree(five_accounts.root, tmp_path / "elsewhere")
    folder = root / "reports" / "2026-10" / "good"
    good = (folder / "reconciliation.html").read_text()
    (root / "break_now").touch()
    outcome = run(root, ["good"], OCTOBER, AS_OF).outcomes[0]
    assert outcome.failure is not None
    page = outcome.page.read_text()
    assert 'href="reconciliation/last_good/reconciliation.html"' in page
    assert "first fault" in page
    names = set(_files(folder))
    last_good = {"last_good/reconciliation.html", "last_good/review.json", "last_good/findings.csv"}
    assert names == {"reconciliation.html"} | {
        f"reconciliation/{name}" for name in {"failure.json", "executed.ipynb", "register.json"} | last_good
    }
    kept = (folder / "reconciliation" / "last_good" / "reconciliation.html").read_text()
    assert kept == good.replace('"../index.html"', '"../../../index.html"')
