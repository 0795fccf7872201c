"""The control figures of a BAI2 file: what the trailers of accounts, groups and files say, against what is there."""

from __future__ import annotations

from collections.abc import Iterator

from opsrules.errors import FileRefused
from opsrules.money import is_currency
from opsrules.readers.bai2.blocks import Block
from opsrules.readers.bai2.fields import FIGURE, Account, Group, Trailer, whole
from opsrules.readers.model import Control

__all__ = ["currency_of", "trailer_controls"]

_NAMES = {"49": "account", "98": "group", "99": "file"}
_INSIDE = {"98": "accounts", "99": "groups"}
_DEFAULT_CURRENCY = "USD"


def currency_of(account: Account, group: Group) -> str:
    """Currency of an account: its own, else its group's, else USD."""
    return account.currency or group.currency or _DEFAULT_CURRENCY


def trailer_controls(file: str, block: Block) -> Iterator[Control]:
    """Controls of a file, a group or an account and of all inside it, in file order.

    The total of an account sums all amounts in it, balances and totals too; that of a group or file sums the totals
    that the trailers inside it state.

    Raises
    ------
    FileRefused
        If a trailer's figure cannot be read.
    """
    for inner in block.inside:
        if inner.trailer.code:
            yield from trailer_controls(file, inner)
    trailer, code = Trailer.of(block.trailer), block.trailer.code
    if not code:
        return
    place = f"{file}:{block.trailer.line}"
    currency = _currency(block)
    for name, told, unit, found in (
        (f"{_NAMES[code]} total ({code})", trailer.total, currency, _total(block)),
        (f"{_INSIDE.get(code, '')} of the {_NAMES[code]} ({code})", trailer.inside, "", len(block.inside)),
        (f"lines of the {_NAMES[code]} ({code})", trailer.lines, "", block.lines),
    ):
        if told:
            yield Control(name, place, unit, _told(told, place), found)


def _told(figure: str, place: str) -> int:
    if not FIGURE.fullmatch(figure):
        raise FileRefused(place, "a figure of the trailer cannot be read", "download the file again")
    return int(figure)


def _total(block: Block) -> int:
    """What the block's control total should be; a figure that cannot be read counts as nothing, and the sum fails."""
    if block.head.code == "03":
        return block.amount + sum(whole(amount) for _, amount in Account.of(block.head).sums)
    return sum(whole(Trailer.of(one.trailer).total) for one in block.inside)


def _currency(block: Block) -> str:
    """The one currency of all accounts in the block; "" when they have several, so that the total is a mere number."""
    used = set(_currencies(block, Group("", "", "", "")))
    return found if len(used) == 1 and is_currency(found := used.pop()) else ""


def _currencies(block: Block, group: Group) -> Iterator[str]:
    if block.head.code == "03":
        yield currency_of(Account.of(block.head), group)
        return
    for inner in block.inside:
        yield from _currencies(inner, Group.of(block.head) if block.head.code == "02" else group)
