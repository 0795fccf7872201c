"""The reader whose table and columns the account declares: every mistake in them is told, and nothing is guessed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from table_cases import reasons, whole

from opsrules import readers
from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Read, Source
from opsrules.readers.declared_columns import DECLARABLE, kind_of, missing, targets, words_of
from opsrules.readers.layout import Kind
from opsrules.schemas import TABLES

LINES: dict[str, Any] = {
    "table": "processor_lines",
    "columns": {"occurred_at": "When", "kind": "What", "gross_minor": "Value"},
    "values": {"processor": "bigbank", "currency": "EUR"},
}


def _read(folder: Path, text: str, **options: Any) -> Read:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    source = Source(path, "exports/demo/export.csv", zone="Europe/Berlin", options=LINES | options)
    return whole(readers.read(source, "declared_csv"))


def _told(folder: Path, options: dict[str, Any]) -> list[str]:
    path = folder / "export.csv"
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        readers.read(Source(path, "export.csv", options=options), "declared_csv")
    return [problem.what for problem in caught.value.problems]


def test_the_order_of_day_and_month_is_never_guessed(tmp_path: Path) -> None:
    text = "When,What,Value\n03/04/2026,charge,1.00\n04/04/2026,charge,1.00\n03/04/2026,charge,1.00\n"
    with pytest.raises(FileRefused, match="date_order: day_first or date_order: month_first"):
        _read(tmp_path, text)
    days = _read(tmp_path, text, date_order="day_first").table["occurred_at"].dt.tz_convert("Europe/Berlin")
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2026-04-03", "2026-04-04", "2026-04-03"]


def test_minor_units_negated_fees_and_a_net_that_does_not_add_up(tmp_path: Path) -> None:
    text = "When,What,Value,Cost,Left\n2026-10-02,charge,8400,-146,8254\n2026-10-02,charge,8400,-146,8255\n"
    columns = LINES["columns"] | {"fee_minor": "Cost", "net_minor": "Left"}
    got = _read(tmp_path, text, columns=columns, negate=["fee_minor"], units="minor")
    assert got.table[["gross_minor", "fee_minor", "net_minor"]].values.tolist() == [[8400, 146, 8254]]
    assert reasons(got) == [(3, "amount_inconsistent")]


def test_debits_and_credits_of_a_declared_table(tmp_path: Path) -> None:
    rows = "{0},charge,,5.00\n{0},refund,2.00,\n{0},refund,1.00,1.00\n{0},refund,,\n31.02.2026,fee,3.00,\n"
    columns = {"occurred_at": "When", "kind": "What"}
    sides = {"net_minor": {"debit": "Out", "credit": "In"}}
    text = "When,What,Out,In\n" + rows.format("14.10.2026")
    got = _read(tmp_path, text, columns=columns, sides=sides)
    assert got.table[["gross_minor", "fee_minor", "net_minor"]].values.tolist() == [[500, 0, 500], [-200, 0, -200]]
    assert reasons(got) == [(4, "amount_inconsistent"), (5, "amount_missing"), (6, "time_unreadable")]
    assert got.rejects["amount_minor"].tolist() == [0, 0, -300]


def test_a_mark_of_a_declared_amount_in_minor_units(tmp_path: Path) -> None:
    text = "When,What,Value\n2026-10-02,charge,500 CR\n2026-10-02,refund,200 DR\n2026-10-02,refund,100\n"
    mark = {"amount": "Value", "mark": "Value", "marks": {"debit": ["DR"], "credit": ["CR"]}}
    columns = {"occurred_at": "When", "kind": "What"}
    got = _read(tmp_path, text, columns=columns, sides={"gross_minor": mark}, units="minor")
    assert (got.table["gross_minor"].tolist(), reasons(got)) == ([500, -200], [(4, "value_unknown")])


def test_words_are_found_in_any_case_and_others_are_kept_as_other(tmp_path: Path) -> None:
    text = "When,What,Value\n2026-10-02,MONEY BACK,-1.00\n2026-10-02,Refund,-1.00\n2026-10-02,Odd,1.00\n"
    table = _read(tmp_path, text, kinds={"Money-back": "refund"}).table
    assert table["kind"].tolist() == ["refund", "refund", "other"]
    assert table["source_kind"].tolist() == ["MONEY BACK", "Refund", "Odd"]


def test_a_declared_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="'Value' is missing; the nearest name there is 'Values'"):
        _read(tmp_path, "When,What,Values\n2026-10-02,charge,1.00\n")


def test_requesters_are_told_apart_but_not_known(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Id,Made,State,Who\n1,2026-10-02,open,jon@example.com\n2,2026-10-02,open,\n", encoding="utf-8")
    columns = {"ticket_id": "Id", "created_at": "Made", "status": "State", "requester": "Who"}
    options = {"table": "tickets", "columns": columns, "values": {"desk_system": "gorgias"}}
    table = readers.read(Source(path, "export.csv", options=options), "declared_csv").table
    expected = hashlib.sha256(b"gorgias:jon@example.com").hexdigest()[:16]
    assert table["requester"].tolist() == [expected, ""]


def test_every_mistake_is_told(tmp_path: Path) -> None:
    told = _told(
        tmp_path,
        {
            "table": "processor_lines",
            "columns": {"gros_minor": "Value"},
            "values": {"occurred_at": "2026-10-02"},
            "kinds": {"Sale": "sold"},
            "decimal": ";",
            "zone": "Berlin",
            "colums": {},
        },
    )
    assert [one.split(":")[0] for one in told] == [
        "option zone",
        "option columns",
        "option values",
        "option kinds",
        "option decimal",
        "option colums",
    ]
    assert "did you mean 'gross_minor'?" in told[1]
    assert "only texts may be the same on every row" in told[2]
    assert "'sold' is no word" in told[3]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"table": "bank_lines"}, "'bank_lines' is no table; there are orders, order_lines, processor_lines"),
        ({"columns": {"occurred_at": "When", "kind": "What"}}, "gross_minor or net_minor is missing"),
        ({"values": {"processor": "bigbank"}}, "currency is missing: name its column, or its value"),
        ({"values": {"processor": "bigbank", "currency": "EURO"}}, "'EURO' is no ISO 4217 currency"),
        ({"columns": LINES["columns"] | {"processor": "P"}}, "processor stands under both columns and values"),
        ({"columns": LINES["columns"] | {"line_id": " "}}, "no name is given for line_id"),
        ({"columns": {}}, "name at least one column"),
        ({"negate": ["fee_minor"]}, "'fee_minor' is no amount under columns or sides"),
        ({"decimal": ",", "grouping": ","}, "decimal and grouping are both ','"),
        ({"sides": {"gross_minor": {"debit": "Out"}}}, "name either both debit and credit, or both amount and mark"),
        ({"sides": {"kind": {"debit": "Out", "credit": "In"}}}, "kind: only amounts have two sides"),
        ({"sides": {"gros_minor": {"debit": "Out", "credit": "In"}}}, "did you mean 'gross_minor'?"),
        ({"sides": {"gross_minor": {"debit": "Out", "credit": "In"}}}, "gross_minor stands under both columns and sid"),
    ],
)
def test_a_mistake_says_what_and_what_there_is(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    assert said in " | ".join(_told(tmp_path, LINES | change))


@pytest.mark.parametrize("table", DECLARABLE)
def test_what_may_be_declared_of_each_table_is_enough_for_a_valid_row(table: str, tmp_path: Path) -> None:
    """One row with a cell for every column of the table that may be declared is read."""
    cells = {
        Kind.INSTANT: "2026-10-02 09:15:31",
        Kind.DAY: "2026-10-02",
        Kind.AMOUNT: "0.00",
        Kind.INTEGER: "3",
        Kind.CURRENCY: "EUR",
        Kind.KEY: "x",
        Kind.TEXT: "no",
    }
    wanted = {name: f"Column of {name}" for name in targets(table)}
    path = tmp_path / "export.csv"
    path.write_text(
        f"{','.join(wanted.values())}\n{','.join(cells[kind_of(table, name)] for name in wanted)}\n", encoding="utf-8"
    )
    got = readers.read(Source(path, "export.csv", options={"table": table, "columns": wanted}), "declared_csv")
    TABLES[table].validate(got.table)
    assert (len(got.table), len(got.rejects)) == (1, 0)
    assert missing(table, frozenset(wanted)) == ()
    assert "other" in words_of(table) or not words_of(table)
