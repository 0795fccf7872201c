"""D7-D10, E2 and E8 on the register itself: all or nothing of a run and of an act, nothing acknowledged lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from register.faults import recording
from register.faults.campaign import Campaign
from register.faults.warm import Warm

from opsrules.terms import EventKind

# Of the calls that come in crowds, every n-th; all in the long profile.
FAULTS = [
    pytest.param("kills", 40, id="d7_kills"),
    pytest.param("power_losses", 5, id="d8_power_losses"),
    pytest.param("full_disks", 10, id="d9_full_disks"),
    pytest.param("bad_disks", 40, id="d10_bad_disks"),
]


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    with Warm("register.faults.recording", tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture
def empty(scratch: Path) -> Path:
    """A workspace that never had a register."""
    folder = scratch / "before"
    (folder / "parameters").mkdir(parents=True)
    return folder


@pytest.fixture
def before(empty: Path) -> Path:
    """A workspace whose register knows October."""
    recording.october(empty)
    return empty


@pytest.mark.parametrize(("fault", "every"), FAULTS)
def test_a_morning_at_the_register_keeps_its_promises(
    strace: str, warm: Warm, before: Path, fault: str, every: int
) -> None:
    survey = getattr(Campaign(strace, warm, recording, before, before.parent), fault)(every)
    assert survey.broken == ()
    assert survey.met == survey.points >= 10


@pytest.mark.parametrize(("fault", "every"), FAULTS)
def test_e8_so_does_the_making_of_its_tables(strace: str, warm: Warm, empty: Path, fault: str, every: int) -> None:
    campaign = Campaign(strace, warm, recording, empty, empty.parent, upto=EventKind.RECORDED)
    survey = getattr(campaign, fault)(every)
    assert survey.broken == ()
    assert survey.met == survey.points >= 10


@pytest.mark.parametrize(("design", "fault"), recording.MUTANTS.items())
def test_a_weakened_register_is_found(strace: str, warm: Warm, before: Path, design: str, fault: str) -> None:
    campaign = Campaign(strace, warm, recording, before, before.parent, design)
    survey = campaign.kills(every=10) if fault == "kills" else campaign.power_losses(every=1)
    assert survey.broken
