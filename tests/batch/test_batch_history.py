"""Several months of an account through the runner: each report has the rates of those before it and of none after."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import opsrules
from opsrules import scaffold
from opsrules.batch import run
from opsrules.periods import Period
from opsrules.simulate import demo

MONTHS = ("2026-08", "2026-09", "2026-10")
AS_OF = {"2026-08": date(2026, 9, 3), "2026-09": date(2026, 10, 3), "2026-10": date(2026, 11, 3)}


def reports(root: Path, account: str, months: Sequence[str]) -> None:
    for month in months:
        result = run(root, [account], Period.parse(month), AS_OF[month])
        assert result.failed == ()


def trend(root: Path, account: str, month: str) -> pd.DataFrame:
    return pd.read_parquet(root / "reports" / month / account / "reconciliation" / "tables" / "trend.parquet")


def published(root: Path, account: str, month: str) -> dict[str, bytes]:
    """The page and the tables; the register's end and the time of its snapshot may move on."""
    folder = root / "reports" / month / account
    kept = [
        *sorted((folder / "reconciliation" / "tables").glob("*.parquet")),
        folder / "reconciliation" / "metrics.csv",
    ]
    return {path.name: path.read_bytes() for path in kept}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("months") / "work"
    scaffold.write_workspace(root)
    (account,) = demo(root, accounts=1, orders=60, period="2026-10", periods=3)
    reports(root, account, MONTHS)
    return root, account


def test_each_month_knows_those_before_it(ran: tuple[Path, str]) -> None:
    root, account = ran
    for at, month in enumerate(MONTHS):
        table = trend(root, account, month)
        one = table[(table["measure"] == "count") & (table["leg"] == "orders_charges")]
        assert one["period"].tolist() == list(MONTHS[: at + 1])
    # The last point of each month is what the next ones show of it, and what its metrics say.
    last = trend(root, account, "2026-10").set_index(["measure", "leg", "currency", "period"])
    for month in MONTHS[:2]:
        own = trend(root, account, month).set_index(["measure", "leg", "currency", "period"])
        own = own[own.index.get_level_values("period") == month]
        for name in ("numerator", "denominator", "is_judged"):
            assert own[name].tolist() == last.loc[own.index, name].tolist()
        metrics = pd.read_csv(root / "reports" / month / account / "reconciliation" / "metrics.csv")
        (row,) = metrics[metrics["metric_id"] == "match_count.orders_charges"].to_dict("records")
        assert own.loc[("count", "orders_charges", "", month), "numerator"] == row["numerator"]


def test_the_page_says_that_three_months_are_too_few(ran: tuple[Path, str]) -> None:
    root, account = ran
    page = (root / "reports" / "2026-10" / account / "reconciliation.html").read_text("utf-8")
    assert "Is matching getting better or worse?" in page
    assert "limits take 10 months that can be judged, and there are 3" in page
    first = (root / "reports" / "2026-08" / account / "reconciliation.html").read_text("utf-8")
    assert "This is the first month with a review of this account" in first


def test_a_notebook_opened_by_hand_finds_them_too(ran: tuple[Path, str]) -> None:
    root, account = ran
    review = opsrules.open_review("reconciliation", account, "2026-10", root, as_of="2026-11-03")
    pd.testing.assert_frame_equal(review.tables["trend"], trend(root, account, "2026-10"))


def test_e1_a_rerun_of_an_earlier_month_sees_no_later_one(ran: tuple[Path, str], tmp_path: Path) -> None:
    root, account = ran
    elsewhere = tmp_path / "work"
    shutil.copytree(root, elsewhere)
    before = {month: published(root, account, month) for month in ("2026-08", "2026-10")}
    reports(elsewhere, account, ["2026-08", "2026-10"])
    for month, files in before.items():
        assert published(elsewhere, account, month) == files
