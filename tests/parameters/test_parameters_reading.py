"""The loader: plain values, lines, and everything YAML would do in silence refused."""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from opsrules.parameters import Document, read_document
from opsrules.parameters import reading as reading_module


def read(text: str | bytes, *, as_json: bool = False) -> Document:
    return read_document(text.encode() if isinstance(text, str) else text, "file.yaml", as_json=as_json)


def only_problem(text: str | bytes, *, as_json: bool = False) -> str:
    found = read(text, as_json=as_json).problems
    assert len(found) == 1, [str(one) for one in found]
    return str(found[0])


@pytest.fixture(params=["C scanner", "Python scanner"])
def scanner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's scanners: a wheel without libyaml has only the slow one."""
    if request.param == "Python scanner":
        monkeypatch.setattr(reading_module, "_LOADER", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without libyaml")


TEXT = """\
# one of each
text: Berlin
quoted: "NO"
whole: -12
decimal: 0.10
right: true
nothing:
also_nothing: null
day: 2026-10-01
list:
  - a
  - b: 2026-12-31
flow: {x: [1, 2], z: 'on'}
block: |
  two
  lines
2026-01-01: 100
empty: {}
"""


@pytest.mark.usefixtures("scanner")
def test_values_are_what_they_look_like() -> None:
    document = read(TEXT)
    assert document.problems == ()
    assert document.value == {
        "text": "Berlin",
        "quoted": "NO",
        "whole": -12,
        "decimal": Decimal("0.10"),
        "right": True,
        "nothing": None,
        "also_nothing": None,
        "day": date(2026, 10, 1),
        "list": ["a", {"b": date(2026, 12, 31)}],
        "flow": {"x": [1, 2], "z": "on"},
        "block": "two\nlines\n",
        date(2026, 1, 1): 100,
        "empty": {},
    }
    assert str(document.value["decimal"]) == "0.10"


@pytest.mark.usefixtures("scanner")
def test_every_key_and_value_knows_its_line_and_column() -> None:
    document = read(TEXT)
    assert document.line(("text",)) == 2
    assert document.line(("list",)) == 10  # a list or mapping stands where its key stands
    assert document.line(("list", 0)) == 11
    assert document.line(("list", 1, "b")) == 12
    assert document.line(("flow", "x", 1)) == 13
    assert document.line(("list", 1, "missing")) == 12
    assert document.line(("missing",)) == 2  # the file begins there, after its comment
    assert (document.keys["list", 1, "b"].column, document.values["list", 1, "b"].column) == (5, 8)
    assert document.place(("day",)) == "file.yaml:9"


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize(
    "word",
    [
        *("NO", "no", "No", "yes", "Yes", "on", "OFF", "y", "N", "True", "FALSE", "~", "Null", "NULL"),
        *("17:30", "24:00", "1:00:00", "190:20:30.15", "0123", "0o17", "00", "007", "0123.5", "0x10", "0b11"),
        *("1e3", "1.5E+3", "12E3", "1_000", "1_000.5", "+5", ".5", "5.", ".inf", "-.INF", ".nan", ".NaN"),
        *("2026-10-01T10:00:00Z", "2026-10-01 10:00:00", "=", "<<", "9" * 41),
    ],
)
def test_c2_yaml_1_1_surprises_are_refused_with_their_line(word: str) -> None:
    problem = only_problem(f"first: 1\nkey: {word}\nlast: 2\n")
    assert problem.startswith("file.yaml:2: key: ")
    assert f'quote it: "{word}"' in problem


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("word", ["NO", "17:30", "0123", "1e3", "~", "true", "12", "2026-10-01", ".inf"])
def test_c2_quoted_they_are_text(word: str) -> None:
    assert read(f'key: "{word}"').value == {"key": word}
    assert read(f"key: '{word}'").value == {"key": word}


@pytest.mark.parametrize("word", ["12", "true", "null", "0.5", "NO"])
def test_c2_a_key_must_be_text_or_a_day(word: str) -> None:
    assert "quote it" in only_problem(f"{word}: 1\n")


@given(st.text(alphabet="0123456789abefnoxyNOEYS.:_+-~TZ ", min_size=1, max_size=12))
def test_c2_whatever_is_taken_is_what_yaml_1_2_and_stock_yaml_agree_on_or_exact(word: str) -> None:
    """No unquoted word may come out as something that neither its reader nor stock YAML sees in it."""
    if word.strip() != word or word.startswith(("- ", ": ")) or word in "-:":
        return
    document = read(f"key: {word}\n")
    if document.problems or not isinstance(document.value, dict):
        return
    value, stock = document.value["key"], yaml.safe_load(f"key: {word}\n")["key"]
    if isinstance(value, Decimal):
        assert str(value) == word
    else:
        assert value == stock
        assert type(value) is type(stock)
        assert isinstance(value, str) or str(value).lower() == word or value is None


@pytest.mark.usefixtures("scanner")
def test_c3_a_double_key_names_both_lines() -> None:
    problem = only_problem("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert problem == "file.yaml:5: has the key 'c' twice, first on line 3; keep one of them"


@pytest.mark.usefixtures("scanner")
def test_c3_the_first_of_a_double_key_stands_and_reading_goes_on() -> None:
    document = read("a: 1\na: {x: NO}\nb: no\n")
    assert [one.place for one in document.problems] == ["file.yaml:2", "file.yaml:3"]
    assert document.value["a"] == 1


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "has a tag"),
        ("a: !!str 5\n", 1, "has a tag (tag:yaml.org,2002:str)"),
        ("a: !secret x\n", 1, "has a tag (!secret)"),
        ("a: 1\n---\nb: 2\n", 2, "starts a second document"),
        ("a: 1\n\t b: 2\n", 2, "is not valid YAML"),
        ("a: [1, 2\nb: 3\n", 2, "is not valid YAML"),
        ("files: *.csv\n", 1, "is not valid YAML"),
        ("? [a, b]\n: 1\n", 1, "has a key that is no plain text"),
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("a: 1\nb: \u202etxt\n", 2, "holds an invisible character, U+202E"),
        ("a: 1\nb: te\u200bxt\n", 2, "holds an invisible character, U+200B"),
        ("a: 1\nb: te\u2028xt\n", 2, "holds an invisible character, U+2028"),
        ("a: 1\nb: \x00\n", 2, "holds a control character, U+0000"),
    ],
)
def test_b24_b13_what_breaks_a_file_is_refused(text: str, line: int, words: str) -> None:
    problem = only_problem(text)
    assert problem.startswith(f"file.yaml:{line}: "), problem
    assert words in problem


@pytest.mark.usefixtures("scanner")
def test_b24_c9_anchors_and_aliases_are_refused() -> None:
    found = [str(one) for one in read("a: &x [1]\nb: *x\nc: &y [*y]\n").problems]
    assert [one.split(": ", 1)[0] for one in found] == ["file.yaml:1", "file.yaml:2", "file.yaml:3", "file.yaml:3"]
    assert "has an anchor (&x)" in found[0]
    assert "refers to an anchor (*x)" in found[1]


@pytest.mark.usefixtures("scanner")
def test_b24_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    start = time.perf_counter()
    document = read("\n".join(lines))
    assert len(document.problems) == 10 + 9 * 9
    assert time.perf_counter() - start < 1.0
    assert len(json.dumps(document.value)) < 2_000


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 100_000], ids=["lists", "mappings", "dashes"])
def test_b24_depth_is_refused_in_a_second(text: str) -> None:
    start = time.perf_counter()
    assert "nested deeper than 20 levels" in only_problem(text)
    assert time.perf_counter() - start < 1.0


def test_b24_twenty_levels_are_read() -> None:
    assert read("[" * 20 + "1" + "]" * 20).problems == ()


def test_b24_a_file_over_a_megabyte_is_refused() -> None:
    assert "1,000,001 bytes" in only_problem(b"a" * 1_000_001)


def test_text_that_is_not_utf8_names_its_line() -> None:
    assert only_problem(b"a: 1\nb: M\xfcnchen\n").startswith("file.yaml:2: is not UTF-8 text")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b"\xef\xbb\xbfa: 1\n").value == {"a": 1}


@given(st.binary(max_size=200))
def test_a38_random_bytes_are_a_value_or_a_problem_never_a_traceback(content: bytes) -> None:
    document = read(content)
    assert document.problems or document.sha256


JSON = """\
[
\t{"id": "R1",
\t "share": 0.1, "big": 1e3, "tiny": 1E-6,
\t "text": "a\\tb\\/c \\ud83d\\ude00 \\\\ud83d",
\t "on": true, "none": null}
]
"""


@pytest.mark.usefixtures("scanner")
def test_json_is_read_with_lines_and_exact_numbers() -> None:
    document = read(JSON, as_json=True)
    assert document.problems == ()
    assert document.value == [
        {
            "id": "R1",
            "share": Decimal("0.1"),
            "big": Decimal(1000),
            "tiny": Decimal("0.000001"),
            "text": "a\tb/c \U0001f600 \\ud83d",
            "on": True,
            "none": None,
        }
    ]
    assert document.line((0, "big")) == 3


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_json_is_what_the_standard_library_reads(value: Any, pretty: bool) -> None:
    document = read(
        json.dumps(value, indent="\t" if pretty else None, separators=None if pretty else (",", ":")), as_json=True
    )
    assert document.problems == ()
    assert document.value == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "NaN is no JSON value"),
        ('{"a": 1, "a": 2}', "twice, first on line 1"),
        ('{"a": [1, 2', "is not valid YAML"),
        ('{"a": yes}', "yes is no JSON value"),
    ],
)
def test_a35_json_faults_are_refused(text: str, words: str) -> None:
    assert words in only_problem(text, as_json=True)
