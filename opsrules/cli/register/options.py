"""Options that the commands of the register share: which findings, a note, and whether to ask first."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer

__all__ = ["Asked", "FindingIds", "Note", "NoteWanted", "OneFinding", "Together", "Yes", "filtered"]

FindingIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Findings, by their first signs, at least four.", show_default=False),
]

OneFinding = Annotated[
    str, typer.Argument(metavar="ID", help="A finding, by its first signs, at least four.", show_default=False)
]

Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for whoever reads it later.")]

NoteWanted = Annotated[
    str, typer.Option("--note", metavar="TEXT", help="Why, for whoever reads it later.", show_default=False)
]

Together = Annotated[
    str,
    typer.Option(
        "--with",
        metavar="ID|FILE:LINE",
        help="What it belongs together with: another finding, or a row of an export.",
        show_default=False,
    ),
]

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]


def _several(name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=f"{text}; may be given again.", show_default="any")


@dataclass(frozen=True)
class Asked:
    """What the options ask of findings, as they were typed; each field is the option of its name."""

    account: Annotated[list[str] | None, _several("--account", "NAME", "Of this account")] = None
    desk: Annotated[list[str] | None, _several("--desk", "NAME", "Of this desk")] = None
    break_class: Annotated[list[str] | None, _several("--class", "CLASS", "Of this class, such as payout_short")] = None
    severity: Annotated[list[str] | None, _several("--severity", "WORD", "critical, high, medium or low")] = None
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="WORD",
            help="open, disputed, resolved, written_off, cleared or all; may be given again.",
            show_default="open and disputed",
        ),
    ] = None
    owner: Annotated[list[str] | None, _several("--owner", "NAME", "Whose they are, none for nobody's")] = None
    min_age: Annotated[
        int | None, typer.Option("--min-age", metavar="DAYS", help="Known for so many days or more.", min=0)
    ] = None
    max_age: Annotated[
        int | None, typer.Option("--max-age", metavar="DAYS", help="Known for so many days or fewer.", min=0)
    ] = None
    min_amount: Annotated[
        str, typer.Option("--min-amount", metavar="FIGURE", help="Of this size or larger, such as 12.50.")
    ] = ""
    max_amount: Annotated[
        str, typer.Option("--max-amount", metavar="FIGURE", help="Of this size or smaller; with --currency.")
    ] = ""
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="In this currency, such as EUR.", show_default="any")
    ] = ""

    @property
    def is_empty(self) -> bool:
        """Whether no option was given."""
        return all(getattr(self, one.name) in (None, "", []) for one in fields(self))


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `Asked`; it takes them together as its argument `asked`."""
    shared = inspect.signature(Asked, eval_str=True).parameters
    own = inspect.signature(command, eval_str=True).parameters
    every = [one for name, one in own.items() if name != "asked"]
    at = next(at for at, one in enumerate(every) if one.name == "workspace")
    every[at:at] = list(shared.values())  # before the options that every command has
    keyword = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in every]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        asked = Asked(**{name: given.pop(name) for name in shared})
        command(asked=asked, **given)

    run.__signature__ = inspect.Signature(keyword)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in keyword}
    return run
