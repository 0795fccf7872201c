"""camt.052, .053 and .054: one family, so what holds for one holds for all; and what tells them apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from camt_files import MESSAGES, balance, entry, namespace_of, statement
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

from opsrules.readers import Cover, Source, camt052, camt053, camt054, identify

READERS: dict[str, ModuleType] = {"camt.052": camt052, "camt.053": camt053, "camt.054": camt054}
FLAGS = {"camt.052": "intraday", "camt.053": "", "camt.054": "notified"}

each = pytest.mark.parametrize("message", MESSAGES)
early = pytest.mark.parametrize("message", ["camt.052", "camt.054"])


@early
def test_golden(message: str, update_golden: bool) -> None:
    reader = READERS[message]
    file = Source(GOLDEN / reader.NAME / "statement.xml", "statement.xml")
    assert identify(file.path) == reader.NAME
    same_as_golden(checked(reader.read(file)), reader.NAME, update_golden)


@each
@pytest.mark.parametrize("version", ["02", "04", "08", "13", ""])
def test_every_version_is_read_with_its_signs_and_marked(tmp_path: Path, message: str, version: str) -> None:
    namespace = f' xmlns="{namespace_of(message, version)}"' if version else ""
    pending = entry("9", status="PDNG") + entry("8", status="INFO")
    text = statement(entry("10.00"), entry("3.5", "DBIT"), pending, message=message, namespace=namespace)
    file = source(tmp_path, text)
    read = checked(READERS[message].read(file))
    assert identify(file.path) == READERS[message].NAME
    assert column(read, "amount_minor") == [1000, -350]
    assert column(read, "flags") == [FLAGS[message]] * 2
    assert [found[1:] for found in reasons(read)] == [("not_booked", "PDNG"), ("not_booked", "INFO")]


@each
def test_version_01_says_the_same_in_other_words(tmp_path: Path, message: str) -> None:
    root, _ = MESSAGES[message]
    details = "<TxDtls><Refs><EndToEndId>po_1</EndToEndId></Refs></TxDtls>"
    closed = "<Bal><Tp><Cd>CLBD</Cd></Tp><Amt Ccy='EUR'>3</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
    opened = closed.replace("CLBD", "OPBD").replace("3", "1")
    namespace = f' xmlns="{namespace_of(message, "01")}"'
    text = statement(opened, closed, entry("2", rest=details), message=message, namespace=namespace)
    text = text.replace(root, f"{root}V01").replace("IBAN>", "BBAN>")
    file = source(tmp_path, text)
    read = checked(READERS[message].read(file))
    assert identify(file.path) == READERS[message].NAME
    assert (column(read, "reference"), column(read, "bank_account")) == (["po_1"], ["****2051"])
    assert [control.holds for control in read.controls] == [True]


@each
def test_the_wrong_reader_is_told_the_right_one(tmp_path: Path, message: str) -> None:
    file = source(tmp_path, statement(entry(), message=message))
    for other, reader in READERS.items():
        if other != message:
            fault = refused(reader, file)
            assert message in fault.what
            assert fault.next_step == f"name its reader {READERS[message].NAME}"


@each
def test_a36_namespace_of_another_message_is_refused(tmp_path: Path, message: str) -> None:
    for name in ("pain.001.001.03", f"{message}.001.99", f"{message}.001.02.more"):
        text = statement(entry(), message=message, namespace=f' xmlns="urn:iso:std:iso:20022:tech:xsd:{name}"')
        assert name in refused(READERS[message], source(tmp_path, text)).what


def sums(credit: str, debit: str) -> str:
    return (
        f"<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>{credit}</Sum></TtlCdtNtries>"
        f"<TtlDbtNtries><Sum>{debit}</Sum></TtlDbtNtries></TxsSummry>\n"
    )


@each
@pytest.mark.parametrize(("debit", "holds"), [("3.50", True), ("3.51", False)])
def test_the_banks_own_sums_are_held(tmp_path: Path, message: str, debit: str, holds: bool) -> None:
    text = statement(sums("30", debit), entry("10"), entry("20"), entry("3.5", "DBIT"), message=message)
    read = READERS[message].read(source(tmp_path, text))
    found = [(one.name, one.expected_minor, one.actual_minor, one.holds) for one in read.controls]
    told = 350 if holds else 351
    assert found == [("entries = TtlCdtNtries", 3000, 3000, True), ("entries = TtlDbtNtries", told, 350, holds)]


@each
@pytest.mark.parametrize("odd", [entry("1", currency="USD"), entry("1", status="PDNG")])
def test_sums_of_what_may_not_be_summed_prove_nothing(tmp_path: Path, message: str, odd: str) -> None:
    text = statement(sums("11", "0"), entry("10"), odd, message=message)
    assert READERS[message].read(source(tmp_path, text)).controls == ()


PERIOD = "<FrToDt><FrDtTm>2026-10-01T00:00:00</FrDtTm><ToDtTm>2026-11-01T00:00:00</ToDtTm></FrToDt>\n"


@each
def test_only_a_statement_covers_days_and_ends_with_its_closing_balance(tmp_path: Path, message: str) -> None:
    text = statement(PERIOD, balance("CLBD", "0", day="2026-10-31"), message=message)
    covers = (Cover("****2051", date(2026, 10, 1), date(2026, 10, 31)),)
    assert READERS[message].read(source(tmp_path, text)).covers == (covers if message == "camt.053" else ())


def test_a_statement_without_its_first_day_covers_the_last_alone(tmp_path: Path) -> None:
    text = statement(balance("OPBD", "0", day="2026-10-01"), balance("CLBD", "0", day="2026-10-31"))
    assert camt053.read(source(tmp_path, text)).covers == (Cover("****2051", date(2026, 10, 31), date(2026, 10, 31)),)
    text = statement(PERIOD.replace("2026-10-01", "2026-12-01"), balance("CLBD", "0", day="2026-10-31"))
    assert camt053.read(source(tmp_path, text)).covers == ()


DOCTYPES = [
    '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!-- <a --><!DOCTYPE Document [<!ENTITY x "y">]>',
    '<!DOCTYPE Document SYSTEM "http://example.invalid/x.dtd">',
]


@each
@pytest.mark.parametrize("doctype", DOCTYPES)
def test_b20_document_type_is_refused(tmp_path: Path, message: str, doctype: str) -> None:
    entity = "&x;" if "ENTITY" in doctype else ""
    text = statement(entry(rest=f"<AddtlNtryInf>{entity}</AddtlNtryInf>"), head=doctype, message=message)
    assert "DOCTYPE" in refused(READERS[message], source(tmp_path, text)).what


@each
def test_b20_xinclude_is_inert(tmp_path: Path, message: str) -> None:
    inner = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    text = statement(entry(rest=f"<AddtlNtryInf>{inner}</AddtlNtryInf>"), message=message)
    assert column(READERS[message].read(source(tmp_path, text)), "text") == [""]


@each
def test_b21_bombs_are_refused(tmp_path: Path, message: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    for text in (
        statement(entry(), head=f"<!DOCTYPE Document [{laughs}]>", message=message),
        statement("<a>" * 5000 + "</a>" * 5000, message=message),
    ):
        refused(READERS[message], source(tmp_path, text))


@early
def test_a6_cut_anywhere_is_refused(tmp_path: Path, message: str) -> None:
    data = statement(entry(), message=message).encode()
    for cut in range(1, len(data.rstrip()), 7):
        refused(READERS[message], source(tmp_path, data[:cut]))


@early
@given(edits=EDITS)
def test_a38_random_damage_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, message: str, edits: Edits
) -> None:
    reader = READERS[message]
    data = damaged((GOLDEN / reader.NAME / "statement.xml").read_bytes(), edits)
    survives(reader, source(tmp_path_factory.getbasetemp(), data, "damaged.xml"))


# The bank's own files, read where they lie. By hand: rows, sums in minor units, rejects, lines, bank's references.
SAMPLES = {
    "camt052-v6-amt-zero.xml": ([], [(70, "not_booked", "PDNG")], []),
    "camt052-v8.xml": ([-20000000], [], ["AAAASESS-FP-ACCR-01"]),
    "camt054-v2.xml": ([-20000000], [], ["AAAASESS-FP-ACCR001"]),
    "camt054-v8.xml": ([-20000000], [], ["ACSR160617103200001"]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(samples: Path, name: str) -> None:
    amounts, rejects, references = SAMPLES[name]
    file = Source(samples / "bank" / name, name)
    message = f"camt.{name[4:7]}"
    read = checked(READERS[message].read(file))
    assert identify(file.path) == READERS[message].NAME
    assert (column(read, "amount_minor"), reasons(read), column(read, "line_id")) == (amounts, rejects, references)
    assert set(column(read, "flags")) <= {FLAGS[message]}
    for other, reader in READERS.items():
        if other != message:
            assert message in refused(reader, file).what


@each
@given(amounts=st.lists(st.tuples(st.integers(0, 10**12), st.booleans()), max_size=6))
def test_written_messages_read_back(
    tmp_path_factory: pytest.TempPathFactory, message: str, amounts: list[tuple[int, bool]]
) -> None:
    entries = [entry(f"{minor // 100}.{minor % 100:02d}", "CRDT" if credit else "DBIT") for minor, credit in amounts]
    totals = [sum(minor for minor, credit in amounts if credit is wanted) for wanted in (True, False)]
    told = sums(*(f"{total // 100}.{total % 100:02d}" for total in totals))
    file = source(tmp_path_factory.getbasetemp(), statement(told, *entries, message=message), "written.xml")
    read = checked(READERS[message].read(file))
    assert column(read, "amount_minor") == [minor if credit else -minor for minor, credit in amounts]
    assert all(control.holds for control in read.controls)
