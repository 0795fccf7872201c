"""Mappings for unknown tables: pasted into an account they read the file, and nothing doubtful is guessed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from table_cases import GOLDEN, written

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.parameters import read_document
from opsrules.readers import Read, Source
from opsrules.sources.suggest import Suggestion, suggest
from opsrules.sources.yaml_text import TO_FILL_IN

BANKS = sorted((GOLDEN / "bank_csv").glob("*.csv"))


def pasted(found: Suggestion, fill: dict[str, str]) -> dict[str, Any]:
    """Options as they stand in an account's file after the mapping was pasted and what is marked was filled in."""
    text = "sources:\n" + "\n".join(found.source("bank.csv")) + "\n"
    for path, _ in found.to_fill_in:
        key = path.rpartition(".")[2]
        text = text.replace(f'{key}: ""  # {TO_FILL_IN}', f'{key}: "{fill[key]}"  #')
    document = read_document(text.encode(), "account.yaml")
    assert document.problems == ()
    (source,) = document.value["sources"]
    assert (source["files"], source["reader"]) == ("bank.csv", found.reader)
    options: dict[str, Any] = source["options"]
    return options


def read_back(path: Path, currency: str = "", **fill: str) -> Read:
    found = suggest(path, path.name, currency)
    return readers.read(Source(path, path.name, options=pasted(found, fill)), found.reader)


@pytest.mark.parametrize("path", BANKS, ids=lambda path: str(path.stem))
def test_a_golden_bank_table_is_read_as_by_its_own_options(path: Path) -> None:
    told: dict[str, Any] = json.loads(path.with_suffix(".options.json").read_text("utf-8"))
    right = readers.read(Source(path, path.name, options=told), "bank_csv")
    got = read_back(path, currency=told.get("currency", ""), date_format=told["date_format"])
    columns = ["booked_on", "value_on", "currency", "amount_minor", "counterparty", "reference", "text", "source_line"]
    assert got.table[columns].to_dict("list") == right.table[columns].to_dict("list")
    assert (len(got.rejects), got.controls) == (0, right.controls)


# By hand: rejects, and amounts in minor units. What the file does not tell is filled in as its own bank meant it.
SAMPLES: dict[str, tuple[int, list[int], dict[str, str]]] = {
    "bsp-csv-french-headers.csv": (0, [-123456, 350000, -450], {}),
    "bsp-csv-garbled-amount.csv": (1, [10000], {}),  # 12..34 is no amount
    "bsp-csv-spanish-headers.csv": (0, [-123456, 350000, -450], {}),
    "oca-balance.csv": (0, [-3350, 153350], {"currency": "USD"}),
    "oca-debit-credit-amount.csv": (0, [2000, -1350, 3350, -150000], {"currency": "USD"}),
    "oca-debit-credit.csv": (0, [-3350, 153350], {"currency": "USD"}),
    "oca-meta-data-separated-credit-debit.csv": (
        *(0, [-5000, -10000, -8068, 130000]),
        {"date_format": "%d/%m/%y"},
    ),
    "oca-multi-currency.csv": (0, [-3350, 152500], {}),
    "oca-original-currency.csv": (0, [152500], {}),
    "oca-sample-statement-credit-card-inverse-sign-en.csv": (0, [3350, -152500], {}),
    "oca-sample-statement-en.csv": (0, [-3350, 152500], {}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    rejected, amounts, fill = SAMPLES[name]
    path = samples / "bank" / name
    assert {key.rpartition(".")[2] for key, _ in suggest(path, name).to_fill_in} == set(fill)
    got = read_back(
        path, **{key: value for key, value in fill.items() if key != "currency"}, currency=fill.get("currency", "")
    )
    assert (got.table["amount_minor"].tolist(), len(got.rejects)) == (amounts, rejected)


def test_every_sample_table_has_its_mapping(samples: Path) -> None:
    assert {path.name for path in (samples / "bank").glob("*.csv")} == set(SAMPLES)


HEADERS = (
    ("Buchungstag", "Betrag", "Währung", "Verwendungszweck", ";"),
    ("Date", "Amount", "Currency", "Description", ","),
    ("Date opération", "Montant", "Devise", "Libellé", ";"),
    ("Fecha", "Importe", "Divisa", "Concepto", "\t"),
    ("Data operacji", "Kwota", "Waluta", "Tytuł", ";"),
    ("Data", "Importo", "Valuta", "Causale", "|"),
    ("Boekdatum", "Bedrag", "Munt", "Omschrijving", ";"),
    ("XX1", "XX2", "XX3", "XX4", ","),  # no name helps: the values must
)
FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%y", "%d-%b-%Y", "%d.%m.%Y %H:%M")
STYLES = ((".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'"))


def figure(minor: int, decimal: str, grouping: str) -> str:
    whole, part = divmod(abs(minor), 100)
    grouped = f"{whole:,}".replace(",", grouping)
    return f"{'-' if minor < 0 else ''}{grouped}{decimal}{part:02d}"


@given(
    st.sampled_from(HEADERS),
    st.sampled_from(FORMATS),
    st.sampled_from(STYLES),
    st.lists(st.tuples(st.integers(0, 300), st.integers(-(10**8), 10**8)), min_size=2, max_size=8),
)
def test_any_bank_table_is_read_by_its_mapping(
    tmp_path_factory: pytest.TempPathFactory,
    header: tuple[str, ...],
    date_format: str,
    style: tuple[str, str],
    rows: list[tuple[int, int]],
) -> None:
    days = [date(2026, 1, 31) + timedelta(days=offset) for offset, _ in rows]  # the 31st tells day from month
    days[0] = date(2026, 1, 31)
    amounts = [amount for _, amount in rows]
    cells = [
        [day.strftime(date_format), figure(amount, *style), "EUR", f"line {at} from a shop"]
        for at, (day, amount) in enumerate(zip(days, amounts, strict=True))
    ]
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(written([list(header[:4]), *cells], header[4]), encoding="utf-8")
    found = suggest(path, "any.csv")
    assert found.to_fill_in == ()
    assert found.tried == f"{len(rows)} rows, 0 rejects"
    got = readers.read(Source(path, "any.csv", options=pasted(found, {})), "bank_csv")
    assert got.table["amount_minor"].tolist() == amounts
    assert [day.date() for day in got.table["booked_on"]] == days
    assert [Decimal(one.partition(" ")[2].partition(" ")[0]) for one in got.table["text"]] == list(range(len(rows)))


@pytest.mark.parametrize(
    ("rows", "fills"),
    [
        ("03/04/2026,1.50,EUR\n04/03/2026,2.50,EUR\n", {"date_format"}),
        ("13/04/2026,1.50,\n14/03/2026,2.50,\n", {"currency"}),
        ("13/04/2026,1.250,EUR\n14/04/2026,2.250,EUR\n", {"decimal"}),
        ("13/04/2026,1.50,EUR\n14/04/2026,2.50,EUR\n", set()),
    ],
)
def test_what_can_be_read_in_two_ways_is_left_to_a_person(tmp_path: Path, rows: str, fills: set[str]) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Amount,Currency\n" + rows)
    found = suggest(path, "bank.csv")
    assert {key for key, _ in found.to_fill_in} == fills
    assert bool(found.tried) == (not fills)


def test_a_balance_tells_that_the_signs_are_inverse(tmp_path: Path) -> None:
    path = tmp_path / "card.csv"
    path.write_text("Date,Amount,Balance,Currency\n13/10/2026,5.00,95.00,EUR\n14/10/2026,-2.00,97.00,EUR\n")
    assert suggest(path, "card.csv").options["sign"] == "inverse"
    path.write_text("Date,Amount,Balance,Currency\n13/10/2026,5.00,95.00,EUR\n14/10/2026,-2.00,93.00,EUR\n")
    assert "sign" not in suggest(path, "card.csv").options


def test_a_mark_that_the_signs_repeat_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    for amounts, signs in ((("5.00", "2.00"), "marks"), (("-5.00", "2.00"), ""), (("5.00", "-2.00"), "ignored")):
        text = "Datum,Bedrag,Af Bij,Munt\n13/10/2026,{},Af,EUR\n14/10/2026,{},Bij,EUR\n".format(*amounts)
        path.write_text(text)
        options = suggest(path, "bank.csv").options
        assert ("marks" in options) == bool(signs)
        assert options.get("amount_sign", "") == ("ignored" if signs == "ignored" else "")
        assert read_back(path).table["amount_minor"].tolist() == [-500, 200]


SIDES: dict[str, tuple[str, dict[str, Any]]] = {
    "two columns": (
        "Date;Text;Soll;Haben\n13.10.2026;a;12,50;\n14.10.2026;b;;1.250,00\n15.10.2026;c;3,00;0,00\n",
        {},
    ),
    "two columns, debits negative": (
        "Date,Text,Withdrawals,Deposits\n13/10/26,a,-12.50,-\n14/10/26,b,-,1250.00\n15/10/26,c,-3.00,0.00\n",
        {"debit_sign": "negative", "blanks": ["-"]},
    ),
    "marks in a column": (
        'Date,Text,Amount,Dr/Cr\n13/10/26,a,12.50,DR\n14/10/26,b,"1,250.00",CR\n15/10/26,c,3.00,DR\n',
        {"marks": {"debit": ["DR"], "credit": ["CR"]}},
    ),
    "plus and minus in a column": (
        "Date,Text,Amount,Sign\n13/10/26,a,12.50,-\n14/10/26,b,1250.00,+\n15/10/26,c,3.00,-\n",
        {"marks": {"debit": ["-"], "credit": ["+"]}},
    ),
    "marks behind the figure": (
        'Date,Text,Amount\n13/10/26,a,£12.50 DR\n14/10/26,b,"£1,250.00 CR"\n15/10/26,c,£3.00 DR\n',
        {"marks": {"debit": ["DR"], "credit": ["CR"]}, "symbols": ["£"]},
    ),
    "marks before the figure": (
        "Date;Text;Betrag\n13.10.2026;a;S 12,50\n14.10.2026;b;H 1.250,00\n15.10.2026;c;S 3,00\n",
        {"marks": {"debit": ["S"], "credit": ["H"]}},
    ),
    "only credits are marked": (
        "Date,Text,Amount,Balance\n13/10/26,a,12.50,9.00\n14/10/26,b,1250.00CR,1259.00\n15/10/26,c,3.00,1256.00\n",
        {"marks": {"debit": [""], "credit": ["CR"]}},
    ),
}


@pytest.mark.parametrize("told", SIDES)
def test_debits_and_credits_however_they_are_told(told: str, tmp_path: Path) -> None:
    text, expected = SIDES[told]
    path = tmp_path / "bank.csv"
    path.write_text(text, encoding="utf-8")
    found = suggest(path, "bank.csv", "GBP")
    assert {key: found.options.get(key) for key in expected} == expected
    assert found.tried == "3 rows, 0 rejects"
    assert read_back(path, currency="GBP").table["amount_minor"].tolist() == [-1250, 125000, -300]


def test_a_side_that_was_not_met_is_said(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Text,Amount\n13/10/26,a,12.50 CR\n14/10/26,b,1.50\n", encoding="utf-8")
    found = suggest(path, "bank.csv", "GBP")
    assert found.notes["marks.debit"] == "an amount without a mark is taken for a debit; look whether it is meant"
    path.write_text("Date,Text,Amount\n13/10/26,a,12.50 CR\n14/10/26,b,1.50 CR\n", encoding="utf-8")
    found = suggest(path, "bank.csv", "GBP")
    assert found.notes["marks.debit"] == "no debit was met: add the word that marks one"
    assert read_back(path, currency="GBP").table["amount_minor"].tolist() == [1250, 150]


def test_a_text_that_ends_like_a_mark_is_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Text,Amount,Currency\n13/10/26,size 12 H,1.50,EUR\n14/10/26,9 D,2.50,EUR\n", encoding="utf-8")
    assert suggest(path, "bank.csv").options["columns"] == {
        "date": "Date",
        "amount": "Amount",
        "currency": "Currency",
        "text": "Text",
    }


def test_an_account_that_changes_is_the_other_sides(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    head = "Date,Amount,IBAN,Currency\n"
    path.write_text(head + "13/10/2026,5.00,DE1,EUR\n14/10/2026,2.00,DE2,EUR\n")
    assert "account" not in suggest(path, "bank.csv").options["columns"]
    path.write_text(head + "13/10/2026,5.00,DE1,EUR\n14/10/2026,2.00,DE1,EUR\n")
    assert suggest(path, "bank.csv").options["columns"]["account"] == "IBAN"


@pytest.mark.parametrize("text", ["", "hello\n", "a,b\n", "1,2\n3,4\n", "a,b\nc,d\n", "a,a\n1,2\n"])
def test_what_is_no_table_with_a_header_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    with pytest.raises(FileRefused):
        suggest(path, "odd.csv")


@given(st.binary(max_size=400) | st.text('a1,;.\n" -/', max_size=200).map(str.encode))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data)
    try:
        found = suggest(path, "bytes.csv")
    except FileRefused:
        return
    assert "\n".join(found.source("bytes.csv"))


PROCESSOR = """\
Txn,When,What,Order no,Coin,Value,Cost,Card
t1,14.10.2026 09:15,Sale,#1001,EUR,84.00,-1.46,Master
t2,15.10.2026 18:40,Money back,#1001,EUR,-12.50,0.00,Master
t3,16.10.2026 10:00,Sent to bank,,EUR,-1000.00,--,
"""


def test_a_processors_table_becomes_declared_columns(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(PROCESSOR)
    found = suggest(path, "lines.csv")
    assert found.reader == "declared_csv"
    assert found.options["table"] == "processor_lines"
    assert found.options["columns"] == {
        "occurred_at": "When",
        "kind": "What",
        "currency": "Coin",
        "gross_minor": "Value",
        "fee_minor": "Cost",
        "line_id": "Txn",
        "order_id": "Order no",
        "method": "Card",
    }
    assert found.options["kinds"] == {"Sale": "charge", "Money back": "refund", "Sent to bank": "payout"}
    assert (found.options["negate"], found.options["blanks"]) == (["fee_minor"], ["--"])
    assert [key for key, _ in found.to_fill_in] == ["values.processor"]


def test_an_amount_that_only_some_rows_have_gives_way_to_the_net(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(
        "Date,Type,Currency,Amount,Fee,Net\n14.10.2026,Sale,EUR,5.00,,5.00\n15.10.2026,Fee,EUR,,0.20,-0.20\n"
    )
    columns = suggest(path, "lines.csv").options["columns"]
    assert "gross_minor" not in columns
    assert (columns["net_minor"], columns["fee_minor"]) == ("Net", "Fee")


def test_a_processors_mapping_reads_its_file(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(PROCESSOR)
    got = read_back(path, processor="bigbank")
    assert len(got.rejects) == 0
    assert got.table[["kind", "gross_minor", "fee_minor", "net_minor"]].to_numpy().tolist() == [
        ["charge", 8400, 146, 8254],
        ["refund", -1250, 0, -1250],
        ["payout", -100000, 0, -100000],
    ]


SIDED: dict[str, tuple[str, dict[str, Any], list[list[int]]]] = {
    "two columns": (
        "Txn,Date,Type,Debit,Credit,Currency,Payout ID\n"
        "t1,2026-10-13,Sale,,5.00,EUR,p1\nt2,2026-10-13,Refund,2.00,,EUR,p1\n",
        {"net_minor": {"debit": "Debit", "credit": "Credit"}},
        [[500, 0, 500], [-200, 0, -200]],
    ),
    "a column of marks": (
        "Txn,Date,Type,Gross,Fee,D/C,Currency,Payout ID\n"
        "t1,2026-10-13,Sale,5.00,0.10,C,EUR,p1\nt2,2026-10-13,Refund,2.00,0.00,D,EUR,p1\n",
        {"gross_minor": {"amount": "Gross", "mark": "D/C", "marks": {"debit": ["D"], "credit": ["C"]}}},
        [[500, 10, 490], [-200, 0, -200]],
    ),
    "marks in the cells, of the fee too": (
        "Txn,Date,Type,Amount,Fee,Currency,Payout ID\n"
        "t1,2026-10-13,Sale,5.00 CR,0.10 DR,EUR,p1\nt2,2026-10-13,Refund,2.00 DR,0.05 CR,EUR,p1\n",
        {
            name: {"amount": title, "mark": title, "marks": {"debit": ["DR"], "credit": ["CR"]}}
            for name, title in (("gross_minor", "Amount"), ("fee_minor", "Fee"))
        },
        [[500, 10, 490], [-200, -5, -195]],
    ),
}


@pytest.mark.parametrize("told", SIDED)
def test_a_processors_table_of_debits_and_credits(told: str, tmp_path: Path) -> None:
    text, sides, amounts = SIDED[told]
    path = tmp_path / "lines.csv"
    path.write_text(text)
    assert suggest(path, "lines.csv").options["sides"] == sides
    got = read_back(path, processor="bigbank")
    assert got.table[["gross_minor", "fee_minor", "net_minor"]].to_numpy().tolist() == amounts
    assert len(got.rejects) == 0


def test_a_workbook_is_looked_at_like_a_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Buchungstag", "Betrag", "Text"), ("13.10.2026", "1.204,30", "a"), ("14.10.2026", "-5,00", "b")):
        sheet.append(row)
    book.create_sheet("Notes").append(("hello",))
    path = tmp_path / "bank.xlsx"
    book.save(path)
    assert suggest(path, "bank.xlsx").encoding == "xlsx"
    assert read_back(path, currency="EUR").table["amount_minor"].tolist() == [120430, -500]


def test_a_workbook_with_dates_and_numbers_as_such_is_too(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Date", "Amount", "Currency"), (date(2026, 10, 13), 1204.3, "EUR"), (date(2026, 10, 14), -5, "EUR")):
        sheet.append(row)
    path = tmp_path / "bank.xlsx"
    book.save(path)
    got = read_back(path)
    assert (got.table["amount_minor"].tolist(), len(got.rejects)) == ([120430, -500], 0)
