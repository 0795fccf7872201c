"""What an Excel workbook (.xlsx) holds, looked at before it is parsed, so that parsing it needs bounded memory.

Calamine reads values fast, but makes room for every cell between the first and the last, copies a shared text for every
cell that shows it, and gives errors and formulas that were never calculated as blanks. So the XML of each sheet is
walked first: what would need too much is refused, and cells that hold no value are remembered. Calamine is then given a
plain copy of what was walked, and nothing else.

Source: ECMA-376 part 1, 12.3 (parts), 18.3.1.4 (cells), 18.18.11 (cell types); confidence high.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from opsrules.errors import FileRefused
from opsrules.readers.opening import archive

__all__ = [
    "DAMAGED",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "SAVE",
    "UNCALCULATED",
    "Workbook",
    "hold_inside",
    "hold_shown",
    "is_prose",
    "is_zipped",
    "look_at",
    "relations",
    "visible_first",
]

UNCALCULATED = "formula without a value"
"""What stands in a cell whose formula was never calculated."""

_LARGEST_INSIDE = 1 << 29  # bytes of the parts that are read
_MOST_CELLS = 1 << 25  # from the first row and column to the last filled ones: 32 columns of as many rows as Excel has
MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
"""What the largest sheet has."""

_START_BYTES = 1 << 20
_ROW_ENDS = re.compile(rb"</([\w.-]+:)?row\s*>")
SAVE = "open it in a spreadsheet and save it as .xlsx or CSV"
"""What to do with a workbook that is not read."""

DAMAGED = "the workbook is damaged"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_FRAME = ("[Content_Types].xml", "_rels/.rels", _BOOK, _RELATIONS)
_OTHERS = {
    "content.xml": "an OpenDocument file",
    "Index/Document.iwa": "a Numbers document",
}
_PROSE = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a slide show"}


@dataclass(frozen=True)
class Workbook:
    """A workbook that was looked at.

    Attributes
    ----------
    data : bytes
        A copy for calamine, of its worksheets and what they need.
    sheets : tuple of str
        Names of the worksheets in it, in the workbook's order, visible ones first.
    faults : mapping of str to mapping
        By sheet: row and column from 1 to what stands in a cell that holds no value, such as ``#N/A``.
    """

    data: bytes
    sheets: tuple[str, ...]
    faults: Mapping[str, Mapping[tuple[int, int], str]]


def is_zipped(data: bytes) -> bool:
    """Whether bytes are a zip archive inside, as workbooks are."""
    return data.startswith(b"PK\x03\x04")


def is_prose(data: bytes, name: str) -> bool:
    """Whether it is a text document or a slide show, such as lie beside exports.

    Raises
    ------
    FileRefused
        If the archive that it is inside is damaged or beyond a limit.
    """
    with archive(io.BytesIO(data), name) as packed:
        return any(part in packed.NameToInfo for part in _PROSE)


def look_at(data: bytes, name: str, only: Collection[str] = (), start: bool = False) -> Workbook:
    """Walk the worksheets of a workbook.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for messages.
    only : collection of str
        Worksheets to look at; all when empty.
    start : bool
        Whether the first rows of each sheet are enough.

    Raises
    ------
    FileRefused
        If it is no .xlsx, is damaged, or would need too much memory.
    """
    with archive(io.BytesIO(data), name) as packed:
        _hold_kind(packed, name)
        parts = _Parts.of(packed, name)
        sheets = {sheet: part for sheet, part in parts.sheets.items() if not only or sheet in only}
        hold_inside(packed, (*parts.kept, *(() if start else sheets.values())), name)
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as plain:
            for part in parts.kept:
                plain.writestr(part, packed.read(part))
            lengths = _lengths(packed.read(parts.strings), name) if parts.strings else []
            faults: dict[str, Mapping[tuple[int, int], str]] = {}
            for sheet, part in sheets.items():
                xml = _start(packed, part) if start else packed.read(part)
                faults[sheet] = _walked(xml, lengths, f"{name} ({sheet})")
                plain.writestr(part, xml)
    return Workbook(copy.getvalue(), tuple(sheets), faults)


def hold_inside(packed: zipfile.ZipFile, parts: Iterable[str], name: str) -> None:
    """Refuse a workbook whose parts inflate to more than is read.

    Raises
    ------
    FileRefused
        Saying how many bytes they are.
    """
    size = sum(packed.getinfo(part).file_size for part in parts)
    if size > _LARGEST_INSIDE:
        what = f"the workbook holds {size} bytes, expected at most {_LARGEST_INSIDE}"
        raise FileRefused(name, what, "save the sheet as CSV, or export shorter periods")


def hold_shown(bottom: int, right: int, signs: int, name: str) -> None:
    """Refuse a sheet that needs room for too many cells, or whose cells show too much text.

    Parameters
    ----------
    bottom, right : int
        Last filled row and column, from 1.
    signs : int
        Of the shared texts that its cells show.
    name : str

    Raises
    ------
    FileRefused
        Naming what is too much.
    """
    if bottom * right > _MOST_CELLS:
        what = f"the sheet reaches to row {bottom} and column {right}, too many cells to make room for"
        raise FileRefused(name, what, "delete what stands far from the table, or save the sheet as CSV")
    if signs > _LARGEST_INSIDE:
        what = f"its cells show over {_LARGEST_INSIDE} signs of text"
        raise FileRefused(name, what, "ask where this file comes from; if it is an export, save it as CSV")


def visible_first(sheets: Iterable[tuple[bool, str, str]], name: str) -> dict[str, str]:
    """Part of each worksheet by its name, the visible ones first.

    Parameters
    ----------
    sheets : iterable of tuple
        Whether it is hidden, its name, its part; in the workbook's order.
    name : str

    Raises
    ------
    FileRefused
        If two have one name or one part.
    """
    listed = list(sheets)
    if len({title for _, title, _ in listed}) < len(listed) or len({part for _, _, part in listed}) < len(listed):
        raise FileRefused(name, f"{DAMAGED}: a sheet is in it twice", SAVE)
    return {title: part for _, title, part in sorted(listed, key=lambda one: one[0])}


def relations(packed: zipfile.ZipFile, part: str, name: str) -> dict[str, tuple[str, str]]:
    """Kind and part by the id under which a workbook knows them.

    Raises
    ------
    FileRefused
        If the XML is broken.
    """
    targets: dict[str, tuple[str, str]] = {}
    for tag, found in _elements(packed.read(part) if part in packed.NameToInfo else b"<x/>", name):
        if tag == "Relationship":
            where = posixpath.normpath(posixpath.join("/xl", found.get("Target", ""))).lstrip("/")
            targets[found.get("Id", "")] = (found.get("Type", "").rpartition("/")[2], where)
    return targets


def _hold_kind(packed: zipfile.ZipFile, name: str) -> None:
    if _BOOK in packed.NameToInfo:
        return
    for part, what in (_OTHERS | _PROSE).items():
        if part in packed.NameToInfo:
            raise FileRefused(name, f"this is {what}", SAVE)
    raise FileRefused(name, "this is an archive inside another", "unpack the outer one and send what is in it")


def _start(packed: zipfile.ZipFile, part: str) -> bytes:
    """The first rows of a sheet, as XML that is whole."""
    with packed.open(part) as file:
        xml = file.read(_START_BYTES)
        if not file.read(1):
            return xml
    ends = list(_ROW_ENDS.finditer(xml))
    if not ends:
        return b"<worksheet/>"
    prefix = ends[-1][1] or b""
    return xml[: ends[-1].end()] + b"</%ssheetData></%sworksheet>" % (prefix, prefix)


@dataclass(frozen=True)
class _Parts:
    """Where in the archive the worksheets stand, and what is needed to read them."""

    sheets: Mapping[str, str]
    strings: str
    kept: tuple[str, ...]

    @classmethod
    def of(cls, packed: zipfile.ZipFile, name: str) -> _Parts:
        targets = relations(packed, _RELATIONS, name)
        present = {kind: where for kind, where in reversed(targets.values()) if where in packed.NameToInfo}
        strings, styles = present.get("sharedStrings", ""), present.get("styles", "")
        kept = tuple(one for one in dict.fromkeys((*_FRAME, strings, styles)) if one in packed.NameToInfo)
        sheets: list[tuple[bool, str, str]] = []
        for tag, found in _elements(packed.read(_BOOK), name):
            if tag == "sheet":
                known = next((value for key, value in found.items() if key.endswith(":id")), "")
                kind, where = targets.get(known, ("", ""))
                if kind == "worksheet" and where in packed.NameToInfo:
                    sheets.append((found.get("state", "visible") != "visible", found.get("name", ""), where))
        if {where for _, _, where in sheets} & set(kept):
            raise FileRefused(name, f"{DAMAGED}: a sheet is in it twice", SAVE)
        return cls(visible_first(sheets, name), strings, kept)


def _elements(xml: bytes, name: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    _parse(xml, name, lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes)))
    return found


def _parse(
    xml: bytes,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    text: Callable[[str], None] | None = None,
    use: Callable[[expat.XMLParserType], None] | None = None,
) -> None:
    """Walk XML that declares no document type, so that there are no entities to expand."""

    def typed(*_: object) -> None:
        raise FileRefused(name, "a part of the workbook declares a document type", "ask where this file comes from")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = typed
    parser.CharacterDataHandler = text
    if use is not None:
        use(parser)
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise FileRefused(name, f"{DAMAGED}: its XML is broken", SAVE) from error


def _lengths(xml: bytes, name: str) -> list[int]:
    """Signs of each shared text."""
    lengths: list[int] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = tag.rpartition(":")[2]
        if plain == "si":
            lengths.append(0)
        elif plain == "sst" and int(attributes.get("uniqueCount", 0)) > len(xml):
            # Calamine makes room for as many as are claimed.
            raise FileRefused(name, f"{DAMAGED}: it claims more texts than it holds", SAVE)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    _parse(xml, name, start, text)
    return lengths


def _walked(xml: bytes, lengths: list[int], name: str) -> Mapping[tuple[int, int], str]:
    """Cells of a sheet that hold no value, after its size was found to be within limits."""
    walk = _Walk(lengths, name)
    _parse(xml, name, walk.start, use=walk.use)
    walk.close()
    hold_shown(walk.bottom, walk.right, walk.signs, name)
    return walk.faults


@dataclass
class _Walk:
    """Where the walk through a sheet stands."""

    lengths: list[int]
    name: str
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    bottom: int = 0
    right: int = 0
    signs: int = 0
    _row: int = 0
    _column: int = 0
    _kind: str = ""
    _has_formula: bool = False
    _has_value: bool = False
    _value: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def use(self, parser: expat.XMLParserType) -> None:
        self._parser = parser

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._parser.CharacterDataHandler = None
        plain = tag.rpartition(":")[2] if ":" in tag else tag
        if plain == "c":
            self.close()
            self._move(attributes.get("r", ""))
            self._kind = attributes.get("t", "")
        elif plain == "v":
            self._fill()
            self._has_value = True
            if self._has_formula or self._kind in ("e", "s"):
                self._parser.CharacterDataHandler = self._value.append
        elif plain == "f":
            self._fill()
            self._has_formula = True
        elif plain == "is":
            self._fill()
        elif plain == "row":
            self.close()
            self._to_row(int(attributes.get("r", self._row + 1)))

    def close(self) -> None:
        """Judge the cell that ends here."""
        value = "".join(self._value).strip() if self._value else ""
        if self._kind == "e":
            self.faults[self._row, self._column] = value or UNCALCULATED
        elif self._kind == "s" and value:
            at = int(value)
            self.signs += self.lengths[at] if 0 <= at < len(self.lengths) else 0
        elif self._has_formula and not value and not (self._kind == "str" and self._has_value):
            self.faults[self._row, self._column] = UNCALCULATED
        self._kind, self._has_formula, self._has_value = "", False, False
        if self._value:
            self._value = []

    def _to_row(self, row: int) -> None:
        if row <= self._row:
            self._refuse_order(f"row {row} stands after row {self._row}")
        self._row, self._column = row, 0

    def _move(self, place: str) -> None:
        """Go to the cell of that name, or to the next one."""
        if not place:
            self._column += 1
            return
        letters = place.rstrip("0123456789")
        column = self._numbers.get(letters) or self._number(letters)
        row = int(place[len(letters) :])
        if row != self._row or column <= self._column:
            self._refuse_order(f"the cell {place[:20]} is out of order")
        self._column = column

    def _number(self, letters: str) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + (ord(letter.upper()) - ord("A") + 1)
        self._numbers[letters] = number
        return number

    def _fill(self) -> None:
        self.bottom = max(self.bottom, self._row)
        self.right = max(self.right, self._column)
        if self.bottom > MOST_ROWS or self.right > MOST_COLUMNS:
            self._refuse_order(f"there is a cell in row {self._row}, column {self._column}")

    def _refuse_order(self, what: str) -> None:
        raise FileRefused(self.name, f"the sheet is damaged: {what}", SAVE)
