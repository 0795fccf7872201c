"""Settings of a workspace's register: where it is, who may do what, and when two people are needed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from opsrules.errors import ParameterError
from opsrules.parameters.faults import problems_of
from opsrules.parameters.kinds import Allowance, Currency
from opsrules.parameters.load import read_file
from opsrules.parameters.model import WriteOff
from opsrules.parameters.register import examine_register
from opsrules.register.policy import Policy, SecondPerson

__all__ = ["Settings", "load_settings", "rule_terms", "second_person"]

_FILE = "register.sqlite3"
_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Settings:
    """How a workspace's register is to be opened and used.

    Attributes
    ----------
    url : str
        Address of its database.
    policy : Policy
    """

    url: str
    policy: Policy = field(default_factory=Policy)


def load_settings(root: Path) -> Settings:
    """Read the settings of a workspace.

    The database is the one that OPSRULES_REGISTER_URL names, else ``url`` in parameters/register.yaml, else
    register.sqlite3 in the workspace; a SQLite file without a leading / is counted from the workspace's folder.

    Raises
    ------
    ParameterError
        With every mistake of parameters/register.yaml.
    """
    said, problems = examine_register(root)
    if problems:
        raise ParameterError(problems)
    policy = Policy(
        roles={role: frozenset(acts) for role, acts in said.roles.items()},
        people=dict(said.people),
        write_off={role: dict(limits) for role, limits in said.write_off.items()},
    )
    return Settings(_absolute(os.environ.get("OPSRULES_REGISTER_URL") or said.url or _SQLITE + _FILE, root), policy)


def _absolute(url: str, root: Path) -> str:
    if not url.startswith(_SQLITE):
        return url
    return f"{_SQLITE}{(root.resolve() / url.removeprefix(_SQLITE)).as_posix()}"


class _Own(BaseModel):
    """The part of an account's file that is asked for here; the rest is checked where the account is reviewed."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    currency: Currency
    second_person_minor: Allowance = 0
    write_off: WriteOff | None = None


def second_person(root: Path, account: str) -> SecondPerson:
    """From what amount on an account needs two people, as its file says now.

    Raises
    ------
    ParameterError
        If the account has no file, or what it says of this is wrong.
    """
    own = _own(root, account)
    return SecondPerson(own.currency, own.second_person_minor)


def rule_terms(root: Path, account: str) -> tuple[str, int]:
    """Currency and largest amount that the account's own rule writes off, as its file says now; 0 for nothing.

    Raises
    ------
    ParameterError
        As `second_person` does.
    """
    own = _own(root, account)
    return own.currency, own.write_off.most_minor if own.write_off else 0


def _own(root: Path, account: str) -> _Own:
    name = f"parameters/accounts/{account}.yaml"
    document = read_file(root / name, name)
    if document.problems:
        raise ParameterError(document.problems)
    try:
        return _Own.model_validate(document.value)
    except ValidationError as error:
        raise ParameterError(problems_of(error, document, _Own)) from error
