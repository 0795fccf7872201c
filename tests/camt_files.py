"""ISO 20022 account messages, written for tests."""

from __future__ import annotations

MESSAGES = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
"""Each message's element, and the element of one account's part of it."""


def namespace_of(message: str, version: str = "02") -> str:
    return f"urn:iso:std:iso:20022:tech:xsd:{message}.001.{version}"


def entry(
    amount: str = "10.00",
    sign: str = "CRDT",
    currency: str = "EUR",
    status: str = "BOOK",
    booked: str = "<Dt>2026-10-06</Dt>",
    rest: str = "",
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt>{booked}</BookgDt>{rest}</Ntry>\n"
    )


def balance(code: str, amount: str, sign: str = "CRDT", currency: str = "EUR", day: str = "") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd>{f'<Dt><Dt>{day}</Dt></Dt>' if day else ''}</Bal>\n"
    )


def statement(*parts: str, message: str = "camt.053", namespace: str | None = None, head: str = "") -> str:
    """One message of the family; its first entry is line 4 of the file. `namespace` is the attribute as written."""
    root, part = MESSAGES[message]
    attribute = f' xmlns="{namespace_of(message)}"' if namespace is None else namespace
    inside = "".join(parts)
    return (
        f'<?xml version="1.0"?>\n{head}<Document{attribute}><{root}><{part}>\n'
        f"<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>\n{inside}</{part}></{root}></Document>\n"
    )
