"""Until when money may take: settlement days of a processor, banking days of a payout, ages in business days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypedDict

import pandas as pd

from opsrules.calendars import WEEKDAYS
from opsrules.desks.reconciliation.model import Ask
from opsrules.parameters import Account

__all__ = ["Ages", "ages", "last_banking_day", "settles_on"]

# Where no settlement is agreed: a week covers every schedule that pays at least weekly.
_A_WEEK = timedelta(days=7)
_BANK_DAYS = 5  # of a processor whose payouts are not declared


class Ages(TypedDict):
    """Ages as a break has them."""

    age_days: int | None
    age_business_days: int | None


def ages(ask: Ask, day: date | None) -> Ages:
    """Ages on the as-of day of what is of this day, None without one."""
    if day is None:
        return Ages(age_days=None, age_business_days=None)
    business = ask.account.business
    return Ages(age_days=(ask.as_of - day).days, age_business_days=business.between(day, ask.as_of))


def settles_on(account: Account, processor: str, day: date, available: pd.Timestamp | None = None) -> date:
    """Day of the payout that should hold a line of `day`, by the settlement agreed with its processor.

    Parameters
    ----------
    account : Account
    processor : str
    day : date
        The line's business day, by the account's zone and cut-off.
    available : Timestamp, optional
        Day on which the processor says that the money is there; heard only where nothing is agreed. NaT is none.
    """
    terms = account.terms(processor)
    if terms is None or terms.settlement_days is None:
        usual = day + _A_WEEK
        return usual if available is None or pd.isna(available) else max(usual, available.date())
    business = account.business_of(processor)
    due = business.after(day, terms.settlement_days)
    if terms.payout_weekdays:
        sent = {WEEKDAYS.index(name) for name in terms.payout_weekdays}
        while due.weekday() not in sent:
            due += timedelta(days=1)
    return business.on_or_after(due)


def last_banking_day(account: Account, processor: str, sent: date) -> date:
    """Last day on which the bank may book a payout: of the days declared, later by each bank holiday among them."""
    rules = [rule.days[1] for rule in account.payouts if rule.processor == processor]
    last = sent + timedelta(days=max(rules, default=_BANK_DAYS))
    business = account.business
    closed = business.closed_weekdays(sent + timedelta(days=1), last)
    return business.later(last, closed) if closed else last
