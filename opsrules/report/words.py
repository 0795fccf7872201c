"""How pages write amounts, counts, shares, days and terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from markupsafe import Markup

from opsrules.money import CURRENCIES, format_amount, format_minor
from opsrules.periods import day_words
from opsrules.report.markup import clean, element

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
    "stripe_payments": "Stripe, payments",
    "stripe_payouts": "Stripe, payouts",
    "shopify_payouts": "Shopify Payments, payouts",
    "square": "Square",
    "square_transactions": "Square, transactions",
    "checkout": "Checkout.com",
    "checkout_settlement": "Checkout.com, settlement breakdown",
    "checkout_payouts": "Checkout.com, payouts",
    "jpmorgan": "J.P. Morgan",
    "jpmorgan_deposits": "J.P. Morgan, deposit detail",
    "jpmorgan_fees": "J.P. Morgan, fee details",
    "jpmorgan_summary": "J.P. Morgan, deposit summary",
    "jpmorgan_disputes": "J.P. Morgan, dispute detail",
    "gocardless": "GoCardless",
    "gocardless_payouts": "GoCardless, payouts",
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
    "mt940": "MT940",
    "ofx": "OFX",
}


def number(value: int) -> str:
    """A whole number with thousands commas and U+2212 for minus."""
    return f"{value:,}".replace("-", "−")


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


def count(size: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    Examples
    --------
    >>> count(1, "item"), count(1204, "item"), count(2, "currency", "currencies")
    ('1 item', '1,204 items', '2 currencies')
    """
    return f"{number(size)} {one if size == 1 else many or one + 's'}"


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
    """A file, with its line where one is known; breaks after a slash or an underscore, not inside a word."""
    shown = f"{name}:{line}" if line and line != "0" else name
    parts = re.split(r"(?<=[/_])", clean(shown))
    return element("span", Markup("<wbr>").join(parts), class_="mono")


def share(part: int, total: int) -> str:
    """Share in per cent; 100% and 0% only when it is all or nothing.

    Examples
    --------
    >>> share(1, 3), share(9999, 10000), share(1, 10000), share(5, 5)
    ('33%', 'over 99%', 'under 1%', '100%')
    """
    if part == total:
        return "100%"
    if part == 0:
        return "0%"
    rounded = (200 * part + total) // (2 * total)
    return "over 99%" if rounded >= 100 else "under 1%" if rounded == 0 else f"{rounded}%"


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


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it starts with an abbreviation or a name in capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def listed(parts: Iterable[str]) -> str:
    """Parts as a sentence lists them: a, b and c."""
    every = list(parts)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}" if every else ""
