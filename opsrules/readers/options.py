"""The account's options for one source, checked by the reader's own model."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from opsrules.errors import ParameterError, Problem
from opsrules.readers.layout import Dates, Layout
from opsrules.readers.model import Source

__all__ = ["LocalDates", "checked"]

_Model = TypeVar("_Model", bound=BaseModel)


class LocalDates(BaseModel):
    """What an account may say about an export that writes its dates as its user's country does.

    Attributes
    ----------
    date_order : str
        ``day_first`` or ``month_first``; told by the file itself when left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date_order: Literal["", "day_first", "month_first"] = ""

    def dated(self, layout: Layout) -> Layout:
        """Return the layout with the order that the account says in place of `Dates.LOCAL`."""
        if not self.date_order:
            return layout
        order = Dates(self.date_order)
        columns = (replace(one, dates=order) if one.dates is Dates.LOCAL else one for one in layout.columns)
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
