"""What an account has agreed with each processor, and at which rates its currencies are changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from opsrules.parameters.calendars import Weekdays
from opsrules.parameters.kinds import Allowance, Currency, Many, Processor, Text, exact, refuse

__all__ = ["FxRate", "FxTerms", "ProcessorTerms", "processors_once"]

_Days = Annotated[int, Field(ge=0, le=366)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ProcessorTerms(_Part):
    """What is agreed with one processor.

    Attributes
    ----------
    processor : str
    methods : tuple of str
        Payment methods of the shop, as its export writes them, that this processor takes; empty where nothing is
        declared. A charge of such an order at another processor stands in the wrong account.
    settlement_days : int or None
        Business days from a line to the payout that holds it; None where nothing is agreed.
    payout_weekdays : tuple of str
        Weekdays on which payouts are sent; empty means every business day.
    calendars : tuple of str
        Calendars by which the processor counts its business days; empty means the account's.
    bank_account : str or None
        Last four signs of the bank account that its payouts go to.
    bank_charges_minor : tuple of int
        What banks on the way usually keep of one payout, in minor units of its currency.
    """

    processor: Annotated[Processor, Field(examples=["stripe"])]
    methods: Many[Text] = ()
    settlement_days: Annotated[_Days | None, Field(examples=[2])] = None
    payout_weekdays: Weekdays = ()
    calendars: Many[Text] = ()
    bank_account: Annotated[str | None, Field(pattern=r"^[0-9A-Za-z]{4}$", examples=["3000"])] = None
    bank_charges_minor: Many[Annotated[Allowance, Field(ge=1)]] = ()


class FxRate(_Part):
    """What one unit of a currency is worth in another, from `since` to `until`, both in.

    Attributes
    ----------
    sold, bought : str
        ISO 4217: ``rate`` units of `bought` for one unit of `sold`.
    rate : Decimal
    since, until : date or None
        None means without a limit.
    source : str
        Where the rate stands.
    """

    sold: Annotated[Currency, Field(examples=["USD"])]
    bought: Annotated[Currency, Field(examples=["EUR"])]
    rate: Annotated[Decimal, BeforeValidator(exact), Field(gt=0, le=1_000_000_000, examples=["0.92"])]
    since: date | None = None
    until: date | None = None
    source: Annotated[Text, Field(examples=["ECB reference rates, mean of October 2026"])]

    def holds_on(self, day: date) -> bool:
        """Whether the rate holds on the day."""
        return (self.since or date.min) <= day <= (self.until or date.max)


def _one_a_day(rates: tuple[FxRate, ...]) -> tuple[FxRate, ...]:
    for position, one in enumerate(rates):
        if one.sold == one.bought:
            raise refuse(f"must change one currency into another, got {one.sold} twice", "correct one of the two")
        for other in rates[:position]:
            overlap = max(one.since or date.min, other.since or date.min) <= min(
                one.until or date.max, other.until or date.max
            )
            if overlap and {one.sold, one.bought} == {other.sold, other.bought}:
                what = f"must give one rate a day, got two for {one.sold} and {one.bought}"
                raise refuse(what, "end the older one the day before the newer one starts")
    return rates


class FxTerms(_Part):
    """How amounts in two currencies are compared.

    Attributes
    ----------
    tolerance_bps : Decimal
        Hundredths of a percent by which a changed amount may leave the known rate; ours where nothing is declared.
    rates : tuple of FxRate
    """

    tolerance_bps: Annotated[Decimal, BeforeValidator(exact), Field(ge=0, le=10_000, examples=["50 for 0.5 %"])] = (
        Decimal(50)
    )
    rates: Annotated[Many[FxRate], AfterValidator(_one_a_day)] = ()


def processors_once(terms: Sequence[ProcessorTerms]) -> Sequence[ProcessorTerms]:
    """Refuse two entries for one processor."""
    names = [one.processor for one in terms]
    for name in names:
        if names.count(name) > 1:
            raise refuse(f"must have one entry for each processor, got {name} twice", "write one of them")
    return terms
