"""Judging a run by its cells and its record, and what lists say of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sample_review import finding, sample_review
from throwaway import DELIVER, READ, notebook_document

from opsrules.batch import run
from opsrules.batch import runner as runner_module
from opsrules.batch.execute import Executed
from opsrules.batch.jobs import Job
from opsrules.batch.outcome import failure_of, judge, summary_of
from opsrules.delivery import deliver
from opsrules.errors import ControlTotalsError, FileRefused, ReviewError
from opsrules.periods import Period
from opsrules.review import FINDINGS

OCTOBER = Period.parse("2026-10")
JOB = Job(Path("work"), "northwind", "Northwind", False, OCTOBER, date(2026, 11, 5), "reconciliation")


def _executed(*sources: str, error: tuple[int, str, str] | None = None, tag: str = "") -> Executed:
    document = notebook_document(*sources)
    if error:
        number, ename, evalue = error
        cell = document["cells"][number]
        cell["outputs"] = [{"output_type": "error", "ename": ename, "evalue": evalue, "traceback": []}]
        cell["metadata"] = {"tags": [tag]} if tag else {}
    return Executed(document, "", len(sources) + 1)


def test_record_of_another_account_is_no_review_of_this_one(tmp_path: Path) -> None:
    deliver(sample_review("southwind", "2026-10", "2026-11-05"), str(tmp_path))
    failure = judge(_executed(READ), JOB, tmp_path)
    assert failure is not None
    assert failure.cause == "the notebook delivered a review of account 'southwind', expected 'northwind'"


def test_record_of_another_period_is_no_review_of_this_one(tmp_path: Path) -> None:
    deliver(sample_review("northwind", "2026-09", "2026-11-05"), str(tmp_path))
    failure = judge(_executed(READ), JOB, tmp_path)
    assert failure is not None
    assert "period '2026-09', expected '2026-10'" in failure.cause


def test_cell_that_fails_after_the_delivery_fails_the_account(tmp_path: Path) -> None:
    deliver(sample_review("northwind", "2026-10", "2026-11-05"), str(tmp_path))
    assert judge(_executed(READ, DELIVER), JOB, tmp_path) is None
    failure = judge(_executed(READ, DELIVER, "1/0", error=(3, "ZeroDivisionError", "")), JOB, tmp_path)
    assert failure is not None
    assert (failure.cell, failure.cause) == (4, "ZeroDivisionError")


def test_error_that_the_author_expects_is_no_failure(tmp_path: Path) -> None:
    deliver(sample_review("northwind", "2026-10", "2026-11-05"), str(tmp_path))
    executed = _executed(READ, "1/0", DELIVER, error=(2, "ZeroDivisionError", "division"), tag="raises-exception")
    assert judge(executed, JOB, tmp_path) is None


@pytest.mark.parametrize(
    ("error", "cause", "next_step"),
    [
        (FileRefused("a.csv:3", "cut; twice", "export it again"), "a.csv:3: cut; twice", "export it again"),
        (ControlTotalsError("orders_charges: 5 rows in, 4 accounted for"), "orders_charges: 5 rows in", ""),
        (ReviewError("the page weighs 600 kB; leave out a table"), "the page weighs 600 kB", "leave out a table"),
        (OSError(28, "No space left on device", "f"), "OSError: No space left on device (f)", "see to the disk"),
        (ValueError("\x1b[1mbold\x1b[0m \x1b]8;;http://x\x07link"), "ValueError: bold link", "run the account again"),
    ],
)
def test_causes_are_fit_for_a_person(error: Exception, cause: str, next_step: str) -> None:
    failure = failure_of(error)
    assert failure.cause.startswith(cause)
    assert next_step in failure.next_step
    assert failure.next_step
    assert "jupyter lab" not in failure.next_step  # no cell failed: the notebook would run to its end


@pytest.mark.parametrize(
    ("currency", "order"),
    [("EUR", ["EUR", "GBP", "JPY"]), ("JPY", ["JPY", "EUR", "GBP"]), ("USD", ["EUR", "GBP", "JPY"])],
)
def test_money_at_stake_starts_with_the_accounts_own_currency(tmp_path: Path, currency: str, order: list[str]) -> None:
    amounts = {"JPY": 900_000, "GBP": 5, "EUR": 1434}  # minor units of different currencies cannot be compared
    findings = [finding(at, "high", amounts[code], code) for at, code in enumerate(amounts)]
    review = replace(
        sample_review("northwind", "2026-10", "2026-11-05"),
        currency=currency,
        findings=pd.DataFrame(findings, columns=list(FINDINGS)),
    )
    review.save(tmp_path)
    assert summary_of(tmp_path / "review.json").at_stake == tuple((code, amounts[code]) for code in order)


def test_e11_order_of_accounts_and_an_earlier_run_change_no_byte(
    workspace_with: Callable[[dict[str, Any]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_process(_notebook: object, parameters: dict[str, str], *_: object) -> Executed:
        if parameters["account"] == "broken":
            return _executed(READ, error=(1, "ValueError", "bad"))
        review = sample_review(parameters["account"], parameters["period"], parameters["as_of"])
        deliver(review, parameters["run_folder"])
        return _executed(READ)

    monkeypatch.setattr(runner_module, "execute", in_process)
    root = workspace_with(notebook_document(READ, DELIVER))
    seen = []
    for calls in ([["one", "broken", "two"]], [["two", "one", "broken"]], [["broken", "two"], ["one"]]):
        for accounts in calls:
            run(root, accounts, OCTOBER, date(2026, 11, 5))
        folder = root / "reports"
        seen.append({path: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
        shutil.rmtree(folder)
    assert seen[0] == seen[1] == seen[2]
    manifest = json.loads(seen[0][root / "reports" / "2026-10" / "manifest.json"])
    assert list(manifest["accounts"]) == ["broken", "one", "two"]
