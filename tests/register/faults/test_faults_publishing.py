"""D7-D10 at the delivery of a page: old files or new ones, and a new page never on old files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from register.faults import publishing
from register.faults.campaign import Campaign
from register.faults.warm import Warm


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    with Warm("register.faults.publishing", tmp_path_factory.mktemp("warm")) as started:
        yield started


@pytest.fixture
def before(scratch: Path) -> Path:
    folder = scratch / "before"
    publishing.publish_text(folder, "old", (*publishing.NAMES, "tables/only_then.parquet"))
    return folder


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("kills", id="d7_kills"),
        pytest.param("power_losses", id="d8_power_losses"),
        pytest.param("full_disks", id="d9_full_disks"),
        pytest.param("bad_disks", id="d10_bad_disks"),
    ],
)
def test_readers_meet_old_files_or_new_ones(strace: str, warm: Warm, before: Path, fault: str) -> None:
    survey = getattr(Campaign(strace, warm, publishing, before, before.parent), fault)(every=6)
    assert survey.broken == ()
    assert survey.met == survey.points >= 10


@pytest.mark.parametrize(("design", "fault"), publishing.MUTANTS.items())
def test_a_weakened_delivery_is_found(strace: str, warm: Warm, before: Path, design: str, fault: str) -> None:
    campaign = Campaign(strace, warm, publishing, before, before.parent, design)
    survey = campaign.kills(every=1) if fault == "kills" else campaign.power_losses(every=1)
    assert survey.broken
