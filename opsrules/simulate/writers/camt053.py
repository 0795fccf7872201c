"""Bank statements as ISO 20022 camt.053.001.08, one statement a file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from opsrules.simulate.writers.text import Written, amounts

if TYPE_CHECKING:
    from datetime import date

    from opsrules.simulate.accounts import DemoAccount
    from opsrules.simulate.writers.statement import Entry, Statement

__all__ = ["write"]


def write(statement: Statement) -> Written:
    """One statement with its opening and closing balance."""
    texts = _head(statement)
    starts, line = {}, len(texts) + 1
    for number, entry in enumerate(statement.entries(), start=1):
        starts[entry.row] = line
        texts.append(_entry(statement.account, number, entry))
        line += texts[-1].count("\n") + 1
    texts += ["</Stmt>", "</BkToCstmrStmt>", "</Document>"]
    return Written(("\n".join(texts) + "\n").encode(), starts)


def _head(statement: Statement) -> list[str]:
    account, first, last = statement.account, statement.first, statement.last
    number = account.bank_account
    number = f"<IBAN>{number}</IBAN>" if account.currency == "EUR" else f"<Othr><Id>{number}</Id></Othr>"
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">',
        "<BkToCstmrStmt>",
        f"<GrpHdr><MsgId>DEMO{last:%Y%m%d}</MsgId><CreDtTm>{last}T22:00:00+00:00</CreDtTm></GrpHdr>",
        "<Stmt>",
        f"<Id>DEMO-{first:%Y%m%d}-{last:%Y%m%d}</Id>",
        f"<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>",
        f"<Acct><Id>{number}</Id><Ccy>{account.currency}</Ccy></Acct>",
        _balance(account, "OPBD", statement.opening, first),
        _balance(account, "CLBD", statement.closing, last),
    ]


def _balance(account: DemoAccount, code: str, minor: int, day: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(account, minor)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _amount(account: DemoAccount, minor: int) -> str:
    size = amounts([abs(minor)], account.decimals)[0]
    side = "DBIT" if minor < 0 else "CRDT"
    return f'<Amt Ccy="{account.currency}">{size}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _entry(account: DemoAccount, number: int, entry: Entry) -> str:
    role, code = ("Cdtr", 177) if entry.minor < 0 else ("Dbtr", 166)
    day = entry.day
    return (
        f"<Ntry><NtryRef>{number}</NtryRef>{_amount(account, entry.minor)}<Sts><Cd>BOOK</Cd></Sts>\n"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>DEMO{day.replace('-', '')}{number:06d}</AcctSvcrRef>\n"
        f"<BkTxCd><Prtry><Cd>{code}</Cd></Prtry></BkTxCd>\n"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{entry.names or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties><{role}><Pty><Nm>{escape(entry.counterparty)}</Nm></Pty></{role}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(entry.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
