"""The markup of an OFX message as a tree whose transactions know their lines.

ofxtools takes the markup apart. It passes over what it cannot read, and over tags that do not close, without a word;
here both are refused, since a transaction could be lost in them.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ofxtools.Parser import ParseError, TreeBuilder

from opsrules.errors import FileRefused
from opsrules.readers.content import Content

__all__ = ["Tree", "tree_of"]

# Atomic: comments in a row must not be tried in every way of running them together.
_PASSED = re.compile(r"(?>\s+|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_END_TAG = re.compile(r"</([A-Z0-9./_ ]+)>")
_NEVER_INSIDE_ITSELF = ("STMTTRN", "STMTTRNP", "STMTRS", "CCSTMTRS")
_DEEPEST = 50  # a statement needs about ten
_AGAIN = "download the statement again"


@dataclass(frozen=True)
class Tree:
    """The message, and the 1-based line of each of its elements by the element's ``id``."""

    root: Element
    lines: dict[int, int]


class _MisplacedError(Exception):
    """Something stands where nothing of its kind may."""


class _Builder(TreeBuilder):
    """Tree builder that remembers where elements start and lets no tag close another's element.

    In version 1 an element without a value has neither text nor end tag; `ended` names the elements that have one
    somewhere in the message, so that such an empty one does not swallow those behind it.
    """

    def __init__(self, ended: frozenset[str]) -> None:
        super().__init__()
        self.ended = ended
        self.open: list[Element] = []
        self.places: list[tuple[Element, int]] = []
        self.at = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        while len(self.open) > 1 and self.open[-1].tag not in self.ended:
            super().end(self.open.pop().tag)
        if len(self.open) >= _DEEPEST:
            raise _MisplacedError("elements are nested too deep")
        if tag in _NEVER_INSIDE_ITSELF and any(one.tag == tag for one in self.open):
            raise _MisplacedError(f"<{tag}> starts inside another one")
        element: Element = super().start(tag, attrs)
        self.open.append(element)
        self.places.append((element, self.at))
        return element

    def end(self, tag: str) -> Element:
        if not any(one.tag == tag for one in self.open):
            raise _MisplacedError("an end tag ends nothing")
        while self.open[-1].tag != tag:
            super().end(self.open.pop().tag)
        ended: Element = super().end(self.open.pop().tag)
        return ended

    def take(self, text: str, done: int, match: re.Match[str]) -> None:
        """Take one tag, with its text, and make sure that nothing was passed over before it."""
        if not _PASSED.fullmatch(text, done, match.start()):
            raise _MisplacedError("this is no OFX markup")
        self.at = match.start()
        if not match["tag"].endswith("/"):  # <MEMO/>: nothing stands in it
            self.feed(match[0])


def tree_of(content: Content) -> Tree:
    """Tree of the message from ``<OFX>`` on; the header before it varies too much to be trusted.

    Raises
    ------
    FileRefused
        If there is no ``<OFX>``, if it does not end, or at the first thing that is no OFX markup.
    """
    # The library's own search for CDATA runs on to the last one in the line.
    text = _CDATA.sub(lambda found: html.escape(found[1], quote=False), content.text)
    ends = [found.end() for found in re.finditer(r"\r\n|\r|\n", text)]
    builder, done = _Builder(frozenset(_END_TAG.findall(text))), text.find("<OFX>")
    if done < 0:
        raise FileRefused(content.name, "no <OFX> in the file", "name another reader, or download it again")
    for match in TreeBuilder.regex.finditer(text, done):
        try:
            builder.take(text, done, match)
        except _MisplacedError as error:
            raise _broken(content, ends, match.start(), str(error)) from error
        except ParseError as error:
            raise _broken(content, ends, match.start(), "text stands outside of any element") from error
        done = match.end()
        if not builder.open:
            break
    if builder.open:
        raise _broken(content, ends, len(text), "the message does not end, the file may be cut off")
    if text[done:].strip():
        raise _broken(content, ends, done, "something follows the message")
    lines = {id(element): bisect_right(ends, place) + 1 for element, place in builder.places}
    return Tree(builder.places[0][0], lines)


def _broken(content: Content, ends: list[int], place: int, what: str) -> FileRefused:
    return FileRefused(f"{content.name}:{bisect_right(ends, place) + 1}", what, _AGAIN)
