"""What one statement line of MT940 says beside its amount: days, references, and the ``:86:`` in its dialects.

Three dialects are known: numbered subfields (``020?00...?20...``, also with another sign than ``?``), words between
slashes (``/EREF/.../REMI/...``), and the lines of the ``:NS:`` field. All else is free text.

A line or subfield that is as long as the format allows was cut, mostly within a word, and goes on without a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import DecimalException

from mt940.models import Transactions
from mt940.options import Options
from mt940.tags import StatementGLS

from opsrules.readers.bank_lines import squeezed

__all__ = ["Details", "Line", "details_of", "line_of"]

_OPTIONS = Options.all()
_LINE_TAG = StatementGLS()  # reads a customer reference of any length; the plain one cuts it at 16 signs
_LINE_SIGNS = 65  # SWIFT: field 86 is 6*65x
_SUBFIELD_SIGNS = 27  # Deutsche Kreditwirtschaft, SEPA annex to MT940: subfields 20 to 29, 32, 33, 60 to 63
_SUBFIELDS = re.compile(r"\d{3}([^\w\s/.,;:])(?=\d\d)")
_SUBFIELD = re.compile(r"\?(\d\d)([^?]*)")
_PURPOSE = re.compile(r"2\d|6[0-3]")
_END_TO_END = re.compile(
    r"EREF\+(.+?)(?=\s?(?:KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|PURP|MDAT|SQTP|IBAN|BIC|MTLG)[+:]|$)"
)
_EMPTY = ("NONREF", "NOTPROVIDED", "NICHT ANGEGEBEN", "KREF+", "EREF", "EREF+")
_WORDS = re.compile(
    r"/(ACCW|ADDR|BENM|BIC|CNTP|CREF|CSID|EREF|IBAN|ID|INIT|IREF|ISDT|MARF|NAME|NRTX|ORDP|OCMT|PREF|PURP|REMI|RTRN"
    r"|SVCL|TRCD|TRTP|TYPE|UDTR|ULTC|ULTD)/"
)


@dataclass(frozen=True)
class Line:
    """Days and references of one ``:61:``; `overflow` is what stood behind them."""

    value_on: date | None = None
    entry_on: date | None = None
    customer_reference: str = ""
    bank_reference: str = ""
    overflow: str = ""


@dataclass(frozen=True)
class Details:
    """What the fields behind a ``:61:`` say."""

    counterparty: str = ""
    reference: str = ""
    text: str = ""


def line_of(text: str) -> Line | None:
    """Days and references of the first line of a ``:61:``; None when the library cannot read it.

    Examples
    --------
    >>> line_of("2601020102C12,50NTRFINV 7//B9").customer_reference
    'INV 7'
    """
    try:
        lines = Transactions(tags={_LINE_TAG.id: _LINE_TAG}, options=_OPTIONS).parse(f":61:{text}")
    except (RuntimeError, ValueError, DecimalException):
        return None
    found = lines[0].data if lines else {}
    return Line(
        value_on=_plain_day(found["date"]),
        entry_on=_plain_day(found.get("entry_date")),
        customer_reference=_reference(found.get("customer_reference")),
        bank_reference=_reference(found.get("bank_reference")),
        overflow=str(found.get("extra_details") or ""),
    )


def details_of(fields: Sequence[tuple[str, Sequence[str]]]) -> Details:
    """Counterparty, reference and text of the ``:86:`` and ``:NS:`` fields of one statement line.

    Parameters
    ----------
    fields : sequence of (tag, lines)
    """
    parts = [_details(lines) if tag == "86" else _numbered(lines) for tag, lines in fields]
    return Details(
        counterparty=next((part.counterparty for part in parts if part.counterparty), ""),
        reference=next((part.reference for part in parts if part.reference), ""),
        text=squeezed(" ".join(part.text for part in parts)),
    )


def _details(lines: Sequence[str]) -> Details:
    whole = "".join(lines).strip()
    if separator := _SUBFIELDS.match(whole):
        return _subfields(re.sub(re.escape(separator[1]) + r"(?=\d\d)", "?", whole))
    # Banks that write words between slashes count the tag itself in with their first line.
    if _WORDS.match(whole):
        return _slashed(_unfolded([":86:" + lines[0], *lines[1:]]).removeprefix(":86:"))
    return Details(text=_unfolded(lines))


def _subfields(whole: str) -> Details:
    parts = _SUBFIELD.findall(whole)
    purpose = _rejoined(text for code, text in parts if _PURPOSE.fullmatch(code))
    end_to_end = _END_TO_END.search(purpose)
    return Details(
        counterparty=_rejoined(text for code, text in parts if code in ("32", "33")),
        reference=_reference(end_to_end[1]) if end_to_end else "",
        text=purpose or _rejoined(text for code, text in parts if code == "00"),
    )


def _rejoined(subfields: Iterable[str]) -> str:
    return squeezed("".join(text if len(text) >= _SUBFIELD_SIGNS else f"{text} " for text in subfields))


def _slashed(whole: str) -> Details:
    pieces = _WORDS.split(whole)
    words: dict[str, str] = {}
    for word, text in zip(pieces[1::2], pieces[2::2], strict=True):
        words.setdefault(word, squeezed(text.strip("/ ")))
    party = words.get("CNTP", "").split("/")
    remittance = re.sub(r"^(?:USTD|STRD)/+", "", words.get("REMI", ""))
    return Details(
        counterparty=words.get("NAME") or (squeezed(party[2]) if len(party) > 2 else ""),
        reference=_reference(words.get("EREF")),
        text=remittance or whole,
    )


def _numbered(lines: Sequence[str]) -> Details:
    """Lines that begin with two digits: 01 to 14 purpose, 15 and 16 the other side's name."""
    parts = [(line[:2], line[2:]) for line in lines if line[:2].isdigit()]
    return Details(
        counterparty=squeezed("".join(text for code, text in parts if code in ("15", "16"))),
        text=squeezed(" ".join(text for code, text in parts if "01" <= code <= "14")),
    )


def _unfolded(lines: Iterable[str]) -> str:
    whole = ""
    for line in lines:
        whole += line if len(line) >= _LINE_SIGNS else f"{line}\n"
    return squeezed(whole)


def _reference(value: object) -> str:
    plain = squeezed(str(value or ""))
    return "" if plain.upper() in _EMPTY else plain


def _plain_day(day: object) -> date | None:
    return date(day.year, day.month, day.day) if isinstance(day, date) else None
