"""Write the demo accounts into a workspace: exports, parameter files and the truth beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.publish import put
from opsrules.simulate.account import simulate
from opsrules.simulate.accounts import demo_accounts
from opsrules.simulate.exports import exports
from opsrules.simulate.writers import account_file, truth
from opsrules.simulate.writers.truth import Evidence

if TYPE_CHECKING:
    from pathlib import Path

    from opsrules.simulate.account import Simulated

__all__ = ["demo"]


def demo(
    root: Path, *, accounts: int = 4, orders: int = 400, period: str = "2026-10", periods: int = 2, seed: int = 20261
) -> list[str]:
    """Write simulated accounts into the workspace at `root`; the same arguments give the same bytes.

    Parameters
    ----------
    root : Path
        Folder of the workspace: ``exports/<account>/`` with its ``truth.json`` and
        ``parameters/accounts/<account>.yaml`` are written in it. What an earlier call wrote there is replaced.
    accounts : int
        How many; beyond four they are variants of the first four.
    orders : int
        Orders per account and month.
    period : str
        The last month.
    periods : int
        How many months, ending with `period`. The bank statement runs on for some days into the next month.
    seed : int
        Of all random draws.

    Returns
    -------
    list of str
        Names of the accounts.

    Raises
    ------
    UsageError
        If the period is no month, or a number is out of its range.
    """
    for name, value, least in (
        ("accounts", accounts, 1),
        ("orders", orders, 1),
        ("periods", periods, 1),
        ("seed", seed, 0),
    ):
        if value < least:
            msg = f"{name} must be {least} or more, got {value}"
            raise UsageError(msg)
    months = _months(period, periods)
    chosen = demo_accounts(accounts)
    for index, account in enumerate(chosen):
        _write(root, simulate(account, index, months, orders, seed), seed)
    return [account.name for account in chosen]


def _months(period: str, count: int) -> tuple[Period, ...]:
    last = Period.parse(period)
    if last.text != f"{last.first:%Y-%m}":
        msg = f"the demo is simulated month by month, got the period {period!r}; write 2026-10"
        raise UsageError(msg)
    months = [last]
    while len(months) < count:
        months.append(Period.month_before(months[-1].first))
    return tuple(reversed(months))


def _write(root: Path, simulated: Simulated, seed: int) -> None:
    """Write one account. The truth comes last: without it a folder is no finished demo."""
    account = simulated.book.account
    record = root / "exports" / account.name / "truth.json"
    _remove_earlier(root, record)
    evidence = Evidence()
    names = []
    for export in exports(simulated):
        _put(root / export.name, export.content)
        evidence.add(export.subject, export.name, export.lines)
        names.append(export.name)
    _put(root / "parameters" / "accounts" / f"{account.name}.yaml", account_file.write(account))
    _put(record, truth.write(simulated, seed, evidence, names))


def _remove_earlier(root: Path, record: Path) -> None:
    """Remove what an earlier call wrote, and nothing else: months it had more would mix with the new ones."""
    if not record.is_file():
        return
    earlier = json.loads(record.read_text(encoding="utf-8"))["files"]
    record.unlink()
    for name in earlier:
        path = (root / name).resolve()
        if path.is_relative_to(record.parent.resolve()):
            path.unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, content)
