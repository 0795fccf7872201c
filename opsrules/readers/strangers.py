"""Files that are plainly no export, whatever their name says, told by their first bytes and refused with what to do."""

from __future__ import annotations

import re

from opsrules.errors import FileRefused

__all__ = ["refuse_packed", "refuse_page", "refuse_picture"]

_PLAIN = "send the plain export, or a .zip, .gz or .xlsx of it"
_DATA = "export the data as CSV or .xlsx"
_Magics = tuple[tuple[bytes, str, str], ...]
# What may hold an export that then would be missing.
_PACKED: _Magics = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _PLAIN),
    (b"Rar!\x1a\x07", "a RAR archive", _PLAIN),
    (b"BZh91AY&SY", "a bzip2 archive", _PLAIN),
    (b"\xfd7zXZ\x00", "an xz archive", _PLAIN),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _PLAIN),
)
# What often lies beside the exports.
_PICTURES: _Magics = (
    (b"%PDF", "a PDF page", _DATA),
    (b"\x89PNG\r\n", "a picture", _DATA),
    (b"\xff\xd8\xff", "a picture", _DATA),
)
_TAR_AT = 257

_COMMENTS = r"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*|<\?mso-[^>]{0,200}>\s*)*"
_PAGE = re.compile(_COMMENTS + r"<(?:!doctype\s+html|html|head|body|table|script)\b", re.IGNORECASE | re.DOTALL)
_OLD_SHEET = re.compile(_COMMENTS + r"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office", re.DOTALL)
_START = 8_192


def refuse_packed(data: bytes, name: str) -> None:
    """Refuse archives and workbooks of kinds that are not read.

    Raises
    ------
    FileRefused
        Naming what it is.
    """
    _refuse(_PACKED, data, name)
    if data[_TAR_AT : _TAR_AT + 5] == b"ustar":
        raise FileRefused(name, "this is a tar archive", "pack the exports as a .zip, or each as .gz")


def refuse_picture(data: bytes, name: str) -> None:
    """Refuse PDF pages and pictures: nobody recognises them, but a reader may be named for one.

    Raises
    ------
    FileRefused
        Naming what it is.
    """
    _refuse(_PICTURES, data, name)


def _refuse(magics: _Magics, data: bytes, name: str) -> None:
    for magic, what, step in magics:
        if data.startswith(magic):
            raise FileRefused(name, f"this is {what}", step)


def refuse_page(text: str, name: str) -> None:
    """Refuse web pages, and spreadsheets written like one.

    Raises
    ------
    FileRefused
        Naming what it is.
    """
    start = text[:_START]
    if _PAGE.match(start):
        raise FileRefused(
            name,
            "this is an HTML page: a login page saved as an export, or a table saved as a web page",
            "sign in and export again; a table that a browser shows can be saved as .xlsx or CSV in a spreadsheet",
        )
    if _OLD_SHEET.match(start):
        raise FileRefused(name, "this is an Excel 2003 XML sheet", "open it in a spreadsheet and save it as .xlsx")
