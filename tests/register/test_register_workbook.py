"""Findings out into a workbook and people's edits back: nothing lost, nothing made up, nothing run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import load_workbook as load_calamine
from spreadsheets import by_hand, zipped
from spreadsheets import workbook as strange_workbook

from opsrules.errors import UsageError
from opsrules.register.workbook import Planned, edits, plan, to_workbook
from opsrules.standing import Head
from opsrules.terms import Act, BreakClass, FindingStatus, Resolution

HEAD = Head(812, "ab" * 32)
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HEADINGS = (
    *("Finding", "Account", "Desk", "Period", "Severity", "What", "Message", "Cause", "Currency", "Amount"),
    *("Written off", "Age in days", "First seen", "Settled by", "Remarks", "Order", "Payout", "Source"),
    *("Status", "Reason", "Owner", "Due", "Comment", "Write off"),
    *("finding_id", "seq", "amount_minor", "exported"),
)


def row(number: int = 1, **own: Any) -> dict[str, Any]:
    """A finding as the register gives it."""
    usual = {
        "finding_id": f"{number:04d}c0ffee{number:054d}",
        "account": "northwind",
        "desk": "reconciliation",
        "period": "2026-10",
        "status": "open",
        "severity": "high",
        "class": "payout_short",
        "cause": "bank fee",
        "currency": "EUR",
        "amount_minor": -123456,
        "written_off_minor": 0,
        "owner": "Finance lead",
        "due": "2026-11-05",
        "age_days": 12,
        "first_day": "2026-11-02",
        "last_period": "2026-10",
        "reason": "",
        "settled_by": "",
        "notes": 0,
        "attachments": 0,
        "message": "Payout po_1 arrived short.",
        "rule_id": "REC-001",
        "leg": "payouts_bank",
        "order_ref": "",
        "payout_ref": "po_1",
        "source_file": "exports/bank.csv",
        "source_line": 7,
        "is_present": True,
        "is_unchecked": False,
        "seq": 40 + number,
    }
    return usual | own


def table(*rows: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(row()))


def opened(data: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data))["Findings"]


def column(sheet: Worksheet, title: str) -> int:
    return next(int(cell.column) for cell in sheet[1] if cell.value == title)


def edited(data: bytes, edit: Callable[[Worksheet], None]) -> bytes:
    """The workbook after somebody opened it, edited and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book["Findings"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(findings: pd.DataFrame, cells: Mapping[tuple[int, str], Any]) -> bytes:
    """The workbook of findings after somebody typed into cells, named by row of the sheet and heading."""

    def edit(sheet: Worksheet) -> None:
        for (number, title), value in cells.items():
            sheet.cell(number, column(sheet, title)).value = value

    return edited(to_workbook(findings, HEAD, AT), edit)


def taken(findings: pd.DataFrame, cells: Mapping[tuple[int, str], Any]) -> list[Planned]:
    """Acts of edits of which none is refused."""
    acts, refusals = plan(edits(typed(findings, cells)), findings)
    assert refusals == ()
    return list(acts)


def refused(findings: pd.DataFrame, cells: Mapping[tuple[int, str], Any], now: pd.DataFrame | None = None) -> str:
    """The one refusal of edits that mean no act."""
    acts, refusals = plan(edits(typed(findings, cells)), findings if now is None else now)
    assert acts == ()
    (refusal,) = refusals
    return str(refusal)


def test_headings_stand_in_their_order_frozen_filtered_and_the_last_ones_hidden() -> None:
    sheet = opened(to_workbook(table(row(), row(2)), HEAD, AT))
    assert tuple(cell.value for cell in sheet[1]) == HEADINGS
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:AB3"
    hidden = {title for title in HEADINGS if sheet.column_dimensions[_letter(sheet, title)].hidden}
    assert hidden == {"finding_id", "seq", "amount_minor", "exported"}
    assert all(sheet.column_dimensions[_letter(sheet, title)].width >= 9 for title in HEADINGS)
    assert not sheet.protection.sheet


def _letter(sheet: Worksheet, title: str) -> str:
    return str(openpyxl.utils.get_column_letter(column(sheet, title)))


def test_status_and_reason_have_their_lists_and_amount_and_day_their_kind() -> None:
    sheet = opened(to_workbook(table(row(), row(2)), HEAD, AT))
    rules = {str(rule.sqref): (rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation}
    at = {title: f"{_letter(sheet, title)}2:{_letter(sheet, title)}3" for title in HEADINGS}
    assert rules[at["Status"]] == ("list", "'How to'!$C$1:$C$4")
    assert rules[at["Reason"]] == ("list", "'How to'!$D$1:$D$6")
    assert rules[at["Due"]][0] == "date"
    assert rules[at["Write off"]][0] == "decimal"


def test_what_the_lists_offer_is_what_is_understood() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(table(row()), HEAD, AT)))
    statuses = [cell.value for (cell,) in book["How to"]["C1:C4"]]
    reasons = [cell.value for (cell,) in book["How to"]["D1:D6"]]
    assert statuses == ["Open", "Disputed", "Resolved", "Written off"]
    assert len(set(reasons)) == len(Resolution)
    for offered, reason in zip(reasons, Resolution, strict=True):
        (act,) = taken(table(row()), {(2, "Status"): "Resolved", (2, "Reason"): offered, (2, "Comment"): "why"})
        assert act.arguments["reason"] is reason


def test_a_day_that_was_turned_into_a_plain_number_is_refused() -> None:
    def plain(sheet: Worksheet) -> None:
        cell = sheet.cell(2, column(sheet, "Due"))
        cell.value, cell.number_format = 46000, "General"

    (refusal,) = edits(edited(to_workbook(table(row()), HEAD, AT), plain)).refusals
    assert "Due must be a day, got '46000'" in refusal.what


def test_edited_columns_look_other_than_those_that_tell() -> None:
    sheet = opened(to_workbook(table(row()), HEAD, AT))
    fills = {cell.value: sheet.cell(2, cell.column).fill.fgColor.rgb for cell in sheet[1]}
    told, yellow = {fills[title] for title in HEADINGS[:18]}, {fills[title] for title in HEADINGS[18:24]}
    assert len(told) == len(yellow) == 1
    assert told != yellow


@pytest.mark.parametrize(
    ("currency", "minor", "number", "style"),
    [
        ("EUR", -123456, Decimal("-1234.56"), "#,##0.00"),
        ("JPY", 1234, Decimal(1234), "#,##0"),
        ("KWD", 1234567, Decimal("1234.567"), "#,##0.000"),
        ("", 12, Decimal(12), "#,##0"),
        ("EUR", 999_999_999_999_999, Decimal("9999999999999.99"), "#,##0.00"),
    ],
)
def test_amounts_are_numbers_in_the_main_unit_and_exact_beside_it(
    currency: str, minor: int, number: Decimal, style: str
) -> None:
    sheet = opened(to_workbook(table(row(currency=currency, amount_minor=minor)), HEAD, AT))
    cell = sheet.cell(2, column(sheet, "Amount"))
    assert (cell.data_type, cell.number_format) == ("n", style)
    assert Decimal(f"{cell.value:.15g}") == number
    assert sheet.cell(2, column(sheet, "amount_minor")).value == minor
    assert sheet.cell(2, column(sheet, "Currency")).value == (currency or None)


def test_days_are_dates_counts_numbers_and_ids_texts() -> None:
    finding = row(finding_id="0012345678" * 6, age_days=None)
    sheet = opened(to_workbook(table(finding), HEAD, AT))
    value = {title: sheet.cell(2, column(sheet, title)).value for title in HEADINGS}
    assert (value["First seen"], value["Due"]) == (datetime(2026, 11, 2), datetime(2026, 11, 5))  # noqa: DTZ001
    assert (value["seq"], value["Age in days"]) == (41, None)
    assert (value["finding_id"], value["Finding"]) == (finding["finding_id"], "0012345678")
    assert (value["What"], value["Status"]) == (BreakClass.PAYOUT_SHORT.words(), "Open")


def test_how_to_is_five_sentences_with_the_head_that_it_was_made_at() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(table(row()), HEAD, AT)))
    assert book.sheetnames == ["Findings", "How to"]
    told = [cells[0].value for cells in book["How to"].iter_rows() if cells[0].value]
    assert len(told) == 5
    assert "event 812" in told[-1]
    assert HEAD.hash in told[-1]
    assert "2026-11-22 09:30 UTC" in told[-1]


def test_the_same_findings_give_the_same_bytes() -> None:
    assert to_workbook(table(row()), HEAD, AT) == to_workbook(table(row()), HEAD, AT)


def test_without_findings_there_is_a_sheet_to_look_at_and_nothing_to_do() -> None:
    data = to_workbook(table(), HEAD, AT)
    assert tuple(cell.value for cell in opened(data)[1]) == HEADINGS
    assert plan(edits(data), table()) == ((), ())


RISKY = ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "{=1}", "http://x.y"]
TEXTS = ("message", "owner", "cause", "order_ref", "payout_ref", "source_file", "account", "settled_by")


@pytest.mark.parametrize("text", RISKY)
def test_b11_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    data = to_workbook(table(row() | dict.fromkeys(TEXTS, text)), HEAD, AT)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            xml = packed.read(name).decode()
            assert not re.search(r"<f[ >]|<hyperlink|t=\"e\"", xml), name
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", xml), name
    sheet = opened(data)
    shown = re.sub("[\r\x00]", " ", text)
    for title in ("Message", "Owner", "Cause", "Order", "Payout", "Account", "Settled by"):
        cell = sheet.cell(2, column(sheet, title))
        assert (cell.data_type, cell.value) == ("s", shown), title
        assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t")), title
    assert edits(data).refusals == ()


@pytest.mark.parametrize("text", ["a\x1bb", "a\u202eb", "a\uffffb"])
def test_signs_that_no_sheet_can_hold_become_blanks(text: str) -> None:
    sheet = opened(to_workbook(table(row(message=text)), HEAD, AT))
    assert sheet.cell(2, column(sheet, "Message")).value == "a b"


@pytest.mark.parametrize("text", ["_x0041_", "<b>&amp;</b>", "two\nlines", "  edges  ", 'quo"te', "ä€😀"])
def test_other_texts_come_out_as_they_are(text: str) -> None:
    data = to_workbook(table(row(message=text, owner=text)), HEAD, AT)
    rows = load_calamine(io.BytesIO(data)).get_sheet_by_name("Findings").to_python()
    assert rows[1][HEADINGS.index("Message")] == opened(data).cell(2, column(opened(data), "Message")).value == text
    assert plan(edits(data), table(row(owner=text))) == ((), ())


def test_a_text_longer_than_a_cell_is_cut_where_one_sees_it() -> None:
    long = "x" * 40_000
    data = to_workbook(table(row(message=long, owner=long)), HEAD, AT)
    shown = opened(data).cell(2, column(opened(data), "Message")).value
    assert len(shown) == 32_767
    assert shown.endswith("x…")
    assert plan(edits(data), table(row(owner=long))) == ((), ())


# What comes back


def test_nothing_edited_is_nothing_done_also_after_somebody_saved_it() -> None:
    findings = table(*(row(n + 1, status=status.value) for n, status in enumerate(FindingStatus)))
    assert taken(findings, {}) == []


def test_each_edit_is_the_act_it_means() -> None:
    findings = table(*(row(n) for n in range(1, 9)), row(9, currency="JPY", amount_minor=900))
    one = [str(findings["finding_id"].iat[n]) for n in range(9)]
    due = datetime(2026, 12, 24)  # noqa: DTZ001 - as a sheet has it
    acts = taken(
        findings,
        {
            (2, "Comment"): " asked the bank ",
            (3, "Owner"): "bo",
            (4, "Due"): due,
            (5, "Status"): "Resolved",
            (5, "Reason"): "Recovered",
            (6, "Status"): "written off",
            (6, "Comment"): "too small",
            (7, "Status"): "written_off",
            (7, "Comment"): "a part",
            (7, "Write off"): 34.5,
            (8, "Status"): "Disputed",
            (8, "Comment"): "not ours",
            (8, "Owner"): "cy",
            (8, "Due"): due,
            (9, "Status"): "Resolved",
            (9, "Reason"): "Other",
            (9, "Comment"): 42,
            (10, "Status"): "Written off",
            (10, "Comment"): "yen",
            (10, "Write off"): 900,
        },
    )
    assert acts == [
        Planned(2, one[0], Act.COMMENT, {"text": "asked the bank"}, 41),
        Planned(3, one[1], Act.ASSIGN, {"owner": "bo"}, 42),
        Planned(4, one[2], Act.ASSIGN, {"owner": "Finance lead", "due": date(2026, 12, 24)}, 43),
        Planned(5, one[3], Act.RESOLVE, {"reason": Resolution.RECOVERED, "note": ""}, 44),
        Planned(6, one[4], Act.WRITE_OFF, {"note": "too small", "amount_minor": None}, 45),
        Planned(7, one[5], Act.WRITE_OFF, {"note": "a part", "amount_minor": 3450}, 46),
        Planned(8, one[6], Act.ASSIGN, {"owner": "cy", "due": date(2026, 12, 24)}, 47),
        Planned(8, one[6], Act.DISPUTE, {"note": "not ours"}, None),
        Planned(9, one[7], Act.RESOLVE, {"reason": Resolution.OTHER, "note": "42"}, 48),
        Planned(10, one[8], Act.WRITE_OFF, {"note": "yen", "amount_minor": 900}, 49),
    ]


def test_a_comment_fits_what_is_settled_or_gone() -> None:
    findings = table(row(1, status="cleared"), row(2, status="written_off", settled_by="ana"))
    acts = taken(findings, {(2, "Comment"): "why?", (3, "Comment"): "seen"})
    assert [one.act for one in acts] == [Act.COMMENT, Act.COMMENT]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Status": "Resolved"}, "Resolved needs a reason; one of: Put right; Money came in; "),
        ({"Status": "Resolved", "Reason": "Other"}, "the reason 'Other, see note' needs a comment"),
        ({"Status": "Written off"}, "Written off needs a comment that says why"),
        ({"Status": "Disputed"}, "Disputed needs a comment"),
        ({"Status": "Cleared"}, "Status cannot go from Open to Cleared here; a review clears"),
        ({"Status": "Closed"}, "Status is 'Closed'; expected one of: Open; Disputed; Resolved; Written off; Cleared"),
        ({"Status": None}, "Status was emptied, and was 'Open'"),
        ({"Status": 3}, "Status must be text, got '3'"),
        ({"Reason": "Recovered"}, "Reason was changed, and Status was not set to Resolved"),
        ({"Reason": "bcause"}, "Reason is 'bcause'; expected one of: Put right; Money came in; "),
        ({"Owner": None}, "Owner was emptied, and was 'Finance lead'"),
        ({"Owner": 12}, "Owner must be text, got '12'"),
        ({"Due": None}, "Due was emptied, and was 2026-11-05"),
        ({"Due": "24.12.2026"}, "Due must be a day, got '24.12.2026'; type a date, or text such as 2026-12-31"),
        ({"Comment": True}, "Comment must be text, got 'True'"),
        ({"Write off": 5}, "Write off names an amount, and Status was not set to Written off"),
        ({"Write off": "1.234,56"}, "Write off must be a number, got the text '1.234,56'; type 1234.56 as"),
        ({"Write off": "€ 5"}, "Write off must be a number, got the text"),
        ({"Write off": True}, "Write off must be a number, got the text 'True'"),
        ({"Status": "Written off", "Comment": "x", "Write off": 1234.57}, "Write off is 1234.57; expected an amount"),
        ({"Status": "Written off", "Comment": "x", "Write off": 1.005}, "with no more than 2 decimals"),
        ({"Status": "Written off", "Comment": "x", "Write off": 0}, "expected an amount above 0"),
        ({"Status": "Written off", "Comment": "x", "Write off": -5}, "up to EUR\u00a01,234.56"),
        ({"finding_id": None, "Comment": "x"}, "it has no finding; rows cannot be added"),
        ({"seq": "x", "Comment": "x"}, "the hidden columns of finding 0001c0ffee"),
        ({"exported": "[]", "Comment": "x"}, "the hidden columns of finding 0001c0ffee"),
        ({"exported": "{", "Comment": "x"}, "the hidden columns of finding 0001c0ffee"),
        ({"Finding": "0002c0ffee", "Comment": "x"}, "it shows finding '0002c0ffee' and belongs to 0001c0ffee"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_row_with_what_was_expected(cells: dict[str, Any], words: str) -> None:
    said = refused(table(row()), {(2, title): value for title, value in cells.items()})
    assert said.startswith("row 2: ")
    assert words in said


def test_an_amount_that_a_sheet_has_calculated_is_read_as_the_sheet_shows_it() -> None:
    data = typed(table(row()), {(2, "Status"): "Written off", (2, "Comment"): "x", (2, "Write off"): 3.3})
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.count(b"<v>3.3</v>") == 1
    calculated = sheet.replace(b"<v>3.3</v>", b"<v>3.3000000000000003</v>")  # 1.1 + 2.2
    acts, refusals = plan(edits(zipped(parts | {"xl/worksheets/sheet1.xml": calculated})), table(row()))
    assert refusals == ()
    assert acts[0].arguments["amount_minor"] == 330


def test_what_has_no_amount_is_not_written_off() -> None:
    words = refused(table(row(amount_minor=0)), {(2, "Status"): "Written off", (2, "Comment"): "x"})
    assert "no amount to write off; set Status to Resolved" in words


@pytest.mark.parametrize("status", ["resolved", "written_off", "cleared"])
def test_what_is_settled_or_gone_is_not_settled_again_or_given_away(status: str) -> None:
    findings = table(row(status=status, reason="other" if status == "resolved" else ""))
    words = FindingStatus(status).words()
    assert f"from {words} to Disputed" in refused(findings, {(2, "Status"): "Disputed", (2, "Comment"): "x"})
    assert f"from {words} to Open" in refused(findings, {(2, "Status"): "Open"})
    assert "only open ones are given" in refused(findings, {(2, "Owner"): "bo"})


def test_a_finding_that_has_moved_on_is_refused_and_one_that_nobody_edited_is_not() -> None:
    findings = table(row(1), row(2))
    now = table(row(1, seq=99), row(2, seq=99, status="resolved"))
    words = refused(findings, {(2, "Comment"): "late"}, now)
    assert words.startswith(f"row 2: finding {findings['finding_id'].iat[0]} has moved on: it was exported at event 41")
    assert "is at event 99; export it again" in words


def test_a_finding_of_another_register_is_refused() -> None:
    words = refused(table(row(1)), {}, table(row(2)))
    assert "is not in this register" in words


def test_a_row_that_is_there_twice_is_refused_twice() -> None:
    def copied(sheet: Worksheet) -> None:
        sheet.append([cell.value for cell in sheet[2]])

    data = edited(to_workbook(table(row(1), row(2)), HEAD, AT), copied)
    _, refusals = plan(edits(data), table(row(1), row(2)))
    assert [one.row for one in refusals] == [2, 4]
    assert all("is in rows 2 and 4; keep one" in one.what for one in refusals)


def test_a_broken_cell_is_refused_and_other_rows_are_taken() -> None:
    findings = table(row(1), row(2))
    cells = {(2, "Comment"): "=1/0", (3, "Comment"): "fine"}
    acts, refusals = plan(edits(typed(findings, cells)), findings)
    assert [one.row for one in acts] == [3]
    assert [str(one) for one in refusals] == [
        "row 2: Comment holds 'formula without a value', which is no value; type it anew"
    ]


def test_of_a_row_everything_is_taken_or_nothing() -> None:
    assert "needs a reason" in refused(table(row()), {(2, "Owner"): "bo", (2, "Status"): "Resolved"})


def test_rows_sorted_deleted_and_filtered_and_columns_moved_are_read_all_the_same() -> None:
    findings = table(*(row(n) for n in range(1, 6)))

    def rearranged(sheet: Worksheet) -> None:
        cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
        heading, *rows = cells
        rows[3][heading.index("Comment")] = "four"
        rows[0][heading.index("Owner")] = "bo"
        rows = [rows[4], rows[3], rows[0]]
        turned = [list(reversed(line)) for line in (heading, *rows)]
        sheet.delete_rows(1, sheet.max_row)
        sheet.auto_filter.ref = None
        for number, line in enumerate([["Our notes"], [], *turned], 1):
            for at, value in enumerate(line, 2):
                sheet.cell(number, at).value = value
        sheet.row_dimensions[5].hidden = True

    acts, refusals = plan(edits(edited(to_workbook(findings, HEAD, AT), rearranged)), findings)
    assert refusals == ()
    assert [(one.row, one.finding_id, one.act) for one in acts] == [
        (5, findings["finding_id"].iat[3], Act.COMMENT),
        (6, findings["finding_id"].iat[0], Act.ASSIGN),
    ]


def test_visible_columns_sorted_without_the_hidden_ones_are_noticed() -> None:
    findings = table(row(1), row(2))

    def swapped(sheet: Worksheet) -> None:
        for at in range(1, column(sheet, "Write off") + 1):
            one, other = sheet.cell(2, at), sheet.cell(3, at)
            one.value, other.value = other.value, one.value

    acts, refusals = plan(edits(edited(to_workbook(findings, HEAD, AT), swapped)), findings)
    assert acts == ()
    assert [one.row for one in refusals] == [2, 3]


@pytest.mark.parametrize("title", ["finding_id", "exported", "Comment", "Status", "Finding"])
def test_a_column_that_is_gone_refuses_the_workbook(title: str) -> None:
    def gone(sheet: Worksheet) -> None:
        sheet.cell(1, column(sheet, title)).value = None

    with pytest.raises(UsageError, match=re.escape(title)):
        edits(edited(to_workbook(table(row()), HEAD, AT), gone))


def test_a_column_that_is_there_twice_refuses_the_workbook() -> None:
    def twice(sheet: Worksheet) -> None:
        sheet.cell(1, column(sheet, "Cause")).value = "Comment"

    with pytest.raises(UsageError, match="the column Comment is there 2 times"):
        edits(edited(to_workbook(table(row()), HEAD, AT), twice))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", b"finding_id,seq\n"])
def test_what_is_no_workbook_says_so(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"mine\.xlsx cannot be read as a workbook"):
        edits(data, "mine.xlsx")


def test_a_workbook_of_something_else_says_so() -> None:
    with pytest.raises(UsageError, match="has no sheet Findings"):
        edits(strange_workbook({"Orders": [["a"]]}))
    with pytest.raises(UsageError, match="has no heading finding_id"):
        edits(strange_workbook({"Findings": [["a"], ["b"]]}))


_TEXT = st.text(max_size=20) | st.sampled_from(RISKY)
_CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "USD"])


@st.composite
def _findings(draw: st.DrawFn) -> pd.DataFrame:
    rows = [
        row(
            number,
            status=draw(st.sampled_from([*FindingStatus])).value,
            reason=draw(st.sampled_from(["", *Resolution])),
            currency=draw(_CURRENCIES),
            amount_minor=draw(st.integers(-(10**12), 10**12)),
            owner=draw(_TEXT),
            message=draw(_TEXT),
            due=draw(st.sampled_from(["", "2026-11-05", "2026-02-28"])),
            seq=draw(st.integers(1, 10**9)),
        )
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]
    return table(*rows)


@settings(max_examples=40, deadline=None)
@given(_findings())
def test_any_findings_come_back_unedited_as_nothing_to_do(findings: pd.DataFrame) -> None:
    data = to_workbook(findings, HEAD, AT)
    assert plan(edits(data), findings) == ((), ())
    assert plan(edits(edited(data, lambda _: None)), findings) == ((), ())


_PLANTED = st.sampled_from(["comment", "assign", "due", "resolve", "write_off", "dispute"])
_WORDS = st.sampled_from(["asked the bank", "=1+1", "Straße, №5", "42", "-"])


@settings(max_examples=40, deadline=None)
@given(_findings(), st.data())
def test_planted_edits_come_back_as_exactly_those_acts(findings: pd.DataFrame, data: st.DataObject) -> None:
    findings = findings.assign(
        status="open", reason="", amount_minor=[abs(one) + 1 for one in findings["amount_minor"]], owner="ana"
    )
    cells: dict[tuple[int, str], Any] = {}
    expected = []
    decimals = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
    for number, one in enumerate(findings.to_dict("records"), 2):
        act, words = data.draw(st.none() | _PLANTED), data.draw(_WORDS)
        typing: dict[str, Any] = {}
        told: tuple[Act, dict[str, Any]] = (Act.COMMENT, {})
        if act == "comment":
            typing, told = {"Comment": words}, (Act.COMMENT, {"text": words})
        elif act == "assign":
            typing, told = {"Owner": words}, (Act.ASSIGN, {"owner": words})
        elif act == "due":
            typing, told = {"Due": date(2027, 1, 31)}, (Act.ASSIGN, {"owner": "ana", "due": date(2027, 1, 31)})
        elif act == "resolve":
            reason = data.draw(st.sampled_from([*Resolution]))
            typing = {"Status": "Resolved", "Reason": reason.words(), "Comment": words}
            told = (Act.RESOLVE, {"reason": reason, "note": words})
        elif act == "write_off":
            minor = data.draw(st.integers(1, one["amount_minor"]))
            main = float(Decimal(minor).scaleb(-decimals[one["currency"]]))
            typing = {"Status": "Written off", "Comment": words, "Write off": main}
            told = (Act.WRITE_OFF, {"note": words, "amount_minor": minor})
        elif act == "dispute":
            typing, told = {"Status": "Disputed", "Comment": words}, (Act.DISPUTE, {"note": words})
        cells |= {(number, title): value for title, value in typing.items()}
        if act:
            expected.append(Planned(number, one["finding_id"], *told, one["seq"]))

    def edit(sheet: Worksheet) -> None:
        for (number, title), value in cells.items():
            cell = sheet.cell(number, column(sheet, title))
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"

    acts, refusals = plan(edits(edited(to_workbook(findings, HEAD, AT), edit)), findings)
    assert refusals == ()
    assert list(acts) == expected


@pytest.mark.parametrize("place", ["XFD1048576", "XFE1"])
def test_b22_a_cell_far_out_is_refused_before_room_is_made_for_it(place: str) -> None:
    line = re.sub(r"\D", "", place)
    cells = f'<row r="{line}"><c r="{place}"><v>1</v></c></row>'
    with zipfile.ZipFile(io.BytesIO(by_hand(cells))) as packed:
        book = {name: packed.read(name).replace(b'name="Data"', b'name="Findings"') for name in packed.namelist()}
    with pytest.raises(UsageError, match="cannot be read as a workbook"):
        edits(zipped(book))
