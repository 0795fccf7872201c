"""JSON as text: strictness (A35), lines, exact figures, and what wraps the records of a format."""

from __future__ import annotations

import contextlib
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_cases import GOLDEN, JSON, declared, reasons, values, whole

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Read, Source
from opsrules.readers.content import Content, heads
from opsrules.readers.json_records import records_of
from opsrules.readers.json_text import DEEPEST, Obj, decoded, peek
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head
from opsrules.readers.parsed import parse

FEW = settings(max_examples=15 if settings.get_current_profile_name() == "default" else settings().max_examples)
each = pytest.mark.parametrize("path", JSON, ids=lambda path: f"{path.parent.name}-{path.stem}")


def _decoded(text: str) -> Any:
    return decoded(Content("a.json", text.encode(), text, "utf-8", ""))


def _refused(text: str) -> str:
    with pytest.raises(FileRefused) as caught:
        _decoded(text)
    return str(caught.value)


def _read(folder: Path, path: Path, text: str | bytes) -> Read:
    file = folder / "export.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    source = Source(file, "exports/demo/export.csv", zone="Europe/Berlin", options=declared(path))
    return whole(readers.read(source, path.parent.name))


def _values(text: str) -> list[Any]:
    """What a fixture holds, by the plain parser: a list with one value, or one of each line."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('[{"a": 1},\n {"a": 1,\n  "b": 2,\n  "a": 3}]', 2, "the key 'a' stands twice"),
        ('{"a":\n {"b": 1, "b": 1}}', 2, "the key 'b' stands twice"),
        ('{"a": "}{",\n "b": {"c": 1, "c": 1}}', 2, "the key 'c' stands twice"),
        (r'{"a": "\\",' + '\n"b": {"c": "\\"}", "c": 1}}', 2, "the key 'c' stands twice"),
        ('[1,\n "NaN",\n NaN]', 3, "NaN is no number"),
        ('{"a": "-Infinity",\n"b": -Infinity}', 2, "-Infinity is no number"),
        ('{"a":\n' + "[" * DEEPEST + "]" * DEEPEST + "}", 2, "nested deeper"),
        ("[" * 200_000, 1, "nested deeper"),
        ('{"a":' * 100_000, 1, "nested deeper"),
        ('[{"a": 1},\n{"b": ', 2, "ends in the middle"),
        ('[{"a": 1},\n{"b": "no end', 2, "ends in the middle"),
        ('{"a": 1}\n{"b": 2}\n{"c":', 3, "ends in the middle"),
        ('{"a": 1}\n{"b": 2}\n{"c": tru\n{"d": 1}', 3, "no JSON"),
        ('{"a": 1}\n{"b": 2, "b": 2}\n', 2, "stands twice"),
        ('{"a": 1} {"b": 2}', 1, "no JSON"),
        ('[{"a": 1,}]', 1, "no JSON"),
        ("{'a': 1}", 1, "no JSON"),
        ('{"a": "tab\there"}', 1, "no JSON"),
        ('"only a text"', 1, "expected an object or a list"),
        ("12", 1, "expected an object or a list"),
    ],
)
def test_a35_json_that_cannot_be_trusted_is_refused_with_its_line(text: str, line: int, why: str) -> None:
    said = _refused(text)
    assert said.startswith(f"a.json:{line}: ")
    assert why in said


def test_numbers_keep_their_digits() -> None:
    many = "9" * 5_000  # more than Python turns into a whole number
    got = _decoded(f"[0.10, 1E400, -0, 12345678901234567890.10, {many}]")
    assert got == ["0.10", "1E400", "-0", "12345678901234567890.10", many]


def test_json_above_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsrules.readers.json_text.LARGEST_JSON", 7)
    assert "8 bytes, expected at most 7" in _refused('{"a": 1}')


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('a"\\{}[],:\n é😀'), max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def _same(got: Any, plain: Any, text: list[str]) -> None:
    """Both trees say the same, and every object starts where the text has one."""
    if isinstance(plain, dict):
        assert isinstance(got, Obj)
        assert "{" in text[got.line - 1]
        assert list(got) == list(plain)
        for key in plain:
            _same(got[key], plain[key], text)
    elif isinstance(plain, list):
        assert len(got) == len(plain)
        for one, other in zip(got, plain, strict=True):
            _same(one, other, text)
    elif isinstance(plain, int) and not isinstance(plain, bool):
        assert got == str(plain)
    else:
        assert got == plain


@given(
    st.lists(TREES, max_size=4) | st.dictionaries(st.text(max_size=3), TREES, max_size=4), st.sampled_from([None, 1])
)
def test_strict_json_is_what_the_plain_parser_reads(tree: Any, indent: int | None) -> None:
    text = json.dumps(tree, indent=indent)
    _same(_decoded(text), tree, text.split("\n"))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_every_object_has_the_line_it_starts_in(gaps: list[int]) -> None:
    text, lines = "[", []
    for gap in gaps:
        text += "\n" * gap
        lines.append(text.count("\n") + 1)
        text += '{"a": {"b":\n1}},'
    assert [one.line for one in _decoded(text[:-1] + "]")] == lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_json_lines_have_the_lines_of_the_file(end: str) -> None:
    got = _decoded(end.join(["", '{"a": 1}', "", ' {"a": {"b": 2}}', '{"a": 3}', ""]))
    assert [one.line for one in got] == [2, 4, 5]


@given(st.data())
def test_the_start_of_a_file_is_read_up_to_its_last_whole_value(data: st.DataObject) -> None:
    tree = [{"id": at, "name": 'a"}', "inner": {"list": [1, {"x": None}]}} for at in range(5)]
    text = json.dumps({"meta": 1, "rows": tree})
    end = data.draw(st.integers(24, len(text)))
    got = peek(Head("a", text[:end], "utf-8"))
    assert got["meta"] == "1"
    rows = got.get("rows", [])
    assert len(rows) >= text[:end].count('}, {"id"')
    assert [one["id"] for one in rows if "id" in one] == [str(at) for at in range(len(rows)) if "id" in rows[at]]


COLUMNS = (
    Column("currency", "money.currency", Kind.CURRENCY, required=True),
    Column("total_minor", "money.amount", Kind.AMOUNT, required=True, filled=True, minor=True),
    Column("at", "at", Kind.UNIX, filled=True, required=True),
    Column("ref", "ref.id", aliases=("ref",)),
    Column("first", "list.0.x"),
    Column("yes", "yes"),
)


def _parsed(*facts: dict[str, Any]) -> Any:
    base = {"money": {"currency": "eur", "amount": 1}, "at": 0, "ref": "r", "list": [{"x": "y"}], "yes": True}
    objects = _decoded(json.dumps([base | fact for fact in facts]))
    records = records_of(objects, Layout(COLUMNS), Source(Path("a"), "a.json"))
    parsed = parse(records, COLUMNS, stake="total_minor")
    return parsed.rows, [(str(one.reason), one.column, one.value) for one in records.faults + parsed.rejects]


def test_fields_are_found_by_their_paths() -> None:
    rows, rejects = _parsed(
        {}, {"ref": {"id": "r2"}, "list": [], "yes": None}, {"ref": None, "list": {"x": "z"}, "at": 1}
    )
    assert not rejects
    assert rows["ref"].tolist() == ["r", "r2", ""]
    assert rows["first"].tolist() == ["y", "", ""]
    assert rows["yes"].tolist() == ["true", "", "true"]
    assert rows["at_at"].astype(str).tolist()[2] == "1970-01-01 00:00:01+00:00"
    assert rows["at_zone"].tolist() == ["UTC"] * 3


@pytest.mark.parametrize(
    ("fact", "reject"),
    [
        ({"money": {"currency": "eur", "amount": [1]}}, ("value_unknown", "money.amount", "")),
        ({"ref": {"name": "Mara"}}, ("value_unknown", "ref", "")),
        ({"money": {"currency": "eur", "amount": 10.5}}, ("amount_decimals", "money.amount", "10.5")),
        ({"money": {"currency": "eur", "amount": "1e3"}}, ("amount_unreadable", "money.amount", "1e3")),
        ({"money": {"currency": "eur", "amount": True}}, ("amount_unreadable", "money.amount", "true")),
        ({"money": {"currency": "eur"}}, ("amount_missing", "money.amount", "")),
        ({"money": {"amount": 1}}, ("currency_missing", "money.currency", "")),
        ({"at": 1_760_000_000_000}, ("time_unreadable", "at", "1760000000000")),
        ({"at": -1}, ("time_unreadable", "at", "-1")),
        ({"at": None}, ("time_missing", "at", "")),
        ({"ref": "a\0b"}, ("nul_byte", "ref", "")),
        ({"ref": "\ud800"}, ("record_unreadable", "ref", "")),
    ],
)
def test_a_bad_field_is_a_reject_that_names_its_path(fact: dict[str, Any], reject: tuple[str, str, str]) -> None:
    rows, rejects = _parsed({}, fact)
    assert len(rows) == 1
    assert rejects == [reject]


@pytest.mark.parametrize(
    ("texts", "minor"),
    [(("45.0", "-45", "45.00"), [45, -45, 45]), (("007", "+1", "0"), [7, 1, 0])],
)
def test_minor_units_are_taken_as_they_are_in_any_currency(texts: tuple[str, ...], minor: list[int]) -> None:
    for currency in ("eur", "jpy", "kwd"):
        rows, _ = _parsed(*({"money": {"currency": currency, "amount": text}} for text in texts))
        assert rows["total_minor"].tolist() == minor


def test_a_missing_required_field_is_refused_with_the_nearest_name() -> None:
    objects = _decoded('[\n{"money": {"currency": "EUR", "amuont": 1}, "at": 0}]')
    with pytest.raises(FileRefused, match=r"a\.json:2: .*'money\.amount'.*nearest name there is 'money\.amuont'"):
        records_of(objects, Layout(COLUMNS), Source(Path("a"), "a.json"))


@each
def test_a1_a2_a3_a8_other_encodings_and_line_ends_give_the_same_rows(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = values(_read(tmp_path, path, text), lines=True)
    for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode()):
        assert values(_read(tmp_path, path, data), lines=True) == before


@each
def test_any_layout_of_the_text_gives_the_same_rows(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = _read(tmp_path, path, text)
    for indent in (None, 2):
        dumped = [json.dumps(one, indent=indent, ensure_ascii=False) for one in _exact(text)]
        page = dumped[0] if len(dumped) == 1 else f"[{','.join(dumped)}]"
        got = _read(tmp_path, path, page)
        assert values(got) == values(before)
        assert sorted(got.rejects["reason"]) == sorted(before.rejects["reason"])


def _exact(text: str) -> list[Any]:
    """The values with every number as its text: a fixture has no field where that makes a difference."""
    parts = [text] if len(_values(text)) == 1 else text.splitlines()
    return [json.loads(one, parse_float=str) for one in parts]


@each
def test_a20_added_and_reordered_fields_change_nothing(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    def turned(value: Any) -> Any:
        if isinstance(value, list):
            return [turned(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {"~new": "word", **{key: turned(one) for key, one in reversed(value.items())}}

    before = values(_read(tmp_path, path, text))
    if path.parent.name == "amazon_account_health":
        return  # there every field is a metric, and an unknown one is kept
    got = values(_read(tmp_path, path, "\n".join(json.dumps(turned(one)) for one in _exact(text))))
    assert {name: len(rows) for name, rows in got.items()} == {name: len(rows) for name, rows in before.items()}
    for name, rows in got.items():
        assert sorted(map(str, rows)) == sorted(map(str, before[name]))


@each
def test_a6_a7_a35_cut_files_are_refused_or_read_to_equal_rows(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    full = _read(tmp_path, path, data)
    step = max(len(data) // 25, 1)
    for end in range(1, len(data.rstrip()), step):
        try:
            got = _read(tmp_path, path, data[:end])
        except FileRefused:
            continue
        # Only JSON lines can be cut where a record ends.
        assert data[:end].rstrip().endswith(b"}")
        for name, rows in got.tables.items():
            pd.testing.assert_frame_equal(rows, full.tables[name].head(len(rows)))


@each
def test_a35_one_wrong_sign_refuses_the_whole_file(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.index('"id"') if '"id"' in text else text.index('"')
    doubled = text[:first] + '"same": 1, "same": 2, ' + text[first:]
    for damaged in (doubled, text.replace(": ", ": NaN, ", 1), text.replace(":", "", 1)):
        with pytest.raises(FileRefused, match=r"^exports/demo/export\.csv:\d+: "):
            _read(tmp_path, path, damaged)


@each
def test_no_other_reader_takes_the_file(path: Path) -> None:
    [start] = heads(Source(path, path.name))
    assert [one.NAME for one in readers.READERS if one.identify(start)] == [path.parent.name]


@each
def test_a_file_that_was_cut_by_the_head_is_still_recognised(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    cut = Head("a", text[: len(text) * 3 // 4], "utf-8")
    assert readers.reader_named(path.parent.name).identify(cut)


@pytest.mark.parametrize("name", sorted({path.parent.name for path in JSON}))
def test_a17_a18_an_answer_without_records_has_no_rows(name: str, tmp_path: Path) -> None:
    path = next(path for path in JSON if path.parent.name == name)
    for empty in ("[]", '{"data": [], "has_more": false}'):
        got = _read(tmp_path, path, empty)
        assert got.records == 0
        assert not len(got.table)
    for other in ('{"greeting": "hello"}', '[{"a": 1}]', '{"a": {"b": [1, 2]}}'):
        with pytest.raises(FileRefused, match="holds no object that"):
            _read(tmp_path, path, other)


def test_a_value_among_records_that_is_no_object_is_refused(tmp_path: Path) -> None:
    path = GOLDEN / "freshdesk_tickets" / "tickets.json"
    text = path.read_text(encoding="utf-8")
    with pytest.raises(FileRefused, match="no object"):
        _read(tmp_path, path, text.replace("[", "[7,", 1))


def test_a31_a_local_time_that_the_clocks_skip_is_a_reject(tmp_path: Path) -> None:
    path = GOLDEN / "shopify_api" / "transactions.json"
    text = path.read_text(encoding="utf-8")
    gap = text.replace("2026-10-02T09:15:00+02:00", "2026-03-29T02:30:00", 1)
    assert (2, "time_in_gap") in reasons(_read(tmp_path, path, gap))
    twice = text.replace("2026-10-02T09:15:00+02:00", "2026-10-25T02:30:00", 1)
    assert _read(tmp_path, path, twice).table["flags"].tolist()[0] == "fold"


ODD: list[Any] = [
    None,
    True,
    "",
    "x",
    "\0",
    "\ud800",
    "9" * 30,
    -1,
    1e99,
    [],
    [1],
    [[]],
    {},
    {"": {}},
    [{}],
    {"id": {"id": 1}},
]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


@each
@FEW
@given(st.data())
def test_a38_any_value_in_any_place_is_a_reject_or_a_refusal(
    path: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    trees = _values(path.read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(_places(trees)[1:]))
        holder = trees
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = deepcopy(data.draw(st.sampled_from(ODD)))
        if not trees or not isinstance(trees[0], dict | list):
            return
    text = "\n".join(json.dumps(one) for one in trees)
    with contextlib.suppress(FileRefused):
        _read(tmp_path_factory.getbasetemp(), path, text)
