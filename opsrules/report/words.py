"""How pages write amounts, counts, shares, days and terms."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from markupsafe import Markup

from opsrules.display.markup import clean, element
from opsrules.display.wording import count, listed, lower_first, number, share
from opsrules.money import CURRENCIES, format_amount, format_minor
from opsrules.periods import day_words

__all__ = [
    "amount",
    "count",
    "day",
    "listed",
    "lower_first",
    "minor",
    "money",
    "number",
    "opening",
    "permille",
    "place",
    "rounded",
    "share",
    "source",
    "term",
    "whole",
]

_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+|[a-z]+")
_ISO_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_SOURCES = {
    "shopify_orders": "Shopify orders",
    "shopify_payments": "Shopify Payments",
    "stripe": "Stripe",
    "stripe_itemised": "Stripe, itemised",
    "stripe_balance_history": "Stripe, balance history",
    "stripe_api": "Stripe API",
    "shopify_api": "Shopify API",
    "gocardless_api": "GoCardless API",
    "amazon_account_health": "Amazon account health",
    "ebay_seller_standards": "eBay seller standards",
    "zendesk_tickets": "Zendesk tickets",
    "freshdesk_tickets": "Freshdesk tickets",
    "paypal": "PayPal",
    "paypal_stl": "PayPal, settlement report",
    "paypal_trr": "PayPal, transaction detail",
    "paypal_activity": "PayPal, activity",
    "paypal_statement": "PayPal, statement",
    "adyen": "Adyen",
    "adyen_settlement": "Adyen, settlement details",
    "adyen_accounting": "Adyen, payment accounting",
    "stripe_payments": "Stripe, payments",
    "stripe_payouts": "Stripe, payouts",
    "shopify_payouts": "Shopify Payments, payouts",
    "square": "Square",
    "square_transactions": "Square, transactions",
    "square_items": "Square, items",
    "checkout": "Checkout.com",
    "checkout_settlement": "Checkout.com, settlement breakdown",
    "checkout_payouts": "Checkout.com, payouts",
    "jpmorgan": "J.P. Morgan",
    "jpmorgan_deposits": "J.P. Morgan, deposit detail",
    "jpmorgan_fees": "J.P. Morgan, fee details",
    "jpmorgan_summary": "J.P. Morgan, deposit summary",
    "jpmorgan_activity": "J.P. Morgan, financial activity summary",
    "jpmorgan_disputes": "J.P. Morgan, dispute detail",
    "gocardless": "GoCardless",
    "gocardless_payouts": "GoCardless, payouts",
    "gocardless_transactions": "GoCardless, payout transactions",
    "gocardless_events": "GoCardless, payout events",
    "gocardless_payments": "GoCardless, payments",
    "recurly": "Recurly",
    "recurly_invoices": "Recurly, invoices",
    "recurly_transactions": "Recurly, transactions",
    "tiktok_shop": "TikTok Shop",
    "tiktok_income": "TikTok Shop, income",
    "walmart": "Walmart",
    "walmart_recon": "Walmart, reconciliation (legacy)",
    "walmart_recon_v1": "Walmart, reconciliation",
    "etsy": "Etsy",
    "etsy_statement": "Etsy, statement",
    "woocommerce_orders": "WooCommerce orders",
    "magento_orders": "Magento orders",
    "declared_csv": "CSV with declared columns",
    "bank_csv": "bank CSV",
    "camt053": "CAMT.053",
    "camt052": "CAMT.052",
    "camt054": "CAMT.054",
    "mt940": "MT940",
    "mt942": "MT942",
    "bai2": "BAI2",
    "ofx": "OFX",
    "qif": "QIF",
    "amazon": "Amazon",
    "amazon_settlement_v1": "Amazon settlement, V1",
    "amazon_settlement_v2": "Amazon settlement, V2",
    "amazon_date_range": "Amazon date range report",
    "amazon_orders": "Amazon orders",
    "amazon_returns_fba": "Amazon returns, FBA",
    "amazon_returns_mfn": "Amazon returns, seller-fulfilled",
    "amazon_reimbursements": "Amazon reimbursements",
    "amazon_feedback": "Amazon seller feedback",
    "ebay": "eBay",
    "ebay_transactions": "eBay transaction report",
}


def minor(value: int, currency: str) -> str:
    """Exact figure without its currency."""
    return format_minor(value, currency)


def amount(value: int, currency: str) -> str:
    """Exact figure with its currency in front."""
    return format_amount(value, clean(currency))


def whole(value: int, currency: str) -> str:
    """Figure without decimals, half away from zero: for labels of charts and their headings."""
    scale = 10 ** CURRENCIES.get(currency, 2)
    units, rest = divmod(abs(value), scale)
    return number((units + (2 * rest >= scale)) * (-1 if value < 0 else 1))


def rounded(value: int, currency: str) -> str:
    """Figure without decimals with its currency in front: for headings of charts."""
    return f"{clean(currency)}\u00a0{whole(value, currency)}"


def money(value: int, currency: str) -> Markup:
    """Exact figure with its currency, which does not break at a line's end."""
    return element("span", amount(value, currency), class_="n")


_NUMERALS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


def opening(size: int, one: str, many: str | None = None) -> str:
    """A number with its noun at the start of a sentence: in words up to twelve.

    Examples
    --------
    >>> opening(1, "thing"), opening(13, "thing")
    ('One thing', '13 things')
    """
    noun = one if size == 1 else many or one + "s"
    return f"{_NUMERALS[size] if size < len(_NUMERALS) else number(size)} {noun}"


def place(name: str, line: str = "") -> Markup:
    """A file, with its line where one is known; breaks after a slash, an underscore and before the line's number."""
    parts = re.split(r"(?<=[/_])", clean(name))
    parts += [clean(f":{line}")] if line and line != "0" else []
    return element("span", Markup("<wbr>").join(parts), class_="mono")


def permille(part: int, total: int) -> str:
    """Share in per cent with one decimal, half up; exact integers throughout.

    Examples
    --------
    >>> permille(861, 1000), permille(1, 3)
    ('86.1%', '33.3%')
    """
    tenths = (2000 * part + total) // (2 * total)
    return f"{tenths // 10}.{tenths % 10}%"


def day(value: object, missing: str = "not known") -> str:
    """A day in words, from an ISO text, a date or a timestamp; `missing` where there is none."""
    text = "" if value is None else str(value)[:10]
    return day_words(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else missing


def term(kind: type[StrEnum], value: object) -> str:
    """Words for a term; a text that is no such term is shown as it is, a code without its underscores."""
    text = clean(value)
    if text in set(kind):
        return str(getattr(kind(text), "words")())  # noqa: B009 - every term of the house has it, StrEnum does not
    return text.replace("_", " ").capitalize() if _CODE.fullmatch(text) else text


def source(name: object) -> str:
    """A reader's name in words."""
    text = clean(name)
    return _SOURCES.get(text) or text.replace("_", " ")
