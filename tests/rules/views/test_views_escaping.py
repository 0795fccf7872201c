"""Whatever a client or an analyst wrote is shown as text: it becomes no tag, no attribute, no address."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import Parsed

from opsrules.rules import BaseActions, BaseVariables, Rules, rule_action, string_rule_variable
from opsrules.rules.views.table import message_words
from opsrules.rules.views.values import one_line

TAGS = set("a b caption details div i li p span strong style summary table tbody td th thead tr ul".split())
ATTRIBUTES = set("aria-hidden class data-l href open rel role scope".split())
CLASSES = set(
    "ample c crit done error head held id joint lead little much n name never none not oc ok opsrules-rules risk rule "
    "rules says seen set soft some st state active draft retired sum tree trouble".split()
)

NASTY = [
    "<script>alert(1)</script>",
    "</span></li></ul></div><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
    "</style><svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#60;",
    "javascript:alert(1)",
    "\x1b[31mred\x1b[0m\x00\u202egnp",
    "{0.__class__} {{x}} {constant}",
    "<!--",
    "]]> <?php",
]
HOSTILE = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))


def hostile_rules(text: str) -> Rules:
    class Variables(BaseVariables):
        VALUE_WORDS = {"said": {"known": text}}  # noqa: RUF012

        def __init__(self, row: Any) -> None:
            self.row = row

        @string_rule_variable(label=f"L{text}")
        def said(self) -> Any:
            return self.row["said"]

    class Actions(BaseActions):
        def __init__(self, row: Any) -> None:
            self.row = row

        @rule_action(label=f"A{text}", params={"note": "text"})
        def tell(self, note: str) -> None: ...

    condition = {"name": "said", "operator": "equal_to", "value": f"C{text}"}
    known = {"name": "said", "operator": "contains", "value": "known"}
    rule = {
        **dict.fromkeys(("id", "name", "owner", "source", "message"), text),
        "conditions": {"any": [condition, {"all": [known, condition]}]},
        "actions": [{"name": "tell", "params": {"note": f"P{text}"}}],
    }
    return Rules([rule, rule | {"id": f"I{text}", "conditions": known}], Variables, Actions)


def harmless(html: str) -> Parsed:
    parsed = Parsed(html)
    assert parsed.odd == []
    assert {tag for tag, _ in parsed.tags} <= TAGS
    for tag, attributes in parsed.tags:
        assert set(attributes) <= ATTRIBUTES
        assert set((attributes.get("class") or "").split()) <= CLASSES
        if tag == "a":
            assert str(attributes["href"]).lower().startswith(("http://", "https://"))
    return parsed


@given(text=HOSTILE)
def test_rules_and_results_show_hostile_text_as_text(text: str) -> None:
    rules = hostile_rules(text)
    result = rules.run(pd.DataFrame({"said": [text, "", "known"]}, dtype=object))
    for view in (rules, result):
        parsed = harmless(view._repr_html_())
        shown = [text, f"L{text}", f"A{text}", f"C{text}", f"P{text}", f"I{text}"] if text.strip() else []
        for one in shown:
            assert one_line(one).strip() in parsed.text
        assert message_words(text.strip()) in parsed.text


@given(text=HOSTILE)
def test_a_row_shows_hostile_text_as_text(text: str) -> None:
    result = hostile_rules(text).run(pd.DataFrame({"said": [text, f"C{text}", "known"]}, dtype=object))
    for row in range(3):
        why: Any = result.why(row)
        parsed = harmless(str(why._repr_html_()))
        assert one_line(f"L{text}") in parsed.text
        assert one_line(f"C{text}") in parsed.text
        # What could move a terminal's cursor or hide text is not in the text either.
        assert not set(repr(why)) & set("\x1b\x00\r\u202e\u2028")


@pytest.mark.parametrize("text", NASTY)
def test_the_text_of_a_terminal_keeps_its_lines(text: str) -> None:
    calm, nasty = (str(hostile_rules(one)).count("\n") for one in ("x", f"{text}\n\nREC-999  forged"))
    assert nasty >= calm
    assert not any(line.startswith("REC-999") for line in str(hostile_rules(f"{text}\n\nREC-999  forged")).split("\n"))
