"""More for the small workspace: what is agreed with its processor, disputes as the shop's API gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipeline.small import ACCOUNT

import opsrules

TERMS = """\
processors:
  - processor: shopify_payments
    methods: [Shopify Payments]
    settlement_days: 3
    bank_account: "5678"
    bank_charges_minor: [725]
  - {processor: stripe, methods: [Card by Stripe]}
reserves:
  - {processor: shopify_payments, currency: EUR, days: 7, grace_days: 2}
"""


def account(*parts: str, old: str = "", new: str = "") -> str:
    """The account with further parts of its file."""
    text = ACCOUNT + "".join(parts)
    assert old in text
    return text.replace(old, new) if old else text


def disputes(*rows: Mapping[str, object]) -> str:
    """Disputes of October over 100.00, as the shop's API gives them."""
    usual: dict[str, object] = dict.fromkeys(("evidence_sent_on", "finalized_on"))
    usual |= {"type": "chargeback", "amount": "100.00", "currency": "EUR", "order_id": 1, "reason": "fraudulent"}
    usual |= {"initiated_at": "2026-10-06T10:00:00+02:00", "evidence_due_by": "2026-11-05T01:00:00+01:00"}
    usual |= {"network_reason_code": "4837"}
    return json.dumps({"disputes": [usual | {"id": 700 + number} | dict(row) for number, row in enumerate(rows)]})


def told(got: opsrules.Review) -> list[tuple[str, str, str]]:
    """Class, further classes and rule of each finding, in order of class and rule."""
    rows = got.findings[["class", "other_classes", "rule_id"]].itertuples(index=False, name=None)
    return sorted(rows)
