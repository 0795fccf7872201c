"""Read YAML or JSON into a document.

PyYAML does the scanning; the values are built here from its events, so that nothing is constructed, aliased, merged or
overwritten in silence (RELIABILITY.md B24, C2, C3, C9). All mistakes of a file are collected; after one that breaks the
file's structure, reading stops.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import yaml

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath, Mark, dotted
from opsrules.parameters.scalars import ScalarFault, resolve, shown

__all__ = ["read_document"]

LARGEST = 1_000_000
"""Bytes; a parameter file edited by people stays far below."""
DEEPEST = 20
"""Levels; the deepest file of ours has eight."""

# Bidirectional controls, signs without width and line breaks that editors do not show: what is read is not what is
# there. Joiners are letters' parts in some scripts and stay.
_HIDDEN = re.compile("[\u0085\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SYNTAX_STEP = "correct the line; quote a value that holds ': ' or ' #' or starts with one of * & ! % @ ` [ {"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C scanner where the wheel has it: ten times as fast


def read_document(content: bytes, name: str, *, as_json: bool = False) -> Document:
    """Read one document; its mistakes are in ``problems``, nothing is raised.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        The file as messages show it.
    as_json : bool
        Read JSON: tabs are blanks, powers of ten are numbers.
    """
    builder = _Builder(name, as_json)
    text = builder.decode(content)
    if text is None:
        builder.spoilt.add(())
    value = None if text is None else builder.document(text)
    return Document(
        name,
        value,
        builder.keys,
        builder.values,
        tuple(builder.problems),
        frozenset(builder.spoilt),
        hashlib.sha256(content).hexdigest(),
        frozenset(builder.nested),
    )


class _StopReadingError(Exception):
    """The rest of the file cannot be understood."""


class _Builder:
    def __init__(self, name: str, as_json: bool) -> None:
        self.name, self.as_json = name, as_json
        self.keys: dict[KeyPath, Mark] = {}
        self.values: dict[KeyPath, Mark] = {}
        self.problems: list[Problem] = []
        self.spoilt: set[KeyPath] = set()
        self.nested: set[KeyPath] = set()

    def problem(self, line: int, what: str, next_step: str) -> None:
        self.problems.append(Problem(f"{self.name}:{line}", what, next_step))

    def decode(self, content: bytes) -> str | None:
        if len(content) > LARGEST:
            self.problem(1, f"has {len(content):,} bytes, more than {LARGEST:,}", "split it")
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.problem(line, "is not UTF-8 text", "save the file as UTF-8")
            return None
        for pattern, kind in ((_CONTROL, "a control character"), (_HIDDEN, "an invisible character")):
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                self.problem(line, f"holds {kind}, U+{ord(found[0]):04X}", "delete it")
        if self.problems:
            return None
        return _plain_json(text) if self.as_json else text

    def document(self, text: str) -> Any:
        events = _events(text)
        try:
            next(events)  # start of stream
            start = next(events)
            if isinstance(start, yaml.StreamEndEvent):
                self.problem(1, "is empty", "write at least one key")
                self.spoilt.add(())
                return None
            value = self.node(next(events), events, ())
            next(events)  # end of document
            after = next(events)
            if not isinstance(after, yaml.StreamEndEvent):
                self.problem(_mark(after).line, "starts a second document", "keep one document in a file")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            self.problem(line, f"is not valid YAML: {error.problem or error.context}", _SYNTAX_STEP)
            self.spoilt.add(())
            return None
        except _StopReadingError:
            self.spoilt.add(())
            return None
        return value

    def node(self, event: Any, events: Iterator[Any], path: KeyPath) -> Any:
        mark = self.values[path] = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            return self.spoil(path, mark.line, f"refers to an anchor (*{event.anchor})", "write the value out")
        if len(path) > DEEPEST:
            self.problem(mark.line, f"is nested deeper than {DEEPEST} levels", "flatten it")
            raise _StopReadingError
        if event.anchor is not None:
            self.problem(
                mark.line, f"has an anchor (&{event.anchor})", "remove it and write the value out where it is used"
            )
        if event.tag is not None:
            self.problem(mark.line, f"has a tag ({event.tag})", "remove it; quote a value that is text")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path, mark)
        self.nested.add(path)
        value = self.mapping(events, path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(events, path)
        return value if event.tag is None else self.spoilt.add(path)

    def scalar(self, event: Any, path: KeyPath, mark: Mark) -> Any:
        if event.tag is not None:
            return self.spoilt.add(path)
        if event.style:  # quoted or block: text
            return event.value
        try:
            return resolve(event.value, as_json=self.as_json)
        except ScalarFault as fault:
            where = f"{dotted(path)}: " if path else ""
            return self.spoil(path, mark.line, f"{where}{fault.what}", fault.next_step)

    def spoil(self, path: KeyPath, line: int, what: str, next_step: str) -> None:
        self.problem(line, what, next_step)
        self.spoilt.add(path)

    def sequence(self, events: Iterator[Any], path: KeyPath) -> list[Any]:
        out: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            out.append(self.node(event, events, (*path, len(out))))
        return out

    def mapping(self, events: Iterator[Any], path: KeyPath) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key, mark = self.key(event, path), _mark(event)
            inner = (*path, key)
            if key in out:
                first = self.keys[inner].line
                self.problem(mark.line, f"has the key {shown(key)} twice, first on line {first}", "keep one of them")
                self.skip(events)
                continue
            self.keys[inner] = mark
            out[key] = self.node(next(events), events, inner)
        return out

    def key(self, event: Any, path: KeyPath) -> Any:
        line = _mark(event).line
        if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
            self.problem(line, "has a key that is no plain text", "write the key as one word")
            raise _StopReadingError
        if event.style:
            return event.value
        try:
            value = resolve(event.value, as_json=self.as_json)
        except ScalarFault as fault:
            self.problem(line, f"key {dotted((*path, event.value))}: {fault.what}", fault.next_step)
            self.spoilt.add((*path, event.value))
            return event.value
        if value is None or isinstance(value, int | Decimal) or event.value == "":
            self.problem(line, f"has the key {shown(value)}, which is no text", f'quote it: "{event.value}"')
            self.spoilt.add((*path, event.value))
            return event.value
        return value

    def skip(self, events: Iterator[Any]) -> None:
        """Read over the value of a double key, its own mistakes included: it has to go anyway."""
        aside = _Builder(self.name, self.as_json)
        aside.node(next(events), events, ())


def _events(text: str) -> Iterator[Any]:
    loader = _LOADER(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _plain_json(text: str) -> str:
    """Bring JSON to what a YAML scanner takes: tabs never stand inside its texts, and its emoji are surrogate pairs."""

    def joined(found: re.Match[str]) -> str:
        pair = bytes.fromhex(found[2] + found[3]).decode("utf-16-be")
        return f"{found[1]}{pair}"

    return _SURROGATES.sub(joined, text.replace("\t", " "))
