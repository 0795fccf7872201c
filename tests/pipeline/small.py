"""A small workspace written by hand: one shop, one processor, one bank."""

from __future__ import annotations

import shutil
from pathlib import Path

import opsrules

ORDER_COLUMNS = (
    "Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Payment Method,Refunded Amount,Outstanding Balance,Id"
)
PAYMENT_COLUMNS = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,"
    "Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency"
)
ACCOUNT = """\
account: acme
name: Acme <Home> GmbH
currency: EUR
zone: Europe/Berlin
sources:
  - files: exports/acme/*
payouts:
  - {processor: shopify_payments, descriptor: SHOPIFY, days: [0, 5]}
fees:
  - {processor: shopify_payments, rate_bps: 150, fixed_minor: 25, currency: EUR, source: a contract made for tests}
never_at_processor: [Cash]
owners: {finance: Finance lead, payments: Payments lead, operations: Operations lead, support: Support lead}
"""


def order(name: str, total: str, *, day: int = 5, status: str = "paid", refunded: str = "0.00", **other: str) -> str:
    """One order of October 2026, noon in Berlin, as a line of the export."""
    placed = other.get("placed", f"2026-10-{day:02d} 12:00:00 +0200")
    currency, method = other.get("currency", "EUR"), other.get("method", "Shopify Payments")
    number = name.strip("#")
    money = f"{currency},{total},0.00,0.00,{total}"
    return f"{name},{status},{money},{placed},1,Lamp,{total},L-1,{method},{refunded},0.00,{number}"


def line(name: str, amount: str, *, fee: str = "0.00", kind: str = "charge", day: int = 5, **other: str) -> str:
    """One processor line of October 2026; net is worked out here, by hand-written arithmetic on cents."""
    cents = round(float(amount) * 100) - round(float(fee) * 100)
    net = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
    when = other.get("when", f"2026-10-{day:02d} 12:01:00 +0200")
    payout, paid_on = other.get("payout", "9001"), other.get("paid_on", "2026-10-08")
    return (
        f"{when},{kind},{name},visa,online,paid,{paid_on},{payout},{paid_on},{amount},{fee},{net},"
        f"{other.get('checkout', '#1')},card,{amount},EUR,EUR"
    )


def statement(
    *entries: tuple[str, str, str], opening: str = "0.00", closing: str | None = None, until: str = "2026-10-31"
) -> str:
    """A camt.053 of October 2026 up to a day; each entry is amount with sign, booking day, text."""
    total = round(float(opening) * 100) + sum(round(float(amount) * 100) for amount, _, _ in entries)
    closing = closing or f"{abs(total) / 100:.2f}"

    def balance(kind: str, amount: str, sign: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
            f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{until}</Dt></Dt></Bal>\n"
        )

    body = "".join(
        f"<Ntry><NtryRef>N{number}</NtryRef><Amt Ccy='EUR'>{amount.lstrip('-')}</Amt>"
        f"<CdtDbtInd>{'DBIT' if amount.startswith('-') else 'CRDT'}</CdtDbtInd><Sts>BOOK</Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd>"
        "</RmtInf></TxDtls></NtryDtls></Ntry>\n"
        for number, (amount, day, text) in enumerate(entries)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-01T08:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>"
        "<CreDtTm>2026-11-01T08:00:00</CreDtTm><Acct><Id><IBAN>DE02999900000012345678</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        + balance("OPBD", opening, "CRDT")
        + balance("CLBD", closing, "DBIT" if total < 0 else "CRDT")
        + body
        + "</Stmt></BkToCstmrStmt></Document>\n"
    )


def workspace(root: Path, files: dict[str, str], account: str = ACCOUNT) -> Path:
    """Write rules, one account and its exports."""
    shutil.copytree(Path(__file__).parents[2] / "parameters" / "rules", root / "parameters" / "rules")
    (root / "parameters" / "accounts").mkdir()
    (root / "parameters" / "accounts" / "acme.yaml").write_text(account)
    (root / "exports" / "acme").mkdir(parents=True)
    for name, text in files.items():
        (root / "exports" / "acme" / name).write_text(text)
    return root


def exports(orders: list[str], lines: list[str], bank: str | None = None, **more: str) -> dict[str, str]:
    """The three files, by name."""
    files = {
        "orders.csv": "\n".join([ORDER_COLUMNS, *orders]) + "\n",
        "payments.csv": "\n".join([PAYMENT_COLUMNS, *lines]) + "\n",
    }
    if bank is not None:
        files["bank.xml"] = bank
    return files | more


def review(root: Path, period: str = "2026-10", as_of: str = "2026-11-03") -> opsrules.Review:
    """October, seen from 3 November."""
    return opsrules.open_review("reconciliation", "acme", period, root, as_of=as_of)


def clean() -> dict[str, str]:
    """Two orders, paid, paid out and booked: 100.00 - 1.75 and 50.00 - 1.00 make 147.25."""
    return exports(
        [order("#1", "100.00"), order("#2", "50.00")],
        [line("#1", "100.00", fee="1.75"), line("#2", "50.00", fee="1.00")],
        statement(("147.25", "2026-10-09", "SHOPIFY PAYOUT")),
    )
