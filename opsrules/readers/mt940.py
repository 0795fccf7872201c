"""Bank statements as SWIFT MT940.

One row per statement line (``:61:``). The mt-940 library reads its days and references; it gives up a whole file over
one bad line and moves a 30 February to the 28th, so each line is judged here first and handed over alone. Amounts are
read here, from the text. Marks: C credit, D debit, RC reversed credit (money leaves), RD reversed debit (money comes
back); the letter that may follow is the third of the currency, so ``CR300,`` is a credit.

Source: SWIFT Standards, category 9, MT 940 Customer Statement Message, field 61.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import BankRecord, Claim, Fault, Format, deliver, squeezed
from opsrules.readers.content import Content, load
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.mt940_details import Details, Line, details_of, line_of
from opsrules.terms import RejectReason

__all__ = ["KIND", "NAME", "identify", "read"]

NAME = "mt940"
KIND = "bank_lines"

_FORMAT = Format(NAME, amount=":61: amount", currency=":60F: currency")
_OPENS = re.compile(r"(?:^|[\r\n]):60[FM]:[CD]\d{6}")
_LINE_END = re.compile(r"\r\n|\r|\n")
# A line of free text may begin with a colon and digits too: only the format's own tags start a field.
_TAG = re.compile(r":(13D?|20|21|25P?|28C?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS):")
_END = re.compile(r"-(?:\}.*|[\x03\x1a\s]*)\Z")
# Stricter than the library's own pattern in every place: where that one gives up, it logs the client's text.
_LINE = re.compile(r"(\d{6})(\d{4}| {4})?(R?[CD])[A-Z]? ?([\d.,]+)([A-Z][A-Z0-9 ]{3}.*)?", re.DOTALL)
_FIGURE = re.compile(r"\d+(?:,\d*)?")
_BALANCE = re.compile(r"([CD])\d{6}([A-Z]{3})?(\d+(?:,\d*)?)\s*")
_SIGNS = {"C": "+", "RD": "+", "D": "-", "RC": "-"}
_AGAIN = "download the statement again"


def identify(head: Head) -> bool:
    """Whether the file holds an opening balance as MT940 writes it; intraday reports (MT942) have none."""
    return _OPENS.search(head.text) is not None


def read(source: Source) -> Read:
    """Read one MT940 file, of one statement or many, into bank lines.

    Raises
    ------
    FileRefused
        If a statement lacks a balance (it is cut off, or an intraday report), has a balance that cannot be read, or no
        currency is known.
    """
    content = load(source)
    records: list[BankRecord] = []
    claims: list[Claim] = []
    for number, fields in enumerate(_statements(content)):
        claim = _claim(content.name, number, fields)
        account = next((one.text for one in fields if one.tag in ("25", "25P")), "")
        records += [_record(number, account, claim.currency, one) for one in _transactions(fields)]
        claims.append(claim)
    return deliver(_FORMAT, content, records, claims)


@dataclass(frozen=True)
class _Field:
    """One tagged field, with its lines as they stand."""

    line: int
    tag: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.lines[0].strip()


def _fields(text: str) -> Iterator[_Field]:
    """Fields in file order.

    What stands between statements (headers, ``-``, control signs) belongs to none; lines with zero bytes there come
    without a tag.
    """
    line, tag, lines = 0, "", list[str]()
    for number, written in enumerate(_LINE_END.split(text), start=1):
        found = _TAG.match(written)
        if found or _END.match(written):
            if tag:
                yield _Field(line, tag, tuple(lines))
            line, tag, lines = number, found[1] if found else "", [written[found.end() :]] if found else []
        elif tag:
            lines.append(written)
        elif "\x00" in written:
            yield _Field(number, "", (written,))
    if tag:
        yield _Field(line, tag, tuple(lines))


def _statements(content: Content) -> list[list[_Field]]:
    statements: list[list[_Field]] = []
    for field in _fields(content.text):
        if field.tag == "20" or not statements:
            statements.append([])
        # A line with a zero byte is one lost record; anywhere else the statement itself is damaged.
        if field.tag not in ("61", "86", "NS") and any("\x00" in line for line in field.lines):
            raise FileRefused(f"{content.name}:{field.line}", "zero bytes in a statement", _AGAIN)
        statements[-1].append(field)
    if not statements:
        raise FileRefused(content.name, "no statement as MT940 writes it", "name another reader, or download it again")
    return statements


def _claim(name: str, number: int, fields: list[_Field]) -> Claim:
    """Opening + entries = closing; gives the statement its currency too."""
    opening, closing = (_balance(name, fields, tag) for tag in ("60", "62"))
    known = {code for _, _, code in (opening, closing) if code}
    if len(known) != 1:
        what = "the balances name two currencies" if known else "neither balance names a currency"
        raise FileRefused(f"{name}:{closing[0]}", what, "ask the bank for a statement with its currency")
    return Claim("opening + entries = closing", closing[0], known.pop(), closing[1], (opening[1],), number)


def _balance(name: str, fields: list[_Field], tag: str) -> tuple[int, str, str]:
    """Line, signed amount and currency of the one balance of that tag."""
    found = [field for field in fields if field.tag in (f"{tag}F", f"{tag}M")]
    place = f"{name}:{found[-1].line if found else fields[0].line}"
    if not found and any(field.tag in ("34F", "13D", "90C", "90D") for field in fields):
        raise FileRefused(
            place, "this is an intraday report (MT942)", "ask the bank for the end-of-day statement (MT940)"
        )
    if len(found) != 1:
        what = f"expected one balance :{tag}F: or :{tag}M: in the statement, got {len(found)}"
        raise FileRefused(place, what, f"the file may be cut off: {_AGAIN}")
    read_balance = _BALANCE.fullmatch(found[0].text)
    if not read_balance:
        raise FileRefused(place, f"the balance :{found[0].tag}: cannot be read", _AGAIN)
    mark, currency, figure = read_balance.groups()
    return found[0].line, _SIGNS[mark] + _plain(figure), currency or ""


def _plain(figure: str) -> str:
    return figure.replace(",", ".").rstrip(".")


def _transactions(fields: list[_Field]) -> Iterator[tuple[_Field, list[_Field]]]:
    """Each ``:61:`` with the ``:86:`` and ``:NS:`` fields right behind it; others speak of the whole statement."""
    line: _Field | None = None
    details: list[_Field] = []
    for field in fields:
        if line and field.tag in ("86", "NS"):
            details.append(field)
            continue
        if line:
            yield line, details
        line, details = (field if field.tag == "61" else None), []
    if line:
        yield line, details


def _record(statement: int, account: str, currency: str, found: tuple[_Field, list[_Field]]) -> BankRecord:
    field, extra = found
    parts = _LINE.fullmatch(field.text)
    figure = parts[4] if parts else ""
    fault = _fault(field, extra, parts)
    line, details = Line(), Details()
    if fault is None:
        read_line = line_of(field.text)
        if read_line is None:
            fault = Fault(RejectReason.RECORD_UNREADABLE, ":61:", field.text)
        else:
            line, details = read_line, details_of([(one.tag, one.lines) for one in extra])
    return BankRecord(
        line=field.line,
        statement=statement,
        account=account,
        currency=currency,
        amount=_SIGNS[parts[3]] + _plain(figure) if parts and _FIGURE.fullmatch(figure) else "",
        shown=figure,
        booked_on=line.entry_on or line.value_on,
        value_on=line.value_on,
        line_id=line.bank_reference,
        counterparty=details.counterparty,
        reference=details.reference or line.customer_reference,
        text=details.text or squeezed(" ".join((line.overflow, *field.lines[1:]))),
        fault=fault,
    )


def _fault(field: _Field, extra: list[_Field], parts: re.Match[str] | None) -> Fault | None:
    if any("\x00" in line for one in (field, *extra) for line in one.lines):
        return Fault(RejectReason.NUL_BYTE, f":{field.tag}:")
    if not parts or not parts[5]:
        return Fault(RejectReason.RECORD_UNREADABLE, ":61:", field.text)
    if not _FIGURE.fullmatch(parts[4]):
        return Fault(RejectReason.AMOUNT_UNREADABLE, _FORMAT.amount, parts[4])
    value_on = _day(parts[1])
    # A leap year's 29 February stands in either year that the entry date may belong to.
    entry = parts[2].strip() if parts[2] else ""
    if value_on is None or (entry and not any(_day(f"{(value_on.year + n) % 100:02d}{entry}") for n in (0, 1, -1))):
        return Fault(RejectReason.TIME_UNREADABLE, ":61: date", parts[1] + entry)
    return None


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
