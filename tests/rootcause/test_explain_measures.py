"""Measures of an account and what is said of their changes: planted changes are found, noise is not explained."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from account_tables import Drawn, drawn, without_captures
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.rootcause import MEASURES, explain_measure, facts_of, measure_named
from opsrules.rootcause.usual import Found, judgement_of

AUGUST, SEPTEMBER = date(2026, 8, 1), Period.parse("2026-09")
OCTOBER = Period.parse("2026-10")
WEEK = (1.0, 0.9, 0.9, 1.0, 1.2, 1.5, 1.4)


@pytest.fixture(scope="module")
def calm() -> Drawn:
    return drawn(7, AUGUST, OCTOBER.last, week=WEEK)


@pytest.fixture(scope="module")
def broken(calm: Drawn) -> Drawn:
    return without_captures(calm, OCTOBER.first, "DE", "card")


def _in(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    return table[(table["day"] >= pd.Timestamp(period.first)) & (table["day"] <= pd.Timestamp(period.last))]


@pytest.mark.parametrize("name", MEASURES)
def test_figures_are_those_of_plain_sums(broken: Drawn, name: str) -> None:
    orders, lines = _in(broken.orders, OCTOBER), _in(broken.lines, OCTOBER)
    charges, refunds = lines[lines["kind"] == "charge"], lines[lines["kind"] == "refund"]
    open_ones = orders[orders["orders_charges_status"] == "open"]
    wanted = {
        "sales": orders["total_minor"].sum(),
        "orders": len(orders),
        "captured": charges["gross_minor"].sum(),
        "open_amount": open_ones["total_minor"].sum(),
        "match_rate": 1 - len(open_ones) / len(orders),
        "refund_rate": -refunds["gross_minor"].sum() / charges["gross_minor"].sum(),
        "fee_rate": charges["fee_minor"].sum() / charges["gross_minor"].sum(),
        "chargeback_rate": (lines["kind"] == "chargeback").sum() / len(charges),
    }
    facts = facts_of(MEASURES[name], broken.tables, "EUR")
    assert explain_measure(facts, OCTOBER).value == pytest.approx(wanted[name], rel=1e-12)


def test_the_lost_captures_of_one_country_and_method_are_found(broken: Drawn) -> None:
    found = explain_measure(facts_of(MEASURES["match_rate"], broken.tables, "EUR"), OCTOBER)
    assert found.is_signal
    assert found.bad
    assert found.localisation is not None
    assert [one.where for one in found.localisation.slices] == [{"country": "DE", "payment_method": "card"}]
    assert found.localisation.slices[0].share == pytest.approx(1, abs=0.05)
    captured = explain_measure(facts_of(MEASURES["captured"], broken.tables, "EUR"), OCTOBER)
    assert captured.is_signal
    assert captured.localisation is not None
    (one,) = captured.localisation.slices
    same = [one.where, *one.equivalents]
    assert {"ship_country": "DE", "method": "card"} in same
    assert {"country": "DE", "method": "card"} in same
    assert "concentrated in" in captured.lines[2]
    assert "cause" not in " ".join(captured.lines)


def test_drivers_lead_from_what_was_expected_to_what_is_there(broken: Drawn) -> None:
    for name in ("sales", "captured", "match_rate", "refund_rate", "fee_rate"):
        found = explain_measure(facts_of(MEASURES[name], broken.tables, "EUR"), OCTOBER, anyway=True)
        assert found.drivers is not None, name
        assert found.drivers.change == pytest.approx(found.change, rel=1e-9), name
        assert math.fsum(found.drivers.effects.values()) == pytest.approx(found.change, rel=1e-9), name


def test_without_a_signal_no_slice_is_offered_unless_asked(calm: Drawn) -> None:
    facts = facts_of(MEASURES["match_rate"], calm.tables, "EUR")
    found = explain_measure(facts, OCTOBER)
    assert found.judgement.found is Found.USUAL
    assert (found.localisation, found.drivers, len(found.to_frame())) == (None, None, 0)
    assert "There is no signal: the change lies within what this account usually varies" in found.lines[1]
    asked = explain_measure(facts_of(MEASURES["sales"], calm.tables, "EUR"), OCTOBER, anyway=True)
    assert asked.localisation is not None
    assert asked.localisation.slices == ()


def test_noise_alone_is_a_signal_at_most_once_in_a_hundred() -> None:
    # 100 accounts of five measures: at a rate of 1 in 100, more than 10 alarms happen once in 75 tries.
    alarms = 0
    for seed in range(100):
        tables = drawn(seed, AUGUST, OCTOBER.last, a_day=3.0, week=WEEK).tables
        for name in ("sales", "orders", "refund_rate", "fee_rate", "chargeback_rate"):
            alarms += judgement_of(facts_of(MEASURES[name], tables, "EUR"), OCTOBER).found is Found.SIGNAL
    assert alarms <= 10


def test_a_month_with_other_weekdays_is_no_change() -> None:
    # Saturday and Sunday alone sell: October has nine of them, September eight, and each sells the same.
    found = drawn(3, AUGUST, OCTOBER.last, a_day=0.0)
    days = pd.date_range(AUGUST, OCTOBER.last, freq="D", unit="us")
    days = days[days.day_of_week >= 5].repeat(10)
    row = drawn(3, AUGUST, AUGUST, a_day=9.0).orders.iloc[:1]
    orders = row.loc[row.index.repeat(len(days))].assign(day=days, total_minor=1_000).reset_index(drop=True)
    facts = facts_of(MEASURES["sales"], {"orders": orders, "processor_lines": found.lines}, "EUR")
    told = explain_measure(facts, OCTOBER)
    assert (told.before, told.expected, told.value) == (80_000, 90_000, 90_000)
    assert told.judgement.found is Found.USUAL


def test_ten_earlier_months_are_judged_as_months() -> None:
    found = drawn(5, date(2025, 6, 1), OCTOBER.last, a_day=8.0)
    facts = facts_of(MEASURES["orders"], found.tables, "EUR")
    judged = judgement_of(facts, OCTOBER)
    assert (judged.by, judged.points, judged.found) == ("periods", 16, Found.USUAL)
    halved = found.orders[(found.orders["day"] < pd.Timestamp(OCTOBER.first)) | (found.orders.index % 2 == 0)]
    fewer = facts_of(MEASURES["orders"], {**found.tables, "orders": halved}, "EUR")
    assert judgement_of(fewer, OCTOBER).found is Found.SIGNAL


def test_too_few_earlier_days_are_said_to_be_too_few(calm: Drawn) -> None:
    facts = facts_of(MEASURES["sales"], calm.tables, "EUR")
    found = explain_measure(facts, Period.parse("2026-08-11..2026-08-20"), Period.parse("2026-08-01..2026-08-10"))
    assert found.judgement.found is Found.UNKNOWN
    assert found.judgement.words.startswith("Whether there is a signal cannot be told: 10 earlier days are too few")
    assert found.localisation is None


def test_what_was_nothing_before_is_a_signal_when_there_is_much_and_none_when_there_is_one(
    calm: Drawn, broken: Drawn
) -> None:
    much = explain_measure(facts_of(MEASURES["open_amount"], broken.tables, "EUR"), OCTOBER)
    assert (much.before, much.expected, much.is_signal, much.bad) == (0.0, 0.0, True, True)
    assert much.localisation is not None
    assert [one.where for one in much.localisation.slices] == [{"country": "DE", "payment_method": "card"}]
    assert much.localisation.slices[0].effect == much.value
    orders = calm.orders.copy()
    orders.loc[orders.index[-1], ["orders_charges_status", "orders_charges_rule"]] = ["open", ""]
    one = explain_measure(facts_of(MEASURES["open_amount"], {**calm.tables, "orders": orders}, "EUR"), OCTOBER)
    assert (one.before, one.judgement.found) == (0.0, Found.USUAL)


def test_a_holiday_says_nothing_of_what_is_usual(calm: Drawn) -> None:
    day = date(2026, 10, 3)
    extra = calm.orders[calm.orders["day"] == pd.Timestamp(day)]
    more = pd.concat([calm.orders, *[extra] * 15], ignore_index=True)
    facts = facts_of(MEASURES["orders"], {**calm.tables, "orders": more}, "EUR")
    assert judgement_of(facts, OCTOBER).found is Found.SIGNAL
    assert judgement_of(facts, OCTOBER, holidays={day}).found is Found.USUAL


def test_a_period_that_still_runs_is_compared_by_the_days_it_has_had(calm: Drawn) -> None:
    facts = facts_of(MEASURES["orders"], calm.tables, "EUR")
    found = explain_measure(facts, OCTOBER, until=date(2026, 10, 10))
    assert found.value == len(_in(calm.orders, Period.parse("2026-10-01..2026-10-10")))
    assert abs(found.change) < 0.2 * found.expected
    assert found.judgement.found is Found.USUAL


def test_currencies_are_never_added(calm: Drawn) -> None:
    dollars = calm.orders.assign(currency="USD", total_minor=1)
    tables = {**calm.tables, "orders": pd.concat([calm.orders, dollars], ignore_index=True)}
    euros = facts_of(MEASURES["sales"], tables, "EUR").of(OCTOBER)
    assert euros["top"].sum() == _in(calm.orders, OCTOBER)["total_minor"].sum()
    assert facts_of(MEASURES["sales"], tables, "USD").of(OCTOBER)["top"].sum() == len(_in(calm.orders, OCTOBER))
    assert "currency" in facts_of(MEASURES["orders"], tables, "EUR").filled(
        facts_of(MEASURES["orders"], tables, "EUR").frame
    )
    with pytest.raises(UsageError, match="no amounts in 'EUX'; did you mean EUR"):
        facts_of(MEASURES["sales"], tables, "EUX")


def test_rows_that_a_later_export_has_too_count_once(calm: Drawn) -> None:
    twice = pd.concat([calm.orders, calm.orders.assign(again=True)], ignore_index=True)
    facts = facts_of(MEASURES["orders"], {**calm.tables, "orders": twice}, "EUR")
    assert len(facts.frame) == len(calm.orders)


def test_a_missing_value_is_a_level_and_a_slice_of_its_own(calm: Drawn) -> None:
    facts = facts_of(MEASURES["orders"], calm.tables, "EUR")
    inside = facts.within({"country": None})
    assert len(inside.frame) == int((calm.orders["country"] == "").sum())
    assert len(facts.within({"country": "FR", "payment_method": "card"}).frame) == int(
        ((calm.orders["country"] == "FR") & (calm.orders["payment_method"] == "card")).sum()
    )


def test_wrong_names_and_periods_are_told_with_the_nearest(calm: Drawn) -> None:
    with pytest.raises(UsageError, match="there is no measure 'refunds_rate'; did you mean refund_rate"):
        measure_named("refunds_rate")
    facts = facts_of(MEASURES["sales"], calm.tables, "EUR")
    with pytest.raises(UsageError, match="measure sales has no dimension 'contry'; did you mean country"):
        explain_measure(facts, OCTOBER, dimensions=["contry"])
    with pytest.raises(UsageError, match="no rows in January 2026; its tables run from 2026-08-01 to 2026-10-31"):
        explain_measure(facts, OCTOBER, Period.parse("2026-01"))
    with pytest.raises(UsageError, match="share days"):
        explain_measure(facts, OCTOBER, Period.parse("2026-10-15..2026-11-15"))
    with pytest.raises(UsageError, match="dimension 'country' has no value 'FX'; known: AT, DE, FR"):
        facts.within({"country": "FX"})
    with pytest.raises(UsageError, match="its tables are empty"):
        explain_measure(facts_of(MEASURES["sales"], {}, "EUR"), OCTOBER)


@settings(max_examples=15)
@given(
    gone=st.sampled_from(["DE", "FR", "AT"]),
    method=st.sampled_from(["card", "paypal"]),
    seed=st.integers(0, 10_000),
)
def test_whatever_captures_are_lost_the_slice_is_named(gone: str, method: str, seed: int) -> None:
    found = without_captures(drawn(seed, AUGUST, OCTOBER.last), OCTOBER.first, gone, method)
    told = explain_measure(facts_of(MEASURES["match_rate"], found.tables, "EUR"), OCTOBER)
    assert told.localisation is not None
    assert [one.where for one in told.localisation.slices] == [{"country": gone, "payment_method": method}]


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000), shuffle=st.integers(0, 100))
def test_the_order_of_rows_changes_nothing(seed: int, shuffle: int) -> None:
    found = without_captures(drawn(seed, AUGUST, OCTOBER.last, a_day=5.0), OCTOBER.first, "DE", "card")
    mixed = {name: table.sample(frac=1, random_state=shuffle) for name, table in found.tables.items()}
    for name in ("match_rate", "sales", "refund_rate"):
        one, other = (
            explain_measure(facts_of(MEASURES[name], tables, "EUR"), OCTOBER, anyway=True)
            for tables in (found.tables, mixed)
        )
        assert one.lines == other.lines
        assert (one.drivers and one.drivers.effects) == (other.drivers and other.drivers.effects)
