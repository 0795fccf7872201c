"""The markup of an OFX message as a tree, and its transactions one after another, with their lines.

ofxtools says what a tag is. It passes over what it cannot read, and over tags that do not close, without a word;
here both are refused, since a transaction could be lost in them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from ofxtools.Parser import TreeBuilder

from opsrules.errors import FileRefused
from opsrules.readers.streamed import Streamed

__all__ = ["STATEMENTS", "Message", "Transaction"]

STATEMENTS = ("STMTRS", "CCSTMTRS")
"""Elements that are the statement of an account."""

_TRANSACTIONS = ("STMTTRN", "STMTTRNP")

# Atomic: comments in a row must not be tried in every way of running them together.
_PASSED = re.compile(r"(?>\s+|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_CDATA_BEGINS = "<![CDATA["
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_END_TAG = re.compile(r"</([A-Z0-9./_ ]+)>")
_NEVER_INSIDE_ITSELF = (*_TRANSACTIONS, *STATEMENTS)
_DEEPEST = 50  # a statement needs about ten
_AGAIN = "download the statement again"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction, whose element counts only until the next one is asked for.

    Attributes
    ----------
    node : Element
    line : int
        1-based line where it starts.
    statements : tuple of int
        Numbers, from 0, of the statements that it stands in: one, unless the file is none of a bank.
    """

    node: Element
    line: int
    statements: tuple[int, ...]


class _MisplacedError(Exception):
    """Something stands where nothing of its kind may."""


class _Builder(ET.TreeBuilder):
    """Tree builder that remembers transactions and lets no tag close another's element.

    In version 1 an element without a value has neither text nor end tag; `ended` names the elements that have one
    somewhere in the message, so that such an empty one does not swallow those behind it.
    """

    def __init__(self, ended: frozenset[str]) -> None:
        super().__init__()
        self.ended = ended
        self.open: list[Element] = []
        self.root: Element | None = None
        self.line = 0
        self._numbers: dict[int, int] = {}
        self._found: list[tuple[Element, Transaction]] = []

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        while len(self.open) > 1 and self.open[-1].tag not in self.ended:
            self._leave()
        if len(self.open) >= _DEEPEST:
            raise _MisplacedError("elements are nested too deep")
        if tag in _NEVER_INSIDE_ITSELF and any(one.tag == tag for one in self.open):
            raise _MisplacedError(f"<{tag}> starts inside another one")
        element = super().start(tag, attrs)
        self.root = element if self.root is None else self.root
        if tag in STATEMENTS:
            self._numbers[id(element)] = len(self._numbers)
        if tag in _TRANSACTIONS and self.open:
            inside = tuple(self._numbers[id(one)] for one in self.open if one.tag in STATEMENTS)
            self._found.append((self.open[-1], Transaction(element, self.line, inside)))
        self.open.append(element)
        return element

    def end(self, tag: str) -> Element:
        if not any(one.tag == tag for one in self.open):
            raise _MisplacedError("an end tag ends nothing")
        while self.open[-1].tag != tag:
            self._leave()
        return self._leave()

    def _leave(self) -> Element:
        return super().end(self.open.pop().tag)

    def take(self, match: re.Match[str], done: int) -> None:
        """Take one tag, with its text, and make sure that nothing was passed over since the last, which ended there."""
        if match.start() > done and not _PASSED.fullmatch(match.string, done, match.start()):
            raise _MisplacedError("this is no OFX markup")
        tag, text = match["tag"], (match["text"] or "").strip()
        if tag.endswith("/"):  # <MEMO/>: nothing stands in it
            return
        if (match["tail"] or "").strip() or (text and tag.startswith("/")):
            raise _MisplacedError("text stands outside of any element")
        if tag.startswith("/"):
            self.end(tag[1:])
            return
        self.start(tag, {})
        if text:
            self.data(text)
        if text or match["closetag"]:
            self.end(tag)

    def ripe(self) -> list[Transaction]:
        """Give the transactions that ended, and take them out of the tree."""
        if not self._found or any(one.tag in _TRANSACTIONS for one in self.open):
            return []
        found, self._found = self._found, []
        for parent, one in found:
            # One inside of another stays there.
            if parent.tag not in _TRANSACTIONS:
                parent.remove(one.node)
        return [one for _, one in found]


@dataclass
class Message:
    """A message that is gone through, from ``<OFX>`` on; the header before it varies too much to be trusted.

    Attributes
    ----------
    content : Streamed
    root : Element
        The message without its transactions, when it was gone through.
    """

    content: Streamed
    root: Element = field(default_factory=lambda: Element("OFX"), init=False)

    def __iter__(self) -> Iterator[Transaction]:
        """Give the transactions in file order.

        Raises
        ------
        FileRefused
            If there is no ``<OFX>``, if it does not end, or at the first thing that is no OFX markup.
        """
        builder, left, line, begun = _Builder(self._ended), "", 1, False
        for window in _windows(self.content):
            text, done = left + window, 0
            if not begun:
                done = text.find("<OFX>")
                begun = done >= 0
                done = done if begun else len(text)
                line += text.count("\n", 0, done)
            at = done
            for match in TreeBuilder.regex.finditer(text, done) if builder.open or builder.root is None else ():
                line, at = line + text.count("\n", at, match.start()), match.start()
                builder.line = line
                try:
                    builder.take(match, done)
                except _MisplacedError as error:
                    raise _broken(self.content, line, str(error)) from error
                done = match.end()
                yield from builder.ripe()
                if not builder.open:
                    break
            line, left = line + text.count("\n", at, done), text[done:]
            if begun and not builder.open:
                if left.strip():
                    raise _broken(self.content, line, "something follows the message")
                left = ""
        if builder.root is None:
            raise FileRefused(self.content.name, "no <OFX> in the file", "name another reader, or download it again")
        if builder.open:
            what = "the message does not end, the file may be cut off"
            raise _broken(self.content, line + left.count("\n"), what)
        self.root = builder.root

    @cached_property
    def _ended(self) -> frozenset[str]:
        return frozenset(tag for window in _windows(self.content) for tag in _END_TAG.findall(window))


def _windows(content: Streamed) -> Iterator[str]:
    """Text in pieces each of which but the first begins with a start tag, CDATA as plain text."""
    held = ""
    for piece in content.pieces():
        held += piece
        end = len(held)
        if _CDATA_BEGINS in held:
            # The library's own search for CDATA runs on to the last one in the line.
            held = _CDATA.sub(lambda found: html.escape(found[1], quote=False), held)
            end = held.find(_CDATA_BEGINS)
            end = len(held) if end < 0 else end
        while (end := held.rfind("<", 0, end)) > 0 and held[end + 1 : end + 2] in ("", "/", "!", "?"):
            pass
        if end > 0:
            yield held[:end]
            held = held[end:]
    yield held


def _broken(content: Streamed, line: int, what: str) -> FileRefused:
    return FileRefused(f"{content.name}:{line}", what, _AGAIN)
