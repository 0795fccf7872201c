"""The zone that offsets speak for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from opsrules.sources.zones import UNTOLD, offsets_of, zone_of


def table(*rows: tuple[str, str]) -> pd.DataFrame:
    """Orders placed at these instants (UTC), with the zone that the source wrote."""
    at = pd.to_datetime([at for at, _ in rows], utc=True).astype("datetime64[us, UTC]")
    return pd.DataFrame({"placed_at": at, "placed_zone": pd.Series([zone for _, zone in rows], dtype="str")})


def found(*rows: tuple[str, str]) -> tuple[str, int]:
    return zone_of(offsets_of([table(*rows)]))


def test_summer_and_winter_together_tell_more_than_one() -> None:
    assert found(("2026-07-01 10:00", "+0200"), ("2026-12-01 10:00", "+0100")) == ("Europe/Berlin", 1)
    assert found(("2026-07-01 10:00", "-04:00"), ("2026-12-01 10:00", "-05:00")) == ("America/New_York", 1)
    assert found(("2026-07-01 10:00", "-07:00"), ("2026-12-01 10:00", "-07:00"))[0] == "America/Phoenix"
    assert found(("2026-07-01 10:00", "-07:00"))[1] > 1


def test_a_named_zone_is_believed() -> None:
    assert found(("2026-07-01 10:00", "Europe/Vienna"), ("2026-07-01 11:00", "+02:00")) == ("Europe/Vienna", 1)


@pytest.mark.parametrize(
    "rows",
    [
        [("2026-07-01 10:00", "UTC")],
        [("2026-07-01 10:00", "+00:00")],
        [("2026-07-01 10:00", UNTOLD)],
        [("2026-07-01 10:00", "")],
        [("2026-07-01 10:00", "+05:45"), ("2026-07-02 10:00", "-03:00")],
        [],
    ],
)
def test_what_tells_nothing_stays_unknown(rows: list[tuple[str, str]]) -> None:
    assert found(*rows) == ("", 0)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Europe/London", "America/Chicago", "Asia/Kolkata", "Australia/Sydney"]
)
def test_a_year_of_a_zone_is_that_zone(zone: str) -> None:
    days = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=10 * n) for n in range(36)]
    rows = [(day.isoformat(), day.astimezone(ZoneInfo(zone)).strftime("%z")) for day in days]
    assert found(*rows) == (zone, 1)
