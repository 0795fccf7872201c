"""Amazon's marketplaces and the currencies they settle in."""

from __future__ import annotations

import pandas as pd

from opsrules.readers.lookup import each_text

__all__ = ["CURRENCIES", "marketplace_currencies"]

CURRENCIES = {
    "amazon.com": "USD",
    "amazon.ca": "CAD",
    "amazon.com.mx": "MXN",
    "amazon.com.br": "BRL",
    "amazon.co.uk": "GBP",
    "amazon.de": "EUR",
    "amazon.fr": "EUR",
    "amazon.it": "EUR",
    "amazon.es": "EUR",
    "amazon.nl": "EUR",
    "amazon.ie": "EUR",
    "amazon.com.be": "EUR",
    "amazon.se": "SEK",
    "amazon.pl": "PLN",
    "amazon.com.tr": "TRY",
    "amazon.ae": "AED",
    "amazon.sa": "SAR",
    "amazon.eg": "EGP",
    "amazon.in": "INR",
    "amazon.sg": "SGD",
    "amazon.com.au": "AUD",
    "amazon.co.jp": "JPY",
    "amazon.jp": "JPY",
    "amazon.co.za": "ZAR",
}
"""Marketplace, as reports name it, to the currency of its amounts.

Source: Amazon Selling Partner API, marketplace identifiers; knowledge of the trade: confidence high.
"""


def marketplace_currencies(texts: pd.Series[str]) -> pd.Series[str]:
    """Currency of each marketplace; "" for a text that is none."""
    return each_text(texts, lambda text: CURRENCIES.get(text.strip().casefold(), ""))
