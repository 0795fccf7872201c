"""Bank and card statements as OFX (and QFX), version 1 (SGML) and 2 (XML).

One row per transaction (``STMTTRN``); pending ones (``STMTTRNP``) are rejects `NOT_BOOKED`. The ofxtools library reads
the markup; its header check and its data model refuse what many banks write, so the tree is read here. A day is the
bank's own: the first eight digits of the stamp, whatever zone follows. OFX has no opening balance, so no control.

Source: OFX 2.2 specification, 3.2.8 dates, 5.2 currency, 11.4 statements.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from opsrules.errors import FileRefused
from opsrules.money import CURRENCIES
from opsrules.readers.bank_lines import BankRecord, Fault, Format, cover, deliver, one_text, squeezed
from opsrules.readers.model import Cover, Head, Read, Source
from opsrules.readers.streamed import streamed
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    from opsrules.readers.ofx_tree import Transaction

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = "ofx"
KIND = "bank_lines"
KNOWN_BY = "<OFX>"
CHECKED = "samples: twelve statements, version 1 and 2, banks and cards; the OFX 2.2 specification"
NOT_VERIFIED = "investment statements, which are refused"

_FORMAT = Format(NAME, amount="TRNAMT", currency="CURDEF")
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2}){0,3}(?:[.,:]\d+)?\s*(?:\[[^\]]*\])?")
_FIGURE = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]+);")


def identify(head: Head) -> bool:
    """Whether the file is an OFX message, of any kind."""
    return "<OFX>" in head.text


def read(source: Source) -> Read:
    """Read one OFX file, of one account or many, into bank lines.

    Raises
    ------
    FileRefused
        If the markup is broken or cut, or the message holds no bank or card statement.
    """
    # ofxtools loads an HTTP client, which takes a second
    from opsrules.readers.ofx_tree import STATEMENTS, Message  # noqa: PLC0415

    content = streamed(source)
    message = Message(content)
    around = [len(one.statements) for one in message]
    root = message.root
    statements = [node for node in root.iter() if node.tag in STATEMENTS]
    if not statements or len(around) != sum(around):
        raise FileRefused(content.name, _without_statement(root, len(around)), "download the account statement as OFX")
    accounts = [_Account(_account(node), _text(node, "CURDEF")) for node in statements]
    records = (_record(accounts[one.statements[0]], one) for one in message)
    covers = [one for statement in statements for one in _covers(statement)]
    return deliver(_FORMAT, content, records, covers=covers)


@dataclass(frozen=True)
class _Account:
    """What a statement says of all its transactions."""

    number: str
    currency: str


def _without_statement(root: Element, held: int) -> str:
    if held:
        return "the message holds transactions outside of a bank or card statement (of investments, for instance)"
    code = _text(root, "SIGNONMSGSRSV1/SONRS/STATUS/CODE")
    if code.isdecimal() and int(code):
        return f"the message is a failed sign-on (code {code}), it holds no statement"
    return "the message holds no bank or card statement"


def _text(node: Element, path: str) -> str:
    """Text at a path, its entities resolved; "" when there is none."""
    found = _ENTITY.sub(lambda match: html.unescape(match[0]), node.findtext(path) or "")
    return found.strip()


def _account(statement: Element) -> str:
    return next((one for path in ("BANKACCTFROM", "CCACCTFROM") if (one := _text(statement, f"{path}/ACCTID"))), "")


def _covers(statement: Element) -> tuple[Cover, ...]:
    first, last = (_day(_text(statement, f"BANKTRANLIST/{name}")) for name in ("DTSTART", "DTEND"))
    # What was asked for may reach into the future; the bank's balance tells up to when it knew.
    known = _day(_text(statement, "LEDGERBAL/DTASOF"))
    return cover(_account(statement), first, min(last, known) if last and known else last)


def _record(account: _Account, one: Transaction) -> BankRecord:
    node = one.node
    figure = _text(node, "TRNAMT")
    # CURRENCY says that the amount is not in the statement's currency; ORIGCURRENCY would only tell where it came from.
    currency = _text(node, "CURRENCY/CURSYM") or account.currency
    return BankRecord(
        line=one.line,
        statement=one.statements[0],
        account=account.number,
        currency=currency.upper(),
        amount=figure.replace(",", "."),
        shown=figure,
        booked_on=_day(_text(node, "DTPOSTED")),
        value_on=_day(_text(node, "DTAVAIL")),
        line_id=squeezed(_text(node, "FITID")),
        counterparty=squeezed(_text(node, "NAME") or _text(node, "PAYEE/NAME")),
        reference=squeezed(_text(node, "REFNUM") or _text(node, "CHECKNUM")),
        text=one_text([_text(node, "MEMO"), _text(node, "EXTDNAME")]),
        fault=_fault(node, figure, currency, account.number),
    )


def _fault(node: Element, figure: str, currency: str, account: str) -> Fault | None:
    if any("\x00" in text for text in (currency, account, *(inner.text or "" for inner in node.iter()))):
        return Fault(RejectReason.NUL_BYTE, node.tag)
    if node.tag == "STMTTRNP":
        return Fault(RejectReason.NOT_BOOKED, node.tag)
    if figure and not _readable(figure, currency):
        return Fault(RejectReason.AMOUNT_UNREADABLE, "TRNAMT", figure)
    posted = _text(node, "DTPOSTED")
    if not posted:
        return Fault(RejectReason.TIME_MISSING, "DTPOSTED")
    for name in ("DTPOSTED", "DTAVAIL"):
        stamp = _text(node, name)
        if stamp and _day(stamp) is None:
            return Fault(RejectReason.TIME_UNREADABLE, name, stamp)
    return None


def _readable(figure: str, currency: str) -> bool:
    # OFX knows no thousands sign, but whoever writes 1,200 may mean one: that comma is read as neither.
    grouped = re.fullmatch(r"[+-]?\d{1,3},\d{3}", figure) is not None and CURRENCIES.get(currency) != 3
    return _FIGURE.fullmatch(figure) is not None and not grouped


def _day(stamp: str) -> date | None:
    found = _STAMP.fullmatch(stamp)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
