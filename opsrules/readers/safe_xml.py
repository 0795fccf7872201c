"""XML as an export may bring it: read without entities, outside files or a document type, with line numbers.

A file is gone through piece by piece, and of the elements that it has many of only one is held at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any, cast

from lxml import etree

from opsrules.errors import FileRefused
from opsrules.readers.streamed import Streamed

__all__ = ["Node", "Walk", "root_of"]

_DECLARED = re.compile(r"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ONE_BYTE = re.compile(r"iso[-_]?8859[-_]\d+|windows-125\d|cp125\d|latin-?\d+", re.IGNORECASE)
_AGAIN = "download the file again"
_MOST_LINES = 65_535  # what libxml2 keeps as an element's line fits two bytes

_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,  # a comment inside a figure would cut the figure in two
    "remove_pis": True,
    "encoding": "utf-8",
}


class Node:
    """An element, its namespace taken care of.

    Attributes
    ----------
    element : lxml element
    prefix : str
        Its namespace in lxml's own writing, ``{urn:...}``, or "".
    """

    __slots__ = ("element", "prefix")

    def __init__(self, element: etree._Element) -> None:
        tag = str(element.tag)
        self.element = element
        self.prefix = tag[: tag.index("}") + 1] if tag.startswith("{") else ""

    @property
    def line(self) -> int:
        """1-based line where its start tag ends; behind line 65,535, comments of several lines inside shift it."""
        line: Any = self.element.sourceline  # the stubs leave its type open
        if not line or line <= _MOST_LINES:
            return int(line or 1)
        # The parser counts no further in an element itself, and gives the line where the first text inside it ends.
        first = self.element
        while first.text is None and len(first):
            first = first[0]
        return int(line) - (first.text or "").count("\n")

    @property
    def name(self) -> str:
        """Name without the namespace."""
        return str(self.element.tag).removeprefix(self.prefix)

    @property
    def namespace(self) -> str:
        """The namespace, "" for none."""
        return self.prefix.strip("{}")

    @property
    def text(self) -> str:
        """The text inside, "" when there are elements inside: what stands around those is no value."""
        return "" if len(self.element) else (self.element.text or "").strip()

    def all(self, path: str) -> list[Node]:
        """Elements at a path of names such as ``Acct/Id/IBAN``, in this element's namespace, in file order."""
        return [Node(found) for found in self.element.findall(_full(self.prefix, path))]

    def get(self, path: str) -> str:
        """Text of the first element at a path; "" when there is none."""
        found = self.element.find(_full(self.prefix, path))
        return "" if found is None else Node(found).text


@lru_cache(maxsize=256)
def _full(prefix: str, path: str) -> str:
    return "/".join(prefix + step for step in path.split("/"))


@dataclass
class Walk:
    """A way through an XML file, on which each of the elements it has many of is gone when the next one is there.

    Attributes
    ----------
    content : Streamed
    parents : tuple of str
        Paths from the root to what they stand in, such as ``Report/Part``.
    many : str
        Their name; they are in the root's namespace.
    root : Node
        Root element without them, at the end.
    """

    content: Streamed
    parents: tuple[str, ...]
    many: str
    root: Node = field(default_factory=lambda: Node(etree.Element("Document")), init=False)

    def __iter__(self) -> Iterator[tuple[int, Node]]:
        """Give each of them in file order, with the number of its parent, from 0.

        Raises
        ------
        FileRefused
            If the XML is broken, is not in the encoding it declares, or declares a document type.
        """
        steps = {path.rpartition("/")[2] for path in self.parents}
        parser = etree.XMLPullParser(("start", "end"), tag=[f"{{*}}{name}" for name in (self.many, *steps)], **_SAFE)
        number = -1
        parent: Any = None
        done: Any = None
        try:
            for piece in _undoctyped(self.content):
                parser.feed(piece.encode("utf-8"))
                # Some faults are only noted, and the parser begins anew behind them.
                for fault in parser.feed_error_log.filter_from_fatals():
                    raise _broken(self.content, 0, fault.message)
                events: Iterable[tuple[str, Any]] = parser.read_events()
                for event, element in events:
                    if event == "start" and self._is_parent(element):
                        number, parent = number + 1, element
                    elif event == "end" and self._is_one(element, parent):
                        yield number, Node(element)
                        # Not itself: what stands behind it is still being read.
                        if done is not None:
                            done.getparent().remove(done)
                        element.clear(keep_tail=True)
                        done = element
            root = parser.close()
        except etree.XMLSyntaxError as error:
            raise _broken(self.content, error.lineno or 0, str(error.msg)) from error
        # Once more by the parser's own word: the first search can be led astray by comments.
        if root.getroottree().docinfo.internalDTD is not None:
            raise _typed(self.content)
        self.root = Node(root)

    def _is_parent(self, element: etree._Element) -> bool:
        above = [element, *element.iterancestors()]
        prefix = Node(above[-1]).prefix
        return any([str(one.tag) for one in above[-2::-1]] == _full(prefix, path).split("/") for path in self.parents)

    def _is_one(self, element: etree._Element, parent: etree._Element | None) -> bool:
        return parent is not None and element.getparent() is parent and element.tag == Node(parent).prefix + self.many


def root_of(walk: Walk) -> Node:
    """Root element of an XML file without the elements there are many of.

    Raises
    ------
    FileRefused
        As when it is walked through.
    """
    for _ in walk:
        pass
    return walk.root


def _undoctyped(content: Streamed) -> Iterator[str]:
    """Text in pieces; nothing of it is given before it is known that no document type stands before the root."""
    left, held = _declared(content), ""
    for piece in left:
        held += piece
        start = re.search(r"<[A-Za-z_]", held)
        if "<!DOCTYPE" in held[: start.start() if start else None]:
            raise _typed(content)
        if start:
            break
    yield held
    yield from left


def _reason(words: str) -> str:
    # The library's text goes on with the place, and may quote what the client wrote there.
    return " ".join(words.split(", line", maxsplit=1)[0].split(":", maxsplit=1)[0].split())[:80]


def _broken(content: Streamed, line: int, words: str) -> FileRefused:
    # Fed piece by piece, the parser has other words for some faults: those of a file read in one go are told.
    if not line or "end of Start Tag" in words:
        try:
            file = cast("IO[bytes]", _Bytes(_declared(content)))
            etree.parse(file, etree.XMLParser(target=_Nothing(), **_SAFE))
        except etree.XMLSyntaxError as error:
            line, words = error.lineno or 1, str(error.msg)
    return FileRefused(f"{content.name}:{line or 1}", f"the XML is broken: {_reason(words)}", _AGAIN)


class _Bytes:
    """Text in pieces as a file of bytes."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int) -> bytes:
        while not self._left and (piece := next(self._pieces, None)) is not None:
            self._left = piece.encode("utf-8")
        data, self._left = self._left[:size], self._left[size:]
        return data


class _Nothing:
    """What makes nothing of a file; only its faults are of interest."""

    def start(self, tag: str | bytes, attrib: object) -> None: ...

    def end(self, tag: str | bytes) -> None: ...

    def data(self, data: str | bytes) -> None: ...

    def comment(self, text: str | bytes) -> None: ...

    def close(self) -> None: ...


def _typed(content: Streamed) -> FileRefused:
    what = "the file declares a document type (DOCTYPE), which no export has and which can pull in other files"
    return FileRefused(content.name, what, "ask where this file comes from")


def _declared(content: Streamed) -> Iterator[str]:
    """Text by the encoding that the XML itself declares, where the bytes alone left it open."""
    found = _DECLARED.match(next(content.pieces()).lstrip()) if content.encoding == "cp1252" else None
    if not found:
        yield from content.pieces()
        return
    if not _ONE_BYTE.fullmatch(found[1]):
        raise _misdeclared(content, found[1])
    try:
        yield from content.pieces(found[1])
    except (LookupError, UnicodeDecodeError) as error:
        raise _misdeclared(content, found[1]) from error


def _misdeclared(content: Streamed, declared: str) -> FileRefused:
    return FileRefused(content.name, f"the file is not in the encoding it declares, {declared}", _AGAIN)
