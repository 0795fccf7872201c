"""A table as plain lines, its columns under one another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["aligned"]


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> list[str]:
    """Return the heads and then each row as a line.

    Parameters
    ----------
    heads : sequence of str
    rows : sequence of sequences of str
    numbers : collection of int
        Positions of columns whose cells stand to the right.

    Examples
    --------
    >>> aligned(("name", "rows"), [("orders", "7"), ("bank", "12")], numbers=(1,))
    ['name    rows', 'orders     7', 'bank      12']
    """
    table = [list(heads), *rows]
    widths = [max(len(row[at]) for row in table) for at in range(len(heads))]
    return [
        "  ".join(
            cell.rjust(width) if at in numbers else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
