"""Instants, zones and days from text (A29, A31, A32)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.readers.times import parse_days, parse_instants

SINCE_1995 = datetime(1995, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def _one(text: str, default: str = "UTC", account: str = "UTC") -> tuple[str, str, str, bool]:
    got = parse_instants(pd.Series([text], dtype="str"), default, account)
    at = "" if pd.isna(got.at[0]) else str(got.at[0].astype("datetime64[s]"))
    return at, got.zone.iloc[0], str(got.reason[0]), bool(got.fold[0])


@pytest.mark.parametrize(
    ("text", "at", "zone"),
    [
        ("2026-10-02 09:15:30 +0200", "2026-10-02T07:15:30", "+0200"),
        ("2026-10-02T09:15:30-04:00", "2026-10-02T13:15:30", "-04:00"),
        ("2026-10-02T09:15:30.999Z", "2026-10-02T09:15:30", "Z"),
        ("2026-10-02 09:15", "2026-10-02T07:15:00", "Europe/Berlin"),
        ("2026-01-02 09:15", "2026-01-02T08:15:00", "Europe/Berlin"),
        ("2026-07-02 09:15:00 PDT", "2026-07-02T16:15:00", "PDT"),
        ("2026-07-02 09:15:00 EST", "2026-07-02T14:15:00", "EST"),
        ("2026-07-02 09:15:00 cest", "2026-07-02T07:15:00", "cest"),
        ("2026-07-02 09:15:00 NPT", "", ""),
    ],
)
def test_a32_forms_and_abbreviations(text: str, at: str, zone: str) -> None:
    assert _one(text, "Europe/Berlin", "Europe/Berlin")[:2] == (at, zone)


@pytest.mark.parametrize(
    ("account", "at"),
    [
        ("Asia/Kolkata", "2026-07-02T03:45:00"),  # +05:30
        ("Asia/Jerusalem", "2026-07-02T07:15:00"),  # +02:00
        ("Europe/Dublin", "2026-07-02T08:15:00"),  # +01:00
        ("Europe/Berlin", ""),
    ],
)
def test_a32_ist_by_the_accounts_zone(account: str, at: str) -> None:
    got = _one("2026-07-02 09:15:00 IST", "UTC", account)
    assert got[0] == at
    assert got[2] == ("" if at else "zone_unknown")


def test_a32_cst_means_china_for_an_account_there() -> None:
    assert _one("2026-07-02 09:15:00 CST")[0] == "2026-07-02T15:15:00"
    assert _one("2026-07-02 09:15:00 CST", "UTC", "Asia/Shanghai")[0] == "2026-07-02T01:15:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "time_missing"),
        ("  ", "time_missing"),
        ("2026-10-02", "time_unreadable"),
        ("2026-02-30 10:00", "time_unreadable"),
        ("2026-10-02 24:00", "time_unreadable"),
        ("2026-10-02 10:00:60", "time_unreadable"),
        ("2026-10-02 10:00 +1500", "time_unreadable"),
        ("2026-10-02 10:00 +0175", "time_unreadable"),
        ("10/02/2026 10:00", "time_unreadable"),
        ("2026-10-02 10:00:001", "time_unreadable"),
        ("0026-10-02 10:00", "time_unreadable"),
        ("2026-03-29 02:30", "time_in_gap"),
    ],
)
def test_a29_a31_reasons(text: str, reason: str) -> None:
    assert _one(text, "Europe/Berlin") == ("", "", reason, False)


@given(
    st.integers(0, 1_262_304_000).map(lambda seconds: SINCE_1995 + timedelta(seconds=seconds)),  # 40 years
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "Europe/Dublin"]),
)
def test_a31_local_times_agree_with_the_standard_library(moment: datetime, zone: str) -> None:
    first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    back = first.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    got = _one(moment.isoformat(" "), zone)
    if back != moment:
        assert got == ("", "", "time_in_gap", False)
    else:
        utc = first.astimezone(ZoneInfo("UTC")).replace(tzinfo=None).isoformat()
        assert got == (utc, zone, "", first.utcoffset() != second.utcoffset())


def test_days_leave_times_out_and_follow_a_declared_format() -> None:
    days, reason = parse_days(pd.Series(["2026-10-02", "2026-10-02 23:59:59", "", "2.10.2026"], dtype="str"))
    assert [str(day)[:10] for day in days] == ["2026-10-02", "2026-10-02", "NaT", "NaT"]
    assert reason.tolist() == ["", "", "time_missing", "time_unreadable"]
    days, reason = parse_days(pd.Series(["03/04/26", "13/04/26", "04/13/26"], dtype="str"), "%d/%m/%y")
    assert [str(day)[:10] for day in days] == ["2026-04-03", "2026-04-13", "NaT"]
