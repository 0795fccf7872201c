"""What is particular to Amazon's reports."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_cases import Case, reasons, whole, written

from opsrules import readers
from opsrules.desks.reconciliation.prepare import NOT_SENT
from opsrules.errors import FileRefused
from opsrules.readers import Read, Source
from opsrules.readers.amazon import date_range, feedback, orders, settlement_v1, settlement_v2
from opsrules.readers.amazon.date_range_names import MONEY, NAMES
from opsrules.readers.amazon.order_tax import tax_readings
from opsrules.readers.amazon.settlement import OWED
from opsrules.readers.amazon.settlement_kinds import kind_of, told_kinds
from opsrules.readers.amazon.settlement_tears import SettlementTears
from opsrules.signs import blank
from opsrules.terms import LineKind

V2 = Case("amazon_settlement_v2", "settlements", settlement_v2.LAYOUT)
V1 = Case("amazon_settlement_v1", "settlement", settlement_v1.LAYOUT)
RANGE = Case("amazon_date_range", "us", date_range.LAYOUT)
ORDERS = Case("amazon_orders", "all", orders.LAYOUT)
FEEDBACK = Case("amazon_feedback", "ratings", feedback.LAYOUT)


def _table(case: Case) -> list[dict[str, str]]:
    """The fixture's records, cut by nothing of ours."""
    lines = case.text.split("\n")[case.header_line - 1 :]
    return list(csv.DictReader(lines, delimiter=case.delimiter, quoting=csv.QUOTE_MINIMAL))


def _tabs(rows: list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _with(case: Case, row: int, **cells: str) -> str:
    rows = case.rows
    for name, value in cells.items():
        rows[row][rows[0].index(name.replace("_", "-"))] = value
    return _tabs(rows)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("Order", "ItemPrice", "Principal"), LineKind.CHARGE),
        (("Order", "Promotion", "Shipping"), LineKind.CHARGE),
        (("Order", "ItemFees", "VariableClosingFee"), LineKind.FEE),
        (("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"), LineKind.ADJUSTMENT),
        (("Order", "Moon", "Principal"), LineKind.OTHER),
        (("Refund", "ItemPrice", "RestockingFee"), LineKind.REFUND),
        (("Refund", "ItemFees", "RefundCommission"), LineKind.FEE),
        (("Chargeback Refund", "ItemPrice", "Principal"), LineKind.CHARGEBACK),
        (("A-to-z Guarantee Refund", "ItemPrice", "Tax"), LineKind.CHARGEBACK),
        (("A-to-z Guarantee Refund", "ItemFees", "Commission"), LineKind.FEE),
        (("other-transaction", "other-transaction", "Current Reserve Amount"), LineKind.RESERVE),
        (("other-transaction", "other-transaction", "Payable to Amazon"), LineKind.TRANSFER),
        (("other-transaction", "other-transaction", "INCORRECT_FEES_ITEMS"), LineKind.ADJUSTMENT),
        (("other-transaction", "FBA Inventory Reimbursement", "REVERSAL_REIMBURSEMENT"), LineKind.ADJUSTMENT),
        (("other-transaction", "other-transaction", "Quite New Fee"), LineKind.FEE),
        (("other-transaction", "other-transaction", "Quite New"), LineKind.OTHER),
        (("Order_Retrocharge", "ItemPrice", "Tax"), LineKind.ADJUSTMENT),
        (("Storage Fee", "other-transaction", ""), LineKind.FEE),
        (("Micro Deposit", "other-transaction", ""), LineKind.TRANSFER),
        (("Order", "", ""), LineKind.CHARGE),
    ],
)
def test_kinds_of_settlement_rows(words: tuple[str, str, str], kind: LineKind) -> None:
    assert kind_of(*words) is kind


@given(st.lists(st.tuples(*[st.sampled_from(["", "Order", " Refund", "ItemFees", "a-b", "Fee"])] * 3), max_size=30))
def test_kinds_of_many_rows_are_those_of_each(words: list[tuple[str, str, str]]) -> None:
    table = pd.DataFrame(words, columns=["transaction_type", "amount_type", "amount_description"], dtype="str")
    told = told_kinds(table)
    assert told["kind"].tolist() == [kind_of(*one).value for one in words]
    spoken = [" / ".join(word.strip() for word in one if word.strip()) for one in words]
    assert told["source_kind"].tolist() == spoken


def test_every_observed_description_has_a_kind(samples: Path) -> None:
    told = (samples / "amazon" / "settlement-fee-codes.json").read_text()
    names = set(re.findall(r'"description": "([^"]+)"', told)) - {"Additional Other Expenses"}
    assert len(names) > 50
    for name in names:
        group = "ItemFees" if "Fee" in name or "Commission" in name else "other-transaction"
        if name not in ("Principal", "Tax", "Shipping", "ShippingTax", "GiftWrap", "GiftWrapTax", "Merchant Bad Debt"):
            known = {kind_of("Order", group, name), kind_of("other-transaction", "other-transaction", name)}
            assert known != {LineKind.OTHER} or name in ("ShippingChargeback", "GiftwrapChargeback", "ReturnShipping")


def test_amounts_of_a_settlement_are_all_there() -> None:
    got = readers.read(V2.path)
    cells = [row["amount"].replace(",", ".") for row in _table(V2) if row["amount"]]
    lines = got.table[got.table["kind"] != LineKind.PAYOUT]
    assert lines["net_minor"].sum() == int(sum(map(Decimal, cells)) * 100)
    assert len(lines) == len(cells)
    assert all(control.holds for control in got.controls)


def test_an_order_is_matched_by_the_sum_of_its_charges() -> None:
    lines = readers.read(V2.path).table
    charged = lines[(lines["kind"] == LineKind.CHARGE) & (lines["order_id"] == "302-0000001-0000001")]
    assert charged["gross_minor"].sum() == 8400 + 1596 + 499 - 499  # what the buyer paid, tax included


def test_a_settlement_below_zero_is_owed_and_its_lines_still_sum_to_it(tmp_path: Path) -> None:
    lines = V2.read(tmp_path, V2.text).table
    payout = lines[(lines["kind"] == LineKind.PAYOUT) & (lines["payout_id"] == "11000000002")].iloc[0]
    assert (payout["payout_status"], payout["net_minor"]) == ("owed", 200)

    assert OWED in NOT_SENT


def test_a_control_fails_when_a_line_is_gone(tmp_path: Path) -> None:
    rows = V2.rows
    first, second = V2.read(tmp_path, _tabs([*rows[:2], *rows[3:]])).controls
    assert (first.holds, second.holds) == (False, True)
    assert (first.expected_minor, first.actual_minor, first.place) == (5760, 5760 - 8400, "exports/demo/export.csv:2")


def test_a_bad_first_row_leaves_no_line_without_a_currency(tmp_path: Path) -> None:
    got = V2.read(tmp_path, _with(V2, 1, currency="XXQ"))
    assert {reason for _, reason in reasons(got)} == {"currency_unknown"}
    assert len(got.rejects) == 18
    blank = V2.read(tmp_path, _with(V2, 1, currency=""))
    assert {reason for _, reason in reasons(blank)} == {"currency_missing"}


def test_lines_may_name_their_currency_themselves(tmp_path: Path) -> None:
    rows = V2.rows
    at = rows[0].index("currency")
    for row in rows[1:]:
        row[at] = "EUR"
    got = V2.read(tmp_path, _tabs([rows[0], *rows[2:]]))
    assert not len(got.rejects)
    assert len(got.controls) == 1


@pytest.mark.parametrize(("code", "amount", "minor"), [("JPY", "1204", 1204), ("KWD", "1,234", 1234)])
def test_minor_units_of_a_settlement(code: str, amount: str, minor: int, tmp_path: Path) -> None:
    rows = V2.rows[:3]
    rows[1][rows[0].index("total-amount")] = amount
    rows[1][rows[0].index("currency")] = code
    rows[2][rows[0].index("amount")] = amount
    if code == "KWD":  # one more amount tells that the comma is a decimal one
        rows.append([*rows[2]])
        rows[3][rows[0].index("amount")] = "0,5"
    got = V2.read(tmp_path, _tabs(rows))
    assert got.table["gross_minor"].tolist()[:2] in ([-minor, minor],)


def test_a_line_break_in_a_cell_tears_no_record_apart(tmp_path: Path) -> None:
    before = V2.read(tmp_path, V2.text)
    torn = V2.text.replace("\tCAP-1\t", "\tCAP\n-1\t", 1)
    got = V2.read(tmp_path, torn)
    assert not len(got.rejects)
    assert got.table["description"].iloc[1] == "CAP -1"
    assert got.table["net_minor"].tolist() == before.table["net_minor"].tolist()
    assert got.table["source_line"].tolist() == [2, 3, *range(5, 24)]


def test_a_short_row_swallows_no_other(tmp_path: Path) -> None:
    lines = V2.text.split("\n")
    lines[4] = "\t".join(lines[4].split("\t")[:9])
    got = V2.read(tmp_path, "\n".join(lines))
    assert reasons(got) == [(5, "row_too_short")]
    assert len(got.table) == 20


def test_a_first_row_without_its_blank_cells_is_whole(tmp_path: Path) -> None:
    trimmed = "\n".join(line.rstrip("\t") if line.count("EUR") else line for line in V2.text.split("\n"))
    assert trimmed != V2.text
    got = V2.read(tmp_path, trimmed)
    assert (len(got.table), len(got.rejects), len(got.controls)) == (21, 0, 2)


@given(st.lists(st.text(st.sampled_from("ab \t"), max_size=4), max_size=8))
def test_mending_keeps_every_line_in_its_place(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    told = SettlementTears().mended(text, ("settlement-id", "a", "currency", "b"), "\t")
    assert told.count("\n") == text.count("\n")
    assert "".join(told.split()) == "".join(text.split())


def test_the_first_layout_pays_what_its_total_says(tmp_path: Path) -> None:
    got = V1.read(tmp_path, V1.text)
    names = [name for name in V1.rows[0] if name.endswith("-amount") and name != "total-amount"]
    assert len(names) == 9
    cells = [Decimal(row[name].strip()) for row in _table(V1) for name in names if row[name].strip()]
    lines = got.table[got.table["kind"] != LineKind.PAYOUT]
    assert lines["net_minor"].sum() == int(sum(cells) * 100) == 4127
    assert (lines["gross_minor"] - lines["fee_minor"] == lines["net_minor"]).all()


SPEECH = {
    "de": ("Datum/Uhrzeit", "Abrechnungsnummer", "Typ", "Bestellnummer", "Beschreibung", "Umsätze",
           "Verkaufsgebühren", "Gebühren zu Versand durch Amazon", "Andere Transaktionsgebühren", "Andere", "Gesamt"),
    "fr": ("date/heure", "numéro de versement", "type", "numéro de la commande", "description", "ventes de produits",
           "frais de vente", "Frais Expédié par Amazon", "autres frais de transaction", "autre", "total"),
    "be": ("date/heure", "Identifiant du paiement", "type", "Numéro de la commande", "description",
           "ventes de produits", "frais de vente", "Frais pour le service Expédié par Amazon",
           "autres frais de transaction", "autres", "total"),
    "es": ("fecha y hora", "identificador de pago", "tipo", "número de pedido", "descripción", "ventas de productos",
           "tarifas de venta", "tarifas de Logística de Amazon", "tarifas de otras transacciones", "otro", "total"),
    "it": ("Data/Ora:", "Numero pagamento", "Tipo", "Numero ordine", "Descrizione", "Vendite",
           "Commissioni di vendita", "Costi del servizio Logistica di Amazon",
           "Altri costi relativi alle transazioni", "Altro", "totale"),
    "nl": ("datum/tijd", "schikkings-ID", "type", "bestelnummer", "beschrijving", "verkoop van producten",
           "verkoopkosten", "fba-vergoedingen", "overige transactiekosten", "overige", "totaal"),
    "se": ("datum/tid", "reglerings-id", "typ", "beställnings-id", "beskrivning", "försäljning av produkter",
           "försäljningsavgifter", "fba-avgifter", "övriga transaktionsavgifter", "Övrigt", "totalt"),
    "jp": ("日付/時間", "決済番号", "トランザクションの種類", "注文番号", "説明", "商品売上", "手数料", "FBA 手数料",
           "トランザクションに関するその他の手数料", "その他", "合計"),
}  # fmt: skip
WORDS = {
    "de": ("Bestellung", "Übertrag"), "fr": ("Commande", "Transfert"), "be": ("Commande", "Transférer"),
    "es": ("Pedido", "Transferir"), "it": ("Ordine", "Trasferimento"), "nl": ("Bestelling", "Overboeking"),
    "se": ("Beställning", "Överföring"), "jp": ("注文", "振込み"),
}  # fmt: skip


@pytest.mark.parametrize("language", SPEECH)
@pytest.mark.parametrize("when", ["4 sep. 2026 10:22:11 UTC", "04.09.2026 10:22:11 UTC", "2026/09/04 10:22:11 UTC"])
def test_other_languages(language: str, when: str, tmp_path: Path) -> None:
    order, transfer = WORDS[language]
    rows = [
        [*SPEECH[language]],
        [when, "9", order, "302-1", "Tasse", "1.084,50", "-84,00", "0", "-0,50", "0", "1.000,00"],
        [when, "9", transfer, "", "x 123", "0", "0", "0", "0", "-1.000,00", "-1.000,00"],
    ]
    path = tmp_path / "export.csv"
    path.write_text("EUR\n" + written(rows))
    assert readers.identify(path) == "amazon_date_range"
    got = RANGE.read(tmp_path, "EUR\n" + written(rows))
    assert got.table["kind"].tolist() == ["charge", "payout"]
    assert got.table[["gross_minor", "fee_minor", "net_minor"]].to_numpy().tolist() == [
        [108450, 8450, 100000],
        [-100000, 0, -100000],
    ]
    assert set(got.table["occurred_at"].astype(str)) == {"2026-09-04 10:22:11+00:00"}
    assert "123" not in got.table["description"].str.cat()


def test_no_name_of_a_column_stands_for_two() -> None:
    seen: dict[str, str] = {}
    for target, names in (NAMES | MONEY).items():
        for name in {one.casefold() for one in names}:
            assert seen.setdefault(name, target) == target, name


def _small(**cells: str) -> list[list[str]]:
    row = {
        "date/time": "Sep 4, 2026 1:05:07\u202fPM PDT", "settlement id": "9", "type": "Order", "order id": "111-1",
        "description": "Cup", "marketplace": "Amazon.com", "product sales": "10.00", "selling fees": "-1.50",
        "fba fees": "0", "other transaction fees": "0", "other": "0", "total": "8.50",
    } | cells  # fmt: skip
    return [[*row], [*row.values()]]


def test_a_blank_that_does_not_break_before_pm(tmp_path: Path) -> None:
    got = RANGE.read(tmp_path, written(_small()))
    assert str(got.table["occurred_at"].iloc[0]) == "2026-09-04 20:05:07+00:00"
    slashes = RANGE.read(tmp_path, written(_small(**{"date/time": "27/06/2026 1:05:07\u202fPM UTC"})))
    assert str(slashes.table["occurred_at"].iloc[0]) == "2026-06-27 13:05:07+00:00"


def test_indian_standard_time_and_grouping_for_an_account_elsewhere(tmp_path: Path) -> None:
    cells = {"date/time": "02-Sep-2026 14:22:10 IST", "marketplace": "amazon.in", "product sales": "1,00,000.00"}
    got = RANGE.read(tmp_path, written(_small(**cells, total="99,998.50")))
    line = got.table.iloc[0]
    assert (str(line["occurred_at"]), line["currency"], line["gross_minor"]) == (
        "2026-09-02 08:52:10+00:00",
        "INR",
        10_000_000,
    )


def test_the_currency_is_told_by_the_file_the_marketplace_or_the_account(tmp_path: Path) -> None:
    def currency(text: str, **options: str) -> list[str]:
        return RANGE.read(tmp_path, text, **options).table["currency"].tolist()

    nowhere = written(_small(marketplace=""))
    assert currency(written(_small(marketplace="amazon.co.uk"))) == ["GBP"]
    assert currency("All amounts in CAD, unless specified (FBA)\n" + nowhere) == ["CAD"]
    assert currency(nowhere, currency="aud") == ["AUD"]
    assert reasons(RANGE.read(tmp_path, nowhere)) == [(2, "currency_missing")]
    assert reasons(RANGE.read(tmp_path, nowhere, currency="XXQ")) == [(2, "currency_unknown")]


def test_a_row_is_added_up_only_where_all_its_money_is_known(tmp_path: Path) -> None:
    off = _small(total="8.49")
    assert reasons(RANGE.read(tmp_path, written(off))) == [(2, "amount_inconsistent")]
    moon = [[*row[:7], extra, *row[7:]] for row, extra in zip(off, ("Moon levy", "-0.01"), strict=True)]
    got = RANGE.read(tmp_path, written(moon))
    assert got.table[["gross_minor", "fee_minor", "net_minor"]].to_numpy().tolist() == [[999, 150, 849]]


def test_a_slash_date_that_nothing_tells_is_refused_until_the_account_says(tmp_path: Path) -> None:
    text = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n03/04/26\t5\tok\t\t111-1\ta@example.com\n"
    with pytest.raises(FileRefused, match="date_order"):
        FEEDBACK.read(tmp_path, text)
    days = {
        order: str(FEEDBACK.read(tmp_path, text, date_order=order).table["left_on"].iloc[0].date())
        for order in ("day_first", "month_first")
    }
    assert days == {"day_first": "2026-04-03", "month_first": "2026-03-04"}


def _order_rows(**cells: str) -> str:
    rows = ORDERS.rows[:2]
    for name, value in cells.items():
        rows[1][rows[0].index(name.replace("_", "-"))] = value
    return _tabs(rows)


@pytest.mark.parametrize(
    ("status", "financial"),
    [
        ("Shipped", "paid"),
        ("Shipped - Delivered to Buyer", "paid"),
        ("PartiallyShipped", "paid"),
        ("Shipping", "authorized"),
        ("Unshipped", "authorized"),
        ("Pending - Waiting for Pick Up", "pending"),
        ("Canceled", "voided"),
        ("Frozen", "frozen"),
    ],
)
def test_states_of_orders(status: str, financial: str, tmp_path: Path) -> None:
    got = ORDERS.read(tmp_path, _order_rows(order_status=status))
    assert got.table["financial_status"].tolist() == [financial]


def test_a_currency_nobody_knows_rejects_the_item_and_its_order(tmp_path: Path) -> None:
    got = ORDERS.read(tmp_path, _order_rows(currency="XXQ"))
    assert reasons(got) == [(2, "currency_unknown")]
    assert got.rejects[["column", "value"]].iloc[0].tolist() == ["currency", "XXQ"]
    assert not len(got.table)


def test_prices_with_the_tax_inside_are_not_taxed_again(tmp_path: Path) -> None:
    inside = ORDERS.read(tmp_path, _order_rows(item_price="119.00", item_tax="19.00", currency="EUR"))
    on_top = ORDERS.read(tmp_path, _order_rows(item_price="100.00", item_tax="19.00", currency="EUR"))
    shipping = 599 + 53  # the shipping's own tax follows the items'
    assert inside.table["total_minor"].tolist() == [11900 + 599]
    assert on_top.table["total_minor"].tolist() == [11900 + shipping]


@given(st.lists(st.tuples(st.integers(1_000, 90_000), st.sampled_from([7, 19, 20, 21])), min_size=30, max_size=60))
def test_rates_tell_where_the_tax_is(items: list[tuple[int, int]]) -> None:
    net = pd.Series([base for base, _ in items])
    tax = pd.Series([int(Decimal(base * rate) / 100 + Decimal("0.5")) for base, rate in items])
    inside, on_top = tax_readings(net + tax, tax).sum().tolist()
    assert inside > on_top
    inside, on_top = tax_readings(net, tax).sum().tolist()
    assert inside <= on_top


@given(st.lists(st.text("a \t\u00a0\u3000\u00e9", max_size=3), max_size=6))
def test_blank_texts_are_those_of_blanks_alone(texts: list[str]) -> None:
    assert blank(pd.Series(texts, dtype="str")).tolist() == [not text.strip() for text in texts]


def test_a_control_sums_lines_in_the_currency_of_its_settlement(tmp_path: Path) -> None:
    got = V2.read(tmp_path, _with(V2, 2, currency="USD"))
    first, second = got.controls
    assert (first.currency, first.expected_minor, first.actual_minor) == ("EUR", 5760, 5760 - 8400)
    assert second.holds


SAMPLES = [
    ("date-range-in-gst-header.csv", "amazon_date_range", 1, 0, [168407]),
    ("date-range-in-synthetic.csv", "amazon_date_range", 2, 2, []),  # its amounts do not add up
    ("date-range-us-2017-header.csv", "amazon_date_range", 0, 0, []),
    ("orders-all-by-last-update-header.txt", "amazon_orders", 0, 0, []),
    ("orders-all-synthetic.txt", "amazon_orders", 3, 0, [9698, 7653]),
    ("orders-new-orders-fake.txt", "amazon_orders", 6, 0, [328, 656, 328, 656]),
    ("reimbursements-fba-header.txt", "amazon_reimbursements", 2, 2, []),
    ("returns-fba-header.txt", "amazon_returns_fba", 2, 2, []),
    ("returns-mfn-header.txt", "amazon_returns_mfn", 2, 2, []),
    ("seller-feedback-header.txt", "amazon_feedback", 2, 2, []),
    ("settlement-v1-airbyte.txt", "amazon_settlement_v1", 2, 0, [-123456, 1677]),
]


@pytest.mark.parametrize(("name", "reader", "records", "rejects", "totals"), SAMPLES, ids=[one[0] for one in SAMPLES])
def test_sample(samples: Path, name: str, reader: str, records: int, rejects: int, totals: list[int]) -> None:
    path = samples / "amazon" / name
    got: Read = whole(readers.read(Source(path, name)))
    assert (got.reader, got.records, len(got.rejects)) == (reader, records, rejects)
    money = [one for one in ("net_minor", "total_minor", "amount_minor") if one in got.table]
    assert (got.table[money[0]].tolist() if money else []) == totals


def test_other_samples_are_not_taken_for_amazons(samples: Path) -> None:
    for path in sorted(samples.glob("*/*.csv")):
        if path.parent.name not in ("amazon", "ebay"):
            assert not (readers.identify(path) or "").startswith(("amazon", "ebay")), path
