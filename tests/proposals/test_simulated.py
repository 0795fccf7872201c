"""Proposals over simulated accounts whose processors spell references in their own way; the unspoilt exports judge."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from opsrules import parameters
from opsrules.desks.reconciliation import Ask, Exports
from opsrules.desks.reconciliation.legs import run_legs
from opsrules.desks.reconciliation.prepare import prepare
from opsrules.intake import take_in
from opsrules.periods import Period
from opsrules.pipeline import known
from opsrules.proposals import Said, propose
from opsrules.reconcile import item_ids
from opsrules.simulate import demo
from opsrules.terms import FindingStatus, Leg

ACCOUNTS = ("demo-northwind", "demo-harrow", "demo-juniper", "demo-sakura")
PERIODS = (Period.parse("2026-09"), Period.parse("2026-10"))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four demo accounts over two months."""
    root = tmp_path_factory.mktemp("proposals")
    shutil.copytree(Path(__file__).parents[2] / "parameters" / "rules", root / "parameters" / "rules")
    assert sorted(demo(root, accounts=4, orders=150, period="2026-10", periods=2)) == sorted(ACCOUNTS)
    return root


def asks(root: Path, account: str) -> list[Ask]:
    found = parameters.load(root, only={account}, **known()).accounts[account]
    return [Ask(found, one, date(2026, 11, 22)) for one in PERIODS]


def spoilt(exports: Exports) -> Exports:
    """The same exports, references of the processors' lines in a spelling of their own."""
    order_id = exports.lines["order_id"]
    bare = order_id.str.replace("#", "")
    return replace(exports, lines=exports.lines.assign(order_id=("X-" + bare + ".P").where(order_id != "", "")))


def ids_by_key(exports: Exports, ask: Ask, side: str) -> pd.Series[str]:
    """Ids of the rows of one side of the first leg that wait for a yes, by order."""
    matching = run_legs(ask, prepare(ask, exports))[Leg.ORDERS_CHARGES].matching
    table, status = matching.side(side)
    ids = pd.Series(
        item_ids(ask.account.account, Leg.ORDERS_CHARGES, side, table), index=table["key"].str.strip("#XP-.")
    )
    is_open = ((status["status"] == "suggested") & (table["key"] != "")).to_numpy()
    return ids[is_open & ~ids.index.duplicated(keep=False)]


def confirmed(exports: Exports, ask: Ask) -> list[tuple[str, frozenset[tuple[str, int]]]]:
    """Every confirmed match of the orders' legs, as rows of its files."""
    legs = run_legs(ask, prepare(ask, exports))
    found = []
    for leg in (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS):
        rows: dict[int, set[tuple[str, int]]] = {}
        for side in ("left", "right"):
            table, status = legs[leg].matching.side(side)
            told = zip(status["status"], status["group"], table["source_file"], table["source_line"], strict=True)
            for state, group, file, line in told:
                if state == "matched":
                    rows.setdefault(group, set()).add((file, line))
        found += [(leg.value, frozenset(one)) for one in rows.values()]
    return sorted(found, key=str)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_five_settled_pairs_give_back_all_that_the_spelling_had_taken(simulated: Path, account: str) -> None:
    asked = asks(simulated, account)
    exports = take_in(simulated, asked[0].account)
    broken = spoilt(exports)
    ours, theirs = (ids_by_key(broken, asked[-1], side) for side in ("left", "right"))
    both = ours.index.intersection(theirs.index)
    lost = confirmed(exports, asked[-1])
    if len(both) < 5:
        pytest.fail("the simulator gives too few orders with one charge")
    said = [Said(ours[key], FindingStatus.RESOLVED, "expected", theirs[key]) for key in sorted(both)[:5]]
    found = propose(asked, broken, said)
    first = found.proposals[0]
    assert (first.kind, first.outcome.wrong, first.held_out) == ("reference pattern", 0, first.examples)
    changed = replace(asked[-1], account=first.change.of(asked[-1].account))
    got = confirmed(broken, changed)
    assert set(got) <= set(lost)  # nothing that the platforms' own references do not say
    assert len(got) >= 0.95 * len(lost)
    assert len(confirmed(broken, asked[-1])) < 0.5 * len(lost)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_pairs_drawn_at_random_give_no_proposal_that_is_never_wrong_and_matches(simulated: Path, account: str) -> None:
    asked = asks(simulated, account)
    broken = spoilt(take_in(simulated, asked[0].account))
    ours, theirs = (ids_by_key(broken, asked[-1], side) for side in ("left", "right"))
    both = sorted(ours.index.intersection(theirs.index))[:12]
    said = [
        Said(ours[one], FindingStatus.RESOLVED, "expected", theirs[other])
        for one, other in zip(both, both[5:] + both[:5], strict=True)
    ]
    assert propose(asked, broken, said).proposals == ()
