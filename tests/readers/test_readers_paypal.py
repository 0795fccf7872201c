"""What is particular to PayPal's reports."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_cases import DECLARED, GOLDEN, Case, reasons, values, whole, written

from opsrules import readers
from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Source, blocks
from opsrules.readers.layout import Dates
from opsrules.readers.paypal import activity, statement, stl, trr
from opsrules.readers.paypal.codes import kinds as kinds_of_codes
from opsrules.readers.paypal.envelope import parting
from opsrules.readers.paypal.words import kinds as kinds_of_words
from opsrules.terms import LineKind

_AROUND = frozenset(("RH", "FH", "SH", "CH", "SF", "SC", "RF", "RC", "FF"))
STL = Case("paypal_stl", "settlement", stl.LAYOUT)
TRR = Case("paypal_trr", "detail", trr.LAYOUT)
ACTIVITY = Case("paypal_activity", "activity", activity.LAYOUT, parted=True)
STATEMENT = Case("paypal_statement", "statement", statement.LAYOUT, parted=True)


@pytest.mark.parametrize(
    ("code", "gross", "kind"),
    [
        ("T0006", 1, LineKind.CHARGE),
        ("T0006", -1, LineKind.TRANSFER),
        ("T0106", -1, LineKind.FEE),
        ("T0200", -1, LineKind.CONVERSION),
        ("T0300", 1, LineKind.TRANSFER),
        ("T0400", -1, LineKind.PAYOUT),
        ("T1101", 1, LineKind.PAYOUT),
        ("T1106", -1, LineKind.CHARGEBACK),
        ("T1106", 1, LineKind.CHARGEBACK_REVERSAL),
        ("T1107", -1, LineKind.REFUND),
        ("T1107", 1, LineKind.TRANSFER),
        ("T1108", 1, LineKind.FEE),
        ("T1110", -1, LineKind.RESERVE),
        ("T1201", -1, LineKind.CHARGEBACK),
        ("T1202", 1, LineKind.CHARGEBACK_REVERSAL),
        ("T1503", -1, LineKind.RESERVE),
        ("T2101", -1, LineKind.RESERVE),
        ("T7777", 1, LineKind.OTHER),
        ("", 1, LineKind.OTHER),
    ],
)
def test_kinds_of_codes(code: str, gross: int, kind: LineKind) -> None:
    assert kinds_of_codes(pd.Series([code]), pd.Series([gross])).tolist() == [kind]


@pytest.mark.parametrize(
    ("phrase", "gross", "kind"),
    [
        ("Mobile Payment", 1, "charge"),
        ("Account Hold for Open Authorization", -1, "reserve"),
        ("General Authorization", 1, "authorisation"),
        ("Chargeback Fee", -1, "fee"),
        ("Chargeback", -1, "chargeback"),
        ("Chargeback", 1, "chargeback_reversal"),
        ("Payment Reversal", -1, "chargeback"),
        ("Bank Deposit to PP Account", 1, "transfer"),
        ("General Card Withdrawal", -1, "transfer"),
        ("User Initiated Withdrawal", -1, "payout"),
        ("Spendenzahlung", 1, "charge"),
        ("Rückbuchung allgemeiner Einbehaltung", 1, "reserve"),
        ("Bankgutschrift auf PayPal-Konto", 1, "transfer"),
        ("Allgemeine Gutschrift auf Kreditkarte", 1, "transfer"),
        ("Paiement Express Checkout", 1, "charge"),
        ("Conversion de devise standard", -1, "conversion"),
        ("Remboursement de paiement", -1, "refund"),
        ("Virement vers compte bancaire", -1, "payout"),
        ("Pago con Pago exprés", 1, "charge"),
        ("Conversión de divisas general", 1, "conversion"),
        ("Reembolso de pago", -1, "refund"),
        ("Retirada iniciada por el usuario", -1, "payout"),
        ("Blocco conto per autorizzazione aperta", -1, "reserve"),
        ("Bonifico bancario sul conto PayPal", 1, "transfer"),
        ("Trasferimento avviato dall'utente", -1, "payout"),
        ("Express Checkout betaling", 1, "charge"),
        ("Algemeen valutaomrekening", 1, "conversion"),
        ("Algemene opname", -1, "payout"),
        ("Terugbetaling", -1, "refund"),
        ("Pagamento de site", 1, "charge"),
        ("Conversão de moeda geral", 1, "conversion"),
        ("Saque iniciado pelo usuário", -1, "payout"),
        ("Coffee", 1, "other"),
    ],
)
def test_kinds_of_words(phrase: str, gross: int, kind: str) -> None:
    assert kinds_of_words(pd.Series([phrase]), pd.Series([gross])).tolist() == [kind]


HEADERS = {
    "en": ("Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,Transaction ID", "Website Payment", "Completed"),
    "de": (
        "Datum,Uhrzeit,Zeitzone,Typ,Status,Währung,Brutto,Gebühr,Netto,Transaktionscode",
        "Website-Zahlung",
        "Abgeschlossen",
    ),
    "fr": (
        "Date,Heure,Fuseau horaire,Type,État,Devise,Avant commission,Commission,Net,Numéro de transaction",
        "Paiement sur site marchand",
        "Terminé",
    ),
    "es": (
        "Fecha,Hora,Zona horaria,Tipo,Estado,Divisa,Bruto,Comisión,Neto,Id. de transacción",
        "Pago en sitio web",
        "Completado",
    ),
    "it": (
        "Data,Orario,Fuso orario,Tipo,Stato,Valuta,Lordo,Tariffa,Netto,Codice transazione",
        "Pagamento su sito web",
        "Completata",
    ),
    "nl": ("Datum,Tijd,Tijdzone,Type,Status,Valuta,Bruto,Fee,Net,Transactiereferentie", "Website-betaling", "Voltooid"),
    "pt": (
        "Data,Hora,Fuso horário,Tipo,Status,Moeda,Bruto,Tarifa,Líquido,ID da transação",
        "Pagamento de site",
        "Concluído",
    ),
}


@pytest.mark.parametrize("language", HEADERS)
def test_every_language_is_recognised_and_read(language: str, tmp_path: Path) -> None:
    header, phrase, done = HEADERS[language]
    row = ["31/01/2026", "10:00:00", "CET", phrase, done, "EUR", "1.234,50", "-34,50", "1.200,00", "T1"]
    path = tmp_path / "export.csv"
    path.write_text(written([header.split(","), row]), "utf-8")
    assert readers.identify(path) == "paypal_activity"
    rows = whole(readers.read(Source(path, "exports/demo/export.csv"))).table
    assert rows[["kind", "gross_minor", "fee_minor", "net_minor"]].values.tolist() == [["charge", 123450, 3450, 120000]]
    assert str(rows["occurred_at"].iloc[0]) == "2026-01-31 09:00:00+00:00"


def test_dates_that_can_be_read_in_two_ways_are_asked_for(tmp_path: Path) -> None:
    rows = ACTIVITY.rows[:2]
    rows[1][0] = "03/04/2026"
    text = written(rows)
    with pytest.raises(FileRefused, match="all dates can be read in two ways"):
        ACTIVITY.read(tmp_path, text)
    for order, day in (("day_first", "2026-04-03"), ("month_first", "2026-03-04")):
        got = ACTIVITY.read(tmp_path, text, date_order=order)
        assert str(got.table["occurred_at"].iloc[0]).startswith(day)
    with pytest.raises(ParameterError, match="date_order"):
        ACTIVITY.read(tmp_path, text, date_order="year_first")


def test_a31_times_in_columns_of_their_own(tmp_path: Path) -> None:
    header, row = STATEMENT.rows[:2]
    times = [("2026-03-08", "02:30:00"), ("2026-11-01", "01:30:00")]
    got = STATEMENT.read(tmp_path, written([header, *([day, time, *row[2:]] for day, time in times)]))
    assert reasons(got) == [(2, "time_in_gap")]  # New York's clocks
    assert got.table["flags"].tolist() == ["fold"]
    assert str(got.table["occurred_at"].iloc[0]) == "2026-11-01 05:30:00+00:00"


def test_a_balance_that_does_not_follow_is_told(tmp_path: Path) -> None:
    text = STATEMENT.text.replace('"-1,058.09",0.00,"-1,058.09"', '"-1,058.10",0.00,"-1,058.10"')
    held = {one.currency: one.actual_minor - one.expected_minor for one in STATEMENT.read(tmp_path, text).controls}
    assert held == {"USD": 0, "EUR": -1}


def test_every_total_of_a_settlement_report_is_held(tmp_path: Path) -> None:
    controls = STL.read(tmp_path, STL.text).controls
    assert len(controls) == 7 * 5 + 3
    assert all(one.holds for one in controls)
    changed = STL.read(tmp_path, STL.text.replace('"CR",2500,"JPY"', '"CR",250000,"JPY"')).controls
    told = {(one.name, one.currency) for one in changed if not one.holds}
    assert told == {("gross credits of the section", "JPY"), ("gross credits of the report", "JPY")}


def test_a_footer_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"export\.csv:15: the footer SF says '163,25'|the footer SF says"):
        STL.read(tmp_path, STL.text.replace('"SF","EUR",16325', '"SF","EUR",163.25'))


def test_later_files_of_a_report_do_not_hold_its_totals(tmp_path: Path) -> None:
    names = {one.name for one in STL.read(tmp_path, STL.text.replace('"FH",01', '"FH",02')).controls}
    assert names
    assert not any("report" in name for name in names)


def test_yen_in_hundredths_only_when_the_account_says_so(tmp_path: Path) -> None:
    text = STL.text.replace('"CR",2500,"JPY","DR",130', '"CR",250000,"JPY","DR",13000')
    text = text.replace('"JPY",2500,0,0,130', '"JPY",250000,0,0,13000')
    as_written, scaled = STL.read(tmp_path, text), STL.read(tmp_path, text, zero_decimals="hundredths")
    yen = [read.table[read.table["currency"] == "JPY"] for read in (as_written, scaled)]
    assert [rows["net_minor"].tolist() for rows in yen] == [[237000], [2370]]
    assert all(one.holds for read in (as_written, scaled) for one in read.controls)
    odd = STL.read(tmp_path, text.replace('"DR",13000', '"DR",13050'), zero_decimals="hundredths")
    assert reasons(odd) == [(20, "amount_decimals")]


def test_rows_that_are_none_and_unknown_sides_are_rejects(tmp_path: Path) -> None:
    header, row = STL.rows[:2]
    at = {name: header.index(name) for name in header}

    def other(name: str, value: str) -> list[str]:
        return [value if n == at[name] else cell for n, cell in enumerate(row)]

    bad = [other("CH", "SX"), other("Transaction Debit or Credit", "XX"), other("Fee Debit or Credit", "")]
    got = STL.read(tmp_path, written([header, *bad, other("Fee Currency", "USD"), row]))
    assert reasons(got) == [*((n, "value_unknown") for n in (2, 3, 4)), (5, "amount_inconsistent")]
    assert got.rejects["column"].tolist()[0] == "CH"


def test_the_custom_field_names_the_order_when_the_account_says_so(tmp_path: Path) -> None:
    header, row = STL.rows[:2]
    row[header.index("Custom Field")] = "cart-7"
    text = written([header, row])
    assert STL.read(tmp_path, text).table["order_id"].tolist() == ["#1001"]
    assert STL.read(tmp_path, text, order_from="custom").table["order_id"].tolist() == ["cart-7"]


def test_a_row_around_the_table_inside_a_quoted_cell_is_the_clients_text() -> None:
    text = 'CH,Note\nSB,"first\nSF,second"\nSF,EUR\n'
    table, around = parting(text, 1)
    assert (table, around) == ('CH,Note\nSB,"first\nSF,second"\n\n', ((4, "SF,EUR"),))


_LINES = st.lists(
    st.sampled_from(
        [
            "SF,1",
            '"SF",1',
            " SF ;1",
            "\tRH",
            "FH",
            "SFX,1",
            '"CH",a',
            "CH,b",
            "SB,1",
            '"SB","x',
            'y",2',
            "",
            'SC,"q"',
            "é,SF",
        ]
    ),
    max_size=8,
)


@settings(max_examples=300)
@given(_LINES, st.integers(1, 2), st.booleans())
def test_rows_around_the_table_are_those_that_a_look_at_each_line_finds(
    lines: list[str], first_line: int, ended: bool
) -> None:
    text = "\n".join(lines) + "\n" * ended
    kept: list[str] = []
    around: list[tuple[int, str]] = []
    quotes, has_header = 0, first_line > 1
    for number, line in enumerate(text.split("\n"), first_line):
        kind = re.split(r"[,;\t|]", line.lstrip(" \t"))[0].rstrip(" ").removeprefix('"').removesuffix('"')
        is_header = kind == "CH" and not has_header
        has_header |= is_header
        apart = kind in _AROUND and not is_header and quotes % 2 == 0
        kept.append("" if apart else line)
        if apart:
            around.append((number, line))
        else:
            quotes += line.count('"')
    assert parting(text, first_line) == ("\n".join(kept), tuple(around))


def test_large_reports_are_read_in_blocks_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in (STL, TRR):
        before = case.read(tmp_path, case.text)
        monkeypatch.setattr(blocks, "BLOCK_BYTES", 700)
        after = case.read(tmp_path, case.text)
        monkeypatch.undo()
        assert values(after, lines=True) == values(before, lines=True)
        assert after.controls == before.controls


def test_personal_columns_are_not_read() -> None:
    for layout in (trr.LAYOUT, activity.LAYOUT, statement.LAYOUT):
        names = {name for column in layout.columns for name in column.names}
        assert not names & {
            "Name",
            "First Name",
            "From Email Address",
            "Payer's Account ID",
            "Transaction Note",
            "Note",
        }


def test_records_of_both_tables_are_told_of_once(tmp_path: Path) -> None:
    header, *rows = TRR.rows
    at = {name: n for n, name in enumerate(header)}
    events = {"T1300", "T1302", "T9900"}
    few = [list(row) for row in rows]
    few[0][at["Gross Transaction Amount"]] = "x"  # a line
    few[3][at["Gross Transaction Amount"]] = "y"  # an event
    few[4] = few[4][:5]
    got = whole(TRR.quickly(tmp_path, written([header, *few])))
    assert got.records == len(rows)
    told = got.rejects[["source_line", "table", "reason"]].to_numpy().tolist()
    assert rows[3][at["Transaction Event Code"]] in events
    assert told == [
        [2, "processor_lines", "amount_unreadable"],
        [5, "payment_events", "amount_unreadable"],
        [6, "processor_lines", "row_too_short"],
    ]


@pytest.mark.parametrize("first", [1, 9, 13])
@pytest.mark.parametrize("case", [ACTIVITY, STATEMENT], ids=str)
def test_dates_whose_order_only_a_later_block_tells(
    case: Case, first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, row = case.rows[:2]
    days = [*range(first, 32), 1, 2, 3]
    dates = [f"{10 + (n > 31 - first)}/{day}/2026" for n, day in enumerate(days)]
    text = written([header, *([date, "10:00:00", *row[2:]] for date in dates)])
    before = case.read(tmp_path, text)
    assert before.table["occurred_at"].dt.month.tolist() == [*[10] * (32 - first), *[11] * 3]
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1400)
    source = Source(tmp_path / "export.csv", "exports/demo/export.csv", zone="Europe/Berlin")
    layout = (activity if case is ACTIVITY else statement).LAYOUT
    parts = [part.records() for part in blocks.Blocks(source, layout)]
    assert len(parts) > 2
    assert {part.setting.dates for part in parts} == {Dates.MONTH_FIRST}
    after = case.read(tmp_path, text)
    assert values(after, lines=True) == values(before, lines=True)
    assert after.controls == before.controls


def test_dates_in_both_orders_are_refused_in_blocks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header, row = ACTIVITY.rows[:2]
    text = written([header, *([day, *row[1:]] for day in ["10/14/2026"] * 20 + ["14/10/2026"] * 20)])
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 700)
    with pytest.raises(FileRefused, match="some dates are day first, others month first"):
        ACTIVITY.read(tmp_path, text)


def _of(samples: Path, pattern: str) -> list[Path]:
    return sorted((samples / "paypal").glob(pattern))


def test_samples_of_typed_reports(samples: Path) -> None:
    for path in [*_of(samples, "stl*.csv"), *_of(samples, "trr*.csv")]:
        got = whole(readers.read(Source(path, path.name)))
        lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        header = next(line for line in lines if line[0] == "CH")
        at = {name: n for n, name in enumerate(header)}
        body = [line for line in lines if line and line[0] == "SB"]
        status = at.get("Transactional Status")
        money = [
            line
            for line in body
            if not line[at["Transaction Event Code"]].startswith(("T13", "T99"))
            and (status is None or line[status] not in ("D", "P"))
        ]
        sides = {"CR": 1, "DR": -1, "": 1}
        summed: Counter[str] = Counter()
        for line in money:
            gross = int(line[at["Gross Transaction Amount"]]) * sides[line[at["Transaction Debit or Credit"]]]
            fee = int(line[at["Fee Amount"]] or 0) * sides[line[at["Fee Debit or Credit"]]]
            summed[line[at["Gross Transaction Currency"]]] += gross + fee
        assert (got.records, len(got.table), len(got.rejects)) == (len(body), len(money), 0), path.name
        assert got.table.groupby("currency")["net_minor"].sum().to_dict() == dict(summed), path.name


def test_samples_of_the_website(samples: Path) -> None:
    expected = {
        "oca-activity-en.csv": ("paypal_activity", 76, 14),
        "oca-empty-activity.csv": ("paypal_activity", 0, 0),
        "oca-statement-en.csv": ("paypal_statement", 19, 0),
    }
    for path in _of(samples, "oca*.csv"):
        got = whole(readers.read(Source(path, path.name)))
        assert (got.reader, got.records, len(got.rejects)) == expected[path.name]
        with path.open(encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if row.get("Status", "Completed") == "Completed"]
        summed: Counter[str] = Counter()
        for row in rows:
            summed[row["Currency"]] += int(Decimal(row["Net"].replace(",", "")) * 100)
        assert got.table.groupby("currency")["net_minor"].sum().to_dict() == dict(summed)
        assert all(one.holds for one in got.controls)


def test_other_samples_are_not_taken_for_these(samples: Path) -> None:
    taken = {path.name for path in _of(samples, "*") if readers.identify(path)}
    assert not {name for name in taken if name.startswith(("sar", "ipn"))}


def test_golden_files_of_other_formats_are_not_taken_for_these() -> None:
    for path in GOLDEN.glob("*/*.csv"):
        if path.parent.name not in DECLARED:
            assert readers.identify(path) == path.parent.name
