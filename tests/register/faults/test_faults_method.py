"""The method itself, on a design of forty lines: it finds nothing wrong with it, and each weakness that is put in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from register.faults import ledger
from register.faults.campaign import Campaign
from register.faults.warm import Warm


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    with Warm("register.faults.ledger", tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture
def before(scratch: Path) -> Path:
    folder = scratch / "before"
    folder.mkdir()
    ledger.deliver(folder, "run-0")
    return folder


def _campaign(strace: str, warm: Warm, before: Path, design: str = "") -> Campaign:
    return Campaign(strace, warm, ledger, before, before.parent, design)


@pytest.mark.parametrize("fault", ["kills", "full_disks", "bad_disks", "power_losses"])
def test_a_sound_design_keeps_its_promises(strace: str, warm: Warm, before: Path, fault: str) -> None:
    survey = getattr(_campaign(strace, warm, before), fault)(every=1)
    assert survey.broken == ()
    assert survey.met == survey.points >= 10


@pytest.mark.parametrize("design", [name for name, by in ledger.MUTANTS.items() if by == "kills"])
def test_kills_find_a_weakness_that_a_crash_of_the_process_shows(
    strace: str, warm: Warm, before: Path, design: str
) -> None:
    assert _campaign(strace, warm, before, design).kills(every=4).broken


@pytest.mark.parametrize("design", [name for name, by in ledger.MUTANTS.items() if by == "power"])
def test_only_power_losses_find_what_was_never_synced(strace: str, warm: Warm, before: Path, design: str) -> None:
    campaign = _campaign(strace, warm, before, design)
    assert campaign.power_losses(every=1).broken
    assert campaign.kills(every=4).broken == ()
