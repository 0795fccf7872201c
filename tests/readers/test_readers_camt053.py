"""camt.053: one row per booked entry, signs from CdtDbtInd, controls from the bank's own balances."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from camt_files import balance, entry, namespace_of, statement
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

from opsrules.readers import Source, camt053, identify

FIXTURE = GOLDEN / "camt053" / "statement.xml"


def test_golden(update_golden: bool) -> None:
    read = checked(camt053.read(Source(FIXTURE, "statement.xml")))
    same_as_golden(read, "camt053", update_golden)


def test_recognised_by_content(tmp_path: Path) -> None:
    assert identify(source(tmp_path, statement(), "export.txt").path) == "camt053"
    assert identify(FIXTURE) == "camt053"


def test_one_row_per_entry_with_the_sign_of_the_indicator(tmp_path: Path) -> None:
    text = statement(entry("10.00"), entry("3.5", "DBIT"), entry("7", "DBIT", rest="<RvslInd>true</RvslInd>"))
    read = checked(camt053.read(source(tmp_path, text)))
    assert column(read, "amount_minor") == [1000, -350, -700]
    assert column(read, "source_line") == [4, 5, 6]


@pytest.mark.parametrize("blanks", [0, 70_000])
@pytest.mark.parametrize("inside", ["", "\n", "\n\n  "])
def test_lines_are_counted_beyond_what_the_parser_keeps(tmp_path: Path, blanks: int, inside: str) -> None:
    entries = [entry("1").replace(">", f">{inside}", 1), entry("2").replace("><", f">{inside}<", 2)]
    text = statement("\n" * blanks, *entries)
    at = [text.count("\n", 0, found.start()) + 1 for found in re.finditer("<Ntry>", text)]
    read = checked(camt053.read(source(tmp_path, text)))
    assert column(read, "source_line") == at


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_entries_that_are_not_booked_are_named_and_left_out_of_the_control(tmp_path: Path, status: str) -> None:
    text = statement(balance("OPBD", "1"), balance("CLBD", "3"), entry("2"), entry("99", status=status))
    read = checked(camt053.read(source(tmp_path, text)))
    assert reasons(read) == [(7, "not_booked", status)]
    assert read.rejects["amount_minor"].tolist() == [9900]
    assert [control.holds for control in read.controls] == [True]


def test_control_fails_at_the_line_of_the_closing_balance(tmp_path: Path) -> None:
    text = statement(balance("OPBD", "100.00", "DBIT"), balance("CLBD", "5.00"), entry("104.99"))
    [control] = checked(camt053.read(source(tmp_path, text))).controls
    assert (control.name, control.place) == ("opening + entries = closing", "exports/demo/statement:5")
    assert (control.expected_minor, control.actual_minor, control.holds) == (500, 499, False)


def test_previous_closing_balance_opens_a_statement_without_opening_balance(tmp_path: Path) -> None:
    text = statement(balance("PRCD", "1"), balance("CLBD", "2"), balance("CLAV", "9"), entry("1"))
    assert [control.holds for control in camt053.read(source(tmp_path, text)).controls] == [True]


def test_balances_of_two_currencies_prove_nothing(tmp_path: Path) -> None:
    text = statement(balance("OPBD", "1"), balance("CLBD", "2", currency="SEK"), entry("1"))
    assert camt053.read(source(tmp_path, text)).controls == ()


def test_balance_that_cannot_be_read_refuses_the_file(tmp_path: Path) -> None:
    text = statement(balance("OPBD", "1"), balance("CLBD", "2.005"), entry("1"))
    assert refused(camt053, source(tmp_path, text)).place == "exports/demo/statement:5"


def batch(*amounts: str) -> str:
    return "<NtryDtls>" + "".join(
        f'<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls></TxDtls>' for amount in amounts
    ) + "</NtryDtls>"  # fmt: skip


@pytest.mark.parametrize(("amounts", "actual"), [(("6", "4.00"), -1000), (("6", "3.99"), -999), (("6", "4.001"), -600)])
def test_transactions_of_a_bundle_are_held_against_their_entry(
    tmp_path: Path, amounts: tuple[str, ...], actual: int
) -> None:
    read = checked(camt053.read(source(tmp_path, statement(entry("10", "DBIT", rest=batch(*amounts))))))
    assert column(read, "amount_minor") == [-1000]
    [control] = read.controls
    assert (control.name, control.expected_minor, control.actual_minor) == ("transactions = entry", -1000, actual)


def test_reversed_debit_names_the_creditor_of_the_debit(tmp_path: Path) -> None:
    parties = (
        "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Northwind</Nm></Dbtr><Cdtr><Nm>Courier</Nm></Cdtr></RltdPties>"
        "</TxDtls></NtryDtls>"
    )
    text = statement(
        entry(rest=parties), entry(sign="DBIT", rest=parties), entry(rest=f"<RvslInd>true</RvslInd>{parties}")
    )
    assert column(camt053.read(source(tmp_path, text)), "counterparty") == ["Northwind", "Courier", "Courier"]


def test_comment_inside_a_figure_does_not_cut_it(tmp_path: Path) -> None:
    read = camt053.read(source(tmp_path, statement(entry("12<!-- x -->50.25"), entry("1<b>2</b>3"))))
    assert column(read, "amount_minor") == [125025]
    assert reasons(read) == [(5, "amount_missing", "")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"amount": "1.005"}, "amount_decimals"),
        ({"amount": "-5.00"}, "amount_unreadable"),
        ({"amount": "1,00"}, "amount_unreadable"),
        ({"amount": "1e3"}, "amount_unreadable"),
        ({"amount": ""}, "amount_missing"),
        ({"amount": "9" * 30}, "amount_range"),
        ({"currency": "XXQ"}, "currency_unknown"),
        ({"currency": ""}, "currency_missing"),
        ({"status": "GONE"}, "value_unknown"),
        ({"sign": "BOTH"}, "value_unknown"),
        ({"booked": ""}, "time_missing"),
        ({"booked": "<Dt>06.10.2026</Dt>"}, "time_unreadable"),
        ({"rest": "<ValDt><Dt>2026-13-01</Dt></ValDt>"}, "time_unreadable"),
    ],
)
def test_one_bad_entry_is_one_reject(tmp_path: Path, changed: dict[str, str], reason: str) -> None:
    read = checked(camt053.read(source(tmp_path, statement(entry(), entry(**changed), entry()))))
    assert column(read, "amount_minor") == [1000, 1000]
    assert [found[:2] for found in reasons(read)] == [(5, reason)]


def test_a1_declared_one_byte_encoding_is_kept(tmp_path: Path) -> None:
    text = statement(entry(rest="<AddtlNtryInf>Žižkov</AddtlNtryInf>"))
    declared = text.replace('version="1.0"', 'version="1.0" encoding="windows-1250"')
    read = camt053.read(source(tmp_path, declared.encode("windows-1250")))
    assert column(read, "text") == ["Žižkov"]
    wrong = text.replace('version="1.0"', 'version="1.0" encoding="utf-8"').encode("windows-1250")
    assert "encoding" in refused(camt053, source(tmp_path, wrong)).what


def test_a2_utf_16(tmp_path: Path) -> None:
    text = statement(entry(rest="<AddtlNtryInf>振込</AddtlNtryInf>")).replace("?>", ' encoding="UTF-16"?>', 1)
    read = camt053.read(source(tmp_path, text.encode("utf-16")))
    assert (column(read, "text"), read.encoding) == (["振込"], "utf-16")


@pytest.mark.parametrize("marks", [1, 2])
def test_a3_byte_order_marks(tmp_path: Path, marks: int) -> None:
    read = camt053.read(source(tmp_path, "\ufeff" * marks + statement(entry())))
    assert column(read, "source_line") == [4]


def test_a6_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = statement(entry(), entry()).encode()
    for cut in range(1, len(data.rstrip())):
        refused(camt053, source(tmp_path, data[:cut]))


def test_a8_line_ends_of_three_kinds(tmp_path: Path) -> None:
    text = statement(entry(), entry(), entry())
    for end in ("\r\n", "\r"):
        assert column(camt053.read(source(tmp_path, text.replace("\n", end))), "source_line") == [4, 5, 6]


def test_a17_empty_file_is_refused(tmp_path: Path) -> None:
    refused(camt053, source(tmp_path, ""))


def test_a18_statement_without_entries_has_no_rows(tmp_path: Path) -> None:
    read = checked(camt053.read(source(tmp_path, statement(balance("OPBD", "1"), balance("CLBD", "1")))))
    assert (read.records, [control.holds for control in read.controls]) == (0, [True])


def test_a21_zero_bytes_are_refused_with_their_line(tmp_path: Path) -> None:
    data = statement(entry(), entry(rest="<AddtlNtryInf>a\x00b</AddtlNtryInf>"))
    assert refused(camt053, source(tmp_path, data)).place == "exports/demo/statement:5"


def test_a23_references_stay_text(tmp_path: Path) -> None:
    read = camt053.read(source(tmp_path, statement(entry(rest="<AcctSvcrRef>0012E3</AcctSvcrRef>"))))
    assert column(read, "line_id") == ["0012E3"]


def test_a25_decimals_follow_the_currency(tmp_path: Path) -> None:
    text = statement(
        entry("10.50", currency="JPY"), entry("10.00", currency="JPY"),
        entry("1.2345", currency="KWD"), entry("1.234", currency="KWD"),
    )  # fmt: skip
    read = checked(camt053.read(source(tmp_path, text)))
    assert column(read, "amount_minor") == [10, 1234]
    assert [reason for _, reason, _ in reasons(read)] == ["amount_decimals", "amount_decimals"]


def test_a29_30_february_is_a_reject(tmp_path: Path) -> None:
    read = camt053.read(source(tmp_path, statement(entry(booked="<Dt>2026-02-30</Dt>"))))
    assert reasons(read) == [(4, "time_unreadable", "2026-02-30")]


@pytest.mark.parametrize("stamp", ["2026-03-29T02:30:00", "2026-10-25T02:30:00+01:00", "2026-10-06T00:10:00Z"])
def test_a31_days_are_the_banks_own_whatever_the_clock_did(tmp_path: Path, stamp: str) -> None:
    read = camt053.read(source(tmp_path, statement(entry(booked=f"<DtTm>{stamp}</DtTm>"))))
    assert column(read, "booked_on") == [stamp[:10]]


@pytest.mark.parametrize("name", ["pain.001.001.03", "camt.053.001.99", "camt.053.001.02.more"])
def test_a36_wrong_namespace_is_refused(tmp_path: Path, name: str) -> None:
    text = statement(entry(), namespace=f' xmlns="urn:iso:std:iso:20022:tech:xsd:{name}"')
    assert name in refused(camt053, source(tmp_path, text)).what


def test_a36_five_decimals_are_a_reject_unless_they_are_zeros(tmp_path: Path) -> None:
    read = camt053.read(source(tmp_path, statement(entry("5442.09000"), entry("5442.09001"))))
    assert column(read, "amount_minor") == [544209]
    assert reasons(read) == [(5, "amount_decimals", "5442.09001")]


def test_prefixed_and_missing_namespaces_are_read(tmp_path: Path) -> None:
    plain = statement(entry(), namespace="")
    prefixed = plain.replace("</", "\0").replace("<", "<n:").replace("\0", "</n:").replace("<n:?", "<?")
    prefixed = prefixed.replace("<n:Document", f'<n:Document xmlns:n="{namespace_of("camt.053")}"')
    for text in (plain, prefixed):
        file = source(tmp_path, text)
        assert column(camt053.read(file), "amount_minor") == [1000]
        assert identify(file.path) == "camt053"


@given(EDITS)
def test_a38_random_damage_never_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, edits: Edits) -> None:
    folder = tmp_path_factory.getbasetemp()
    survives(camt053, source(folder, damaged(FIXTURE.read_bytes(), edits), "damaged.xml"))


# The bank's own files, read where they lie. Figures counted by hand: entries, sum in minor units, controls that hold.
SAMPLES = {
    "bsp-camt-053-001-02.xml": (3, {"SEK": -6432150}, [True], [61, 94, 122]),
    "bsp-camt053-duplicate-same-day.xml": (2, {"EUR": -900}, [], [16, 39]),
    "bsp-camt053-no-namespace.xml": (1, {"GBP": 25000}, [True], [40]),
    "camt053-v2-all-balance-types.xml": (1, {"EUR": 885}, [False], [152]),
    "camt053-v2-five-decimals.xml": (1, {"EUR": 885}, [False], [61]),
    "camt053-v2-minimal.xml": (1, {"EUR": 885}, [], [90]),
    "camt053-v2-with-party-ids.xml": (1, {"EUR": 885}, [], None),
    "camt053-v3.xml": (1, {"EUR": 885}, [], None),
    "camt053-v8.xml": (1, {"EUR": 885}, [], None),
    "camt53-only-dt-with-dttm.xml": (0, {}, [], []),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    count, sums, holds, lines = SAMPLES[name]
    file = Source(samples / "bank" / name, name)
    read = checked(camt053.read(file))
    assert identify(file.path) == "camt053"
    assert (len(read.table), len(read.rejects)) == (count, 0)
    assert read.table.groupby("currency")["amount_minor"].sum().to_dict() == sums
    assert [control.holds for control in read.controls] == holds
    assert lines is None or column(read, "source_line") == lines


def test_sample_refused(samples: Path) -> None:
    name = "camt053-v2-wrong.xml"
    assert "no statement" in refused(camt053, Source(samples / "bank" / name, name)).what


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs", "Zs", "Zl", "Zp")), max_size=20)
Line = tuple[int, bool, date, str, str, bool]
LINES = st.tuples(
    st.integers(0, 10**12), st.booleans(), st.dates(date(1990, 1, 1), date(2100, 1, 1)), TEXTS, TEXTS, st.booleans()
)
PLACES = {"EUR": 2, "JPY": 0, "KWD": 3}


def figure(minor: int, places: int) -> str:
    digits = str(minor).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


@given(st.sampled_from(sorted(PLACES)), st.lists(LINES, max_size=8), st.integers(-(10**12), 10**12))
def test_written_statements_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    currency: str,
    lines: list[Line],
    opening: int,
) -> None:
    def written(line: Line) -> str:
        minor, credit, day, reference, text, reversal = line
        return entry(
            figure(minor, PLACES[currency]), "CRDT" if credit else "DBIT", currency, booked=f"<Dt>{day}</Dt>",
            rest=f"<RvslInd>{str(reversal).lower()}</RvslInd><AcctSvcrRef>{escape(reference)}</AcctSvcrRef>"
            f"<AddtlNtryInf>{escape(text)}</AddtlNtryInf>",
        )  # fmt: skip

    amounts = [minor if credit else -minor for minor, credit, *_ in lines]
    balances = [
        balance(code, figure(abs(minor), PLACES[currency]), "DBIT" if minor < 0 else "CRDT", currency)
        for code, minor in (("OPBD", opening), ("CLBD", opening + sum(amounts)))
    ]
    file = source(tmp_path_factory.getbasetemp(), statement(*balances, *map(written, lines)), "written.xml")
    read = checked(camt053.read(file))
    assert column(read, "amount_minor") == amounts
    assert column(read, "booked_on") == [str(day) for _, _, day, *_ in lines]
    assert column(read, "line_id") == [line[3] for line in lines]
    assert column(read, "text") == [line[4] for line in lines]
    assert [control.holds for control in read.controls] == [True]
    assert not len(read.rejects)
