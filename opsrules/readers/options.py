"""The account's options for one source, checked by the reader's own model."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from opsrules.errors import ParameterError, Problem
from opsrules.readers.layout import Dates, Layout
from opsrules.readers.model import Source

__all__ = ["DateOrder", "checked", "dated"]

_Model = TypeVar("_Model", bound=BaseModel)


class DateOrder(BaseModel):
    """What an account may say about a format whose dates are written by the account's language.

    Attributes
    ----------
    date_order : {"", "day_first", "month_first"}
        How the export writes ``3/4/2026``; "" where the file itself tells.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date_order: Literal["", "day_first", "month_first"] = ""


def dated(layout: Layout, options: DateOrder) -> Layout:
    """Return the layout with its local dates in the order that the account says."""
    if not options.date_order:
        return layout
    told = Dates(options.date_order)
    columns = (replace(one, dates=told) if one.dates is Dates.LOCAL else one for one in layout.columns)
    return replace(layout, columns=tuple(columns))


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
