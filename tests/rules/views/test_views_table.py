"""Rules as a table: what a policy owner reads of each, and its hits with what could not be judged."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from parsed_html import Parsed

from opsrules.display.markup import MIME
from opsrules.rules import BaseActions, BaseVariables, Rules, numeric_rule_variable, rule_action, string_rule_variable


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable(label="Age in days")
    def age(self) -> Any:
        return self.row["age"]

    @string_rule_variable(label="Kind")
    def kind(self) -> Any:
        return self.row["kind"]


class Actions(BaseActions):
    def __init__(self, row: Any) -> None:
        self.row = row

    @rule_action(label="Raise a finding", params={"due_days": "numeric"})
    def raise_finding(self, due_days: int) -> None: ...


def rule(**over: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": "REC-001",
        "name": "Paid late",
        "severity": "high",
        "status": "active",
        "since": "2026-11-05",
        "owner": "Finance",
        "source": "https://example.test/policy?a=1&b=2",
        "message": "Order {order} is {age_days} days late.",
        "conditions": {"all": [{"name": "age", "operator": "greater_than", "value": 30}]},
        "actions": [{"name": "raise_finding", "params": {"due_days": 3}}],
    }
    return given | over


def shown(*rules: dict[str, Any]) -> Parsed:
    return Parsed(Rules(rules, Variables, Actions)._repr_html_())


def links(parsed: Parsed) -> list[str | None]:
    return [attributes["href"] for tag, attributes in parsed.tags if tag == "a"]


def test_a_policy_owner_finds_everything_about_a_rule() -> None:
    parsed = shown(rule(until="2027-01-31"))
    for told in (
        *("REC-001", "Paid late", "▲High", "Age in days is more than 30", "Raise a finding: due days 3", "Active"),
        *("5 Nov 2026 to 31 Jan 2027", "Finance", "Order [order] is [age days] days late.", "1 rule"),
    ):
        assert told in parsed.text
    assert links(parsed) == ["https://example.test/policy?a=1&b=2"]


def test_it_is_a_table_to_a_screen_reader() -> None:
    parsed = shown(rule(), rule(id="REC-002"))
    names = [tag for tag, _ in parsed.tags]
    assert names.count("caption") == 1
    assert names.count("table") == 1
    heads = [attributes for tag, attributes in parsed.tags if tag == "th"]
    assert [one["scope"] for one in heads] == ["col"] * 5 + ["row"] * 2
    assert "Hits" not in parsed.text


@pytest.mark.parametrize(
    "source",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)//https://x.test",
        "data:text/html,x",
        "//x.test",
        "see https://x.test",
        "https://",
        "https:///x",
        "https://x.test/\u202egnp.exe",
        "https://x.test/a b",
        "ftp://x.test",
        " vbscript:x",
    ],
)
def test_only_addresses_on_the_web_are_linked(source: str) -> None:
    assert links(shown(rule(source=source))) == []


def test_columns_that_no_rule_has_anything_for_are_left_out() -> None:
    parsed = shown({"conditions": {"name": "age", "operator": "less_than", "value": 1}, "actions": []})
    assert [one for one in ("Owner", "In force", "Hits") if one in parsed.text] == []
    assert "Does nothing" in parsed.text
    drafts = shown(
        rule(status="draft", since=None), rule(id="REC-002", status="retired", since=None, until="2026-12-31")
    )
    assert "Draft" in drafts.text
    assert "no first or last day" in drafts.text
    assert "until 31 Dec 2026" in drafts.text


FRAME = pd.DataFrame({"age": [40, None, 50, 10, 60], "kind": ["a", "a", "b", "a", "b"]})
OLD = rule()
KIND = rule(id="REC-002", conditions={"name": "kind", "operator": "equal_to", "value": "a"})


def test_hits_come_with_their_share_and_with_what_was_not_judged() -> None:
    result = Rules([OLD, KIND], Variables, Actions).run(FRAME, on_error="collect")
    text = str(result)
    assert text.startswith("2 rules over 5 rows: 2 fired, 5 hits on 4 rows (80%). 1 row (20%) could not be judged")
    assert "hits    3 of 5 rows (60%)\n            1 not judged (20%), its own error" in text
    assert "hits    2 of 5 rows (40%)\n            1 not judged (20%), stopped by an earlier rule's error" in text
    html = Parsed(result._repr_html_())
    for told in ("Hits on the current data", "3 of 5 rows (60%)", "1 not judged (20%), its own error"):
        assert told in html.text


def test_own_errors_and_those_of_earlier_rules_are_told_apart() -> None:
    frame = pd.DataFrame({"age": [None, None, 1], "kind": ["x", 7, 7]}, dtype=object)
    result = Rules([KIND, OLD], Variables, Actions).run(frame, on_error="collect")
    assert "2 not judged (67%), its own error" in str(result)
    assert "3 not judged (100%), 1 by an error of its own" in str(result)


def test_rows_left_at_an_earlier_rule_are_not_counted_as_judged() -> None:
    result = Rules([KIND, OLD], Variables, Actions).run(FRAME, stop_on_first_trigger=True, on_error="collect")
    assert "hits    3 of 5 rows (60%)" in str(result)
    assert "hits    2 of 5 rows (40%)\n            3 settled by an earlier rule that fired" in str(result)
    assert "Every row could be judged." in str(result)


def test_hits_agree_with_counts_and_errors() -> None:
    result = Rules([OLD, KIND], Variables, Actions).run(FRAME, on_error="collect")
    assert [one.fired for one in result._hits] == result.counts.tolist()
    assert [one.failed for one in result._hits] == [
        (result.errors["rule_id"] == name).sum() for name in result.counts.index
    ]


def test_no_rows_and_no_hits_are_said_plainly() -> None:
    rules = Rules([OLD], Variables, Actions)
    assert "No rows" in str(rules.run(FRAME.head(0)))
    assert "1 rule over 1 row: none fired. Every row could be judged." in str(rules.run(FRAME.tail(2).head(1)))


def test_the_notebook_keeps_markup_for_pages_html_for_lab_and_text() -> None:
    data, metadata = Rules([OLD], Variables, Actions)._repr_mimebundle_()
    assert set(data) == {MIME, "text/html", "text/plain"}
    assert set(metadata) == {MIME}
    assert "<style" not in data[MIME]
    assert data["text/html"].endswith(data[MIME])
    assert data["text/html"].startswith("<style>.opsrules-rules{")


def test_many_rules_are_all_shown() -> None:
    many = [rule(id=f"R{number}") for number in range(250)]
    parsed = shown(*many)
    assert sum(tag == "tr" for tag, _ in parsed.tags) == 251
