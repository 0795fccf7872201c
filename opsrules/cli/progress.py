"""What a person sees while accounts are reviewed: a bar for each on a terminal, a line for each anywhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from opsrules.cli.console import printable, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from opsrules.batch import Event, Outcome

__all__ = ["Watch", "line_of"]


class Watch:
    """Listens to a run. On a terminal each account has a bar that counts its cells, until its line replaces it.

    Parameters
    ----------
    quiet : bool
        Show nothing.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.done = 0
        self._quiet = quiet
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if not self._quiet and sys.stdout.isatty():
            self._bars = _bars()
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bars away."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def tell(self, event: Event) -> None:
        """Show one event."""
        self.done += event.outcome is not None
        if self._bars is None:
            if event.outcome and not self._quiet:
                say(line_of(event.outcome))
                sys.stdout.flush()
            return
        if event.account not in self._tasks:
            self._tasks[event.account] = self._bars.add_task(printable(event.account), total=event.cells)
        self._bars.update(self._tasks[event.account], completed=event.cell)
        if event.outcome:
            self._bars.remove_task(self._tasks[event.account])
            self._bars.console.print(printable(line_of(event.outcome)), markup=False, highlight=False, soft_wrap=True)


def line_of(outcome: Outcome) -> str:
    """One account in one line: its level, how many findings, how much is at stake; or why it was not reviewed."""
    from opsrules.money import format_amount  # noqa: PLC0415

    if outcome.summary is None:
        return f"{outcome.account}: not reviewed: {outcome.failure.line() if outcome.failure else ''}"
    count = sum(outcome.summary.findings.values())
    stake = " and ".join(format_amount(minor, currency) for currency, minor in outcome.summary.at_stake)
    stake = stake.replace("\u00a0", " ")  # pages keep an amount on one line by it
    words = [outcome.summary.level.words().lower(), f"{count} finding{'' if count == 1 else 's'}"]
    return f"{outcome.account}: {', '.join([*words, f'{stake} at stake'] if stake else words)}"


def _bars() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    # markup off: an account's name is shown as it is
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("cell {task.completed} of {task.total}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(), transient=True)
