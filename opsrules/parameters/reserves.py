"""What an account file says of the reserve that a processor holds back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opsrules.parameters.kinds import Allowance, Currency, Processor, refuse

__all__ = ["ReserveTerms", "reserves_once"]


class ReserveTerms(BaseModel):
    """What a processor holds back in one currency.

    Attributes
    ----------
    processor, currency : str
    days : int or None
        After how many days it has to release what it holds, on the next open day where that one is closed; None when
        the contract names no days.
    grace_days : int
        Business days after that before a hold counts as not released.
    tolerance_minor : int
        A release may differ from its hold by this much.
    opening_minor : int
        What it held when the day `opening_on` began, in minor units.
    opening_on : date or None
        None when nothing was written down: then only the exports tell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    processor: Annotated[Processor, Field(examples=["paypal"])]
    currency: Annotated[Currency, Field(examples=["EUR"])]
    days: Annotated[int, Field(ge=0, le=3650, examples=["180"])] | None = None
    grace_days: Annotated[int, Field(ge=0, le=366)] = 2
    tolerance_minor: Allowance = 0
    opening_minor: Allowance = 0
    opening_on: date | None = None

    @model_validator(mode="after")
    def _with_its_day(self) -> Self:
        if self.opening_minor and self.opening_on is None:
            raise refuse(
                "must name the day of its opening_minor", "add opening_on: 2026-10-01, the day that began with it"
            )
        return self


def reserves_once(reserves: tuple[ReserveTerms, ...]) -> tuple[ReserveTerms, ...]:
    """Refuse two entries for one processor and currency."""
    seen = set()
    for one in reserves:
        if (one.processor, one.currency) in seen:
            raise refuse(f"must name {one.processor} in {one.currency} once", "make one entry of them")
        seen.add((one.processor, one.currency))
    return reserves
