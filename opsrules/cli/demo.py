"""``opsrules demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say
from opsrules.cli.options import WorkspaceFolder

__all__ = ["demo"]


def demo(
    *,
    workspace: WorkspaceFolder = Path(),
    accounts: Annotated[int, typer.Option(min=1, metavar="N", help="How many accounts.")] = 4,
    orders: Annotated[int, typer.Option(min=1, metavar="N", help="Orders of each account in each month.")] = 400,
    period: Annotated[
        str, typer.Option(metavar="PERIOD", help="Last month written, such as 2026-10.", show_default="last month")
    ] = "",
    periods: Annotated[int, typer.Option(min=1, metavar="N", help="How many months, the last one included.")] = 2,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed gives other orders and faults.")] = 20261,
) -> None:
    """Write made-up client accounts in the platforms' real formats, with faults planted in them.

    The truth about the faults stands beside the exports in truth.json.

    Example:  opsrules demo --accounts 4 --orders 400
    """
    from opsrules.cli.clock import today  # noqa: PLC0415
    from opsrules.periods import Period  # noqa: PLC0415
    from opsrules.simulate import demo as simulate  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    root = find(workspace)
    last = Period.parse(period) if period else Period.month_before(today())
    names = simulate(root, accounts=accounts, orders=orders, period=last.text, periods=periods, seed=seed)
    say(f"Made up {', '.join(names)}: exports in {root / 'exports'}, parameters in {root / 'parameters' / 'accounts'}")
    say(f"Next: opsrules run --period {last.text}")
