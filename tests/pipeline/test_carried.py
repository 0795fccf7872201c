"""Open items of earlier periods whose files are gone: carried in, aged, cleared, opened again, and rolled forward."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from pipeline.small import ACCOUNT, clean, exports, line, order, statement, workspace

import opsrules
from opsrules import Review
from opsrules.moves import moves_of
from opsrules.register import open_register
from opsrules.terms import EventKind, FindingStatus

WITHOUT_FEES = re.sub(r"fees:\n.*\n", "", ACCOUNT)
AS_OF = {"2026-10": "2026-11-03", "2026-11": "2026-12-03", "2026-12": "2027-01-03", "2027-01": "2027-02-03"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "work", {}, WITHOUT_FEES)


def month(root: Path, period: str, files: dict[str, str], *, record: bool = True) -> Review:
    """Review a month whose files alone are delivered, and record it."""
    folder = root / "exports" / "acme"
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text)
    got = opsrules.open_review("reconciliation", "acme", period, root, as_of=AS_OF[period])
    if record:
        with open_register(root) as register:
            register.record(got)
            assert register.verify().problems == ()
    return got


def november(*lines: str, orders: list[str] | None = None, bank: str | None = None) -> dict[str, str]:
    """An order of November, paid, paid out and booked, and whatever else."""
    paid = [line("#9", "10.00", when="2026-11-05 12:00:00 +0100", payout="9100", paid_on="2026-11-08"), *lines]
    placed = [order("#9", "10.00", placed="2026-11-05 11:00:00 +0100"), *(orders or [])]
    return exports(placed, paid, bank or statement(("10.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"))


def later(period: str, *lines: str) -> dict[str, str]:
    """The same of another month."""
    zone = "+0100"
    paid = [line("#8", "11.00", when=f"{period}-05 12:00:00 {zone}", payout="9200", paid_on=f"{period}-08"), *lines]
    placed = [order("#8", "11.00", placed=f"{period}-05 11:00:00 {zone}")]
    return exports(placed, paid, statement(("11.00", f"{period}-09", "SHOPIFY PAYOUT"), until=f"{period}-28"))


def unpaid() -> dict[str, str]:
    """October, with an order of 20.00 that nobody has paid."""
    files = clean()
    return files | {"orders.csv": files["orders.csv"] + order("#3", "20.00", day=20) + "\n"}


def rows(got: Review) -> dict[str, tuple[str, int, int]]:
    """Class, amount and age by what a finding is about."""
    names = ("subject_ref", "class", "amount_minor", "age_days")
    table = got.findings[list(names)].itertuples(index=False, name=None)
    return {subject: (kind, amount, age) for subject, kind, amount, age in table}


def test_an_order_whose_file_is_gone_is_carried_with_its_id_and_ages_on(root: Path) -> None:
    first = month(root, "2026-10", unpaid())
    second = month(root, "2026-11", november())
    assert rows(first) == {"#3": ("order_without_payment", -2000, 14)}
    assert rows(second) == {"#3": ("order_without_payment", -2000, 44)}
    assert first.findings["finding_id"].tolist() == second.findings["finding_id"].tolist()
    assert "Carried forward" in second.findings["message"].iloc[0]
    print(second.findings["message"].iloc[0])
    print(second.control_totals.to_string())


def test_late(root: Path) -> None:
    first = month(root, "2026-10", unpaid())
    late = line("#3", "20.00", when="2026-11-06 12:00:00 +0100", payout="9100", paid_on="2026-11-08")
    files = november(late, bank=statement(("30.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"))
    second = month(root, "2026-11", files)
    print(second.tables["stories"].to_string())
    print(second.findings.to_string())
    assert rows(second) == {}
    assert [one.finding_id for one in moves_of(second).cleared] == first.findings["finding_id"].tolist()
    print(second.tables["roll_forward"].T.to_string())
    back = line("#3", "-20.00", when="2026-12-06 12:00:00 +0100", payout="9200", paid_on="2026-12-08")
    third = month(root, "2026-12", later("2026-12", back) | {"bank.xml": statement(until="2026-12-31")})
    print(third.findings[["finding_id", "class", "amount_minor", "message"]].to_string())
    print(third.tables["roll_forward"].T.to_string())
    assert 0
