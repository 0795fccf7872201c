"""Findings as lines and as JSON; the figures are worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_rows import rows

from opsrules.register import FINDING_COLUMNS
from opsrules.register.lines import as_records, lines_of, sums_words


def said(*findings: dict[str, Any]) -> str:
    return sums_words(rows(*findings)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([], "0 findings"),
        ([{"amount_minor": -1234}], "1 finding: EUR 12.34"),
        ([{"amount_minor": -1234}, {"amount_minor": 1234}], "2 findings: EUR 24.68"),
        ([{"currency": "", "amount_minor": 0}], "1 finding"),
        (
            [{"amount_minor": 5}, {"currency": "JPY", "amount_minor": 5}, {"amount_minor": -1}, {"currency": ""}],
            "4 findings: EUR 0.06 in 2, JPY 5 in 1 and 1 without an amount",
        ),
        ([{"amount_minor": 2**62}] * 3, "3 findings: EUR 138,350,580,552,821,637.12"),
    ],
)
def test_sums_are_exact_without_sign_and_never_over_currencies(findings: list[dict[str, Any]], words: str) -> None:
    assert said(*findings) == words


@given(st.lists(st.tuples(st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(-(10**15), 10**15)), max_size=30))
def test_every_finding_is_counted_once(amounts: list[tuple[str, int]]) -> None:
    words = said(*({"currency": currency, "amount_minor": minor} for currency, minor in amounts))
    assert words.startswith(f"{len(amounts)} finding")
    for currency, places in (("EUR", 2), ("JPY", 0), ("KWD", 3)):
        total = sum(abs(minor) for name, minor in amounts if name == currency)
        figure = f"{total // 10**places:,}" + (f".{total % 10**places:0{places}d}" if places else "")
        assert (f"{currency} {figure}" in words) == any(name == currency for name, _ in amounts)


def test_a_wide_table_has_what_a_narrow_one_leaves_out() -> None:
    table = rows({"finding_id": "0123456789abcdef", "amount_minor": -50_000, "owner": "", "due": "2026-11-20"})
    wide, narrow = lines_of(table), lines_of(table, 80)
    assert wide.heads == ("finding", "account", "what", "severity", "amount", "age", "owner", "due")
    assert wide.rows == [
        *[("0123456789ab", "northwind", "Payout arrived short", "High", "EUR −500.00", "19", "nobody", "2026-11-20")]
    ]
    assert narrow.heads == ("finding", "account", "what", "amount", "age", "owner")
    assert narrow.rows == [("01234567", "northwind", "Payout arrived short", "EUR −500.00", "19", "nobody")]
    assert [wide.heads[at] for at in wide.numbers] == [narrow.heads[at] for at in narrow.numbers] == ["amount", "age"]


def test_statuses_are_shown_where_they_are_not_all_open() -> None:
    assert "status" not in lines_of(rows({}, {})).heads
    assert [row[-1] for row in lines_of(rows({}, {"status": "written_off"})).rows] == ["Open", "Written off"]
    assert lines_of(rows({"status": "parked", "class": "eclipse"})).rows[0][2::6] == ("eclipse", "parked")


def test_records_are_json_with_every_column() -> None:
    table = rows({"order_ref": "=1+1"}, {"first_day": ""})
    told = json.loads(json.dumps(as_records(table)))
    assert [list(one) for one in told] == [list(FINDING_COLUMNS)] * 2
    assert told[0] | {} == as_records(table)[0]
    assert (told[0]["amount_minor"], told[0]["is_present"], told[0]["order_ref"]) == (1000, True, "=1+1")
    assert as_records(pd.DataFrame({"a": [None, float("nan"), pd.NaT, pd.Timestamp("2026-11-05"), 1]})) == [
        *({"a": one} for one in (None, None, None, "2026-11-05", 1))
    ]
