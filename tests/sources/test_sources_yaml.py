"""Drafted YAML says what it was given, to our own loader."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opsrules.parameters import read_document
from opsrules.sources.yaml_text import remark, yaml_lines

TEXTS = st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF), max_size=20)
KEYS = st.text("abcdefgh_ .:#-'\"é", min_size=1, max_size=8).filter(lambda key: key.strip())
VALUES = TEXTS | st.booleans() | st.integers(-(10**9), 10**9) | st.lists(TEXTS, max_size=3)
MAPPINGS = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, TEXTS, min_size=1, max_size=3), max_size=4)


@given(MAPPINGS, TEXTS)
def test_what_is_written_is_read_again(value: dict[str, Any], note: str) -> None:
    notes = {key: remark(note) for key in value}
    text = "\n".join(["top:", *yaml_lines(value, notes, "  "), "end: 1"]) + "\n"
    document = read_document(text.encode(), "draft.yaml")
    assert document.problems == ()
    assert document.value == {"top": value or None, "end": 1}
