"""B14-B17 at the readers: free text leaves them masked and counted, ids exact, columns for card data unread."""

from __future__ import annotations

from pathlib import Path

import pytest
from statement_files import GOLDEN
from table_cases import CASES, Case, edited, whole, with_cell

from opsrules import readers
from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Masked, Read, Source
from opsrules.readers.card_columns import is_card_column
from opsrules.readers.layout import Kind
from opsrules.readers.masking import without_secrets
from opsrules.schemas import TABLES
from opsrules.schemas.columns import prose
from opsrules.terms import Secret

TEXT = "4242 4242 4242 4242, DE89 3704 0044 0532 0130 00, jo@example.com, +49 171 2345678"
LEFT = "****4242, DE****3000, ****@****, ****"
STATEMENTS = {
    "camt053": ("statement.xml", "Invoice 17"),
    "mt940": ("statement.sta", "Reversed credit"),
    "ofx": ("statement.ofx", "Monthly plan"),
}


def _prose(case: Case) -> list[str]:
    named = TABLES[readers.reader_named(case.reader).KIND].columns | TABLES["order_lines"].columns
    told = {name for name, column in named.items() if (column.metadata or {}).get("prose")}
    return [one.target for one in case.columns(Kind.TEXT) if one.target in told]


PROSE = [(case, target) for case in CASES for target in _prose(case)]


@pytest.mark.parametrize(("case", "target"), PROSE, ids=str)
def test_b14_b17_free_text_is_masked_and_counted(case: Case, target: str, tmp_path: Path) -> None:
    column = case.layout.named()[target]
    got = case.read(tmp_path, with_cell(case, 2, column, TEXT))
    (name, table), *_ = ((name, table) for name, table in got.tables.items() if target in table)
    assert table[target].tolist().count(LEFT) == 1
    line = int(table.loc[table[target] == LEFT, "source_line"].iloc[0])
    assert set(got.masked) == {Masked(kind, name, target, 1, line) for kind in Secret}


@pytest.mark.parametrize("reader", STATEMENTS)
def test_b14_b17_free_text_of_statements_is_masked_and_counted(reader: str, tmp_path: Path) -> None:
    name, told = STATEMENTS[reader]
    path = tmp_path / name
    path.write_text((GOLDEN / reader / name).read_text().replace(told, "4242 4242 4242 4242", 1))
    got = readers.read(Source(path, name))
    assert got.table["text"].str.contains("4242").sum() == 1
    assert not got.table["text"].str.contains("4242 4242").any()
    assert [(one.kind, one.column, one.count) for one in got.masked] == [(Secret.CARD, "text", 1)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_b15_ids_are_read_exactly(case: Case, tmp_path: Path) -> None:
    for column in case.columns(Kind.KEY, Kind.TEXT):
        if column.target not in ("order_id", "payout_id", "line_id", "payment_id", "reference", "charge_id"):
            continue
        got = case.read(tmp_path, with_cell(case, 1, column, "#4242424242424242"))
        assert not got.masked
        assert any((table == "#4242424242424242").any().any() for table in got.tables.values())


def test_b14_secrets_are_counted_by_column_with_the_first_line(tmp_path: Path) -> None:
    case = next(one for one in CASES if one.reader == "stripe_itemised")
    at = case.position(case.layout.named()["description"])

    def plant(rows: list[list[str]]) -> None:
        rows[2][at] = "4242424242424242 and 5555 5555 5555 4444"
        rows[3][at] = "378282246310005"

    got = case.read(tmp_path, edited(case, plant))
    assert got.masked == (Masked(Secret.CARD, "processor_lines", "description", 3, 3),)


@pytest.mark.parametrize("case", [one for one in CASES if one.columns(Kind.AMOUNT)], ids=str)
def test_b14_rejected_cell_is_masked_before_it_is_cut(case: Case, tmp_path: Path) -> None:
    column = case.columns(Kind.AMOUNT)[0]
    got = case.read(tmp_path, with_cell(case, 1, column, "x" * 50 + " 4242 4242 4242 4242"))
    assert "x" * 50 + " ****4242" in got.rejects["value"].tolist()


def test_b14_refusal_quotes_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = readers.reader_named("shopify_orders")
    path = tmp_path / "a.csv"
    path.write_text("x")

    def refuse(source: Source) -> Read:
        try:
            int("4242424242424242x")
        except ValueError as error:
            raise FileRefused("a.csv:2", f"the cell says {error}", "mend it") from error
        raise AssertionError

    monkeypatch.setattr(reader, "read", refuse)
    with pytest.raises(FileRefused, match=r"\*\*\*\*4242x") as caught:
        readers.read(path, "shopify_orders")
    assert "42424242" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_b14_refused_option_quotes_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")
    with pytest.raises(ParameterError) as caught:
        readers.read(Source(path, "4242424242424242.csv"), "bank_csv", {"delimiter": 3})
    assert "42424242" not in str(caught.value)
    assert "****4242.csv" in str(caught.value)


@pytest.mark.parametrize("name", ["CVV", "cvv2", "Card Number", "track1", "Track 2 Data", "PAN", "Kartennummer"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_b16_column_for_card_data_is_named_and_not_read(case: Case, name: str, tmp_path: Path) -> None:
    def plant(rows: list[list[str]]) -> None:
        rows[0].append(name)
        for row in rows[1:]:
            row.append("4242424242424242")

    got = case.read(tmp_path, edited(case, plant))
    assert got.card_columns == (name,)
    assert not any((table == "4242424242424242").any().any() for table in got.tables.values())
    assert len(got.table) > 0


def test_b16_column_for_card_data_cannot_be_declared(tmp_path: Path) -> None:
    case = next(one for one in CASES if one.reader == "bank_csv" and "reference" in one.options["columns"])
    columns = case.options["columns"] | {"reference": "Card Number"}
    old = case.options["columns"]["reference"]
    with pytest.raises(FileRefused, match=r"Card Number.*made for card data, which is never read"):
        case.quickly(tmp_path, case.text.replace(old, "Card Number", 1), columns=columns)


@pytest.mark.parametrize(
    "name",
    [
        "Card Brand",
        "card_brand",
        "CVC Check",
        "cvc_result",
        "Card Source",
        "last4",
        "Card Last 4",
        "Expand",
        "Track URL",
    ],
)
def test_b16_other_columns_are_none(name: str) -> None:
    assert not is_card_column(name)


def test_b17_column_keeps_what_its_desk_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(one for one in CASES if one.reader == "stripe_itemised")
    monkeypatch.setitem(TABLES["processor_lines"].columns, "description", prose(needs=(Secret.EMAIL,)))
    got = case.read(tmp_path, with_cell(case, 1, case.layout.named()["description"], TEXT))
    assert LEFT.replace("****@****", "jo@example.com") in got.table["description"].tolist()
    assert Secret.EMAIL not in {one.kind for one in got.masked}


def test_masking_a_read_again_changes_nothing(tmp_path: Path) -> None:
    case = CASES[0]
    got = whole(case.read(tmp_path, with_cell(case, 1, case.told, TEXT)))
    again = without_secrets(got)
    assert not again.masked
    for name, table in got.tables.items():
        assert again.tables[name].equals(table)
