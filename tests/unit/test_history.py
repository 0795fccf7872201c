"""Which earlier reports a period is compared with, and what is taken from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrules.history import History, Past, Rate, beside, earlier, gathered, load, save
from opsrules.periods import Period
from opsrules.terms import Desk

HEAD = "account,period,desk,metric_id,numerator,denominator,value,unit,target,level\n"


def leave(reports: Path, period: str, done: int = 39, account: str = "acme", text: str = "") -> Path:
    """What a run leaves of one period: a review and its metrics."""
    folder = reports / period / account / "reconciliation"
    folder.mkdir(parents=True)
    (folder / "review.json").write_text("{}")
    rows = f"{account},{period},reconciliation,match_count.orders_charges,{done},40,97.5,percent,100,at_risk\n"
    rows += f"{account},{period},reconciliation,oldest_open,7,,7,days,,\n"
    (folder / "metrics.csv").write_text(text or HEAD + rows)
    return folder


def names(reports: Path, period: str) -> list[str]:
    return [one.period for one in gathered(reports, "acme", Desk.RECONCILIATION, Period.parse(period)).past]


def test_months_come_before_a_month_in_order_and_later_ones_are_not_seen(tmp_path: Path) -> None:
    for one in ("2026-10", "2026-01", "2025-12", "2026-11", "2026-09", "2026-W36", "2026-08-01..2026-08-31"):
        leave(tmp_path, one)
    assert names(tmp_path, "2026-10") == ["2025-12", "2026-01", "2026-09"]
    assert names(tmp_path, "2026-01") == ["2025-12"]


def test_weeks_are_compared_with_weeks_and_days_with_as_many_that_do_not_overlap(tmp_path: Path) -> None:
    for one in ("2026-W52", "2026-W53", "2027-W02", "2026-12"):
        leave(tmp_path, one)
    assert names(tmp_path, "2027-W01") == ["2026-W52", "2026-W53"]
    for one in ("2026-10-01..2026-10-10", "2026-10-06..2026-10-15", "2026-09-21..2026-09-30", "2026-09-01..2026-09-05"):
        leave(tmp_path, one)
    assert names(tmp_path, "2026-10-16..2026-10-25") == ["2026-09-21..2026-09-30", "2026-10-06..2026-10-15"]


def test_rates_are_taken_and_sums_are_not(tmp_path: Path) -> None:
    leave(tmp_path, "2026-09", done=38)
    (past,) = gathered(tmp_path, "acme", Desk.RECONCILIATION, Period.parse("2026-10")).past
    assert past.rates == {"match_count.orders_charges": Rate(38, 40, "at_risk")}


def test_failed_runs_and_other_folders_are_no_periods(tmp_path: Path) -> None:
    (leave(tmp_path, "2026-09") / "review.json").unlink()
    (leave(tmp_path, "2026-08") / "failure.json").write_text("{}")
    leave(tmp_path, ".staging")
    leave(tmp_path, "2026-13")
    leave(tmp_path, "2026-07", account="other")
    (tmp_path / "README.md").write_text("reports")
    found = gathered(tmp_path, "acme", Desk.RECONCILIATION, Period.parse("2026-10"))
    assert (found.past, found.left_out) == ((), ())
    assert gathered(tmp_path / "none", "acme", Desk.RECONCILIATION, Period.parse("2026-10")).past == ()


@pytest.mark.parametrize(
    "text",
    [
        "metric_id,value\nx,1\n",
        HEAD + "acme,2026-09,reconciliation,match_count.x,many,40,1,percent,100,ok\n",
        HEAD + "other,2026-09,reconciliation,match_count.x,39,40,1,percent,100,ok\n",
        HEAD + "acme,2026-08,reconciliation,match_count.x,39,40,1,percent,100,ok\n",
    ],
)
def test_metrics_that_cannot_be_taken_are_named(tmp_path: Path, text: str) -> None:
    leave(tmp_path, "2026-08")
    leave(tmp_path, "2026-09", text=text)
    found = gathered(tmp_path, "acme", Desk.RECONCILIATION, Period.parse("2026-10"))
    assert [one.period for one in found.past] == ["2026-08"]
    ((period, reason),) = found.left_out
    assert period == "2026-09"
    assert reason.startswith("metrics.csv cannot be read")


def test_missing_metrics_are_named(tmp_path: Path) -> None:
    (leave(tmp_path, "2026-09") / "metrics.csv").unlink()
    found = gathered(tmp_path, "acme", Desk.RECONCILIATION, Period.parse("2026-10"))
    assert [period for period, _ in found.left_out] == ["2026-09"]


def test_a_history_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    past = (Past("2026-08", {"a": Rate(1, 2, "healthy")}), Past("2026-09"))
    history = History("acme", Desk.RECONCILIATION, "2026-10", past, (("2026-07", "gone"),))
    path = beside(tmp_path / "snapshot.json")
    save(history, path)
    assert (path.parent, load(path)) == (tmp_path, history)
    path.write_text("[]")
    with pytest.raises(ValueError, match="validation error"):
        load(path)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-01", "2025-12"),
        ("2027-W01", "2026-W53"),
        ("2026-W02", "2026-W01"),
        ("2026-03-01..2026-03-10", "2026-02-19..2026-02-28"),
    ],
)
def test_the_period_before(period: str, before: str) -> None:
    assert earlier(Period.parse(period)) == Period.parse(before)
