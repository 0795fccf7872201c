"""BAI2: signs from type codes, fields and text across 88, trailers as controls."""

from __future__ import annotations

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

from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Cover, Read, Source, bai2, identify, read

FIXTURE = GOLDEN / "bai2" / "statement.bai2"


def report(
    *lines: str, account: str = "03,0000202051,,/", group: str = "1,261006,2400,,2", header: str = "80,,2"
) -> str:
    """One account; its first transaction is line 4 of the file. The trailers carry nothing to be held."""
    inside = "".join(f"{line}\n" for line in lines)
    return f"01,BANK,SHOP,261007,0600,1,{header}/\n02,SHOP,BANK,{group}/\n{account}\n{inside}49,,/\n98,,,/\n99,,,/\n"


def got(folder: Path, *lines: str, **other: str) -> Read:
    return checked(bai2.read(source(folder, report(*lines, **other))))


def test_golden(update_golden: bool) -> None:
    assert identify(FIXTURE) == "bai2"
    same_as_golden(checked(bai2.read(Source(FIXTURE, "statement.bai2"))), "bai2", update_golden)


@pytest.mark.parametrize(
    ("code", "sign"),
    [("100", 1), ("399", 1), ("920", 1), ("959", 1), ("400", -1), ("699", -1), ("960", -1), ("999", -1)],
)
def test_the_type_code_gives_the_sign(tmp_path: Path, code: str, sign: int) -> None:
    assert column(got(tmp_path, f"16,{code},12345,,,,/"), "amount_minor") == [sign * 12345]


@pytest.mark.parametrize("code", ["099", "700", "721", "760", "899", "900", "919", "1", "1000", "ABC", "", "١٢٣"])
def test_a_code_that_says_no_sign_is_a_reject_with_its_amount(tmp_path: Path, code: str) -> None:
    read = got(tmp_path, f"16,{code},12345,,,,/", "16,195,1,,,,/")
    assert reasons(read) == [(4, "value_unknown", code)]
    assert (read.rejects["amount_minor"].tolist(), column(read, "amount_minor")) == ([12345], [1])


def test_the_account_may_say_what_its_banks_codes_mean(tmp_path: Path) -> None:
    file = source(tmp_path, report("16,721,5,,,,/", "16,760,7,,,,/", "16,195,9,,,,/"))
    declared = {"credit_codes": ["721"], "debit_codes": ["760", "195"]}
    assert column(read(file, "bai2", declared), "amount_minor") == [5, -7, -9]
    mistakes: list[dict[str, list[str]]] = [
        {"credit_codes": ["72"]},
        {"credit_codes": ["721"], "debit_codes": ["721"]},
        {"codes": []},
    ]
    for wrong in mistakes:
        with pytest.raises(ParameterError, match=r"72|codes"):
            read(file, "bai2", wrong)


@pytest.mark.parametrize(
    ("group", "account", "currency"),
    [
        ("1,261006,,GBP,2", "03,1,EUR,/", "EUR"),
        ("1,261006,,GBP,2", "03,1,,/", "GBP"),
        ("1,261006,,,2", "03,1,,/", "USD"),
        ("1,261006,,,2", "03,1,JPY,/", "JPY"),
        ("1,261006,,,2", "03,1,kwd,/", "KWD"),
    ],
)
def test_a25_currency_of_the_account_then_group_then_usd(
    tmp_path: Path, group: str, account: str, currency: str
) -> None:
    found = got(tmp_path, "16,195,123456,,,,/", group=group, account=account)
    assert (column(found, "currency"), column(found, "amount_minor")) == ([currency], [123456])


def test_a25_unknown_currency_is_a_reject(tmp_path: Path) -> None:
    assert reasons(got(tmp_path, "16,195,1,,,,/", account="03,1,XXQ,/")) == [(4, "currency_unknown", "XXQ")]


@pytest.mark.parametrize(
    ("funds", "value_on"),
    [
        (",", None), ("Z,", None), ("0,", None), ("2,", None), ("S,100,,200,", None), ("V,261008,,", "2026-10-08"),
        ("v,261008,0915,", "2026-10-08"), ("D,0,", None), ("D,3,0,1,1,2,3,4,", None),
    ],
)  # fmt: skip
def test_every_funds_type_ends_where_the_references_begin(tmp_path: Path, funds: str, value_on: str | None) -> None:
    found = got(tmp_path, f"16,195,5,{funds}B-1,C-1,PAYOUT, INC./")
    [row] = found.table.to_dict("records")
    assert (row["line_id"], row["reference"], row["text"]) == ("B-1", "C-1", "PAYOUT, INC.")
    assert (None if found.table["value_on"].isna()[0] else column(found, "value_on")[0]) == value_on


@pytest.mark.parametrize("funds", ["X,", "D,many,"])
def test_behind_an_unknown_funds_type_no_field_can_be_told(tmp_path: Path, funds: str) -> None:
    assert [one[1] for one in reasons(got(tmp_path, f"16,195,5,{funds}B-1,C-1,PAYOUT/"))] == ["record_unreadable"]


def test_fields_and_text_go_on_in_88(tmp_path: Path) -> None:
    long = "x" * 77  # with its code and comma as long as a line may be: cut within a word
    found = got(
        tmp_path,
        "16,195,5,S,1,2,3/", "88,B-1,C-1/", "88,FR:STRIPE, INC.", f"88,{long}", "88,y/ z/",
        "16,475,7,/", "88,,4711/", "88,CHECK/",
    )  # fmt: skip
    assert column(found, "line_id") == ["B-1", ""]
    assert column(found, "reference") == ["C-1", "4711"]
    assert column(found, "text") == [f"FR:STRIPE, INC. {long}y/ z", "CHECK"]
    assert column(found, "source_line") == [4, 9]


def test_the_file_says_how_long_a_line_may_be(tmp_path: Path) -> None:
    lines = ("16,195,5,,,,ABCDE", "88,FGH")
    assert column(got(tmp_path, *lines), "text") == ["ABCDE FGH"]
    assert column(got(tmp_path, "16,195,5,,,/", "88,ABCDE", "88,FGH", header="8,,2"), "text") == ["ABCDEFGH"]


def test_balances_within_and_across_lines_are_held(tmp_path: Path) -> None:
    account = "03,1,,010,+100,,,100,30,1,S,0,30,0,400/\n88,20,1,V,261006,/\n88,015,-90,,,040,5,,/"
    read = checked(bai2.read(source(tmp_path, report("16,195,30,,,,/", "16,475,220,,,,/", account=account))))
    [control] = read.controls
    assert (control.name, control.place) == ("opening + entries = closing", "exports/demo/statement:3")
    assert (control.expected_minor, control.actual_minor) == (-90, -90)


def test_balance_that_cannot_be_read_refuses_the_file(tmp_path: Path) -> None:
    file = source(tmp_path, report(account="03,1,,010,1.00,,,015,100,,/"))
    assert refused(bai2, file).place == "exports/demo/statement:3"


TWO = """\
01,BANK,SHOP,261007,0600,1,80,,2/
02,SHOP,BANK,1,261006,2400,,2/
03,1,EUR,010,100,,/
16,195,30,,,,/
49,{account},3/
03,2,{other},/
49,0,2/
98,130,{accounts},{lines}/
99,130,1,9/
"""


def controls(folder: Path, **figures: object) -> list[tuple[str, str, int, int]]:
    told = {"account": 130, "other": "EUR", "accounts": 2, "lines": 7} | figures
    read = checked(bai2.read(source(folder, TWO.format(**told))))
    return [(one.name, one.currency, one.expected_minor, one.actual_minor) for one in read.controls]


def test_trailers_are_controls(tmp_path: Path) -> None:
    assert controls(tmp_path) == [
        ("account total (49)", "EUR", 130, 130),
        ("lines of the account (49)", "", 3, 3),
        ("account total (49)", "EUR", 0, 0),
        ("lines of the account (49)", "", 2, 2),
        ("group total (98)", "EUR", 130, 130),
        ("accounts of the group (98)", "", 2, 2),
        ("lines of the group (98)", "", 7, 7),
        ("file total (99)", "EUR", 130, 130),
        ("groups of the file (99)", "", 1, 1),
        ("lines of the file (99)", "", 9, 9),
    ]
    assert ("group total (98)", "", 130, 130) in controls(tmp_path, other="GBP")


@pytest.mark.parametrize(
    ("figures", "failing"),
    [
        ({"account": 131}, [("account total (49)", "EUR", 131, 130), ("group total (98)", "EUR", 130, 131)]),
        ({"accounts": 3}, [("accounts of the group (98)", "", 3, 2)]),
        ({"lines": 8}, [("lines of the group (98)", "", 8, 7)]),
    ],
)
def test_trailers_that_do_not_hold_are_values(
    tmp_path: Path, figures: dict[str, int], failing: list[tuple[str, str, int, int]]
) -> None:
    assert [one for one in controls(tmp_path, **figures) if one[2] != one[3]] == failing


@pytest.mark.parametrize("figure", ["1.30", "x", "9" * 20])
def test_trailer_that_cannot_be_read_refuses_the_file(tmp_path: Path, figure: str) -> None:
    assert refused(bai2, source(tmp_path, TWO.format(account=figure, other="", accounts="", lines=""))).place[-1] == "5"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("16,195,1.00,,,,/", "amount_unreadable"),
        ("16,195,-100,,,,/", "amount_unreadable"),
        ("16,195,1e3,,,,/", "amount_unreadable"),
        ("16,195,,,,,/", "amount_missing"),
        ("16,195/", "amount_missing"),
        (f"16,195,{'9' * 30},,,,/", "amount_range"),
        ("16,195,5,V,261306,,,,/", "time_unreadable"),
        ("16,890,,,,,CUT-OFF MOVED/", "not_booked"),
        ("16;195;5;;;;/", "record_unreadable"),
        ("17,195,5,,,,/", "record_unreadable"),
        ("16,195,5,,,,a\x00b/", "nul_byte"),
    ],
)
def test_one_bad_record_is_one_reject(tmp_path: Path, line: str, reason: str) -> None:
    read = got(tmp_path, "16,195,1,,,,/", line, "16,195,2,,,,/")
    assert column(read, "amount_minor") == [1, 2]
    assert [one[:2] for one in reasons(read)] == [(5, reason)]


def test_a_line_that_is_no_record_does_not_end_the_one_before(tmp_path: Path) -> None:
    read = got(tmp_path, "16,195,1,,,,PAYOUT", "88:EREF", "88,po_1")
    assert (column(read, "text"), reasons(read)) == (["PAYOUT po_1"], [(5, "record_unreadable", "88:EREF")])


@pytest.mark.parametrize(
    ("group", "flags", "found", "covered"),
    [
        ("1,261006,2400,,2", [""], [], True),
        ("3,261006,2400,,4", [""], [], True),
        ("1,261006,2400,,3", ["intraday"], [], False),
        ("1,261006,2400,,1", ["intraday"], [], False),
        ("2,261006,2400,,2", [], [(4, "not_booked", "2")], False),
        ("4,261006,2400,,2", [], [(4, "not_booked", "4")], False),
        ("1,260230,2400,,2", [], [(4, "time_unreadable", "260230")], False),
        ("1,,2400,,2", [], [(4, "time_missing", "")], False),
    ],
)
def test_states_of_a_group(
    tmp_path: Path, group: str, flags: list[str], found: list[tuple[int, str, str]], covered: bool
) -> None:
    read = got(tmp_path, "16,195,1,,,,/", group=group)
    assert (column(read, "flags"), reasons(read)) == (flags, found)
    assert read.covers == ((Cover("****2051", date(2026, 10, 6), date(2026, 10, 6)),) if covered else ())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (report(header="80,,1"), "version 2"),
        (report().replace("49,,/\n", ""), "expected transaction (16) or account trailer (49), got group trailer"),
        (report().replace("03,0000202051,,/\n", "16,195,1,,,,/\n"), "expected account (03) or group trailer (98)"),
        (report() + "98,,,/\n", "expected file header (01)"),
        (report().replace("99,,,/\n", ""), "cut off"),
        (report(account="03,1,\x00,/"), "zero bytes"),
    ],
)
def test_a_file_whose_records_do_not_fit_is_refused(tmp_path: Path, text: str, what: str) -> None:
    assert what in refused(bai2, source(tmp_path, text)).what


def test_several_files_in_one(tmp_path: Path) -> None:
    read = checked(bai2.read(source(tmp_path, report("16,195,1,,,,/") + report("16,475,2,,,,/"))))
    assert (column(read, "amount_minor"), column(read, "source_line")) == ([1, -2], [4, 11])


def test_a6_cut_anywhere_is_never_taken_for_whole(tmp_path: Path) -> None:
    text = FIXTURE.read_text()
    for cut in range(1, len(text.rstrip()) - len("99,443720,1,16/")):
        assert refused(bai2, source(tmp_path, text[:cut]))


def test_a1_a2_a3_a8_encodings_and_line_ends(tmp_path: Path) -> None:
    text = report("16,195,1,,,,Müller/", "16,195,2,,,,/")
    for data in (
        text.encode("utf-16"), text.encode("cp1252"), ("\ufeff\ufeff" + text).encode(),
        text.replace("\n", "\r\n").encode(), text.replace("\n", "\r").encode(), text.replace("/\n", "/   \n").encode(),
    ):  # fmt: skip
        file = source(tmp_path, data)
        read = checked(bai2.read(file))
        assert (column(read, "text"), column(read, "source_line")) == (["Müller", ""], [4, 5])
        assert identify(file.path) == "bai2"


def test_a17_a18_empty_files_and_accounts(tmp_path: Path) -> None:
    refused(bai2, source(tmp_path, ""))
    assert got(tmp_path).records == 0


@given(EDITS)
def test_a38_random_damage_never_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, edits: Edits) -> None:
    survives(bai2, source(tmp_path_factory.getbasetemp(), damaged(FIXTURE.read_bytes(), edits), "damaged.bai2"))


@given(st.lists(st.integers(0, 16), min_size=1, max_size=4, unique=True))
def test_no_record_is_lost_when_lines_are(tmp_path_factory: pytest.TempPathFactory, gone: list[int]) -> None:
    lines = [line for number, line in enumerate(FIXTURE.read_text().splitlines()) if number not in gone]
    file = source(tmp_path_factory.getbasetemp(), "\n".join(lines), "lines.bai2")
    try:
        read = checked(bai2.read(file))
    except FileRefused:
        return
    assert read.records == sum(line.startswith("16,") for line in lines)


# The banks' own files. By an independent count of their 16 lines: signed sums by the first digit of the type code.
SAMPLES = {
    "bai2-account-trailer-amount-blank.bai2": (0, {}, 0, []),
    "bai2-citi.bai2": (1, {"GBP": 1}, 0, ["opening + entries = closing"]),
    "bai2-moov-sample1.bai2": (17, {"CAD": 208500 - 208500 + 111500 - 111500}, 0, []),
    "bai2-moov-sample2.bai2": (4, {"USD": 450000 + 500000 + 20000000 + 10000000}, 0, []),
    "bai2-moov-sample4.bai2": (17, {"USD": -30748324}, 0, None),
    "bai2-moov-sample5.bai2": (20, {"USD": 3766789602}, 1, None),
    "bai2-nwb.bai2": (5, {"GBP": 33845 - 36521}, 0, []),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    count, sums, rejected, failing = SAMPLES[name]
    file = Source(samples / "bank" / name, name)
    read = checked(bai2.read(file))
    assert identify(file.path) == "bai2"
    written = [line.split(",") for line in file.path.read_text().splitlines() if line.startswith("16,")]
    assert len(written) == count
    assert column(read, "amount_minor") == [int(one[2]) * (1 if one[1] < "400" else -1) for one in written]
    assert read.table.groupby("currency")["amount_minor"].sum().to_dict() == sums
    assert len(read.rejects) == rejected
    assert failing is None or [control.name for control in read.controls if not control.holds] == failing


LINES = st.tuples(
    st.sampled_from(["115", "195", "455", "699"]), st.integers(0, 10**12), st.text("ABC123-", max_size=9),
    st.text("abc, ./-", max_size=60).map(lambda text: " ".join(text.split()).strip("/ ")),
)  # fmt: skip


@given(st.sampled_from(["USD", "JPY", "KWD"]), st.lists(LINES, max_size=6), st.integers(-(10**12), 10**12))
def test_written_reports_read_back(
    tmp_path_factory: pytest.TempPathFactory, currency: str, lines: list[tuple[str, int, str, str]], opening: int
) -> None:
    amounts = [minor if code < "400" else -minor for code, minor, *_ in lines]
    written = [f"16,{code},{minor},,{reference},,{text}/" for code, minor, reference, text in lines]
    closing = opening + sum(amounts)
    total = opening + closing + sum(minor for _, minor, *_ in lines)
    text = report(*written, account=f"03,1,{currency},010,{opening},,,015,{closing},,/", header="500,,2")
    text = text.replace("49,,/", f"49,{total},{len(lines) + 2}/")
    read = checked(bai2.read(source(tmp_path_factory.getbasetemp(), text, "written.bai2")))
    assert column(read, "amount_minor") == amounts
    assert column(read, "line_id") == [one[2] for one in lines]
    assert column(read, "text") == [one[3] for one in lines]
    assert [control.holds for control in read.controls] == [True] * 3
