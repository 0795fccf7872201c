"""parameters/register.yaml: where the register is, and who may do what in it; without it everything is as usual."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Strict, ValidationError
from pydantic_core import PydanticCustomError

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, by_place
from opsrules.parameters.faults import problems_of
from opsrules.parameters.kinds import Allowance, Currency, Many, Text
from opsrules.parameters.load import read_file
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.terms import Act

__all__ = ["RegisterFile", "examine_register"]

_NAME = "parameters/register.yaml"
_KINDS = ("sqlite", "postgresql", "postgresql+psycopg")
_ONLY_COMMENTS = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:#[^\n]*)?")


def _url(value: str) -> str:
    """Refuse what is no address of a database, and a password in one; the address itself is never quoted."""
    try:
        parts = urlsplit(value)
        secret = parts.password is not None or "password" in parse_qs(parts.query)
    except ValueError:
        raise _wrong("is no address", "write postgresql+psycopg://role@host/database") from None
    if parts.scheme not in _KINDS or "://" not in value:
        what = f"must begin with postgresql+psycopg:// or sqlite:///, got {shown(parts.scheme or 'none of them')}"
        raise _wrong(what, "write postgresql+psycopg://role@host/database")
    if secret:
        step = "take it out: write it into the file that PGPASSFILE names, or give OPSRULES_REGISTER_URL as a whole"
        raise _wrong("holds a password, which everybody who reads the workspace would have", step)
    return value


def _wrong(what: str, next_step: str) -> PydanticCustomError:
    return PydanticCustomError("opsrules", "{what}", {"what": what, "next_step": next_step})


class RegisterFile(BaseModel):
    """What the file says.

    Attributes
    ----------
    url : str
        Address of the database; "" for the file in the workspace.
    roles : dict of str to tuple of Act
    people : dict of str to tuple of str
        Roles of each person.
    write_off : dict of str to dict of str to int
        By role and currency: the largest write-off in minor units.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    url: Annotated[str, AfterValidator(_url)] = ""
    roles: dict[Text, Many[Annotated[Act, Strict(strict=False)]]] = {}
    people: dict[Text, Many[Text]] = {}
    write_off: dict[Text, dict[Currency, Allowance]] = {}


def examine_register(root: Path) -> tuple[RegisterFile, tuple[Problem, ...]]:
    """Return what parameters/register.yaml says and every mistake in it; the usual where there is no such file.

    Parameters
    ----------
    root : Path
        The workspace.
    """
    path = root / _NAME
    if not path.exists() and not path.is_symlink():
        return RegisterFile(), ()
    document = read_file(path, _NAME)
    if document.value is None and path.is_file() and _ONLY_COMMENTS.fullmatch(path.read_bytes()):
        return RegisterFile(), ()
    problems = list(document.problems)
    said = RegisterFile()
    if not document.is_spoilt(()):
        try:
            said = RegisterFile.model_validate(document.value)
        except ValidationError as error:
            problems += problems_of(error, document, RegisterFile)
        else:
            problems += _strangers(said, document)
    return said, by_place(problems)


def _strangers(said: RegisterFile, document: Document) -> Iterator[Problem]:
    """Roles that are none, and what has no effect."""
    for person, roles in said.people.items():
        for position, role in enumerate(roles):
            if role not in said.roles:
                what = f"people.{person}: there is no role {shown(role)}"
                yield Problem(document.place(("people", person, position)), what, hint(role, said.roles))
    for role in said.write_off:
        place = document.key_place(("write_off", role))
        if role not in said.roles:
            yield Problem(place, f"write_off: there is no role {shown(role)}", hint(role, said.roles))
        elif Act.WRITE_OFF not in said.roles[role]:
            what = f"write_off limits the role {shown(role)}, which does not hold write_off"
            yield Problem(place, what, "add write_off to the role, or remove the limit")
    if said.roles and not said.people:
        what = "roles are named and nobody has one, so that everybody may do everything"
        yield Problem(document.key_place(("roles",)), what, "add people: {login: [role]}, or remove the roles")
