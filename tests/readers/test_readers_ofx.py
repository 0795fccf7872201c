"""OFX: both markups, both kinds of statement, the bank's own day, amounts from the text."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

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

from opsrules.readers import Cover, Source, identify, ofx

FIXTURE = GOLDEN / "ofx" / "statement.ofx"
SGML_HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n"
XML_HEADER = '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n\n\n'


def sgml(**fields: str) -> str:
    """One transaction of version 1 on one line: no value has an end tag."""
    filled = {"TRNTYPE": "CREDIT", "DTPOSTED": "20261006", "TRNAMT": "10.00", "FITID": "1"} | fields
    return "<STMTTRN>" + "".join(f"<{name}>{text}" for name, text in filled.items()) + "</STMTTRN>"


def xml(**fields: str) -> str:
    filled = {"TRNTYPE": "CREDIT", "DTPOSTED": "20261006", "TRNAMT": "10.00", "FITID": "1"} | fields
    return "<STMTTRN>" + "".join(f"<{name}>{text}</{name}>" for name, text in filled.items()) + "</STMTTRN>"


def message(*transactions: str, header: str = SGML_HEADER, currency: str = "EUR", account: str = "0000202051") -> str:
    """One bank statement; its first transaction is line 7 of the file, whatever the header."""
    inside = "".join(f"{one}\n" for one in transactions)
    return (
        f"{header}<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE></STATUS></SONRS></SIGNONMSGSRSV1>\n"
        f"<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}</CURDEF>"
        f"<BANKACCTFROM><ACCTID>{account}</ACCTID></BANKACCTFROM><BANKTRANLIST>\n{inside}"
        "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def test_golden(update_golden: bool) -> None:
    read = checked(ofx.read(Source(FIXTURE, "statement.ofx")))
    same_as_golden(read, "ofx", update_golden)


def test_recognised_by_content(tmp_path: Path) -> None:
    assert identify(source(tmp_path, message(), "export.txt").path) == "ofx"
    assert identify(source(tmp_path, message(header=""), "export.csv").path) == "ofx"


@pytest.mark.parametrize(
    ("header", "one"), [(SGML_HEADER, sgml(NAME="A &amp; B")), (XML_HEADER, xml(NAME="A &#38; B", MEMO=""))]
)
def test_both_markups(tmp_path: Path, header: str, one: str) -> None:
    read = checked(ofx.read(source(tmp_path, message(one, one, header=header))))
    assert column(read, "source_line") == [7, 8]
    assert column(read, "counterparty") == ["A & B", "A & B"]
    assert read.controls == ()


@pytest.mark.parametrize(
    ("told", "covers"),
    [
        ("<DTSTART>20261001<DTEND>20261031120000[-5:EST]", [(date(2026, 10, 1), date(2026, 10, 31))]),
        ("<DTSTART>20261001<DTEND>20991231", [(date(2026, 10, 1), date(2026, 11, 2))]),
        ("<DTEND>20261031", [(date(2026, 10, 31), date(2026, 10, 31))]),
        ("<DTSTART>20261001<DTEND>20260931", []),
        ("", []),
    ],
)
def test_a_statement_says_which_days_it_covers(tmp_path: Path, told: str, covers: list[tuple[date, date]]) -> None:
    text = message(sgml()).replace("<BANKTRANLIST>", f"<BANKTRANLIST>{told}")
    text = text.replace("</BANKTRANLIST>", "</BANKTRANLIST><LEDGERBAL><BALAMT>1<DTASOF>20261102</LEDGERBAL>")
    got = ofx.read(source(tmp_path, text)).covers
    assert got == tuple(Cover("****2051", first, last) for first, last in covers)


def test_empty_elements_without_an_end_do_not_swallow_those_behind_them(tmp_path: Path) -> None:
    one = sgml(CHECKNUM="", NAME="", MEMO="Payout")
    two = sgml(MEMO="<![CDATA[a <b> & c]]>") + sgml(FITID="2", MEMO="<![CDATA[d]]>")
    read = checked(ofx.read(source(tmp_path, message(one, two, "<STMTTRN><FITID>3<MEMO/></STMTTRN>"))))
    assert column(read, "text") == ["Payout", "a <b> & c", "d"]
    assert [reason for _, reason, _ in reasons(read)] == ["time_missing"]


@pytest.mark.parametrize(
    ("text", "minor"), [("-15.00", -1500), ("+7", 700), ("-200,5", -20050), ("1234567.89", 123456789), ("1.500", 150)]
)
def test_amounts_with_point_or_comma(tmp_path: Path, text: str, minor: int) -> None:
    assert column(ofx.read(source(tmp_path, message(sgml(TRNAMT=text)))), "amount_minor") == [minor]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"TRNAMT": "$120"}, "amount_unreadable"),
        ({"TRNAMT": "1,234.56"}, "amount_unreadable"),
        ({"TRNAMT": "1,200"}, "amount_unreadable"),
        ({"TRNAMT": "1e3"}, "amount_unreadable"),
        ({"TRNAMT": "(5.00)"}, "amount_unreadable"),
        ({"TRNAMT": "−5.00"}, "amount_unreadable"),
        ({"TRNAMT": "5.005"}, "amount_decimals"),
        ({"TRNAMT": ""}, "amount_missing"),
        ({"TRNAMT": "9" * 20}, "amount_range"),
        ({"DTPOSTED": ""}, "time_missing"),
        ({"DTPOSTED": "201120000000"}, "time_unreadable"),
        ({"DTPOSTED": "2026-10-06"}, "time_unreadable"),
        ({"DTAVAIL": "soon"}, "time_unreadable"),
        ({"CURRENCY": "<CURSYM>XXQ</CURRENCY>"}, "currency_unknown"),
    ],
)
def test_one_bad_transaction_is_one_reject(tmp_path: Path, changed: dict[str, str], reason: str) -> None:
    read = checked(ofx.read(source(tmp_path, message(sgml(), sgml(**changed), sgml()))))
    assert column(read, "amount_minor") == [1000, 1000]
    assert [found[:2] for found in reasons(read)] == [(8, reason)]


def test_currency_of_the_transaction_comes_before_that_of_the_statement(tmp_path: Path) -> None:
    foreign = sgml(CURRENCY="<CURRATE>1.1<CURSYM>usd</CURRENCY>")
    converted = sgml(ORIGCURRENCY="<CURRATE>1.1<CURSYM>USD</ORIGCURRENCY>")
    read = ofx.read(source(tmp_path, message(foreign, converted)))
    assert column(read, "currency") == ["USD", "EUR"]
    read = checked(ofx.read(source(tmp_path, message(foreign, sgml(), currency=""))))
    assert column(read, "currency") == ["USD"]
    assert reasons(read) == [(8, "currency_missing", "")]


def test_pending_transactions_are_named(tmp_path: Path) -> None:
    pending = "<STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20261006<TRNAMT>-4.00<NAME>Hotel</STMTTRNP>"
    read = checked(ofx.read(source(tmp_path, message(sgml(), pending))))
    assert reasons(read) == [(8, "not_booked", "")]
    assert read.rejects["amount_minor"].tolist() == [-400]


def test_accounts_are_masked(tmp_path: Path) -> None:
    assert column(ofx.read(source(tmp_path, message(sgml()))), "bank_account") == ["****2051"]


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500</STATUS></SONRS></SIGNONMSGSRSV1>", "failed sign-on (code 15500)"),
        ("<PROFMSGSRSV1><PROFTRNRS></PROFTRNRS></PROFMSGSRSV1>", "no bank or card statement"),
        (f"<INVSTMTRS><INVTRANLIST>{sgml()}</INVTRANLIST></INVSTMTRS>", "outside of a bank or card statement"),
        (f"<STMTRS>{sgml()}<STMTRS>{sgml()}</STMTRS></STMTRS>", "<STMTRS> starts inside another one"),
        (f"<STMTRS><STMTTRN><FITID>1{sgml()}</STMTRS>", "<STMTTRN> starts inside another one"),
        ("<STMTRS></STMTRS></BANKTRANLIST>", "ends nothing"),
        ("<STMTRS><name>x</name></STMTRS>", "no OFX markup"),
        ("<STMTRS>" + "<A>" * 60 + "</A>" * 60 + "</STMTRS>", "nested too deep"),
        ("<STMTRS><CURDEF>EUR</CURDEF>loose</STMTRS>", "text stands outside"),
    ],
)
def test_messages_that_cannot_be_trusted_are_refused(tmp_path: Path, inside: str, what: str) -> None:
    assert what in refused(ofx, source(tmp_path, f"{SGML_HEADER}<OFX>{inside}</OFX>")).what


def test_two_messages_in_one_file_are_refused(tmp_path: Path) -> None:
    assert "follows" in refused(ofx, source(tmp_path, message(sgml()) + message(sgml(), header=""))).what
    assert refused(ofx, source(tmp_path, message(sgml()) * 2)).place == "exports/demo/statement:8"


def test_comments_in_a_row_cost_no_time(tmp_path: Path) -> None:
    text = message(sgml(), header=XML_HEADER).replace("<BANKTRANLIST>", "<BANKTRANLIST>" + "<!-- x -->" * 5000 + "<")
    began = time.monotonic()
    refused(ofx, source(tmp_path, text))
    assert time.monotonic() - began < 5


def test_a1_one_byte_encoding_is_kept(tmp_path: Path) -> None:
    read = ofx.read(source(tmp_path, message(sgml(NAME="Café Müller")).encode("cp1252")))
    assert (column(read, "counterparty"), read.encoding) == (["Café Müller"], "cp1252")


def test_a2_a3_utf_16_and_byte_order_marks(tmp_path: Path) -> None:
    text = message(sgml(NAME="Müller"))
    for data in (text.encode("utf-16"), text.encode("utf-8-sig"), ("\ufeff\ufeff" + text).encode()):
        read = ofx.read(source(tmp_path, data))
        assert (column(read, "counterparty"), column(read, "source_line")) == (["Müller"], [7])


def test_a6_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = message(sgml(), sgml()).rstrip()
    for cut in range(1, len(whole)):
        refused(ofx, source(tmp_path, whole[:cut]))


def test_a8_line_ends_of_three_kinds(tmp_path: Path) -> None:
    text = message(sgml(), sgml())
    for written in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), text.replace("\n", "\r\n", 3)):
        assert column(ofx.read(source(tmp_path, written)), "source_line") == [7, 8]


def test_a17_empty_file_is_refused(tmp_path: Path) -> None:
    refused(ofx, source(tmp_path, ""))


def test_a18_statement_without_transactions_has_no_rows(tmp_path: Path) -> None:
    read = checked(ofx.read(source(tmp_path, message())))
    assert (read.records, len(read.table)) == (0, 0)


def test_a21_zero_bytes_are_rejects_in_a_record_and_a_refusal_between_them(tmp_path: Path) -> None:
    read = checked(ofx.read(source(tmp_path, message(sgml(), sgml(NAME="a\x00b"), sgml(TRNAMT="\x00\x00")))))
    assert reasons(read) == [(8, "nul_byte", ""), (9, "nul_byte", "")]
    read = checked(ofx.read(source(tmp_path, message(sgml(), account="1\x002"))))
    assert reasons(read) == [(7, "nul_byte", "")]
    refused(ofx, source(tmp_path, message(sgml(), "\x00" * 100, sgml())))
    refused(ofx, source(tmp_path, message(sgml()) + "\x00" * 100))


def test_a25_decimals_follow_the_currency(tmp_path: Path) -> None:
    read = ofx.read(source(tmp_path, message(sgml(TRNAMT="10.50"), sgml(TRNAMT="10.00"), currency="JPY")))
    assert (column(read, "amount_minor"), reasons(read)) == ([10], [(7, "amount_decimals", "10.50")])
    read = ofx.read(source(tmp_path, message(sgml(TRNAMT="1,200"), sgml(TRNAMT="1.2345"), currency="KWD")))
    assert (column(read, "amount_minor"), reasons(read)) == ([1200], [(8, "amount_decimals", "1.2345")])


def test_a29_30_february_is_a_reject(tmp_path: Path) -> None:
    assert reasons(ofx.read(source(tmp_path, message(sgml(DTPOSTED="20260230"))))) == [
        (7, "time_unreadable", "20260230")
    ]


@pytest.mark.parametrize(
    "stamp",
    ["20261006", "202610062330", "20261006233000", "20261006233000.000", "20261006233000.000[-5:EST]",
     "20261006003000[+5.30:IST]", "20261006003000.123[-7:PDT]", "20261006003000[-3]", "20261006003000 [0:GMT]"],
)  # fmt: skip
def test_a32_the_day_is_the_banks_own_whatever_zone_follows(tmp_path: Path, stamp: str) -> None:
    assert column(ofx.read(source(tmp_path, message(sgml(DTPOSTED=stamp)))), "booked_on") == ["2026-10-06"]


@pytest.mark.parametrize("stamp", ["20260329023000[+1:CET]", "20261025023000[+2:CEST]", "20261025023000[+1:CET]"])
def test_a31_days_stand_whatever_the_clock_did(tmp_path: Path, stamp: str) -> None:
    read = ofx.read(source(tmp_path, message(sgml(DTPOSTED=stamp, DTAVAIL=stamp))))
    assert column(read, "booked_on") == column(read, "value_on") == [f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"]


@given(EDITS)
def test_a38_random_damage_never_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, edits: Edits) -> None:
    file = source(tmp_path_factory.getbasetemp(), damaged(FIXTURE.read_bytes(), edits), "damaged.ofx")
    survives(ofx, file)


# Counted by hand in the samples: lines, sums in minor units, lines of the file where they start.
SAMPLES = {
    "bsp-sample.qfx": ({"USD": -1500}, [16]),
    "oca-test.ofx": ({"USD": -8000 - 9000 - 10000 - 9000}, [31, 42, 53, 64]),
    "ofx-br-nubank-cc.ofx": ({"BRL": -1300 - 16290 - 3346 - 902 - 10353 - 95900}, [40, 48, 56, 64, 72, 80]),
    "ofx-stmtrs.ofx": ({"USD": -20000 - 30000}, [38, 45]),
    "ofx-stmtrs-euro.ofx": ({"USD": -20000 - 30000}, [38, 45]),
    "ofxparse-bank-medium.ofx": ({"CAD": -660 - 31667 - 2200}, [15, 16, 17]),
    "ofxparse-checking.ofx": ({"USD": 1 - 3451 - 2500}, [46, 54, 62]),
    "ofxparse-empty-balance.ofx": ({"CAD": 12000}, [29]),
    "ofxparse-multiple-accounts.ofx": ({}, []),
    "ofxparse-ofx-v102-empty-tags.ofx": ({"AUD": 1234}, [23]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    sums, lines = SAMPLES[name]
    file = Source(samples / "bank" / name, name)
    read = checked(ofx.read(file))
    assert identify(file.path) == "ofx"
    assert not len(read.rejects)
    assert read.table.groupby("currency")["amount_minor"].sum().to_dict() == sums
    assert column(read, "source_line") == lines


def test_sample_days_are_those_the_bank_wrote(samples: Path) -> None:
    read = ofx.read(Source(samples / "bank" / "ofxparse-bank-medium.ofx", "medium.ofx"))
    assert column(read, "booked_on") == ["2009-04-01", "2009-04-02", "2009-04-03"]
    assert column(read, "counterparty")[0] == "MCDONALD'S #112"


def test_samples_with_bad_records(samples: Path) -> None:
    read = checked(ofx.read(Source(samples / "bank" / "ofxparse-date-missing.ofx", "dates.ofx")))
    expected = [(33, "time_missing", ""), (40, "time_missing", ""), (48, "time_unreadable", "20120231")]
    assert (len(read.table), reasons(read)) == (0, expected)
    read = checked(ofx.read(Source(samples / "bank" / "ofxparse-decimal-error.ofx", "decimal.ofx")))
    assert (len(read.table), reasons(read)) == (0, [(34, "amount_unreadable", "$120")])


@pytest.mark.parametrize(("name", "what"), [("ofxparse-signon-fail.ofx", "15500"), ("ofx-profrs.ofx", "no statement")])
def test_sample_refused(samples: Path, name: str, what: str) -> None:
    assert what in refused(ofx, Source(samples / "bank" / name, name)).what


WORDS = st.text("abc XYZ 019 .,-+'&<>#;é", max_size=30).map(lambda text: " ".join(text.split()))
Line = tuple[int, date, str, str, str]
LINES = st.tuples(
    st.integers(-(10**12), 10**12), st.dates(date(1900, 1, 1)), st.sampled_from(["", "120000[-5:EST]", "235959.999"]),
    WORDS, WORDS,
)  # fmt: skip


def figure(minor: int, places: int, sign: str) -> str:
    digits = str(abs(minor)).rjust(places + 1, "0")
    return ("-" if minor < 0 else "") + (f"{digits[:-places]}{sign}{digits[-places:]}" if places else digits)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(
    st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]),
    st.sampled_from(".,"),
    st.booleans(),
    st.lists(LINES, max_size=8),
)
def test_written_statements_read_back(
    tmp_path_factory: pytest.TempPathFactory, currency: tuple[str, int], sign: str, closed: bool, lines: list[Line]
) -> None:
    code, places = currency
    write, header = (xml, XML_HEADER) if closed else (sgml, SGML_HEADER)
    written = [
        write(
            DTPOSTED=f"{day.year:04d}{day:%m%d}{clock}", TRNAMT=figure(minor, places, sign), FITID=f"F{number}",
            NAME=escaped(name), MEMO=escaped(memo),
        )
        for number, (minor, day, clock, name, memo) in enumerate(lines)
    ]  # fmt: skip
    text = message(*written, header=header, currency=code)
    read = checked(ofx.read(source(tmp_path_factory.getbasetemp(), text, "written.ofx")))
    assert column(read, "amount_minor") == [one[0] for one in lines]
    assert [day.date() for day in read.table["booked_on"].dt.to_pydatetime()] == [one[1] for one in lines]
    assert column(read, "line_id") == [f"F{number}" for number in range(len(lines))]
    assert column(read, "counterparty") == [one[3] for one in lines]
    assert column(read, "text") == [one[4] for one in lines]
    assert not len(read.rejects)
