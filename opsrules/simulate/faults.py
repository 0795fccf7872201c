"""The faults on orders that a review must find. One function plants one kind on one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.planting import Kind, More, Planted, Planting
from opsrules.simulate.trade import contract_fees, whole
from opsrules.terms import BreakClass, SubjectType

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from opsrules.simulate.accounts import DemoAccount

__all__ = ["order_faults"]


def _order_without_payment(planting: Planting, order: int) -> Planted:
    planting.drop_charge(order)
    return Planted(planting.total(order))


def _payment_without_order(planting: Planting, order: int) -> Planted:
    planting.set_order(order, exported=False)
    return Planted(planting.total(order), planting.charge(order))


def _amount_differs(planting: Planting, order: int) -> Planted:
    difference = planting.part(order)
    line = planting.set_charge(order, planting.total(order) - difference)
    return Planted(difference, line)


def _exponent_error(planting: Planting, order: int) -> Planted:
    """Charge a hundred times the total, as when a currency without decimals is taken for one with two."""
    total = planting.total(order)
    return Planted(99 * total, planting.set_charge(order, 100 * total))


def _currency_differs(planting: Planting, order: int) -> Planted:
    planting.set_order(order, currency=planting.account.foreign)
    return Planted(planting.total(order), planting.charge(order))


def _charged_twice(planting: Planting, order: int) -> Planted:
    total = planting.total(order)
    again = whole(planting.lines, "occurred", planting.charge(order)) + int(planting.rng.integers(5, 31))
    return Planted(total, planting.add_line(order, "charge", total, again))


def _refund_not_booked(planting: Planting, order: int) -> Planted:
    amount = planting.part(order)
    return Planted(amount, planting.add_line(order, "refund", -amount, planting.later(order, 1, 8)))


def _refund_not_paid(planting: Planting, order: int) -> Planted:
    amount = planting.part(order)
    planting.refund_in_shop(order, amount)
    return Planted(amount)


def _refund_differs(planting: Planting, order: int) -> Planted:
    booked = planting.part(order)
    paid = booked + max(booked // 4, 1)
    planting.refund_in_shop(order, booked)
    return Planted(paid - booked, planting.add_line(order, "refund", -paid, planting.later(order, 1, 8)))


def _fee_differs(planting: Planting, order: int) -> Planted:
    """Charge a plain card by the dearer contract."""
    dearer = np.array([planting.account.contracts[1].card_brand], dtype=object)
    line = planting.charge(order)
    before = whole(planting.lines, "fee", line)
    fee = int(contract_fees(planting.account, np.array([planting.total(order)]), dearer)[0])
    planting.set_line(line, fee=fee)
    return Planted(fee - before, line)


def _dear_enough(planting: Planting) -> npt.NDArray[np.bool_]:
    plain = ~planting.orders["brand"].isin([contract.card_brand for contract in planting.account.contracts[1:]])
    return (plain & (planting.orders["total"] >= planting.orders["total"].median())).to_numpy(dtype=np.bool_)


def _chargeback(planting: Planting, order: int) -> Planted:
    total = planting.total(order)
    occurred = planting.later(order, 5, 11)
    return Planted(total, planting.add_line(order, "chargeback", -total, occurred, planting.account.dispute_fee_minor))


def _chargeback_again(planting: Planting, order: int) -> Planted:
    """Take the money back, give it back, and take it back a second time."""
    total, fee = planting.total(order), planting.account.dispute_fee_minor
    planting.add_line(order, "chargeback", -total, planting.later(order, 3, 5), fee)
    planting.add_line(order, "chargeback_reversal", total, planting.later(order, 6, 8), 0)
    return Planted(total, planting.add_line(order, "chargeback", -total, planting.later(order, 9, 11), fee))


def _off_by_one(planting: Planting, order: int) -> Planted:
    """Charge one minor unit less than the order says."""
    return Planted(1, planting.set_charge(order, planting.total(order) - 1))


def _second_capture_differs(planting: Planting, order: int) -> Planted:
    """Charge the order a second time, some part less than it says."""
    amount = planting.total(order) - planting.part(order)
    again = whole(planting.lines, "occurred", planting.charge(order)) + int(planting.rng.integers(5, 31))
    line = planting.add_line(order, "charge", amount, again)
    return Planted(amount, line, also=(BreakClass.AMOUNT_DIFFERS,))


def _amount_and_refund(planting: Planting, order: int) -> Planted:
    """Charge another amount, and refund some of it without the shop knowing."""
    difference = max(planting.total(order) // 10, 1)
    line, back = planting.set_charge(order, planting.total(order) - difference), planting.part(order)
    refund = planting.add_line(order, "refund", -back, planting.later(order, 1, 8))
    more = More(BreakClass.REFUND_NOT_BOOKED, SubjectType.PROCESSOR_LINE, back, refund)
    return Planted(difference, line, more=(more,))


def _amount_and_chargeback(planting: Planting, order: int) -> Planted:
    """Charge another amount, which the buyer then has taken back."""
    difference = max(planting.total(order) // 10, 1)
    charged = planting.total(order) - difference
    line = planting.set_charge(order, charged)
    fee = planting.account.dispute_fee_minor
    taken = planting.add_line(order, "chargeback", -charged, planting.later(order, 5, 11), fee)
    more = More(BreakClass.CHARGEBACK, SubjectType.PROCESSOR_LINE, charged, taken)
    return Planted(difference, line, more=(more,))


def _amount_and_fee(planting: Planting, order: int) -> Planted:
    """Charge another amount, at a fee beyond the contract."""
    difference = max(planting.total(order) // 10, 1)
    line = planting.set_charge(order, planting.total(order) - difference)
    planting.set_line(line, fee=whole(planting.lines, "fee", line) + 7)
    more = More(BreakClass.FEE_DIFFERS, SubjectType.PROCESSOR_LINE, 7, line)
    return Planted(difference, line, more=(more,))


def _rate_differs(planting: Planting, order: int) -> Planted:
    """Place the order in another currency and change it six tenths of a percent under the agreed rate."""
    planting.set_order(order, currency=planting.account.foreign)
    agreed = planting.at_rate(order, 10_000)
    charged = planting.at_rate(order, 9_940)
    return Planted(agreed - charged, planting.set_charge(order, charged), also=(BreakClass.CURRENCY_DIFFERS,))


def _has_size(planting: Planting) -> npt.NDArray[np.bool_]:
    """Orders large enough that a tenth of a percent of them is more than rounding."""
    return (planting.orders["total"] >= 2000).to_numpy(dtype=np.bool_)


def _reserve(released: bool) -> Callable[[Planting, int], Planted]:
    """Hold a tenth of the order and release it short, or not at all."""

    def fault(planting: Planting, order: int) -> Planted:
        held = max(planting.total(order) // 10, 2)
        line = planting.add_line(order, "reserve", -held, planting.later(order, 1, 1))
        if not released:
            return Planted(held, line)
        short = max(held // 5, 1)
        return Planted(short, planting.add_line(order, "reserve", held - short, planting.later(order, 8, 8)))

    return fault


def _garbled_order(planting: Planting, order: int) -> Planted:
    """Make the order's total unreadable, so that its payment finds no order."""
    planting.set_order(order, garbled=True)
    return Planted(planting.total(order))


def _garbled_line(planting: Planting, order: int) -> Planted:
    """Make the charge's amount unreadable, so that the order finds no payment and the payout lacks a line."""
    line = planting.charge(order)
    planting.set_line(line, garbled=True)
    return Planted(planting.total(order), line)


def _reference_lost(planting: Planting, order: int) -> Planted:
    """Let the processor know the payment by no reference at all."""
    line = planting.charge(order)
    planting.set_line(line, reference="")
    return Planted(planting.total(order), line)


def _alone(planting: Planting) -> npt.NDArray[np.bool_]:
    return ~planting.without_charge()


def _captured_with_another(planting: Planting, order: int) -> Planted:
    """Take the order's money with that of one placed up to two days later, under the other's reference."""
    line = planting.charge(order)
    days = planting.days_after(order)
    near = np.flatnonzero((days >= 1) & (days <= 2))
    free = [one for one in near.tolist() if planting.is_free(one)]
    if not free:
        return _reference_lost(planting, order)
    planting.take(free[0])
    planting.drop_charge(order)
    line = planting.set_charge(free[0], planting.total(order) + planting.total(free[0]))
    return Planted(planting.total(order), line)


def order_faults(account: DemoAccount) -> tuple[Kind, ...]:
    """The kinds for this account, the most telling first: small accounts carry only the first ones."""
    order, line, file = SubjectType.ORDER, SubjectType.PROCESSOR_LINE, SubjectType.FILE
    money = (
        Kind("exponent_error", BreakClass.AMOUNT_DIFFERS, order, _exponent_error, once=True)
        if account.decimals == 0
        else Kind("currency_differs", BreakClass.CURRENCY_DIFFERS, order, _currency_differs, once=True)
    )
    rate = Kind("rate_differs", BreakClass.FX_VARIANCE, order, _rate_differs, fits=_has_size)
    # An unreadable line also breaks its payout's sum: one in four weekly payouts would be too many.
    garbled_line = Kind("row_unreadable_line", BreakClass.ROWS_REJECTED, file, _garbled_line, early=True, once=True)
    return (
        Kind("order_without_payment", BreakClass.ORDER_WITHOUT_PAYMENT, order, _order_without_payment),
        Kind("payment_without_order", BreakClass.PAYMENT_WITHOUT_ORDER, line, _payment_without_order),
        Kind("amount_differs", BreakClass.AMOUNT_DIFFERS, order, _amount_differs),
        Kind("charged_twice", BreakClass.CHARGED_TWICE, order, _charged_twice),
        Kind("refund_not_booked", BreakClass.REFUND_NOT_BOOKED, line, _refund_not_booked, early=True),
        Kind("refund_not_paid", BreakClass.REFUND_NOT_PAID, order, _refund_not_paid),
        Kind("refund_differs", BreakClass.REFUND_DIFFERS, order, _refund_differs, early=True),
        Kind("fee_differs", BreakClass.FEE_DIFFERS, line, _fee_differs, fits=_dear_enough),
        Kind("chargeback", BreakClass.CHARGEBACK, line, _chargeback, early=True),
        Kind("row_unreadable_order", BreakClass.ROWS_REJECTED, file, _garbled_order, once=True),
        *((garbled_line,) if account.payout_weekday < 0 else ()),
        money,
        Kind("off_by_one", BreakClass.AMOUNT_DIFFERS, order, _off_by_one),
        Kind("second_capture_differs", BreakClass.CHARGED_TWICE, order, _second_capture_differs),
        Kind("amount_and_refund", BreakClass.AMOUNT_DIFFERS, order, _amount_and_refund, early=True),
        Kind("amount_and_chargeback", BreakClass.AMOUNT_DIFFERS, order, _amount_and_chargeback, early=True),
        Kind("amount_and_fee", BreakClass.AMOUNT_DIFFERS, order, _amount_and_fee, fits=_dear_enough),
        Kind("chargeback_again", BreakClass.CHARGEBACK, line, _chargeback_again, early=True),
        Kind("reserve_kept", BreakClass.RESERVE_MISMATCH, line, _reserve(released=False), early=True),
        Kind("reserve_short", BreakClass.RESERVE_MISMATCH, line, _reserve(released=True), early=True),
        *((rate,) if account.foreign_rate_bps else ()),
        Kind("reference_lost", BreakClass.MATCH_SUGGESTED, order, _reference_lost, fits=_alone),
        Kind(
            "captured_with_another", BreakClass.MATCH_SUGGESTED, order, _captured_with_another, early=True, fits=_alone
        ),
    )
