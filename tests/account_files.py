"""One right account and the readers it names."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

ACCOUNT = """\
account: northwind
name: Northwind Traders
currency: EUR
zone: Europe/Berlin
cut_off: "17:30"
sources:
  - files: exports/northwind/*/orders*.csv
  - files: exports/northwind/*/bank.csv
    reader: bank_csv
    options: {delimiter: ";"}
payouts:
  - processor: stripe
    descriptor: STRIPE
    days: [1, 4]
fees:
  - processor: stripe
    rate_bps: 12.5
    fixed_minor: 30
    currency: EUR
    since: 2026-01-01
    source: contract, section 3
never_at_processor: [manual]
tolerance:
  order_minor: 2
owners: {reconciliation: Finance operations}
recipients: [finance@example.com]
"""


class BankOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    delimiter: str = ","


READERS: dict[str, type[BaseModel] | None] = {"bank_csv": BankOptions, "shopify_orders": None, "camt053": None}
