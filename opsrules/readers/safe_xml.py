"""XML as an export may bring it: read without entities, outside files or a document type, with line numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lxml import etree

from opsrules.errors import FileRefused
from opsrules.readers.content import Content

__all__ = ["Node", "root_of"]

_DECLARED = re.compile(r"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ONE_BYTE = re.compile(r"iso[-_]?8859[-_]\d+|windows-125\d|cp125\d|latin-?\d+", re.IGNORECASE)
_AGAIN = "download the file again"


class Node:
    """An element, its namespace taken care of.

    Attributes
    ----------
    element : lxml element
    prefix : str
        Its namespace in lxml's own writing, ``{urn:...}``, or "".
    line : int
        1-based line where it starts.
    """

    __slots__ = ("element", "line", "prefix")

    def __init__(self, element: etree._Element) -> None:
        tag = str(element.tag)
        self.element = element
        self.prefix = tag[: tag.index("}") + 1] if tag.startswith("{") else ""
        line: Any = element.sourceline  # the stubs leave its type open
        self.line = int(line or 1)

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


def root_of(content: Content) -> Node:
    """Root element of an XML file.

    Raises
    ------
    FileRefused
        If the XML is broken, is not in the encoding it declares, or declares a document type.
    """
    text = _declared_text(content).replace("\r\n", "\n").replace("\r", "\n")
    start = re.search(r"<[A-Za-z_]", text)
    if "<!DOCTYPE" in text[: start.start() if start else None]:
        raise _typed(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,  # a comment inside a figure would cut the figure in two
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        what = f"the XML is broken: {_reason(error)}"
        raise FileRefused(f"{content.name}:{error.lineno or 1}", what, _AGAIN) from error
    # Once more by the parser's own word: the search above can be led astray by comments.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _typed(content)
    return Node(root)


def _reason(error: etree.XMLSyntaxError) -> str:
    # The library's text goes on with the place, and may quote what the client wrote there.
    return " ".join(str(error.msg).split(", line")[0].split(":")[0].split())[:80]


def _typed(content: Content) -> FileRefused:
    what = "the file declares a document type (DOCTYPE), which no export has and which can pull in other files"
    return FileRefused(content.name, what, "ask where this file comes from")


def _declared_text(content: Content) -> str:
    """Text by the encoding that the XML itself declares, where the bytes alone left it open."""
    found = _DECLARED.match(content.text.lstrip())
    if content.encoding != "cp1252" or not found:
        return content.text
    try:
        if _ONE_BYTE.fullmatch(found[1]):
            return content.data.decode(found[1])
    except (LookupError, UnicodeDecodeError) as error:
        raise _misdeclared(content, found[1]) from error
    raise _misdeclared(content, found[1])


def _misdeclared(content: Content, declared: str) -> FileRefused:
    return FileRefused(content.name, f"the file is not in the encoding it declares, {declared}", _AGAIN)
