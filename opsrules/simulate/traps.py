"""What looks like a fault and is none: a review must stay silent about it.

One function plants one kind on one order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.orders import to_instant
from opsrules.simulate.planting import Kind, Planted, Planting
from opsrules.simulate.trade import whole
from opsrules.terms import SubjectType

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TRAPS"]

_MANGLINGS: tuple[Callable[[str], str], ...] = (
    lambda ref: ref.replace("#", ""),
    str.lower,
    lambda ref: f" {ref} ",
    lambda ref: ref.replace("#", "# "),
)


def _reference_mangled(planting: Planting, order: int) -> Planted:
    """Let the processor spell the order in another way."""
    line, ref = planting.charge(order), str(planting.orders["ref"].loc[order])
    ways = [mangled for mangle in _MANGLINGS if (mangled := mangle(ref)) != ref]
    planting.set_line(line, reference=ways[int(planting.rng.integers(len(ways)))])
    return Planted(planting.total(order), line)


def _paid_otherwise(method: str) -> Callable[[Planting, int], Planted]:
    def trap(planting: Planting, order: int) -> Planted:
        planting.drop_charge(order)
        planting.set_order(order, fate=method, method=method)
        return Planted(planting.total(order))

    return trap


def _unpaid(planting: Planting, order: int) -> Planted:
    planting.drop_charge(order)
    total = planting.total(order)
    planting.set_order(order, fate="pending", status="pending", method="", paid=0, outstanding=total)
    return Planted(planting.total(order))


def _voided(planting: Planting, order: int) -> Planted:
    planting.drop_charge(order)
    cancelled = whole(planting.orders, "placed", order) + 3000
    planting.set_order(order, fate="voided", status="voided", paid=0, cancelled=cancelled)
    return Planted(planting.total(order))


def _split_capture(planting: Planting, order: int) -> Planted:
    """Charge the order in two parts, days apart, as when it ships in two parcels."""
    total, first = planting.total(order), planting.part(order)
    if first < total:
        planting.set_charge(order, first)
        planting.add_line(order, "charge", total - first, planting.later(order, 1, 3))
    return Planted(total, planting.charge(order))


def _two_partial_refunds(planting: Planting, order: int) -> Planted:
    first, second = planting.part(order), planting.part(order)
    planting.refund_in_shop(order, first + second)
    line = planting.add_line(order, "refund", -first, planting.later(order, 1, 3))
    planting.add_line(order, "refund", -second, planting.later(order, 4, 8))
    return Planted(first + second, line)


def _second_capture_refunded(planting: Planting, order: int) -> Planted:
    """Charge the order twice and pay the second charge back, as processors do by themselves."""
    total = planting.total(order)
    again = whole(planting.lines, "occurred", planting.charge(order)) + int(planting.rng.integers(5, 31))
    line = planting.add_line(order, "charge", total, again)
    planting.add_line(order, "refund", -total, planting.later(order, 1, 4))
    return Planted(total, line)


def _chargeback_won(planting: Planting, order: int) -> Planted:
    """Take the money back, and give it and the fee back after the dispute was won."""
    total, fee = planting.total(order), planting.account.dispute_fee_minor
    line = planting.add_line(order, "chargeback", -total, planting.later(order, 3, 6), fee)
    planting.add_line(order, "chargeback_reversal", total, planting.later(order, 7, 11), -fee)
    return Planted(total, line)


def _equal_parts(planting: Planting, order: int) -> Planted:
    """Charge the order in two equal parts within a minute."""
    total = planting.total(order) // 2 * 2
    if total == planting.total(order):
        planting.set_charge(order, total // 2)
        again = whole(planting.lines, "occurred", planting.charge(order)) + int(planting.rng.integers(5, 31))
        planting.add_line(order, "charge", total // 2, again)
    return Planted(planting.total(order), planting.charge(order))


def _reserve_released(planting: Planting, order: int) -> Planted:
    """Hold a tenth of the order and release all of it when it is due."""
    held = max(planting.total(order) // 10, 1)
    line = planting.add_line(order, "reserve", -held, planting.later(order, 1, 1))
    planting.add_line(order, "reserve", held, planting.later(order, 8, 8))
    return Planted(held, line)


def _changed_near_the_rate(planting: Planting, order: int) -> Planted:
    """Place the order in another currency and change it four tenths of a percent under the agreed rate."""
    if not planting.account.foreign_rate_bps:
        return Planted(planting.total(order), planting.charge(order))
    planting.set_order(order, currency=planting.account.foreign)
    return Planted(planting.total(order), planting.set_charge(order, planting.at_rate(order, 9_960)))


def _fee_off_by_one(planting: Planting, order: int) -> Planted:
    """Charge a fee one minor unit above the contract, which the contract's tolerance allows."""
    line = planting.charge(order)
    planting.set_line(line, fee=whole(planting.lines, "fee", line) + 1)
    return Planted(1, line)


def _refund_next_period(planting: Planting, order: int) -> Planted:
    amount = planting.part(order)
    planting.refund_in_shop(order, amount)
    return Planted(amount, planting.add_line(order, "refund", -amount, planting.later(order, 31, 36)))


def _move(planting: Planting, order: int, day: np.datetime64, seconds: int, wait: int) -> Planted:
    """Move the order to a second of a day, its charge `wait` seconds later."""
    placed = int(to_instant(np.array([day]), np.array([seconds]), planting.account.zone)[0])
    line = planting.charge(order)
    planting.set_order(order, placed=placed, paid=placed + wait)
    planting.set_line(line, occurred=placed + wait)
    return Planted(planting.total(order), line)


def _other_day_in_utc(planting: Planting, order: int) -> Planted:
    """Place the order so near to the month's edge that in UTC it belongs to another month, where zones allow."""
    period = planting.periods[whole(planting.orders, "period", order)]
    if planting.account.zone.startswith("America/"):
        return _move(planting, order, np.datetime64(period.last, "D"), 24 * 3600 - 100, 40)
    return _move(planting, order, np.datetime64(period.first, "D"), 40, 45)


def _charge_next_period(planting: Planting, order: int) -> Planted:
    """Place the order just before the month ends; the charge comes just after midnight."""
    period = planting.periods[whole(planting.orders, "period", order)]
    return _move(planting, order, np.datetime64(period.last, "D"), 24 * 3600 - 75, 110)


def _same_amount(planting: Planting, order: int) -> Planted:
    """Make the next order that is free a twin of this one: same goods, same amounts, both paid."""
    period = whole(planting.orders, "period", order)
    near = planting.candidates(period, _SAME_AMOUNT)
    line = planting.charge(order)
    if not len(near):
        return Planted(planting.total(order), line)
    twin = int(near[np.argmin(np.abs(near - order))])
    planting.take(twin)
    for column in ("discount", "subtotal", "shipping", "tax", "total"):
        planting.set_order(twin, **{column: whole(planting.orders, column, order)})
    mine, its = (whole(planting.orders, "first_line", one) for one in (order, twin))
    for column in ("product", "quantity", "price"):
        planting.order_lines.loc[its, column] = whole(planting.order_lines, column, mine)
    planting.set_charge(twin, planting.total(order))
    return Planted(planting.total(order), line)


_SAME_AMOUNT = Kind(
    "same_amount",
    None,
    SubjectType.ORDER,
    _same_amount,
    fits=lambda planting: (planting.orders["line_count"] == 1).to_numpy(dtype=np.bool_),
)


_ORDER, _LINE = SubjectType.ORDER, SubjectType.PROCESSOR_LINE

TRAPS: tuple[Kind, ...] = (
    Kind("reference_mangled", None, _LINE, _reference_mangled),
    Kind("other_day_in_utc", None, _ORDER, _other_day_in_utc, once=True),
    Kind("charge_next_period", None, _ORDER, _charge_next_period, not_last=True, once=True),
    Kind("split_capture", None, _ORDER, _split_capture, early=True),
    Kind("two_partial_refunds", None, _ORDER, _two_partial_refunds, early=True),
    Kind("second_capture_refunded", None, _LINE, _second_capture_refunded, early=True),
    Kind("chargeback_won", None, _LINE, _chargeback_won, early=True),
    Kind("equal_parts", None, _ORDER, _equal_parts),
    Kind("reserve_released", None, _LINE, _reserve_released, early=True),
    Kind("changed_near_the_rate", None, _ORDER, _changed_near_the_rate),
    Kind("fee_off_by_one", None, _LINE, _fee_off_by_one),
    Kind("refund_next_period", None, _ORDER, _refund_next_period, early=True, not_last=True),
    Kind("cash_order", None, _ORDER, _paid_otherwise("Cash")),
    Kind("gift_card_order", None, _ORDER, _paid_otherwise("gift_card")),
    Kind("bank_deposit_order", None, _ORDER, _paid_otherwise("manual")),
    Kind("unpaid_order", None, _ORDER, _unpaid),
    Kind("voided_order", None, _ORDER, _voided),
    _SAME_AMOUNT,
)
"""The kinds of trap, the most telling first."""
