"""One entry (``Ntry``) of an ISO 20022 account message.

An entry is a row, also when it bundles many transactions: that is the line of the account. The references and texts of
its transactions all stand in the row, each once: a bundle that names several payouts is their sum. Amounts in the file
have no sign; ``CdtDbtInd`` gives it, and ``RvslInd`` does not turn it. Entries that are not booked (pending,
information, future) are rejects `NOT_BOOKED`. Days are those the bank states, without regard to a time zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from opsrules.readers.bank_lines import BankRecord, Claim, Fault, one_text, squeezed
from opsrules.readers.safe_xml import Node
from opsrules.terms import RejectReason

__all__ = ["SIGNS", "Entry", "amount_of", "day_of"]

SIGNS = {"CRDT": "+", "DBIT": "-"}
"""``CdtDbtInd`` to the sign of the amount."""

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?")
_PENDING = ("PDNG", "INFO", "FUTR")


def amount_of(node: Node) -> tuple[str, str]:
    """Text of an element's amount and its currency, "" for what is missing."""
    return next(((found.text, found.element.get("Ccy") or "") for found in node.all("Amt")), ("", ""))


def day_of(text: str) -> date | None:
    """Day of a date or of a time stamp, as written; None for what is neither."""
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Entry:
    """One ``Ntry``: a line of the account.

    Attributes
    ----------
    statement : int
        Number of the account's part in the file.
    account : str
    flags : str
        What its row is marked with.
    node : Node
    """

    statement: int
    account: str
    flags: str
    node: Node

    def record(self) -> BankRecord:
        """The entry as a record, good or with its fault."""
        amount, currency = self.amount
        texts = [*self._texts("RmtInf/Ustrd"), *self._texts("RmtInf/Strd/CdtrRefInf/Ref")]
        return BankRecord(
            line=self.node.line,
            statement=self.statement,
            account=self.account,
            currency=currency,
            amount=self.sign + amount if amount else "",
            shown=amount,
            booked_on=day_of(self._day_text("BookgDt")),
            value_on=day_of(self._day_text("ValDt")),
            line_id=squeezed(self.node.get("AcctSvcrRef") or self.node.get("NtryRef")),
            counterparty=self._counterparty(),
            reference=one_text(one for one in self._texts("Refs/EndToEndId") if one != "NOTPROVIDED"),
            text=one_text([*texts, self.node.get("AddtlNtryInf")]),
            flags=self.flags,
            fault=self._fault(),
        )

    def claim(self) -> Claim | None:
        """Transactions = entry, for an entry that bundles several, if the bank gives each one's amount."""
        amount, currency = self.amount
        if len(self._transactions) < 2 or self.status != "BOOK":
            return None
        parts = []
        for one in self._transactions:
            part, part_currency = _part(one)
            if not part or part_currency != currency:
                return None
            parts.append(SIGNS.get(one.get("CdtDbtInd"), self.sign) + part)
        return Claim("transactions = entry", self.node.line, currency, self.sign + amount, tuple(parts))

    @cached_property
    def amount(self) -> tuple[str, str]:
        """Text of the amount, unsigned, and its currency."""
        return amount_of(self.node)

    @cached_property
    def sign(self) -> str:
        """``+`` for a credit, ``-`` for a debit, "" when the entry does not say."""
        return SIGNS.get(self.node.get("CdtDbtInd"), "")

    @cached_property
    def status(self) -> str:
        """``BOOK`` for what is booked."""
        # Version .08 puts the code one level deeper.
        return self.node.get("Sts") or self.node.get("Sts/Cd")

    @cached_property
    def _transactions(self) -> list[Node]:
        # Version .01 has them in the entry itself.
        return [*self.node.all("NtryDtls/TxDtls"), *self.node.all("TxDtls")]

    def _texts(self, path: str) -> list[str]:
        return [found.text for one in self._transactions for found in one.all(path)]

    def _day_text(self, name: str) -> str:
        return self.node.get(f"{name}/Dt") or self.node.get(f"{name}/DtTm")

    def _counterparty(self) -> str:
        # Parties keep their roles when an entry is reversed: the other side of a debit that comes back is its creditor.
        backwards = self.node.get("RvslInd") in ("true", "1")
        role = "Dbtr" if (self.sign == "+") != backwards else "Cdtr"
        names = self._texts(f"RltdPties/{role}/Nm") + self._texts(f"RltdPties/{role}/Pty/Nm")
        return one_text(names, "; ")

    def _fault(self) -> Fault | None:
        if self.status in _PENDING:
            return Fault(RejectReason.NOT_BOOKED, "Sts", self.status)
        if self.status != "BOOK":
            return Fault(RejectReason.VALUE_UNKNOWN, "Sts", self.status)
        if not self.sign:
            return Fault(RejectReason.VALUE_UNKNOWN, "CdtDbtInd", self.node.get("CdtDbtInd"))
        if not self._day_text("BookgDt"):
            return Fault(RejectReason.TIME_MISSING, "BookgDt")
        for name in ("BookgDt", "ValDt"):
            text = self._day_text(name)
            if text and day_of(text) is None:
                return Fault(RejectReason.TIME_UNREADABLE, name, text)
        return None


def _part(transaction: Node) -> tuple[str, str]:
    """Amount of one transaction of a bundle: in .08 its own, before that inside its details."""
    for place in (transaction, *transaction.all("AmtDtls/TxAmt")):
        found = amount_of(place)
        if found[0]:
            return found
    return "", ""
