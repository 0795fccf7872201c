"""What was expected: the last period, the usual one, peers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from opsrules.errors import UsageError
from opsrules.rootcause import against_peers, against_period, against_usual

NOW = pd.DataFrame({"country": ["DE", "DE", None], "method": ["card", "card", "card"], "amount": [1.5, 2, 4]})
BEFORE = pd.DataFrame({"country": ["DE", "FR", None], "method": ["card"] * 3, "amount": [10, 20, 30]})


def told(table: pd.DataFrame) -> dict[Any, Any]:
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False)
    return {row[0]: tuple(row[2:]) for row in rows}


def test_each_combination_of_either_period_has_a_row() -> None:
    found = against_period(NOW, BEFORE, ["country", "method"], ["amount"])
    assert list(found.columns) == ["country", "method", "amount", "expected_amount"]
    assert told(found) == {"DE": (3.5, 10), "FR": (0, 20), None: (4, 30)}


def test_longer_months_expect_more() -> None:
    found = against_period(NOW, BEFORE, ["country", "method"], ["amount"], 31 / 30)
    assert told(found)["FR"] == (0, pytest.approx(20 * 31 / 30))


def test_the_usual_is_the_mean_of_all_periods_with_what_they_lack_as_nothing() -> None:
    history = pd.concat([BEFORE.assign(week=1), BEFORE.iloc[:1].assign(week=2)])
    assert told(against_usual(NOW, history, ["country", "method"], ["amount"], "week")) == {
        "DE": (3.5, 10),
        "FR": (0, 10),
        None: (4, 15),
    }


def test_peers_are_brought_to_size() -> None:
    assert told(against_peers(NOW, BEFORE, ["country", "method"], ["amount"], "amount")) == {
        "DE": (3.5, pytest.approx(10 * 7.5 / 60)),
        "FR": (0, pytest.approx(20 * 7.5 / 60)),
        None: (4, pytest.approx(30 * 7.5 / 60)),
    }
    with pytest.raises(UsageError, match=r"'amount' .* is 0 in sum over the peers"):
        against_peers(NOW, BEFORE.assign(amount=0), ["country"], ["amount"], "amount")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UsageError, match="no column 'sum'"):
        against_period(NOW, BEFORE, ["country"], ["sum"])
