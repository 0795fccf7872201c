"""Bank statements as ISO 20022 camt.053, versions .001.02 to .001.08 or without a namespace.

One row per booked entry (``Ntry``), also when it bundles many transactions: that is the line of the account. Amounts in
the file have no sign; ``CdtDbtInd`` gives it, and ``RvslInd`` does not turn it. Entries that are not booked (pending,
information, future) are rejects `NOT_BOOKED`. Days are those the bank states, without regard to a time zone.

Source: ISO 20022 message definition report, bank-to-customer cash management, camt.053.001.02 and .08.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import BankRecord, Claim, Fault, Format, deliver, one_text, squeezed
from opsrules.readers.content import Content, load
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.safe_xml import Node, root_of
from opsrules.terms import RejectReason

__all__ = ["KIND", "NAME", "identify", "read"]

NAME = "camt053"
KIND = "bank_lines"

_FORMAT = Format(NAME, amount="Amt", currency="Amt Ccy")
_ROOT = re.compile(r"<(?:[\w.-]+:)?BkToCstmrStmt[\s/>]")
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.0[2-8]")
_OTHERS = {
    "BkToCstmrAcctRpt": "an intraday report (camt.052), whose entries come again in the statement",
    "BkToCstmrDbtCdtNtfctn": "a notification of single entries (camt.054), which come again in the statement",
}
_ASK = "ask the bank for the account statement as camt.053"
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?")
_SIGNS = {"CRDT": "+", "DBIT": "-"}
_PENDING = ("PDNG", "INFO", "FUTR")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def identify(head: Head) -> bool:
    """Whether the file holds a bank-to-customer statement; reports and notifications (052, 054) do not."""
    return _ROOT.search(head.text) is not None


def read(source: Source) -> Read:
    """Read one camt.053 file into bank lines.

    Raises
    ------
    FileRefused
        If it is no well-formed camt.053, declares a document type, holds no statement or a balance that cannot be read.
    """
    content = load(source)
    records: list[BankRecord] = []
    claims: list[Claim] = []
    for number, statement in enumerate(_statements(content)):
        account = statement.get("Acct/Id/IBAN") or statement.get("Acct/Id/Othr/Id")
        entries = [_Entry(number, account, node) for node in statement.all("Ntry")]
        records += [entry.record() for entry in entries]
        claims += [claim for entry in entries if (claim := entry.claim())]
        claims += _balance_claims(number, statement)
    return deliver(_FORMAT, content, records, claims)


def _statements(content: Content) -> list[Node]:
    root = root_of(content)
    place = f"{content.name}:{root.line}"
    for inner in root.element:
        if what := _OTHERS.get(Node(inner).name):
            raise FileRefused(place, f"this is {what}", _ASK)
    if root.name != "Document" or (root.namespace and not _NAMESPACE.fullmatch(root.namespace)):
        got = f"{root.name[:40]} in {root.namespace[:80]!r}"
        raise FileRefused(place, f"expected a Document in the namespace of camt.053.001.02 to .08, got {got}", _ASK)
    statements = root.all("BkToCstmrStmt/Stmt")
    if not statements:
        raise FileRefused(place, "the document holds no statement (Stmt)", "download the statement again")
    return statements


def _balance_claims(number: int, statement: Node) -> Iterator[Claim]:
    """Opening + entries = closing, for each currency that has both balances."""
    opening = _balances(statement, _OPENING)
    for currency, (line, closing) in _balances(statement, _CLOSING).items():
        if currency in opening:
            yield Claim("opening + entries = closing", line, currency, closing, (opening[currency][1],), number)


def _balances(statement: Node, codes: tuple[str, ...]) -> dict[str, tuple[int, str]]:
    """First balance of each currency, by the order of `codes`: currency to line and signed amount."""
    found: dict[str, tuple[int, str]] = {}
    for code in codes:
        for balance in statement.all("Bal"):
            if balance.get("Tp/CdOrPrtry/Cd") == code:
                amount, currency = _amount(balance)
                sign = _SIGNS.get(balance.get("CdtDbtInd"), "")
                found.setdefault(currency, (balance.line, sign + amount if sign else ""))
    return found


def _amount(node: Node) -> tuple[str, str]:
    """Text of the amount and its currency, "" for what is missing."""
    return next(((found.text, found.element.get("Ccy") or "") for found in node.all("Amt")), ("", ""))


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


@dataclass(frozen=True)
class _Entry:
    """One ``Ntry``: a line of the account."""

    statement: int
    account: str
    node: Node

    def record(self) -> BankRecord:
        amount, currency = _amount(self.node)
        texts = [*self._texts("RmtInf/Ustrd"), *self._texts("RmtInf/Strd/CdtrRefInf/Ref")]
        return BankRecord(
            line=self.node.line,
            statement=self.statement,
            account=self.account,
            currency=currency,
            amount=self._sign + amount if amount else "",
            shown=amount,
            booked_on=_day(self._day_text("BookgDt")),
            value_on=_day(self._day_text("ValDt")),
            line_id=squeezed(self.node.get("AcctSvcrRef") or self.node.get("NtryRef")),
            counterparty=self._counterparty(),
            reference=one_text(one for one in self._texts("Refs/EndToEndId") if one != "NOTPROVIDED"),
            text=one_text([*texts, self.node.get("AddtlNtryInf")]),
            fault=self._fault(),
        )

    def claim(self) -> Claim | None:
        """Transactions = entry, for an entry that bundles several, if the bank gives each one's amount."""
        transactions = self.node.all("NtryDtls/TxDtls")
        amount, currency = _amount(self.node)
        if len(transactions) < 2 or self._status != "BOOK":
            return None
        parts = []
        for one in transactions:
            part, part_currency = _part(one)
            if not part or part_currency != currency:
                return None
            parts.append(_SIGNS.get(one.get("CdtDbtInd"), self._sign) + part)
        return Claim("transactions = entry", self.node.line, currency, self._sign + amount, tuple(parts))

    @cached_property
    def _sign(self) -> str:
        return _SIGNS.get(self.node.get("CdtDbtInd"), "")

    @cached_property
    def _status(self) -> str:
        # Version .08 puts the code one level deeper.
        return self.node.get("Sts") or self.node.get("Sts/Cd")

    def _texts(self, path: str) -> list[str]:
        return [found.text for found in self.node.all(f"NtryDtls/TxDtls/{path}")]

    def _day_text(self, name: str) -> str:
        return self.node.get(f"{name}/Dt") or self.node.get(f"{name}/DtTm")

    def _counterparty(self) -> str:
        # Parties keep their roles when an entry is reversed: the other side of a debit that comes back is its creditor.
        backwards = self.node.get("RvslInd") in ("true", "1")
        role = "Dbtr" if (self._sign == "+") != backwards else "Cdtr"
        names = self._texts(f"RltdPties/{role}/Nm") + self._texts(f"RltdPties/{role}/Pty/Nm")
        return one_text(names, "; ")

    def _fault(self) -> Fault | None:
        if self._status in _PENDING:
            return Fault(RejectReason.NOT_BOOKED, "Sts", self._status)
        if self._status != "BOOK":
            return Fault(RejectReason.VALUE_UNKNOWN, "Sts", self._status)
        if not self._sign:
            return Fault(RejectReason.VALUE_UNKNOWN, "CdtDbtInd", self.node.get("CdtDbtInd"))
        if not self._day_text("BookgDt"):
            return Fault(RejectReason.TIME_MISSING, "BookgDt")
        for name in ("BookgDt", "ValDt"):
            text = self._day_text(name)
            if text and _day(text) is None:
                return Fault(RejectReason.TIME_UNREADABLE, name, text)
        return None


def _part(transaction: Node) -> tuple[str, str]:
    """Amount of one transaction of a bundle: in .08 its own, before that inside its details."""
    for place in (transaction, *transaction.all("AmtDtls/TxAmt")):
        found = _amount(place)
        if found[0]:
            return found
    return "", ""
