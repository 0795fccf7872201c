"""Random months in which rows come late, are taken back or never come, in either database, against a naive model."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline.small import ACCOUNT, exports, line, order, statement, workspace
from register import postgres

import opsrules
from opsrules import Review
from opsrules.moves import ROLL_FORWARD
from opsrules.register import open_register

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")
SEEN_ON = {"2026-09": "2026-10-03", "2026-10": "2026-11-03", "2026-11": "2026-12-03", "2026-12": "2027-01-03"}
NEVER = len(MONTHS)


@dataclass(frozen=True)
class Sale:
    """In which month each of its rows is delivered; `NEVER` for one that never comes."""

    ordered: int
    paid: int
    refused: int

    def open_at(self, month: int) -> str:
        """Class of what is open after a month, "" for nothing."""
        has_order, has_payment = self.ordered <= month, self.paid <= month
        if has_order and not has_payment:
            return "order_without_payment"
        if has_payment and not has_order:
            return "payment_without_order"
        first = "order_without_payment" if self.ordered < self.paid else "payment_without_order"
        return first if has_order and self.refused <= month else ""


@st.composite
def sales(draw: st.DrawFn) -> list[Sale]:
    """Sales of which one row is missing for a time, and some of whose payments are refused after both were there."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        ordered, paid = draw(st.tuples(st.integers(0, NEVER), st.integers(0, NEVER)).filter(lambda two: min(two) < 4))
        both = max(ordered, paid)
        refused = draw(st.integers(both + 1, NEVER)) if ordered != paid and both + 1 < NEVER else NEVER
        found.append(Sale(ordered, paid, refused))
    return found


def files(found: list[Sale], month: int) -> dict[str, str]:
    """What a month delivers; the rows of a sale tell of the first days of the month in which they come."""
    name, own = MONTHS[month], f"#90{month}"
    orders = [order(own, "7.00", placed=f"{name}-04 11:00:00 +0100")]
    lines = [line(own, "7.00", when=f"{name}-04 12:00:00 +0100", payout=f"90{month}0", paid_on=f"{name}-06")]
    for number, one in enumerate(found, start=1):
        price = f"{number}0.00"
        if one.ordered == month:
            orders.append(order(f"#{number}", price, placed=f"{name}-05 11:00:00 +0100"))
        if one.paid == month:
            lines.append(_paid(number, price, f"{name}-05 12:00:00", month))
        if one.refused == month:
            lines.append(_paid(number, f"-{price}", f"{name}-05 13:00:00", month))
    last = {"2026-09": "30", "2026-11": "30"}.get(name, "31")
    return exports(orders, lines, statement(("7.00", f"{name}-08", "SHOPIFY PAYOUT"), until=f"{name}-{last}"))


def deliver(root: Path, found: dict[str, str]) -> None:
    folder = root / "exports" / "acme"
    for path in folder.iterdir():
        path.unlink()
    for name, text in found.items():
        (folder / name).write_text(text)


def _paid(number: int, amount: str, when: str, month: int) -> str:
    paid_on, payout = f"{MONTHS[month]}-06", f"90{month}0"
    return line(f"#{number}", amount, when=f"{when} +0100", payout=payout, paid_on=paid_on, checkout=f"#c{number}")


def delivered(found: list[Sale], month: int, *, all_so_far: bool) -> dict[str, str]:
    """What lies in the folder: the month's files, or those of all months so far."""
    if not all_so_far:
        return files(found, month)
    return {f"{MONTHS[at]} {name}": text for at in range(month + 1) for name, text in files(found, at).items()}


def reviewed(root: Path, month: int) -> Review:
    return opsrules.open_review("reconciliation", "acme", MONTHS[month], root, as_of=SEEN_ON[MONTHS[month]])


def step(got: Review, name: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Items and amount of one step of the roll-forward, by class and currency; nothing where both are 0."""
    rows = got.tables["roll_forward"].to_dict("records")
    told = {(row["class"], row["currency"]): (row[f"{name}_items"], row[f"{name}_minor"]) for row in rows}
    return {key: value for key, value in told.items() if value != (0, 0)}


def saved(got: Review) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        got.save(Path(folder))
        return {path.name: path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def hold(root: Path, found: list[Sale], *, all_so_far: bool, rerun: int) -> None:
    """Review month after month and hold each against the model and the month before; one of them twice."""
    before: Review | None = None
    ids: dict[str, str] = {}
    for month in range(len(MONTHS)):
        deliver(root, delivered(found, month, all_so_far=all_so_far))
        got = reviewed(root, month)
        with open_register(root) as register:
            assert register.record(got).is_new
            assert register.verify().problems == ()
        leg = got.findings[got.findings["leg"] == "orders_charges"]
        expected = Counter((f"#{at}", one.open_at(month)) for at, one in enumerate(found, 1) if one.open_at(month))
        assert Counter(zip(leg["order_ref"], leg["class"], strict=True)) == expected
        for name, finding_id in zip(leg["order_ref"], leg["finding_id"], strict=True):
            assert ids.setdefault(name, finding_id) == finding_id
        assert tuple(got.tables["roll_forward"].columns) == ROLL_FORWARD
        if before is not None:
            assert step(got, "opening") == step(before, "closing")
        totals = got.control_totals
        assert (totals["rows_in"] == totals[["matched", "open", "excluded", "rejected"]].sum(axis=1)).all()
        assert got.tables["checks"]["holds"].all()
        if month == rerun:
            again = reviewed(root, month)
            assert saved(again) == saved(got)
            with open_register(root) as register:
                assert not register.record(again).is_new
        before = got


@contextmanager
def made(monkeypatch: pytest.MonkeyPatch, url: str) -> Iterator[Path]:
    monkeypatch.setenv("OPSRULES_REGISTER_URL", url)
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")
    with tempfile.TemporaryDirectory() as folder:
        yield workspace(Path(folder) / "work", {}, re.sub(r"fees:\n.*\n", "", ACCOUNT))


def test_random_months_roll_forward_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    @settings(max_examples=4, deadline=None)
    @given(sales(), st.booleans(), st.integers(0, NEVER - 1))
    def months(found: list[Sale], all_so_far: bool, rerun: int) -> None:
        with made(monkeypatch, "") as root:
            hold(root, found, all_so_far=all_so_far, rerun=rerun)

    months()


def test_random_months_roll_forward_in_postgresql(monkeypatch: pytest.MonkeyPatch, cluster: postgres.Cluster) -> None:
    @settings(max_examples=1, deadline=None)
    @given(sales(), st.booleans(), st.integers(0, NEVER - 1))
    def months(found: list[Sale], all_so_far: bool, rerun: int) -> None:
        with cluster.database() as name, made(monkeypatch, cluster.url(name)) as root:
            hold(root, found, all_so_far=all_so_far, rerun=rerun)

    months()
