"""Everything opsrules raises on purpose.

::

    OpsrulesError
    +-- UserError               the user's mistake: exit code 2
    |   +-- UsageError          a wrong command, period, account or folder
    |   +-- ParameterError      mistakes in parameter files, all of them at once
    |   +-- ActRefused          what somebody may not do to a finding, or not any more
    |   +-- RegisterNewer       a register that a later opsrules has written
    |   +-- WorkspaceHeld       another run holds the workspace
    +-- RegisterError           the register cannot be reached or written: exit code 3
    +-- ReviewError             one account could not be reviewed: exit code 3
        +-- FileRefused         one file that cannot be trusted
        +-- FilesRefused        all such files of one account
        +-- ControlTotalsError  rows in differ from rows accounted for

Bad rows are never exceptions: they are rejects (see `opsrules.readers`) or findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "ActRefused",
    "ControlTotalsError",
    "FileRefused",
    "FilesRefused",
    "OpsrulesError",
    "ParameterError",
    "Problem",
    "RegisterError",
    "RegisterNewer",
    "ReviewError",
    "UsageError",
    "UserError",
    "WorkspaceHeld",
]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a parameter file.

    Attributes
    ----------
    place : str
        ``file:line``, the file relative to the workspace.
    what : str
        What is wrong, with expected and found.
    next_step : str
        What to do about it; may name the nearest known name.
    """

    place: str
    what: str
    next_step: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f"; {self.next_step}" if self.next_step else "")


class OpsrulesError(Exception):
    """Base of all errors raised on purpose; its text is fit to be shown to a user."""

    # Exceptions cross process boundaries (kernels, workers): rebuild them from their parts.
    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))


def _rebuild(kind: type[OpsrulesError], args: tuple[Any, ...], state: dict[str, Any]) -> OpsrulesError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class UserError(OpsrulesError):
    """The user's mistake; nothing has run."""


class UsageError(UserError):
    """A wrong command, period, account or folder, with what to do instead."""


class ParameterError(UserError):
    """All mistakes found in the parameter files.

    Attributes
    ----------
    problems : tuple of Problem
        In order of place.
    """

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ActRefused(UserError):  # noqa: N818 - the field's word: a control refused it
    """What somebody may not do to a finding or a review, or not any more, with the reason; nothing was recorded."""


class RegisterNewer(UserError):  # noqa: N818 - what it is
    """A register that a later version of opsrules has written, with the version that is needed; nothing was written."""


class WorkspaceHeld(UserError):  # noqa: N818 - what it is
    """Another run holds the workspace; the text names its process, machine, person and start."""


class RegisterError(OpsrulesError):
    """The register cannot be reached, is locked too long or cannot be written; nothing half was recorded."""


class ReviewError(OpsrulesError):
    """One account could not be reviewed; the others are untouched."""


class FileRefused(ReviewError):  # noqa: N818 - the field's word; it is raised for the file, not by it
    """A file that cannot be trusted as a whole.

    Attributes
    ----------
    place : str
        ``file`` or ``file:line``.
    what : str
        What is wrong, with expected and found.
    next_step : str
        What to do about it.
    """

    def __init__(self, place: str, what: str, next_step: str) -> None:
        self.place, self.what, self.next_step = place, what, next_step
        super().__init__(f"{place}: {what}; {next_step}")


class FilesRefused(ReviewError):  # noqa: N818
    """All files of one account that were refused.

    Attributes
    ----------
    refused : tuple of FileRefused
    """

    def __init__(self, refused: tuple[FileRefused, ...] | list[FileRefused]) -> None:
        self.refused = tuple(refused)
        super().__init__("\n".join(str(one) for one in self.refused))


class ControlTotalsError(ReviewError):
    """Rows in differ from matched + open + excluded + rejected: a fault of opsrules, never published."""
