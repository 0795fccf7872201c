"""The account's options for one source, checked by the reader's own model."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from opsrules.errors import ParameterError, Problem
from opsrules.readers.model import Source

__all__ = ["checked"]

_Model = TypeVar("_Model", bound=BaseModel)


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
