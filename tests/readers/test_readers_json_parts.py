"""A large file of JSON read part by part is the same, to the last cell and reject, as the file read whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_cases import JSON, declared

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Read, Source, json_objects, json_parts
from opsrules.readers.json_parts import parts
from opsrules.readers.json_text import Obj, Unfit
from opsrules.readers.texts import Undecided

each = pytest.mark.parametrize("path", JSON, ids=lambda path: f"{path.parent.name}-{path.stem}")


def _read(file: Path, path: Path, text: str, size: int) -> Read | str:
    file.write_text(text, encoding="utf-8", newline="")
    source = Source(file, "exports/demo/export.json", zone="Europe/Berlin", options=declared(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_parts, "PART_BYTES", size)
        try:
            return readers.read(source, path.parent.name)
        except FileRefused as refused:
            return str(refused)


def _same(one: Read | str, other: Read | str) -> None:
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    pd.testing.assert_frame_equal(one.rejects, other.rejects)
    facts = ("reader", "kind", "controls", "records", "encoding", "sha256", "card_columns", "counted", "masked")
    assert [getattr(one, name) for name in facts] == [getattr(other, name) for name in facts]


def _objects(path: Path) -> list[Any]:
    text = path.read_text(encoding="utf-8")
    try:
        found = [json.loads(text, parse_float=str)]
    except json.JSONDecodeError:
        found = [json.loads(line, parse_float=str) for line in text.splitlines()]
    while len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    return found


WRAPPED: dict[str, Callable[[list[Any]], str]] = {
    "lines": lambda found: "\n".join(json.dumps(one) for one in found) + "\n",
    "compact list": json.dumps,
    "printed list": lambda found: json.dumps(found, indent=1, ensure_ascii=False),
    "page": lambda found: json.dumps({"url": "/v1", "data": found, "has_more": False}),
    "named page": lambda found: json.dumps({"object": "list", "data": found, "has_more": False}, indent=2),
    "list of pages": lambda found: json.dumps([{"data": found[:3]}, {"data": found[3:], "x": []}, {"data": []}]),
    "pages one a line": lambda found: "\n".join(json.dumps({"data": found[at::3]}) for at in range(3)),
    "edges": lambda found: json.dumps({"data": {"all": {"edges": [{"node": one} for one in found]}}}, indent=1),
    "by id": lambda found: json.dumps({f"id {at}": one for at, one in enumerate(found)}),
    "two lists": lambda found: json.dumps({"other": [{"a": 1}] * 40, "a": found, "b": found, "c": [1, [2], "}"] * 40}),
    "with a stranger": lambda found: json.dumps([{"a": {"cvv": 1}}, *found, {"card_number": "x", "type": "y"}]),
    "with a figure": lambda found: json.dumps([*found, 7]),
    "with a list": lambda found: json.dumps([*found, [{"a": 1}]]),
    "cut": lambda found: json.dumps(found)[:-20],
    "twice": lambda found: json.dumps(found)[:-2] + ', "same": 1, "same": 2}]',
    "no number": lambda found: json.dumps([*found, float("nan")], indent=1),
    "two values": lambda found: json.dumps(found) + "\n\n" + json.dumps(found),
}


KINDS = [
    next(path for path in JSON if path.parent.name == name) for name in ("stripe_api", "shopify_api", "zendesk_tickets")
]
NEVER_WHOLE = (
    "lines",
    "compact list",
    "printed list",
    "page",
    "named page",
    "list of pages",
    "edges",
    "by id",
    "two lists",
)


def _length(found: list[Any]) -> int:
    return max(len(json.dumps(one, indent=2)) for one in found)


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("wrapped", WRAPPED)
def test_e3_file_in_parts_is_the_file_read_whole_whatever_is_around_its_records(
    path: Path, wrapped: str, tmp_path: Path
) -> None:
    found = _objects(path)
    text = WRAPPED[wrapped](found * (12 // len(found) + 1))
    whole = _read(tmp_path / "whole.json", path, text, 1 << 22)
    for size in (_length(found) // 5, 2 * _length(found)):
        _same(_read(tmp_path / "parts.json", path, text, size), whole)


@each
def test_e3_file_in_parts_is_the_file_read_whole_for_every_kind_of_object(path: Path, tmp_path: Path) -> None:
    found = _objects(path)
    text = WRAPPED["printed list"](found * (20 // len(found) + 1))
    whole = _read(tmp_path / "whole.json", path, text, 1 << 22)
    _same(_read(tmp_path / "parts.json", path, text, 2 * _length(found)), whole)


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("wrapped", NEVER_WHOLE)
def test_e3_answers_of_every_form_are_never_held_whole(
    path: Path, wrapped: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _objects(path)
    monkeypatch.setattr(json_objects, "load", None)
    size = 3 * len(json.dumps(found, indent=2))
    read = _read(tmp_path / "parts.json", path, WRAPPED[wrapped](found * 20), size)
    assert isinstance(read, Read)
    assert read.records


TREES = st.recursive(
    st.none() | st.booleans() | st.text(st.sampled_from('a"\\{}[],:\n é😀'), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=5)
    ),
    max_leaves=40,
)


def _leaves(value: Any, keys: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Plain values in file order, each with the keys on the way to it; any place in a list is one key."""
    if not isinstance(value, dict | list):
        return [(keys, value)]
    inner = value.items() if isinstance(value, dict) else (("[]", one) for one in value)
    return [leaf for key, one in inner for leaf in _leaves(one, (*keys, key))]


@given(st.lists(TREES, min_size=1, max_size=6) | TREES.filter(lambda tree: isinstance(tree, dict) and tree), st.data())
def test_e3_parts_hold_every_value_once_with_the_line_it_starts_in(tree: Any, data: st.DataObject) -> None:
    text = json.dumps(tree, indent=data.draw(st.sampled_from([None, 1])))
    size = data.draw(st.integers(5, 60))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_parts, "PART_BYTES", max(size, len(text)))  # nothing is too long to hold
        got = list(parts(text[at : at + size] for at in range(0, len(text), size)))
    lines = text.split("\n")
    for part in got:
        for one in _inside(part.value, part.before):
            assert "{" in lines[one.line - 1]
    assert [leaf for part in got for leaf in _leaves(part.value)] == _leaves(tree)


def _inside(value: Any, before: int) -> list[Obj]:
    """Objects of a part, without those that go on from the part before."""
    inner = list(value.values() if isinstance(value, dict) else value) if isinstance(value, dict | list) else []
    own = [value] if isinstance(value, Obj) and before < 1 else []
    return own + [one for at, child in enumerate(inner) for one in _inside(child, 0 if at else before - 1)]


def test_e3_a_value_that_never_ends_is_not_gathered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_parts, "PART_BYTES", 50)
    with pytest.raises(Undecided):
        list(parts(['[{"a": "', *["x" * 50] * 20]))
    with pytest.raises(Undecided):
        list(parts(['{"a": 1}\n{"a": "', *["x" * 50] * 20]))


def test_e3_faults_are_told_with_their_line() -> None:
    pieces = ['[{"a": 1},\n', '{"a": 2},\n{"a": 3},\n', '{"a": 4, "a": 5},\n', '{"a": 6}]']
    with pytest.raises(Unfit) as caught:
        list(parts(pieces))
    assert caught.value.line == 4
    assert "stands twice" in caught.value.what


def test_e3_above_the_size_that_is_read_whole_a_fault_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next(path for path in JSON if path.parent.name == "stripe_api")
    text = json.dumps(_objects(path) * 30, indent=1)
    monkeypatch.setattr(json_objects, "LARGEST_JSON", 1000)
    got = _read(tmp_path / "a.json", path, text.replace('"id"', '"same": 1, "same": 1, "id"'), 3000)
    assert isinstance(got, str)
    assert "stands twice" in got
