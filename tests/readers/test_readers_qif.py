"""QIF: no currency in the file, days and amounts in the program's language, records that end with ^."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statement_files import EDITS, GOLDEN, Edits, checked, column, damaged, reasons, same_as_golden, source

from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Read, Source, identify, read

FIXTURE = GOLDEN / "qif" / "statement.qif"
EUR = {"currency": "EUR"}


def record(day: str = "12/31/2026", amount: str = "10.00", *more: str) -> str:
    return "".join(f"{line}\n" for line in (f"D{day}", f"T{amount}", *more, "^"))


def got(folder: Path, text: str | bytes, **options: Any) -> Read:
    """The file read; a text without a section is one of a bank account, its first record on line 2."""
    whole = text if isinstance(text, bytes) or text.startswith("!") else f"!Type:Bank\n{text}"
    return checked(read(source(folder, whole), "qif", EUR | options))


def refusal(folder: Path, text: str, **options: Any) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        got(folder, text, **options)
    assert caught.value.next_step
    return caught.value


def test_golden(update_golden: bool) -> None:
    assert identify(FIXTURE) == "qif"
    same_as_golden(checked(read(Source(FIXTURE, "statement.qif"), "qif", EUR)), "qif", update_golden)


@pytest.mark.parametrize("options", [{}, {"currency": ""}, {"currency": "EURO"}, {"date_order": "mdy"}, EUR | {"x": 1}])
def test_the_account_must_name_the_currency(tmp_path: Path, options: dict[str, Any]) -> None:
    file = source(tmp_path, f"!Type:Bank\n{record()}")
    with pytest.raises(ParameterError) as caught:
        read(file, "qif", options)
    assert "x" in options or "currency" in str(caught.value)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["8/15/13", "3/4/13"], ["2013-08-15", "2013-03-04"]),
        (["15/8/13", "3/4/13"], ["2013-08-15", "2013-04-03"]),
        (["15.08.2013", "3.4.2013"], ["2013-08-15", "2013-04-03"]),
        (["12/25'05", "1/ 2' 5"], ["2005-12-25", "2005-01-02"]),
        (["12/25/94", " 6/ 1/94"], ["1994-12-25", "1994-06-01"]),
        (["2013-08-12", "20130813", "2013/8/14"], ["2013-08-12", "2013-08-13", "2013-08-14"]),
        (["3/3/13", "4/4/2013"], ["2013-03-03", "2013-04-04"]),
        (["25-12-68", "25-12-69"], ["2068-12-25", "1969-12-25"]),
    ],
)
def test_days_are_read_in_the_order_that_fits_all_of_them(tmp_path: Path, days: list[str], expected: list[str]) -> None:
    assert column(got(tmp_path, "".join(map(record, days))), "booked_on") == expected


@pytest.mark.parametrize(("days", "line"), [(["3/4/13"], 2), (["3/3/13", "10/11/13"], 5)])
def test_a30_days_of_unknown_order_are_refused_until_the_account_says(
    tmp_path: Path, days: list[str], line: int
) -> None:
    text = "".join(map(record, days))
    fault = refusal(tmp_path, text)
    assert fault.place == f"exports/demo/statement:{line}"
    assert "date_order" in fault.next_step
    assert column(got(tmp_path, text, date_order="dmy"), "booked_on")[-1] in ("2013-04-03", "2013-11-10")
    assert column(got(tmp_path, text, date_order="mdy"), "booked_on")[-1] in ("2013-03-04", "2013-10-11")
    assert column(got(tmp_path, record("13/3/4"), date_order="ymd"), "booked_on") == ["2013-03-04"]


def test_days_in_two_orders_are_refused(tmp_path: Path) -> None:
    text = record("25/12/13") + record("12/25/13")
    assert "two orders" in refusal(tmp_path, text).what
    assert reasons(got(tmp_path, text, date_order="dmy")) == [(5, "time_unreadable", "12/25/13")]


@pytest.mark.parametrize(
    ("amounts", "minor"),
    [
        (["-1,000.00", "75.46", "+3"], [-100000, 7546, 300]),
        (["-1.000,00", "75,46"], [-100000, 7546]),
        (["1 000,5", "-2"], [100050, -200]),
        (["1,000", "2,500,000"], [100000, 250000000]),
        (["1,000.50", "2,5"], [100050, None]),
        (["1.234"], [None]),
        (["12,34.00", "--5", "1e3", "$5"], [None] * 4),
    ],
)
def test_a22_amounts_are_read_with_the_sign_that_the_whole_file_uses(
    tmp_path: Path, amounts: list[str], minor: list[int | None]
) -> None:
    found = got(tmp_path, "".join(record(amount=amount) for amount in amounts))
    assert column(found, "amount_minor") == [one for one in minor if one is not None]
    assert len(found.rejects) == minor.count(None)


def test_the_account_may_say_the_decimal_sign(tmp_path: Path) -> None:
    assert column(got(tmp_path, record(amount="1.234"), decimal=","), "amount_minor") == [123400]
    assert column(got(tmp_path, record(amount="1,234"), decimal="."), "amount_minor") == [123400]


def test_a25_decimals_follow_the_currency(tmp_path: Path) -> None:
    assert column(got(tmp_path, record(amount="1,050"), currency="JPY"), "amount_minor") == [1050]
    assert reasons(got(tmp_path, record(amount="10.50"), currency="JPY")) == [(2, "amount_decimals", "10.50")]
    assert column(got(tmp_path, record(amount="1.234"), currency="KWD"), "amount_minor") == [1234]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (record("2/30/2026"), "time_unreadable"),
        (record(""), "time_missing"),
        (record(amount=""), "amount_missing"),
        (record(amount="9" * 30), "amount_range"),
        (record(amount="x"), "amount_unreadable"),
        (record("12/31/2026", "1", "U1.01"), "amount_inconsistent"),
        (record("12/31/2026", "1", "D12/30/2026", "T2"), "record_unreadable"),
        (record("12/31/2026", "1", "Popening balance", "L[Current]"), "not_booked"),
        (record("12/31/2026", "1", "Mx\x00"), "nul_byte"),
    ],
)
def test_one_bad_record_is_one_reject(tmp_path: Path, text: str, reason: str) -> None:
    found = got(tmp_path, record() + text + record())
    assert column(found, "amount_minor") == [1000, 1000]
    assert [one[:2] for one in reasons(found)] == [(5, reason)]


def test_what_is_told_of_a_transaction(tmp_path: Path) -> None:
    text = record("12/31/2026", "1.00", "U1.0", "N0012E3", "PSTRIPE  PAYOUT", "Mpo_1", "ASecret Lane 1", "LSales", "CX")
    [row] = got(tmp_path, text, account="DE02 0000 2020 51").table.to_dict("records")
    assert (row["counterparty"], row["reference"], row["text"]) == ("STRIPE PAYOUT", "0012E3", "STRIPE PAYOUT po_1")
    assert (row["bank_account"], row["line_id"]) == ("****2051", "")
    assert "Secret" not in str(row)


@pytest.mark.parametrize(("second", "holds"), [("-4.00", True), ("-3.99", False), ("x", False)])
def test_splits_are_held_against_their_transaction(tmp_path: Path, second: str, holds: bool) -> None:
    splits = ("SOffice", "EPens", "$-6.00", "SOffice", f"${second}")
    found = got(tmp_path, record("12/31/2026", "-10.00", *splits))
    assert column(found, "amount_minor") == [-1000]
    assert [control.holds for control in found.controls] == [holds]


def test_several_accounts_and_lists_between_them(tmp_path: Path) -> None:
    text = (
        "!Option:AutoSwitch\n!Account\nNFirst 1111\nTBank\n^\nNSecond 2222\nTCCard\n^\n!Clear:AutoSwitch\n"
        "!Type:Cat\nNOffice\nD1/1/2026\nT5\n^\n"
        f"!Account\nNFirst 1111\nTBank\n^\n!Type:Bank \n{record(amount='1')}"
        f"!Account\nNSecond 2222\nTCCard\n^\n!Type:CCard\n{record(amount='2')}{record(amount='3')}"
    )
    found = got(tmp_path, text)
    assert column(found, "bank_account") == ["****1111", "****2222", "****2222"]
    assert column(found, "amount_minor") == [100, 200, 300]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (f"!Type:Bank\n{record()}!Type:Invst\n{record()}", ":5", "investments"),
        (f"!Type:Invoice\n{record()}", ":1", "not known"),
        ("!Type:Cat\nNOffice\n^\n", "", "no section of a bank"),
        (f"!Option:MDY\n{record()}", ":2", "section header"),
    ],
)
def test_what_is_no_bank_account_is_refused(tmp_path: Path, text: str, place: str, what: str) -> None:
    fault = refusal(tmp_path, text)
    assert (fault.place, what in fault.what) == (f"exports/demo/statement{place}", True)


def test_a6_a7_a_record_without_its_end_may_be_cut(tmp_path: Path) -> None:
    whole = f"!Type:Bank\n{record(amount='2500.00')}{record(amount='193.05')}"
    expected = column(got(tmp_path, whole), "amount_minor")
    for cut in range(len("!Type:Bank\n") + 1, len(whole)):
        found = got(tmp_path, whole[:cut])
        kept = column(found, "amount_minor")
        assert kept == expected[: len(kept)]
        assert set(found.rejects["reason"]) <= {"row_cut"}
        assert found.records == whole[:cut].count("\nD")
    middle = f"!Type:Bank\nD12/31/2026\nT5\n!Type:CCard\n{record()}"
    assert reasons(got(tmp_path, middle)) == [(2, "row_cut", "")]


def test_a1_a2_a3_a8_encodings_and_line_ends(tmp_path: Path) -> None:
    text = "!type:bank\n" + record("12/31/2026", "1", "PMüller") + record()
    for data in (
        text.encode("utf-16"), text.encode("cp1252"), ("\ufeff\ufeff" + text).encode(),
        text.replace("\n", "\r\n").encode(), text.replace("\n", "\r").encode(), text.replace("\n", " \n\n").encode(),
    ):  # fmt: skip
        found = got(tmp_path, data)
        assert column(found, "counterparty") == ["Müller", ""]
        assert identify(tmp_path / "statement") == "qif"


def test_a17_a18_empty_files_and_accounts(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        got(tmp_path, b"")
    assert got(tmp_path, "!Type:Bank\n").records == 0


@given(EDITS)
def test_a38_random_damage_never_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, edits: Edits) -> None:
    file = source(tmp_path_factory.getbasetemp(), damaged(FIXTURE.read_bytes(), edits), "damaged.qif")
    try:
        found = checked(read(file, "qif", EUR))
    except FileRefused:
        return
    assert found.reader == "qif"


def test_sample(samples: Path) -> None:
    file = samples / "bank" / "oca-test.qif"
    found = checked(read(file, "qif", {"currency": "USD"}))
    assert identify(file) == "qif"
    assert column(found, "amount_minor") == [-100000, -7546, -37900, -2028, -42135]
    assert column(found, "booked_on") == ["2013-08-12", "2013-08-15", "2013-03-03", "2013-03-04", "2013-03-03"]
    assert column(found, "source_line") == [2, 6, 10, 14, 18]


STYLES = {"%m/%d/%Y": "mdy", "%d.%m.%Y": "dmy", "%Y-%m-%d": "", "%m/%d'%y": "mdy"}
LINES = st.tuples(
    st.integers(-(10**12), 10**12), st.dates(min_value=date(2000, 1, 1),
    max_value=date(2060, 1, 1)), st.text("abc XYZ09./-", max_size=20),
)  # fmt: skip


@given(st.sampled_from(sorted(STYLES)), st.sampled_from([",", "."]), st.lists(LINES, max_size=6))
def test_written_files_read_back(
    tmp_path_factory: pytest.TempPathFactory, style: str, decimal: str, lines: list[tuple[int, Any, str]]
) -> None:
    group = "." if decimal == "," else ","

    def figure(minor: int) -> str:
        whole = f"{abs(minor) // 100:,}".replace(",", group)
        return f"{'-' if minor < 0 else ''}{whole}{decimal}{abs(minor) % 100:02d}"

    text = "".join(record(day.strftime(style), figure(minor), f"M{memo}") for minor, day, memo in lines)
    folder = tmp_path_factory.getbasetemp()
    found = got(folder, f"!Type:Bank\n{text}", date_order=STYLES[style])
    assert column(found, "amount_minor") == [minor for minor, *_ in lines]
    assert column(found, "booked_on") == [str(day) for _, day, _ in lines]
    assert column(found, "text") == [" ".join(memo.split()) for *_, memo in lines]
