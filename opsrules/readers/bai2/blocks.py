"""The records of a BAI2 file as they stand inside each other: files, groups and accounts.

Transactions are counted and summed, not kept: there are too many of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from opsrules.errors import FileRefused
from opsrules.readers.bai2.fields import Transaction, whole
from opsrules.readers.bai2.records import Record, records_of
from opsrules.readers.streamed import Streamed

__all__ = ["Block", "blocks_of"]

_INSIDE = {"": "01", "01": "02", "02": "03", "03": "16"}
_END = {"01": "99", "02": "98", "03": "49"}
_NAMES = {
    "01": "file header (01)", "02": "group (02)", "03": "account (03)", "16": "transaction (16)",
    "49": "account trailer (49)", "98": "group trailer (98)", "99": "file trailer (99)",
}  # fmt: skip
_AGAIN = "download the file again"


@dataclass(slots=True)
class Block:
    """A file, a group or an account, with what stands inside it.

    Attributes
    ----------
    head : Record
    inside : list of Block
        None in an account.
    loose : int
        Lines of its transactions, and lines inside it that begin with no known code.
    amount : int
        Sum of the amounts of its transactions, without signs; one that cannot be read counts as nothing.
    trailer : Record
    """

    head: Record
    inside: list[Block] = field(default_factory=list)
    loose: int = 0
    amount: int = 0
    trailer: Record = field(default_factory=lambda: Record(0, ""))

    @property
    def lines(self) -> int:
        """Lines of the whole block."""
        return len(self.head.parts) + len(self.trailer.parts) + self.loose + sum(inner.lines for inner in self.inside)


def blocks_of(content: Streamed) -> Block:
    """What a file holds, as a block around its one or more files (01 to 99).

    Raises
    ------
    FileRefused
        If a record stands where it may not, a trailer is missing, or there are zero bytes outside of transactions.
    """
    around = Block(Record(0, ""))
    open_ = [around]
    for record in records_of(content):
        inner, code = open_[-1], open_[-1].head.code
        if not record.code:
            inner.loose += len(record.parts)
        elif record.code != _INSIDE.get(code):
            if record.code != _END.get(code):
                raise _misplaced(content.name, record, code)
            open_.pop().trailer = record
        elif record.code in _END:
            inner.inside.append(Block(record))
            open_.append(inner.inside[-1])
        else:
            inner.loose += len(record.parts)
            inner.amount += whole(Transaction.of(record, 0).amount)
        if record.code not in ("", "16") and record.has_zero_byte:
            raise FileRefused(f"{content.name}:{record.line}", "zero bytes outside of a transaction", _AGAIN)
    if len(open_) > 1 or not around.inside:
        missing = _NAMES[_END.get(open_[-1].head.code, "01")]
        line = sum(1 for _ in content.lines())
        raise FileRefused(f"{content.name}:{line}", f"expected {missing}, got the end: the file is cut off", _AGAIN)
    return around


def _misplaced(name: str, record: Record, code: str) -> FileRefused:
    expected = " or ".join(_NAMES[one] for one in (_INSIDE.get(code), _END.get(code)) if one)
    return FileRefused(f"{name}:{record.line}", f"expected {expected}, got {_NAMES[record.code]}", _AGAIN)
