"""The fields of SWIFT's statement messages (MT940, MT942) and their statement lines (``:61:``) as records.

The mt-940 library reads a line's days and references; it gives up a whole file over one bad line and moves a 30
February to the 28th, so each line is judged here first and handed over alone. Amounts are read here, from the text.
Marks: C credit, D debit, RC reversed credit (money leaves), RD reversed debit (money comes back); the letter that may
follow is the third of the currency, so ``CR300,`` is a credit.

Source: SWIFT Standards, category 9, MT 940 Customer Statement Message, field 61.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import BankRecord, Fault, squeezed
from opsrules.readers.mt940_details import Details, Line, details_of, line_of
from opsrules.readers.streamed import Streamed
from opsrules.terms import RejectReason

__all__ = ["AGAIN", "AMOUNT", "SIGNS", "Field", "account_of", "day_of", "frames_of", "plain", "records_of"]

AMOUNT = ":61: amount"
AGAIN = "download the statement again"

SIGNS = {"C": "+", "RD": "+", "D": "-", "RC": "-"}
"""Mark to the sign of the amount."""

# A line of free text may begin with a colon and digits too: only the format's own tags start a field.
_TAG = re.compile(r":(13D?|20|21|25P?|28C?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS):")
_DETAILS = ("86", "NS")
_END = re.compile(r"-(?:\}.*|[\x03\x1a\s]*)\Z")
# Stricter than the library's own pattern in every place: where that one gives up, it logs the client's text.
_LINE = re.compile(r"(\d{6})(\d{4}| {4})?(R?[CD])[A-Z]? ?([\d.,]+)([A-Z][A-Z0-9 ]{3}.*)?", re.DOTALL)
_FIGURE = re.compile(r"\d+(?:,\d*)?")


@dataclass(frozen=True, slots=True)
class Field:
    """One tagged field, with its lines as they stand; `text` is the first of them."""

    line: int
    tag: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The first line, without blanks around it."""
        return self.lines[0].strip()


def frames_of(content: Streamed) -> list[list[Field]]:
    """Fields of each statement of a file, which a ``:20:`` begins, without its lines and what is told of them.

    Raises
    ------
    FileRefused
        If there is none, or if there are zero bytes outside of statement lines.
    """
    statements: list[list[Field]] = []
    for field in _fields(content.lines()):
        if begins := field.tag == "20" or not statements:
            statements.append([])
        is_of_line = field.tag in ("61", *_DETAILS)
        # A line with a zero byte is one lost record; anywhere else the statement itself is damaged.
        if not is_of_line and any("\x00" in line for line in field.lines):
            raise FileRefused(f"{content.name}:{field.line}", "zero bytes in a statement", AGAIN)
        if begins or not is_of_line:
            statements[-1].append(field)
    if not statements:
        raise FileRefused(content.name, "no statement as MT940 writes it", "name another reader, or download it again")
    return statements


def records_of(
    content: Streamed, frames: Sequence[Sequence[Field]], currencies: Sequence[str], flags: str = ""
) -> Iterator[BankRecord]:
    """Give each ``:61:`` of all statements as a record, good or with its fault; each statement has one currency."""
    accounts = [account_of(fields) for fields in frames]
    for number, line, details in _transactions(_fields(content.lines())):
        yield _record(number, accounts[number], currencies[number], flags, (line, details))


def account_of(fields: Sequence[Field]) -> str:
    """Account number of one statement, "" when it gives none."""
    return next((one.text for one in fields if one.tag in ("25", "25P")), "")


def plain(figure: str) -> str:
    """Figure of the format, such as ``300,``, as plain decimal text."""
    return figure.replace(",", ".").rstrip(".")


def _fields(lines_of_file: Iterable[str]) -> Iterator[Field]:
    """Fields in file order.

    What stands between statements (headers, ``-``, control signs) belongs to none; lines with zero bytes there come
    without a tag.
    """
    line, tag, lines = 0, "", list[str]()
    for number, written in enumerate(lines_of_file, start=1):
        found = _TAG.match(written)
        if found or _END.match(written):
            if tag:
                yield Field(line, tag, tuple(lines))
            line, tag, lines = number, found[1] if found else "", [written[found.end() :]] if found else []
        elif tag:
            lines.append(written)
        elif "\x00" in written:
            yield Field(number, "", (written,))
    if tag:
        yield Field(line, tag, tuple(lines))


def _transactions(fields: Iterable[Field]) -> Iterator[tuple[int, Field, list[Field]]]:
    """Each ``:61:`` with its statement's number and the ``:86:`` and ``:NS:`` fields right behind it.

    Others speak of the whole statement.
    """
    number, line, details = -1, None, list[Field]()
    for field in fields:
        if line and field.tag in _DETAILS:
            details.append(field)
            continue
        if line:
            yield number, line, details
        line, details = (field if field.tag == "61" else None), []
        if field.tag == "20" or number < 0:
            number += 1
    if line:
        yield number, line, details


def _record(
    statement: int, account: str, currency: str, flags: str, found: tuple[Field, Sequence[Field]]
) -> BankRecord:
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
        amount=SIGNS[parts[3]] + plain(figure) if parts and _FIGURE.fullmatch(figure) else "",
        shown=figure,
        booked_on=line.entry_on or line.value_on,
        value_on=line.value_on,
        line_id=line.bank_reference,
        counterparty=details.counterparty,
        reference=details.reference or line.customer_reference,
        text=details.text or squeezed(" ".join((line.overflow, *field.lines[1:]))),
        flags=flags,
        fault=fault,
    )


def _fault(field: Field, extra: Sequence[Field], parts: re.Match[str] | None) -> Fault | None:
    if any("\x00" in line for one in (field, *extra) for line in one.lines):
        return Fault(RejectReason.NUL_BYTE, f":{field.tag}:")
    if not parts or not parts[5]:
        return Fault(RejectReason.RECORD_UNREADABLE, ":61:", field.text)
    if not _FIGURE.fullmatch(parts[4]):
        return Fault(RejectReason.AMOUNT_UNREADABLE, AMOUNT, parts[4])
    value_on = day_of(parts[1])
    # A leap year's 29 February stands in either year that the entry date may belong to.
    entry = parts[2].strip() if parts[2] else ""
    if value_on is None or (entry and not any(day_of(f"{(value_on.year + n) % 100:02d}{entry}") for n in (0, 1, -1))):
        return Fault(RejectReason.TIME_UNREADABLE, ":61: date", parts[1] + entry)
    return None


def day_of(text: str) -> date | None:
    """Day written as YYMMDD; None for what is none."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None
