"""MT942: the lines of MT940 without balances, held against the sums that the bank gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
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

from opsrules.readers import Source, identify, mt940, mt942

FIXTURE = GOLDEN / "mt942" / "statement.sta"


def report(*lines: str, floor: str = ":34F:EUR0,\n") -> str:
    """One report; its first line of a transaction is line 5 of the file."""
    return (
        f":20:NORTHWIND\n:25:0000202051\n{floor}:13D:2610071100+0200\n" + "".join(f"{one}\n" for one in lines) + "-\n"
    )


def test_golden(update_golden: bool) -> None:
    assert identify(FIXTURE) == "mt942"
    same_as_golden(checked(mt942.read(Source(FIXTURE, "statement.sta"))), "mt942", update_golden)


def test_lines_are_marked_as_told_early_and_cover_nothing(tmp_path: Path) -> None:
    text = report(":61:2610071007C1,NTRFNONREF", ":61:2610071007RC2,NTRFNONREF")
    read = checked(mt942.read(source(tmp_path, text)))
    assert column(read, "amount_minor") == [100, -200]
    assert (column(read, "flags"), column(read, "source_line"), read.covers) == (["intraday"] * 2, [5, 6], ())


@pytest.mark.parametrize(
    ("sums", "held"),
    [
        ((":90D:1EUR3,", ":90C:2EUR3,5"), [(-300, -300), (350, 350)]),
        ((":90D:1EUR4,",), [(-400, -300)]),
        (("90C:",), []),
    ],
)
def test_sums_are_controls(tmp_path: Path, sums: tuple[str, ...], held: list[tuple[int, int]]) -> None:
    lines = (f":61:2610071007{one}NTRFNONREF" for one in ("C1,", "D3,", "RD2,5"))
    read = checked(mt942.read(source(tmp_path, report(*lines, *sums))))
    assert [(control.expected_minor, control.actual_minor) for control in read.controls] == held


def test_two_reports_each_with_its_currency_and_account(tmp_path: Path) -> None:
    line = ":61:2610071007C5,NTRFNONREF"
    other = report(line, floor=":34F:JPYD1,\n:34F:JPYC1,\n").replace("202051", "777099")
    read = checked(mt942.read(source(tmp_path, report(line) + other)))
    assert column(read, "currency") == ["EUR", "JPY"]
    assert column(read, "amount_minor") == [500, 5]
    assert column(read, "bank_account") == ["****2051", "****7099"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (report(floor=""), "got none"),
        (report(floor=":34F:EURD0,\n:34F:USDC0,\n"), "got EUR, USD"),
        (report(":60F:C261007EUR0,"), "this is a statement (MT940)"),
        ("no message", "no statement"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str, what: str) -> None:
    assert what in refused(mt942, source(tmp_path, text)).what


def test_the_reader_of_statements_names_this_one(tmp_path: Path) -> None:
    file = source(tmp_path, report(":61:2610071007C5,NTRFNONREF"))
    fault = refused(mt940, file)
    assert ("MT942" in fault.what, fault.next_step, identify(file.path)) == (True, "name its reader mt942", "mt942")


def test_bad_lines_are_rejects(tmp_path: Path) -> None:
    read = mt942.read(source(tmp_path, report(":61:2602301007C5,NTRFNONREF", ":61:2610071007C5,5,NTRFNONREF")))
    assert [one[:2] for one in reasons(checked(read))] == [(5, "time_unreadable"), (6, "amount_unreadable")]


@given(EDITS)
def test_a38_random_damage_never_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, edits: Edits) -> None:
    survives(mt942, source(tmp_path_factory.getbasetemp(), damaged(FIXTURE.read_bytes(), edits), "damaged.sta"))


# Counted by hand: amounts in minor units, and which of the bank's sums hold.
SAMPLES = {
    "mt940-mt942.sta": ("EUR", [-42], [False]),  # it says 2,30 and has a line of 0,42
    "mt940-mbank-mt942.sta": ("PLN", [1, 1, 1], [True, True]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    currency, amounts, holds = SAMPLES[name]
    file = Source(samples / "bank" / name, name)
    read = checked(mt942.read(file))
    assert identify(file.path) == "mt942"
    assert (set(column(read, "currency")), column(read, "amount_minor")) == ({currency}, amounts)
    assert [control.holds for control in read.controls] == holds
