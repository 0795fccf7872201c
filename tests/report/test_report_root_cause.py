"""Sections of the page of root causes: client text stays text, nothing is called a cause, no signal is no slice."""

from __future__ import annotations

from datetime import date

import pytest
from account_tables import drawn, without_captures

from opsrules import report
from opsrules.periods import Period
from opsrules.rootcause import MEASURES, Explanation, explain_measure, facts_of

OCTOBER = Period.parse("2026-10")
HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def hostile() -> Explanation:
    found = without_captures(drawn(7, date(2026, 8, 1), OCTOBER.last), OCTOBER.first, "DE", "card")
    orders = found.orders.assign(country=found.orders["country"].replace("DE", HOSTILE))
    return explain_measure(facts_of(MEASURES["match_rate"], {**found.tables, "orders": orders}, "EUR"), OCTOBER)


def test_a_hostile_country_is_shown_as_text(hostile: Explanation) -> None:
    html = str(report.explained(hostile).html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\ufffd" in html
    assert "<script" not in html
    assert "\u202e" not in html


def test_the_section_tells_slice_drivers_and_rest_and_no_cause(hostile: Explanation) -> None:
    text = report.explained(hostile).text
    assert "Concentrated in" in text
    assert "What remains unexplained" in text
    assert "What moved it, by country, payment_method" in text
    assert "caused" not in text
    assert str(report.explained(hostile).html).count("<svg") == 2  # one drawing for wide screens, one for narrow ones
