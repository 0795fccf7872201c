"""``opsrules sources show``: every file of an account, who reads it and why, what it holds and lacks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.console import say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

if TYPE_CHECKING:
    from opsrules.inputs import FileRead
    from opsrules.parameters import Account
    from opsrules.periods import Period
    from opsrules.sources.gaps import Gap

__all__ = ["Found", "show_sources"]


@dataclass(frozen=True)
class Found:
    """What an account's sources are and lack.

    Attributes
    ----------
    account : str
    period : str
        "" when none was asked for.
    files : tuple of FileRead
        By name.
    unmatched : tuple of str
        Globs that match no file.
    gaps : tuple of Gap
    """

    account: str
    period: str
    files: tuple[FileRead, ...]
    unmatched: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @property
    def code(self) -> int:
        """Exit code: 2 for a source without files, 3 where a file stands in the way of a review."""
        return 2 if self.unmatched else 3 if any(one.refused for one in self.files) else 0


def show_sources(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.", show_default=False)],
    workspace: WorkspaceFolder = Path(),
    period: Annotated[
        str,
        typer.Option(
            "--period",
            metavar="PERIOD",
            help="Days that should be covered: 2026-10, 2026-W47 or 2026-10-01..2026-10-15.",
            show_default="each source's own",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show every file of an account: who reads it and why, rows, days, sums, controls, rejects, and what is missing.

    The exit code is 2 when a source matches no file, 3 when a file cannot be trusted. `opsrules sources NAME` does the
    same.

    Example:  opsrules sources show northwind --period 2026-10
    """
    from opsrules.cli.sources.show_text import say_found  # noqa: PLC0415
    from opsrules.periods import Period  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    days = Period.parse(period) if period else None
    found = _found(find(workspace), account, days)
    if as_json:
        say_json(_as_json(found))
    else:
        say_found(found)
    raise typer.Exit(found.code)


def _found(root: Path, name: str, period: Period | None) -> Found:
    from opsrules.cli.clock import today  # noqa: PLC0415
    from opsrules.intake import look_at  # noqa: PLC0415
    from opsrules.privacy.columns import shown  # noqa: PLC0415
    from opsrules.review import shown_file  # noqa: PLC0415
    from opsrules.sources.gaps import gaps_of  # noqa: PLC0415

    account = _account(root, name)
    exports = look_at(root, account).exports
    tables = {"orders": exports.orders, "processor_lines": exports.lines, "bank_lines": exports.bank}
    gaps = gaps_of(tables, account, exports.covers, period, today())
    unmatched = tuple(spec.files for spec in account.sources if not spec.matches(root))
    files = tuple(shown_file(one) for one in exports.files)
    told = tuple(replace(one, source=shown(one.source), text=shown(one.text)) for one in gaps)
    return Found(name, period.text if period else "", files, unmatched, told)


def _account(root: Path, name: str) -> Account:
    from opsrules.errors import ParameterError  # noqa: PLC0415
    from opsrules.parameters import examine  # noqa: PLC0415
    from opsrules.pipeline import known  # noqa: PLC0415

    # A source that matches nothing is what this command tells, so it must not stop it.
    parameters, problems = examine(root, only={name}, files_wanted=False, **known())
    if problems:
        raise ParameterError(problems)
    return parameters.accounts[name]


def _as_json(found: Found) -> dict[str, object]:
    from opsrules.sources.known import known_next  # noqa: PLC0415

    files = []
    for one in found.files:
        told = asdict(one) | {"first": one.days[0], "last": one.days[1], "next_step": known_next(one)}
        for figure, control in zip(one.controls, told["controls"], strict=True):
            control["holds"] = figure.holds
        files.append(told)
    return {
        "account": found.account,
        "period": found.period,
        "files": files,
        "unmatched": list(found.unmatched),
        "gaps": [asdict(one) for one in found.gaps],
    }
