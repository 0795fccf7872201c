"""The parameter file of a demo account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from opsrules.simulate.orders import NEVER_AT_PROCESSOR

if TYPE_CHECKING:
    from opsrules.simulate.accounts import DemoAccount

__all__ = ["write"]

_HEAD = """\
# {title}: a simulated account, written by `opsrules demo`. Nothing in it is real.
# Copy this file to begin an account of your own. Amounts are in minor units (150 = 1.50), rates in basis points.
"""


def write(account: DemoAccount) -> bytes:
    """Everything that a review must know about the account, as YAML."""
    text = yaml.safe_dump(_content(account), sort_keys=False, allow_unicode=True, width=110)
    return (_HEAD.format(title=account.title) + text).encode()


def _content(account: DemoAccount) -> dict[str, Any]:
    return {
        "account": account.name,
        "name": account.title,
        "currency": account.currency,
        "zone": account.zone,
        "cut_off": "24:00",
        "simulated": True,
        "sources": _sources(account),
        "payouts": [{"processor": account.processor, "descriptor": account.descriptor, "days": [0, 5]}],
        "fees": _fees(account),
        "processors": [_terms(account)],
        **_rates(account),
        "reserves": [{"processor": account.processor, "currency": account.currency, "days": 7, "grace_days": 2}],
        "never_at_processor": list(NEVER_AT_PROCESSOR),
        "tolerance": {"order_minor": 0, "payout_minor": 0},
        "desks": ["reconciliation"],
        "owners": {
            "finance": "Finance lead",
            "payments": "Payments lead",
            "support": "Support lead",
            "operations": "Operations lead",
        },
        "recipients": [f"finance@{account.name}.example.com"],
    }


def _sources(account: DemoAccount) -> list[dict[str, Any]]:
    folder = f"exports/{account.name}/*"
    sources: list[dict[str, Any]] = [{"files": f"{folder}/*"}]
    if account.bank == "bank_csv":
        options = {
            "columns": {"date": "Date", "amount": "Amount", "counterparty": "Payee", "text": "Description"},
            "date_format": "%m/%d/%Y",
            "currency": account.currency,
            "account": account.bank_account,
            "grouping": ",",
        }
        sources.append({"files": f"{folder}/{account.bank_file}", "reader": "bank_csv", "options": options})
    return sources


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def _terms(account: DemoAccount) -> dict[str, Any]:
    weekly = account.payout_weekday >= 0
    return {
        "processor": account.processor,
        "methods": [account.method],
        "settlement_days": account.payout_delay,
        **({"payout_weekdays": [_WEEKDAYS[account.payout_weekday]]} if weekly else {}),
        "bank_charges_minor": [account.bank_charge_minor],
    }


def _rates(account: DemoAccount) -> dict[str, Any]:
    if not account.foreign_rate_bps:
        return {}
    rate = {
        "sold": account.foreign,
        "bought": account.currency,
        "rate": account.foreign_rate_bps / 10_000,
        "source": f"Invented rate of {account.title}",
    }
    return {"fx": {"tolerance_bps": 50, "rates": [rate]}}


def _fees(account: DemoAccount) -> list[dict[str, Any]]:
    return [
        {
            "processor": account.processor,
            **({"card_brand": contract.card_brand} if contract.card_brand else {}),
            "rate_bps": contract.rate_bps,
            "fixed_minor": contract.fixed_minor,
            "currency": account.currency,
            "source": f"Invented contract of {account.title}",
        }
        for contract in account.contracts
    ]
