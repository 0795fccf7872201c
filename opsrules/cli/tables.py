"""Tables in a terminal: drawn to its width by rich, plain columns where the output goes to a file."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence

from opsrules.cli.console import printable, say
from opsrules.display.columns import aligned

__all__ = ["say_table"]


def say_table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> None:
    """Print a table.

    Parameters
    ----------
    heads : sequence of str
    rows : sequence of sequences of str
    numbers : collection of int
        Positions of columns whose cells stand to the right.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(heads, cells, numbers)
        return
    for line in aligned(heads, cells, numbers):
        say(line)


def _draw(heads: Sequence[str], cells: Sequence[Sequence[str]], numbers: Collection[int]) -> None:
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for at, head in enumerate(heads):
        table.add_column(head, justify="right" if at in numbers else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))  # a cell is never markup
    Console().print(table)
