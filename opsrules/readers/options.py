"""The account's options for one source, checked by the reader's own model."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from opsrules.errors import ParameterError, Problem
from opsrules.money import is_currency
from opsrules.readers.layout import Dates, Layout
from opsrules.readers.model import Source

__all__ = ["InOneCurrency", "LocalDates", "Zoned", "checked"]

_Model = TypeVar("_Model", bound=BaseModel)


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Zoned(_Options):
    """Options of an export whose times may be in another zone than the account's.

    Attributes
    ----------
    zone : str
        IANA zone of times that the export gives without one; the account's when left out.
    """

    zone: str = ""

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        if zone and zone not in available_timezones():
            msg = f"{zone!r} is no IANA time zone; write one such as Europe/Berlin"
            raise ValueError(msg)
        return zone


class LocalDates(_Options):
    """Options of an export that writes its dates as people do where the account is.

    Attributes
    ----------
    date_order : str
        ``day_first`` or ``month_first``; told by the whole file when left out.
    """

    date_order: Literal["", "day_first", "month_first"] = ""

    @property
    def dates(self) -> Dates:
        """How the export writes its dates."""
        return Dates(self.date_order) if self.date_order else Dates.LOCAL

    def dated(self, layout: Layout) -> Layout:
        """Return the layout with the order that the account says."""
        return replace(layout, dates=self.dates)


class InOneCurrency(_Options):
    """Options of an export that does not name its currency.

    Attributes
    ----------
    currency : str
        ISO 4217 code of all its amounts. There is no default: a ``$`` is more than one currency.
    """

    currency: str = ""

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, code: str) -> str:
        if not is_currency(code):
            msg = f"{code!r} is no ISO 4217 currency; write one such as EUR"
            raise ValueError(msg if code else "it is missing and the file names none; write one such as EUR")
        return code

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def checked(model: type[_Model], source: Source) -> _Model:
    """Return the options of a source.

    Raises
    ------
    ParameterError
        With every mistake in them.
    """
    try:
        return model.model_validate(dict(source.options))
    except ValidationError as error:
        problems = [
            Problem(source.name, f"option {'.'.join(map(str, one['loc'])) or 'options'}: {one['msg']}", _hint(model))
            for one in error.errors()
        ]
        raise ParameterError(problems) from error


def _hint(model: type[BaseModel]) -> str:
    return f"the options are {', '.join(model.model_fields)}"
