"""Bank statements with declared columns, and the mistakes an account can make in declaring them (A30)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from table_cases import reasons, whole

from opsrules import readers
from opsrules.errors import FileRefused, ParameterError
from opsrules.readers import Read, Source
from opsrules.readers.bank_csv import Options

SIGNED = {"columns": {"date": "Date", "amount": "Amount"}, "date_format": "%d/%m/%Y", "currency": "EUR"}


def _read(folder: Path, text: str, **options: Any) -> Read:
    path = folder / "export.csv"
    path.write_text(text)
    return whole(readers.read(Source(path, "exports/demo/export.csv", options=SIGNED | options), "bank_csv"))


def test_a30_the_order_of_day_and_month_is_never_guessed(tmp_path: Path) -> None:
    text = "Date,Amount\n03/04/2026,1.00\n"
    assert str(_read(tmp_path, text).table["booked_on"].iloc[0])[:10] == "2026-04-03"
    assert str(_read(tmp_path, text, date_format="%m/%d/%Y").table["booked_on"].iloc[0])[:10] == "2026-03-04"
    for missing in ({"date_format": ""}, {"date_format": "%d/%m"}, {"date_format": "dd/mm/yyyy"}):
        with pytest.raises(ParameterError, match=r"write (how dates look|it like)"):
            _read(tmp_path, text, **missing)
    with pytest.raises(ValidationError, match="03/04 can be read in two ways"):
        Options.model_validate({key: value for key, value in SIGNED.items() if key != "date_format"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": {"date": "Date"}}, "name either the column amount, or both debit and credit"),
        ({"columns": {"date": "Date", "debit": "Out"}}, "debit and credit belong together"),
        ({"columns": {"date": "Date", "debit": "Out", "credit": "In", "mark": "D/C"}}, "mark tells the sign"),
        ({"columns": {"date": "Date", "amount": "Amount", "colour": "x"}}, "Extra inputs are not permitted"),
        (
            {"columns": {"date": "D", "amount": "A", "mark": "M"}, "marks": {"debit": ["x"], "credit": ["X "]}},
            "'x' cannot mark both debits and credits",
        ),
        ({"currency": ""}, "currency is missing"),
        ({"currency": "EURO"}, "no ISO 4217 currency"),
        ({"decimal": ",", "grouping": ","}, "they must differ"),
    ],
)
def test_mistakes_in_the_options(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        _read(tmp_path, "Date,Amount\n", **change)
    assert words in str(caught.value)


def test_a_declared_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FileRefused, match=r"export.csv:1: the column 'Amount' is missing; the nearest name there is 'Am"
    ):
        _read(
            tmp_path,
            "Date,Ammount,Text\n01/10/2026,1.00,x\n",
            columns={"date": "Date", "amount": "Amount", "text": "Text"},
        )


def test_debit_and_credit(tmp_path: Path) -> None:
    text = "Date,Out,In\n01/10/2026,5.00,\n02/10/2026,,7.00\n03/10/2026,1.00,2.00\n04/10/2026,,\n05/10/2026,0.00,0.00\n"
    columns = {"date": "Date", "debit": "Out", "credit": "In"}
    got = _read(tmp_path, text, columns=columns)
    assert got.table["amount_minor"].tolist() == [-500, 700, 0]
    assert reasons(got) == [(4, "amount_inconsistent"), (5, "amount_missing")]
    negative = _read(tmp_path, text.replace("5.00,", "-5.00,", 1), columns=columns, debit_sign="negative")
    assert negative.table["amount_minor"].tolist() == [-500, 700, 0]


def test_marks(tmp_path: Path) -> None:
    text = "Date,Amount,Mark\n01/10/2026,5.00,d\n02/10/2026,7.00,CR\n03/10/2026,1.00,?\n04/10/2026,-2.00,CR\n"
    options = {"columns": SIGNED["columns"] | {"mark": "Mark"}, "marks": {"credit": ["CR"]}}  # type: ignore[operator]
    got = _read(tmp_path, text, **options)
    assert got.table["amount_minor"].tolist() == [-500, 700]
    assert reasons(got) == [(4, "value_unknown"), (5, "amount_inconsistent")]
    assert _read(tmp_path, text, **options, amount_sign="ignored").table["amount_minor"].tolist() == [-500, 700, 200]


IN_CELL = {"date": "Date", "amount": "Amount", "mark": "Amount"}


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("12.50 CR", 1250),
        ("12.50CR", 1250),
        ("12.50 cr ", 1250),
        ("CR 12.50", 1250),
        ("Cr12.50", 1250),
        ("12.50 DR", -1250),
        ("12.50 Dr.", -1250),
        ("1,204.30 D", -120430),
        ("€12.50 CR", 1250),
        ("12.50 € DR", -1250),
        ("0.00 DR", 0),
        ("C$12.50 D", -1250),
    ],
)
def test_a_mark_in_the_amounts_cell(cell: str, minor: int, tmp_path: Path) -> None:
    marks = {"debit": ["DR", "Dr.", "D"], "credit": ["CR", "C"]}
    options = {"columns": IN_CELL, "marks": marks, "symbols": ["€", "C$"], "grouping": ","}
    got = _read(tmp_path, f'Date,Amount\n01/10/2026,"{cell}"\n', **options)
    assert (got.table["amount_minor"].tolist(), reasons(got)) == ([minor], [])


def test_a_mark_in_the_cell_that_is_unknown_missing_twice_or_beside_a_sign_is_a_reject(tmp_path: Path) -> None:
    cells = ("1.00", "2.00 XX", "CR 3.00 CR", "-4.00 CR", "CR", "", "5.00 CR")
    text = "Date,Amount\n" + "".join(f"01/10/2026,{one}\n" for one in cells)
    options = {"columns": IN_CELL, "marks": {"debit": ["DR"], "credit": ["CR"]}}
    got = _read(tmp_path, text, **options)
    assert got.table["amount_minor"].tolist() == [500]
    told = ("value_unknown", "amount_unreadable", "amount_unreadable", "amount_inconsistent", *["amount_missing"] * 2)
    assert reasons(got) == list(enumerate(told, 2))
    unmarked = options | {"marks": {"debit": [""], "credit": ["CR"]}}
    assert _read(tmp_path, text, **unmarked).table["amount_minor"].tolist() == [-100, 500]
    assert _read(tmp_path, text, **options, amount_sign="ignored").table["amount_minor"].tolist() == [400, 500]


def test_a7_a_mark_that_may_be_cut_off_is_a_reject(tmp_path: Path) -> None:
    options = {"columns": IN_CELL, "marks": {"debit": [""], "credit": ["CR"]}}
    for end in ("12.50", "12.50 C", "12.50 CR"):
        got = _read(tmp_path, f"Date,Amount\n01/10/2026,1.00 CR\n02/10/2026,{end}", **options)
        assert (got.table["amount_minor"].tolist(), reasons(got)) == ([100], [(3, "row_cut")])


@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from([" ", ""]), st.booleans()), min_size=1),
    st.sampled_from([("DR", "CR"), ("D", "C"), ("Soll", "Haben"), ("S", "H"), ("-", "+"), ("af", "bij")]),
)
def test_every_way_to_tell_the_side_gives_the_same_amounts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, bool]], words: tuple[str, str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    head, expected = {"date": "Date"}, [minor for minor, _, _ in rows]
    plain = [(f"{abs(minor) // 100}.{abs(minor) % 100:02}", words[minor > 0 or (up and not minor)], gap, up)
             for minor, gap, up in rows]  # fmt: skip
    marks = {"debit": [words[0]], "credit": [words[1]]}
    column = "".join(f"01/10/2026,{figure},{mark}\n" for figure, mark, _, _ in plain)
    got = _read(folder, "Date,Amount,Mark\n" + column, columns=head | {"amount": "Amount", "mark": "Mark"}, marks=marks)
    assert got.table["amount_minor"].tolist() == expected
    behind = "".join(f"01/10/2026,{figure}{gap}{mark}\n" for figure, mark, gap, _ in plain)
    before = "".join(f"01/10/2026,{mark}{gap}{figure}\n" for figure, mark, gap, _ in plain)
    for cells in (behind, before):
        got = _read(folder, "Date,Amount\n" + cells, columns=IN_CELL, marks=marks)
        assert got.table["amount_minor"].tolist() == expected
    for minus, sign in (("", "unsigned"), ("-", "negative")):
        for nothing in ("", "0.00", "-"):
            two = "".join(
                f"01/10/2026,{minus}{figure},{nothing}\n" if mark == words[0] else f"01/10/2026,{nothing},{figure}\n"
                for figure, mark, _, _ in plain
            )
            columns = head | {"debit": "Out", "credit": "In"}
            got = _read(folder, "Date,Out,In\n" + two, columns=columns, debit_sign=sign, blanks=["-"])
            assert got.table["amount_minor"].tolist() == expected


def test_a_reject_is_worth_its_signed_amount_whichever_way_the_side_is_told(tmp_path: Path) -> None:
    marks = {"debit": ["DR"], "credit": ["CR"]}
    for text, options in (
        ("Date,Out,In\n31/02/2026,5.00,\n31/02/2026,,7.00\n", {"columns": {"debit": "Out", "credit": "In"}}),
        ("Date,Amount\n31/02/2026,5.00 DR\n31/02/2026,7.00 CR\n", {"columns": IN_CELL, "marks": marks}),
    ):
        columns = {"date": "Date"} | dict(options["columns"])  # type: ignore[call-overload]
        got = _read(tmp_path, text, **options | {"columns": columns})
        assert got.rejects["amount_minor"].tolist() == [-500, 700]


def test_inverse_signs_turn_rejects_too(tmp_path: Path) -> None:
    got = _read(tmp_path, "Date,Amount\n01/10/2026,5.00\n31/02/2026,7.00\n", sign="inverse")
    assert got.table["amount_minor"].tolist() == [-500]
    assert got.rejects["amount_minor"].tolist() == [-700]


def test_accounts_are_masked_and_two_columns_may_share_a_name(tmp_path: Path) -> None:
    columns = {"date": "Date", "amount": "Amount", "text": "Text", "reference": "Text", "account": "IBAN"}
    text = "Date,Amount,Text,IBAN\n01/10/2026,5.00,hello,ES9121000418450200051332\n"
    row = _read(tmp_path, text, columns=columns).table.iloc[0]
    assert (row["text"], row["reference"], row["bank_account"]) == ("hello", "hello", "****1332")


def test_a_balance_that_is_no_amount_is_refused(tmp_path: Path) -> None:
    text = "Date,Amount\nStart,1.00\n01/10/2026,5.00\nEnd,six\n"
    balances = {"opening": "Start", "closing": "End"}
    with pytest.raises(FileRefused, match=r"export.csv:4: the balance 'six' is no amount"):
        _read(tmp_path, text, balances=balances)
    (control,) = _read(tmp_path, text.replace("six", "6.01"), balances=balances).controls
    assert (control.expected_minor, control.actual_minor, control.holds) == (601, 600, False)


OCA = {"date": "Date", "text": "Label", "counterparty": "Partner Name", "account": "Bank Account"}
US = {"date_format": "%m/%d/%Y", "grouping": ",", "currency": "USD"}
COIN = {"columns": OCA | {"amount": "Amount", "currency": "Currency"}}
META = {
    "columns": {"date": "Date", "debit": "Debit", "credit": "Credit", "text": "Label", "id": "Operation Number"},
    "date_format": "%d/%m/%y",
    "currency": "EUR",
    "decimal": ",",
    "debit_sign": "negative",
    "balances": {"opening": "Balance at start", "closing": "Balance at end"},
}
FRENCH = {
    "columns": {
        "date": "Date opération",
        "debit": "Débit",
        "credit": "Crédit",
        "currency": "Devise",
        "text": "Libellé",
    },
    "date_format": "%Y-%m-%d",
    "decimal": ",",
}
SPANISH = {
    "columns": {"date": "Fecha", "amount": "Importe", "currency": "Moneda", "text": "Concepto", "account": "Cuenta"},
    "date_format": "%Y-%m-%d",
    "decimal": ",",
    "grouping": ".",
}
GARBLED = {"columns": {"date": "Date", "amount": "Amount", "currency": "Currency"}, "date_format": "%Y-%m-%d"}
MARKED = {"columns": OCA | {"amount": "Amount", "mark": "D/C"}, "amount_sign": "ignored"}


@pytest.mark.parametrize(
    ("name", "options", "amounts"),
    [
        ("oca-balance.csv", US | {"columns": OCA | {"amount": "Amount"}}, [-3350, 153350]),
        ("oca-debit-credit.csv", US | MARKED, [-3350, 153350]),
        (
            "oca-debit-credit-amount.csv",
            US | {"columns": OCA | {"debit": "Debit", "credit": "Credit"}},
            [2000, -1350, 3350, -150000],
        ),
        ("oca-meta-data-separated-credit-debit.csv", META, [-5000, -10000, -8068, 130000]),
        ("oca-multi-currency.csv", US | COIN, [-3350, 152500]),
        ("oca-original-currency.csv", US | COIN, [152500]),
        ("oca-sample-statement-credit-card-inverse-sign-en.csv", US | COIN | {"sign": "inverse"}, [-3350, 152500]),
        ("oca-sample-statement-en.csv", US | COIN, [-3350, 152500]),
        ("bsp-csv-french-headers.csv", FRENCH, [-123456, 350000, -450]),
        ("bsp-csv-spanish-headers.csv", SPANISH, [-123456, 350000, -450]),
        ("bsp-csv-garbled-amount.csv", GARBLED, [10000]),
    ],
)
def test_sample(samples: Path, name: str, options: dict[str, Any], amounts: list[int]) -> None:
    source = Source(samples / "bank" / name, name, options=options)
    got = whole(readers.read(source, "bank_csv"))
    assert got.table["amount_minor"].tolist() == amounts
    assert reasons(got) == ([(3, "amount_unreadable")] if "garbled" in name else [])


def test_a_samples_balances_show_that_two_cents_are_missing(samples: Path) -> None:
    name = "oca-meta-data-separated-credit-debit.csv"
    (control,) = readers.read(Source(samples / "bank" / name, name, options=META), "bank_csv").controls
    assert (control.place, control.expected_minor, control.actual_minor) == (f"{name}:4", 3107011, 3107009)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", " ", "\u00a0"]),
            st.integers(0, 10**7),
            st.sampled_from(["DR", "CR", "cr"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_marks_in_amounts_of_any_width_stay_with_their_amounts(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[str, int, str, bool]]
) -> None:
    cells = [
        f"{pad}{minor // 100}.{minor % 100:02d}{pad}{mark}{pad}"
        if behind
        else f"{mark} {minor // 100}.{minor % 100:02d}"
        for pad, minor, mark, behind in facts
    ]
    text = "Date,Amount\n" + "".join(f"01/10/2026,{cell}\n" for cell in cells)
    options = {"columns": IN_CELL, "marks": {"debit": ["DR"], "credit": ["CR"]}}
    got = _read(tmp_path_factory.mktemp("marks"), text, **options)
    assert got.table["amount_minor"].tolist() == [-minor if mark == "DR" else minor for _, minor, mark, _ in facts]
