"""MT940: each :61: judged alone, amounts from the text, controls from :60: and :62:."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import mt940 as mt940_library
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statement_files import (
    EDITS,
    GOLDEN,
    Edits,
    checked,
    column,
    damaged,
    reasons,
    refused,
    same_as_golden,
    source,
    survives,
)

from opsrules.errors import FileRefused
from opsrules.readers import Cover, Source, identify, mt940

FIXTURE = GOLDEN / "mt940" / "statement.sta"


def statement(*lines: str, opening: str = "C261005EUR0,", closing: str = "C261006EUR0,") -> str:
    """One statement; its first line of a transaction is line 5 of the file."""
    inside = "".join(f"{line}\n" for line in lines)
    return f":20:NORTHWIND\n:25:0000202051\n:28C:1/1\n:60F:{opening}\n{inside}:62F:{closing}\n-\n"


def line(mark: str = "C", amount: str = "10,00", days: str = "2610061006", rest: str = "NTRFNONREF") -> str:
    return f":61:{days}{mark}{amount}{rest}"


def test_golden(update_golden: bool) -> None:
    read = checked(mt940.read(Source(FIXTURE, "statement.sta")))
    same_as_golden(read, "mt940", update_golden)


def test_recognised_by_content(tmp_path: Path) -> None:
    assert identify(source(tmp_path, statement(), "export.txt").path) == "mt940"
    assert identify(source(tmp_path, statement().replace("\n", "\r"), "export.csv").path) == "mt940"


@pytest.mark.parametrize(
    ("mark", "minor"),
    [
        ("C", 30000), ("D", -30000), ("RC", -30000), ("RD", 30000),
        ("CR", 30000), ("DR", -30000), ("RCR", -30000), ("RDR", 30000), ("CN", 30000), ("DF", -30000),
    ],
)  # fmt: skip
def test_marks_and_the_currencys_third_letter(tmp_path: Path, mark: str, minor: int) -> None:
    read = checked(mt940.read(source(tmp_path, statement(line(mark, "300,")))))
    assert column(read, "amount_minor") == [minor]


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        ("300,", 30000),
        ("0,12", 12),
        ("000000000025,00", 2500),
        ("00,1", 10),
        ("500", 50000),
        ("9007199254740,93", 900719925474093),
    ],
)
def test_amounts_are_exact(tmp_path: Path, amount: str, minor: int) -> None:
    read = checked(mt940.read(source(tmp_path, statement(line(amount=amount)))))
    assert column(read, "amount_minor") == [minor]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (line(amount="1.234,56"), "amount_unreadable"),
        (line(amount="1,2,3"), "amount_unreadable"),
        (line(amount="1,005"), "amount_decimals"),
        (line(amount="9" * 30 + ","), "amount_range"),
        (line("X"), "record_unreadable"),
        (line(amount=""), "record_unreadable"),
        (line(rest=""), "record_unreadable"),
        (":61:", "record_unreadable"),
        (line(days="2613061006"), "time_unreadable"),
        (line(days="2610061306"), "time_unreadable"),
    ],
)
def test_one_bad_line_is_one_reject_and_no_lost_file(tmp_path: Path, text: str, reason: str) -> None:
    read = checked(mt940.read(source(tmp_path, statement(line(), text, ":86:x", line()))))
    assert column(read, "amount_minor") == [1000, 1000]
    assert [found[:2] for found in reasons(read)] == [(6, reason)]


@pytest.mark.parametrize(
    ("days", "booked", "value"),
    [
        ("2610061007", "2026-10-07", "2026-10-06"),
        ("261006", "2026-10-06", "2026-10-06"),
        ("261006    ", "2026-10-06", "2026-10-06"),
        ("2612310102", "2027-01-02", "2026-12-31"),
        ("2701021231", "2026-12-31", "2027-01-02"),
        ("2402290229", "2024-02-29", "2024-02-29"),
    ],
)
def test_booking_day_is_the_entry_date_or_else_the_value_date(
    tmp_path: Path, days: str, booked: str, value: str
) -> None:
    read = mt940.read(source(tmp_path, statement(line(days=days))))
    assert (column(read, "booked_on"), column(read, "value_on")) == ([booked], [value])


def test_control_fails_at_the_line_of_the_closing_balance(tmp_path: Path) -> None:
    text = statement(line("D", "10,01"), opening="D261005EUR5,", closing="D261006EUR15,")
    [control] = checked(mt940.read(source(tmp_path, text))).controls
    assert (control.name, control.place) == ("opening + entries = closing", "exports/demo/statement:6")
    assert (control.expected_minor, control.actual_minor) == (-1500, -1501)


def test_currency_comes_from_the_balance_that_names_it(tmp_path: Path) -> None:
    text = statement(line(amount="5,"), opening="C261005JPY1,", closing="C2610066,")
    read = mt940.read(source(tmp_path, text))
    assert (column(read, "currency"), column(read, "amount_minor"), read.controls[0].holds) == (["JPY"], [5], True)


@pytest.mark.parametrize(
    ("opening", "closing", "what"),
    [
        ("C2610050,", "C2610060,", "neither balance names a currency"),
        ("C261005EUR0,", "C261006GBP0,", "two currencies"),
        ("C261005EURO,", "C261006EUR0,", "cannot be read"),
        ("C261005XXQ0,", "C261006XXQ0,", "cannot be read"),
        ("C261005EUR0,001", "C261006EUR0,", "cannot be read"),
    ],
)
def test_balances_that_cannot_be_trusted_refuse_the_file(tmp_path: Path, opening: str, closing: str, what: str) -> None:
    assert what in refused(mt940, source(tmp_path, statement(line(), opening=opening, closing=closing))).what


def test_a_statement_covers_the_day_of_its_closing_balance(tmp_path: Path) -> None:
    last = date(2026, 10, 6)
    assert mt940.read(source(tmp_path, statement())).covers == (Cover("****2051", last, last),)
    assert mt940.read(source(tmp_path, statement(closing="C261306EUR0,"))).covers == ()


def details(tmp_path: Path, *lines: str, reference: str = "NONREF") -> tuple[str, str, str]:
    read = mt940.read(source(tmp_path, statement(line(rest=f"NTRF{reference}"), *lines)))
    return column(read, "counterparty")[0], column(read, "reference")[0], column(read, "text")[0]


def test_subfields_cut_within_a_word_go_on_without_a_blank(tmp_path: Path) -> None:
    got = details(
        tmp_path,
        ":86:166?00GUTSCHRIFT?109310?20EREF+NOTPROVIDED?21SVWZ+STRIPE PAYOUT fuer den",
        "?22 Monat Oktober des Jahres 2?23026?30SXPYDEHH?31DE89370400440532013000?32Stripe",
        reference="KREF+",
    )
    assert got == ("Stripe", "", "EREF+NOTPROVIDED SVWZ+STRIPE PAYOUT fuer den Monat Oktober des Jahres 2026")


def test_subfields_with_another_sign(tmp_path: Path) -> None:
    got = details(tmp_path, ":86:020~00Transfer~20EREF+A1~21Payout~32Shop", "ify")
    assert got == ("Shopify", "A1 Payout", "EREF+A1 Payout")


def test_words_between_slashes(tmp_path: Path) -> None:
    got = details(tmp_path, ":86:/EREF/po_1/IBAN/NL91ABNA0417164300/NAME/Adyen N.V./REMI/Batch 17")
    assert got == ("Adyen N.V.", "po_1", "Batch 17")
    got = details(tmp_path, ":86:/CNTP/NL91ABNA0417164300/ABNANL2A/Adyen N.V./Amsterdam//REMI/USTD//Batch 17/")
    assert got == ("Adyen N.V.", "", "Batch 17")


def test_free_text_and_the_customers_reference(tmp_path: Path) -> None:
    assert details(tmp_path, ":86:Payout", "October", reference="INV 17//B-2") == ("", "INV 17", "Payout October")
    # A line as long as SWIFT allows was cut where it stands.
    assert details(tmp_path, ":86:" + "x" * 61 + " Pay", "out") == ("", "", "x" * 61 + " Payout")


def test_what_stands_behind_the_line_is_text_when_there_is_no_other(tmp_path: Path) -> None:
    assert details(tmp_path, "Card fee", "October", reference="NONREF//B-1") == ("", "", "Card fee October")


def test_text_that_looks_like_a_tag_stays_text(tmp_path: Path) -> None:
    assert details(tmp_path, ":86:Ratio", ":10:1 was paid")[2] == "Ratio :10:1 was paid"


def test_a1_one_byte_encoding_is_kept(tmp_path: Path) -> None:
    read = mt940.read(source(tmp_path, statement(line(), ":86:Müller").encode("cp1252")))
    assert (column(read, "text"), read.encoding) == (["Müller"], "cp1252")


def test_a2_a3_utf_16_and_byte_order_marks(tmp_path: Path) -> None:
    text = statement(line(), ":86:Müller")
    for data in (text.encode("utf-16"), text.encode("utf-8-sig"), ("\ufeff\ufeff" + text).encode()):
        read = mt940.read(source(tmp_path, data))
        assert (column(read, "text"), column(read, "source_line")) == (["Müller"], [5])


def test_a6_cut_anywhere_is_never_taken_for_whole(tmp_path: Path) -> None:
    whole = statement(
        line(amount="193282,05"), ":86:x", line("D", "27,"), opening="C261005EUR1,", closing="C261006EUR193256,05"
    )
    file = source(tmp_path, whole)
    expected = mt940.read(file).table
    for cut in range(1, len(whole)):
        file.path.write_text(whole[:cut], encoding="utf-8")
        try:
            read = checked(mt940.read(file))
        except FileRefused:
            continue
        assert not all(control.holds for control in read.controls) or read.table.equals(expected)


def test_a8_line_ends_of_three_kinds(tmp_path: Path) -> None:
    text = statement(line(), ":86:Payout", line())
    mixed = text.replace("\n", "\r\n", 3).replace("\n:86", "\r:86")
    for written in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), mixed):
        read = mt940.read(source(tmp_path, written))
        assert (column(read, "source_line"), column(read, "text")) == ([5, 7], ["Payout", ""])


def test_a17_empty_file_is_refused(tmp_path: Path) -> None:
    refused(mt940, source(tmp_path, ""))
    refused(mt940, source(tmp_path, "\r\n \r\n"))


def test_a18_statement_without_lines_has_no_rows(tmp_path: Path) -> None:
    read = checked(mt940.read(source(tmp_path, statement())))
    assert (read.records, [control.holds for control in read.controls]) == (0, [True])


def test_a21_zero_byte_in_a_line_is_a_reject_elsewhere_a_refusal(tmp_path: Path) -> None:
    text = statement(line(), ":86:a\x00b", line("D"), line(amount="1\x000,00"))
    read = checked(mt940.read(source(tmp_path, text)))
    assert column(read, "amount_minor") == [-1000]
    assert reasons(read) == [(5, "nul_byte", ""), (8, "nul_byte", "")]
    assert refused(mt940, source(tmp_path, statement() + "\x00" * 9)).place == "exports/demo/statement:7"
    assert refused(mt940, source(tmp_path, statement(closing="C261006EUR0,\x00"))).place == "exports/demo/statement:5"


def test_a29_30_february_is_a_reject_not_the_28th(tmp_path: Path) -> None:
    text = line(days="2602301006")
    assert mt940_library.parse(statement(text))[0].data["date"] == date(2026, 2, 28)  # what the library would say
    read = checked(mt940.read(source(tmp_path, statement(text, line(days="2602280230")))))
    assert [found[:2] for found in reasons(read)] == [(5, "time_unreadable"), (6, "time_unreadable")]


def test_a22_thousands_signs_are_no_part_of_the_format(tmp_path: Path) -> None:
    read = mt940.read(source(tmp_path, statement(*(line(amount=text) for text in ("1.234,56", "1'234,56", "1234.56")))))
    assert [reason for _, reason, _ in reasons(read)] == ["amount_unreadable", "record_unreadable", "amount_unreadable"]


def test_a24_a25_range_and_decimals(tmp_path: Path) -> None:
    text = statement(line(amount="10,50"), line(amount="1" * 16 + ","), opening="C261005JPY0,", closing="C261006JPY0,")
    read = mt940.read(source(tmp_path, text))
    assert [reason for _, reason, _ in reasons(read)] == ["amount_decimals", "amount_range"]


@given(EDITS)
def test_a38_random_damage_never_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, edits: Edits) -> None:
    file = source(tmp_path_factory.getbasetemp(), damaged(FIXTURE.read_bytes(), edits), "damaged.sta")
    survives(mt940, file)


@given(st.text("0123456789CDRNTF,. /\u2028\t:ABx", max_size=40))
def test_the_library_never_gets_a_line_that_it_would_log(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("mt940").addHandler(listener)
    try:
        survives(mt940, source(tmp_path_factory.getbasetemp(), statement(f":61:2610061006C{text}"), "logged.sta"))
    finally:
        logging.getLogger("mt940").removeHandler(listener)
    assert said == []


# Counted by hand in the samples: lines, sums in minor units, which controls hold.
SAMPLES = {
    "mt940-binary-char.sta": (4, {"EUR": 2700 + 1306830 - 19328205 + 112000}, [True, True]),
    "mt940-citi.sta": (5, {"USD": -21239 - 36928 - 56108}, [True]),
    "mt940-cmxl.sta": (16, {"DEM": 8443704 - 8434974, "EUR": 220000, "PLN": 1004000}, [True, True, True]),
    "mt940-generic.sta": (2, {"EUR": -2000}, [True, True]),
    "mt940-knab.sta": (3, {"EUR": 50000 - 726000 + 50000}, [True, False]),
    "mt940-long-number.sta": (0, {}, [True]),
    "mt940-mbank.sta": (3, {"PLN": 3}, [True]),
    "mt940-ns-tags.sta": (9, {"DEM": 9500000}, [True, True, True]),
    "mt940-rabobank-iban.sta": (4, {"EUR": -7000}, [True, True]),
    "mt940-sberbank.sta": (3, {"HUF": -943700}, [True]),
    "oca-mt940-rabo.sta": (2, {"EUR": 40000 - 3461}, [True] * 4),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    count, sums, holds = SAMPLES[name]
    file = Source(samples / "bank" / name, name)
    read = checked(mt940.read(file))
    assert identify(file.path) == "mt940"
    assert (len(read.table), len(read.rejects)) == (count, 0)
    assert read.table.groupby("currency")["amount_minor"].sum().to_dict() == sums
    assert [control.holds for control in read.controls] == holds


def test_sample_of_returns_has_every_line_where_it_stands(samples: Path) -> None:
    file = Source(samples / "bank" / "mt940-sepa-returns.sta", "returns.sta")
    read = checked(mt940.read(file))
    written = file.path.read_text(encoding="utf-8").split("\n")
    assert column(read, "source_line") == [n for n, text in enumerate(written, 1) if text.startswith(":61:")]
    # Opening and closing balances of all its statements agree with the lines between them, reversals included.
    assert all(control.holds for control in read.controls)
    assert len(read.controls) == sum(text.startswith((":60F:", ":60M:")) for text in written)
    assert column(read, "amount_minor")[:7] == [30000, 33533, 1500000, 6629508, 91531155, -20488, -99994695]


@pytest.mark.parametrize(
    "name",
    ["mt940-amount-formats.sta", "mt940-empty-86.sta", "mt940-empty-entry-date.sta", "mt940-invalid-statement.sta",
     "mt940-mbank-mt942.sta", "mt940-missing-crlf.sta", "mt940-mt942.sta"],
)  # fmt: skip
def test_sample_refused(samples: Path, name: str) -> None:
    refused(mt940, Source(samples / "bank" / name, name))


WORDS = st.text("abcdefghij ABCDEFGHIJ0123456789.,-+()'", min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)
LINES = st.tuples(
    st.integers(0, 10**12), st.sampled_from(["C", "D", "RC", "RD"]), st.sampled_from(["", "R", "P", "Y"]),
    st.dates(date(2000, 1, 2), date(2098, 12, 30)), st.text("ABC123", min_size=3, max_size=16), WORDS,
)  # fmt: skip
Line = tuple[int, str, str, date, str, str]


def figure(minor: int, places: int) -> str:
    digits = str(minor).rjust(places + 1, "0")
    return f"{digits[:-places]},{digits[-places:]}" if places else f"{digits},"


@given(
    st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]), st.lists(LINES, max_size=8), st.integers(-(10**12), 10**12)
)
def test_written_statements_read_back(
    tmp_path_factory: pytest.TempPathFactory, currency: tuple[str, int], lines: list[Line], opening: int
) -> None:
    code, places = currency

    def written(one: Line) -> str:
        minor, mark, letter, day, reference, text = one
        return f":61:{day:%y%m%d%m%d}{mark}{letter}{figure(minor, places)}NTRFNONREF//{reference}\n:86:{text}"

    def balance(minor: int) -> str:
        return f"{'D' if minor < 0 else 'C'}261005{code}{figure(abs(minor), places)}"

    amounts = [minor if mark in ("C", "RD") else -minor for minor, mark, *_ in lines]
    text = statement(*map(written, lines), opening=balance(opening), closing=balance(opening + sum(amounts)))
    read = checked(mt940.read(source(tmp_path_factory.getbasetemp(), text, "written.sta")))
    assert column(read, "amount_minor") == amounts
    assert column(read, "booked_on") == [str(one[3]) for one in lines]
    assert column(read, "line_id") == [one[4] for one in lines]
    assert column(read, "text") == [one[5] for one in lines]
    assert [control.holds for control in read.controls] == [True]
    assert not len(read.rejects)
