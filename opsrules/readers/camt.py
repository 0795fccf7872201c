"""What the ISO 20022 account messages share: camt.052 (intraday report), .053 (statement), .054 (notification).

One row per booked entry (``Ntry``). Versions .02 and later have the same elements for what is read here; .01 names some
of them in another way.

Source: ISO 20022 message definition reports, bank-to-customer cash management; .02, .03, .06 and .08 seen in samples,
the others not verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import BankRecord, Claim, Format, cover, deliver
from opsrules.readers.camt_entry import SIGNS, Entry, amount_of, day_of
from opsrules.readers.model import Cover, Head, Read, Source
from opsrules.readers.safe_xml import Node, Walk, root_of
from opsrules.readers.streamed import Streamed, streamed

__all__ = ["NOTIFICATION", "REPORT", "STATEMENT", "Message", "holds", "read_message"]

_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_SUMS = {"TtlCdtNtries": "+", "TtlDbtNtries": "-"}
_ACCOUNT = ("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN", "UPIC")


@dataclass(frozen=True)
class Message:
    """One message of the family.

    Attributes
    ----------
    number : str
        ``camt.053``, for instance; its reader is named so without the point.
    what : str
        What it is, in words.
    root, part : str
        Element of the message, and of one account's part of it.
    flags : str
        What its rows are marked with.
    """

    number: str
    what: str
    root: str
    part: str
    flags: str = ""

    @property
    def reader(self) -> str:
        """Name of its reader."""
        return self.number.replace(".", "")

    @property
    def namespaces(self) -> re.Pattern[str]:
        """Namespaces of all its versions."""
        return re.compile(rf"urn:iso:std:iso:20022:tech:xsd:{re.escape(self.number)}\.001\.(?:0[1-9]|1\d)")


REPORT = Message("camt.052", "intraday report", "BkToCstmrAcctRpt", "Rpt", "intraday")
STATEMENT = Message("camt.053", "statement", "BkToCstmrStmt", "Stmt")
NOTIFICATION = Message("camt.054", "notification of single entries", "BkToCstmrDbtCdtNtfctn", "Ntfctn", "notified")


def holds(message: Message, head: Head) -> bool:
    """Whether the file holds that message."""
    return re.search(rf"<(?:[\w.-]+:)?{message.root}(?:V01)?[\s/>]", head.text) is not None


def read_message(message: Message, source: Source) -> Read:
    """Read one file into bank lines.

    Raises
    ------
    FileRefused
        If it is no well-formed file of that message, declares a document type, holds no account's part or a balance
        that cannot be read.
    """
    content = streamed(source)
    parts = [_Part(number, node) for number, node in enumerate(_parts(message, content))]
    covers = (one for part in parts for one in _covers(part.account, part.node)) if message == STATEMENT else ()
    claims = (claim for part in parts for claim in part.claims())
    form = Format(message.reader, amount="Amt", currency="Amt Ccy")
    return deliver(form, content, _records(message, content, parts), claims, covers)


@dataclass
class _Part:
    """One account's part of a message, with what its entries leave behind when they are read.

    Attributes
    ----------
    number : int
        Of the part in the file.
    node : Node
        The part without its entries.
    """

    number: int
    node: Node
    account: str = field(init=False)
    _bundles: list[Claim] = field(default_factory=list, init=False)
    _used: set[str] = field(default_factory=set, init=False)
    _amounts: list[str] = field(default_factory=list, init=False)
    _all_booked: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self.account = next((found for name in _ACCOUNT if (found := self.node.get(f"Acct/Id/{name}"))), "")
        self._is_summed = any(self.node.all(f"TxsSummry/{name}/Sum") for name in _SUMS)

    def take(self, entry: Entry) -> None:
        """Note what an entry counts for in the sums of the bank."""
        if claim := entry.claim():
            self._bundles.append(claim)
        if not self._is_summed:
            return
        self._used.add(entry.amount[1])
        self._all_booked &= entry.status == "BOOK"
        if entry.sign and self._all_booked and len(self._used) == 1:
            self._amounts.append(entry.sign + entry.amount[0])

    def claims(self) -> Iterator[Claim]:
        """What the bank says of sums, when all entries are taken."""
        yield from self._bundles
        yield from self._sums()
        yield from _balance_claims(self.number, self.node)

    def _sums(self) -> Iterator[Claim]:
        """Entries of one sign = the sum that the bank gives for them.

        Only where all entries are booked and in one currency: what else the bank puts into the sum is not verified.
        """
        used = self._used or {self.node.get("Acct/Ccy")}
        if len(used) > 1 or not self._all_booked:
            return
        (currency,) = used
        for name, sign in _SUMS.items():
            for total in self.node.all(f"TxsSummry/{name}/Sum"):
                amounts = tuple(one[1:] for one in self._amounts if one[0] == sign)
                yield Claim(f"entries = {name}", total.line, currency, total.text, amounts)


def _records(message: Message, content: Streamed, parts: Sequence[_Part]) -> Iterator[BankRecord]:
    for number, node in _walk(message, content):
        entry = Entry(number, parts[number].account, message.flags, node)
        yield entry.record()
        parts[number].take(entry)


def _walk(message: Message, content: Streamed) -> Walk:
    return Walk(content, tuple(f"{root}/{message.part}" for root in _roots(message)), "Ntry")


def _roots(message: Message) -> tuple[str, str]:
    return message.root, f"{message.root}V01"


def _parts(message: Message, content: Streamed) -> list[Node]:
    root = root_of(_walk(message, content))
    place = f"{content.name}:{root.line}"
    inside = {Node(inner).name.removesuffix("V01") for inner in root.element}
    for other in (REPORT, STATEMENT, NOTIFICATION):
        if other != message and other.root in inside:
            what = f"this is {other.number}, {other.what}, expected {message.number}"
            raise FileRefused(place, what, f"name its reader {other.reader}")
    if root.name != "Document" or (root.namespace and not message.namespaces.fullmatch(root.namespace)):
        got = f"{root.name[:40]} in {root.namespace[:80]!r}"
        what = f"expected a Document in a namespace of {message.number}, got {got}"
        raise FileRefused(place, what, f"ask the bank for the {message.what} as {message.number}")
    around = [Node(inner) for inner in root.element if inner.tag in [root.prefix + name for name in _roots(message)]]
    parts = [part for one in around for part in one.all(message.part)]
    if not parts:
        raise FileRefused(place, f"the document holds no {message.what} ({message.part})", "download the file again")
    return parts


def _balance_claims(number: int, statement: Node) -> Iterator[Claim]:
    """Opening + entries = closing, for each currency that has both balances."""
    opening = _balances(statement, _OPENING)
    for currency, (line, closing) in _balances(statement, _CLOSING).items():
        if currency in opening:
            yield Claim("opening + entries = closing", line, currency, closing, (opening[currency][1],), number)


def _balances(statement: Node, codes: tuple[str, ...]) -> dict[str, tuple[int, str]]:
    """First balance of each currency, by the order of `codes`: currency to line and signed amount."""
    found: dict[str, tuple[int, str]] = {}
    for balance in _typed(statement, codes):
        amount, currency = amount_of(balance)
        sign = SIGNS.get(balance.get("CdtDbtInd"), "")
        found.setdefault(currency, (balance.line, sign + amount if sign else ""))
    return found


def _covers(account: str, part: Node) -> tuple[Cover, ...]:
    """Days up to that of the closing balance: the end of the period that is told may be the midnight after it."""
    first = day_of(part.get("FrToDt/FrDtTm"))
    closing = [day_of(balance.get("Dt/Dt") or balance.get("Dt/DtTm")) for balance in _typed(part, _CLOSING)]
    return cover(account, first, max((day for day in closing if day), default=None))


def _typed(part: Node, codes: tuple[str, ...]) -> list[Node]:
    """Balances of those types, in the order of `codes`."""
    balances = part.all("Bal")
    return [one for code in codes for one in balances if code in (one.get("Tp/CdOrPrtry/Cd"), one.get("Tp/Cd"))]
