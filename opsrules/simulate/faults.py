"""The faults on orders that a review must find. One function plants one kind on one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.planting import Kind, Planted, Planting
from opsrules.simulate.trade import contract_fees, whole
from opsrules.terms import BreakClass, SubjectType

if TYPE_CHECKING:
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
    planting.set_order(order, currency="CAD" if planting.account.currency == "USD" else "USD")
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
        Kind("reference_lost", BreakClass.MATCH_SUGGESTED, order, _reference_lost),
        Kind("captured_with_another", BreakClass.MATCH_SUGGESTED, order, _captured_with_another, early=True),
    )
