"""Patterns of analysts: found where re.search finds them, in linear time, or refused by name (RELIABILITY.md B25)."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.rules.regex import RegexRefused, regex_fault, regex_holds, regex_holds_all

PATTERNS = (
    *("refund", "^PO-[0-9]{4,6}$", "(?i)teil.*refund", r"\bFEE\b.*\bEUR\b", r"\d{2}\.\d{2}\.\d{4}"),
    *("(?i)straße|STRASSE", "", "^$", "$", "a$|^b", r"(a|b$)", r"x\Z", r"\A\s*\Z", "(?m)^b$", "(?s)a.b", "a.b"),
    *("[^a-z]", r"[\w.-]+@[\w.-]+", r"(?a)\w+", r"(?a:\d)\d", r"(?i:k)K", "(?i)[k-s]", "(?i)[^k]", "(?i)ſ"),
    *("(?i)İ", "(?i)ı", "(?i)µ", r"\S\s\S", "(?x) a  b # both", "(a*)*b", "(?:a|b*)*c", "(|a){3}b", "(?:a??)+?b"),
    *(r"\b\w\b", r"[\d\D]", r"caf[eé]", r"\bé", "😀", "[😀-😎]x", r"\n$", "a{0}b", "(?i)ß", "(?i)ẞ", "[]a]"),
    *(r"[\]\\^-]", r"\x41\u00e9", "(?P<name>a)b", "(?:){2}a"),
)
TEXTS = (
    *("", "a", "b", "c", "x", "x\n", "x\n\n", "\n", "a\nb", "b\nb\nb", "refund", "Teil-REFUND", "PO-12345"),
    *("PO-12345\n", "PO-١٢٣٤٥", "FEE in EUR", "éFEE EUR", "01.12.2026", "Straße", "STRASSE", "STRAẞE", "k\u212a"),
    *("\u212ak", "ſs", "iıİI", "µμΜ", "a b", "a\u00a0b", "café", "cafe\u0301", "é", " é ", "aé", "😀", "😎x", "ab"),
    *("aab", "aaab", "\ud800", "a\x85b", "me@example.org", "mé@example.org", "aAé", "[", "]", "\\", "_", "_é", "٣٤"),
    *("a٣", "\x1c", "\u2028", "0", "Aé"),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_agrees_with_re_on_every_text(pattern: str) -> None:
    assert regex_fault(pattern) is None
    differing = [text for text in TEXTS if regex_holds(pattern, text) is not bool(re.search(pattern, text))]
    assert differing == []
    assert regex_holds_all(pattern, TEXTS).tolist() == [re.search(pattern, text) is not None for text in TEXTS]
    assert regex_holds_all(pattern, ["a", "b"]).tolist() == [re.search(pattern, text) is not None for text in "ab"]
    assert regex_holds_all(pattern, []).tolist() == []


SIGNS = "aAbkKsS\u212aſéÉ_1٣ \n.-ßİı😀"
_piece = st.sampled_from(
    [*(re.escape(sign) for sign in SIGNS), ".", r"\d", r"\w", r"\W", r"\s", r"\S", "[a-k]", "[^a]", "[é-٣]", r"[\d_]"]
)
_edge = st.sampled_from(["^", r"\A", r"\b", r"\Z", ""])
_patterns = st.recursive(
    st.one_of(_piece, _piece, _edge),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{0,2}", "{1,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        inner.map(lambda part: f"({part})"),
        st.tuples(st.sampled_from("ims"), inner).map(lambda pair: f"(?{pair[0]}:{pair[1]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(_patterns, st.sampled_from(["", "", "$"]), st.sampled_from(["", "(?i)", "(?a)", "(?m)"]), st.integers())
def test_agrees_with_re_on_generated_patterns(pattern: str, end: str, flags: str, seed: int) -> None:
    whole = flags + pattern + end
    assert regex_fault(whole) is None, whole
    chance = random.Random(seed)
    for _ in range(12):
        text = "".join(chance.choices(SIGNS, k=chance.randrange(7)))
        assert regex_holds(whole, text) is bool(re.search(whole, text)), (whole, text)
        assert regex_holds_all(whole, [text])[0] == bool(re.search(whole, text)), (whole, text)


@pytest.mark.parametrize("letter", "aikKsSzßéµıİ")
def test_ignoring_case_means_what_re_means_for_every_sign(letter: str) -> None:
    sign = re.compile(letter, re.IGNORECASE)
    every = [chr(code) for code in range(0x3000)]
    assert [one for one in every if regex_holds(f"(?i){letter}", one)] == [one for one in every if sign.search(one)]


def test_b25_nested_repeat_is_judged_at_once() -> None:
    start = time.perf_counter()
    assert regex_holds("(a+)+$", "a" * 30 + "b") is False
    assert time.perf_counter() - start < 0.1


def test_b25_time_grows_with_the_text_alone() -> None:
    start = time.perf_counter()
    assert regex_holds("(é+)+$", "é" * 200_000 + "b") is False
    assert regex_holds("(a|aa)+$", "a" * 200_000 + "b") is False
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?=a)b", "look-around"),
        ("(?<!a)b", "look-around"),
        ("(?!)", "look-around"),
        (r"(a)\1", "back-reference"),
        (r"(?i)(a)\1", "back-reference"),
        ("(a)?(?(1)b|c)", "a condition on a group"),
        ("(?>a+)b", "an atomic group"),
        ("a++b", "a possessive repeat"),
        (r"\Ba", r"\B"),
        ("a$b", "$ with more"),
        ("(a$)+", "$ with more"),
        (r"(?a:\b)a\b", "both with and without"),
        ("a{1001}", "more than 1000 times"),
        ("((a{100}){100}){100}", "more than 1000 times"),
        (r"(?:(?:\w\w\w\w\w\w\w\w\w\w){100}){10}" * 60, "too large"),
        ("a" * 5001, "5001 signs"),
        ("(", "is no regular expression (missing )"),
        ("(?L)a", "is no regular expression"),
        (r"\b" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123", "too many signs"),
        ("(" * 2400 + ")" * 2400, "nested too deeply"),
    ],
)
def test_b25_what_cannot_be_judged_so_is_refused_by_name(
    pattern: str, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    fault = regex_fault(pattern)
    assert fault is not None
    assert words in fault
    with pytest.raises(RegexRefused, match=re.escape(words)):
        regex_holds(pattern, "a")
    assert capfd.readouterr() == ("", "")


def test_a_bracket_that_may_change_its_meaning_is_no_warning() -> None:
    assert regex_fault("[[a]") is None
    assert regex_holds("[[a]", "[") is True
