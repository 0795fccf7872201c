"""Readers: one module for each export format, recognised by content.

A new format is one module here, one line in `READERS`, and one golden pair under ``tests/golden``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from opsrules.errors import FileRefused, ParameterError, UsageError
from opsrules.readers import (
    amazon_account_health,
    bai2,
    bank_csv,
    camt052,
    camt053,
    camt054,
    checkout_payouts,
    checkout_settlement,
    declared_csv,
    ebay_seller_standards,
    etsy_statement,
    freshdesk_tickets,
    gocardless_api,
    gocardless_events,
    gocardless_payments,
    gocardless_payouts,
    gocardless_transactions,
    jpmorgan_activity,
    jpmorgan_deposits,
    jpmorgan_disputes,
    jpmorgan_fees,
    jpmorgan_summary,
    magento_orders,
    mt940,
    mt942,
    ofx,
    qif,
    recurly_invoices,
    recurly_transactions,
    shopify_api,
    shopify_orders,
    shopify_payments,
    shopify_payouts,
    square_items,
    square_transactions,
    stripe_api,
    stripe_balance_history,
    stripe_itemised,
    stripe_payments,
    stripe_payouts,
    tiktok_income,
    walmart_recon,
    walmart_recon_v1,
    woocommerce_orders,
    zendesk_tickets,
)
from opsrules.readers.adyen import accounting as adyen_accounting
from opsrules.readers.adyen import settlement as adyen_settlement
from opsrules.readers.amazon import date_range as amazon_date_range
from opsrules.readers.amazon import feedback as amazon_feedback
from opsrules.readers.amazon import orders as amazon_orders
from opsrules.readers.amazon import reimbursements as amazon_reimbursements
from opsrules.readers.amazon import returns_fba as amazon_returns_fba
from opsrules.readers.amazon import returns_mfn as amazon_returns_mfn
from opsrules.readers.amazon import settlement_v1 as amazon_settlement_v1
from opsrules.readers.amazon import settlement_v2 as amazon_settlement_v2
from opsrules.readers.cache import Cache
from opsrules.readers.content import heads
from opsrules.readers.ebay import transactions as ebay_transactions
from opsrules.readers.masking import without_secrets, without_secrets_said
from opsrules.readers.model import Control, Cover, Head, Masked, Read, Reader, Source
from opsrules.readers.opening import expanded
from opsrules.readers.paypal import activity as paypal_activity
from opsrules.readers.paypal import statement as paypal_statement
from opsrules.readers.paypal import stl as paypal_stl
from opsrules.readers.paypal import trr as paypal_trr

__all__ = [
    "READERS",
    "Cache",
    "Control",
    "Cover",
    "Head",
    "Masked",
    "Read",
    "Reader",
    "Source",
    "expanded",
    "identify",
    "options_model",
    "processors",
    "read",
    "reader_named",
]

READERS: tuple[Reader, ...] = (
    shopify_orders,
    shopify_payments,
    shopify_payouts,
    stripe_itemised,
    stripe_balance_history,
    stripe_api,
    shopify_api,
    gocardless_api,
    amazon_account_health,
    ebay_seller_standards,
    zendesk_tickets,
    freshdesk_tickets,
    paypal_trr,
    paypal_stl,
    paypal_activity,
    paypal_statement,
    adyen_settlement,
    adyen_accounting,
    amazon_settlement_v2,
    amazon_settlement_v1,
    amazon_date_range,
    amazon_orders,
    amazon_returns_fba,
    amazon_returns_mfn,
    amazon_reimbursements,
    amazon_feedback,
    ebay_transactions,
    stripe_payments,
    stripe_payouts,
    square_transactions,
    square_items,
    checkout_settlement,
    checkout_payouts,
    jpmorgan_deposits,
    jpmorgan_fees,
    jpmorgan_summary,
    jpmorgan_activity,
    jpmorgan_disputes,
    gocardless_payouts,
    gocardless_transactions,
    gocardless_events,
    gocardless_payments,
    recurly_invoices,
    recurly_transactions,
    tiktok_income,
    walmart_recon,
    walmart_recon_v1,
    etsy_statement,
    woocommerce_orders,
    magento_orders,
    camt053,
    camt052,
    camt054,
    mt940,
    mt942,
    bai2,
    ofx,
    qif,
    bank_csv,
    declared_csv,
)
"""All readers; the first that recognises a file reads it."""


def reader_named(name: str) -> Reader:
    """Return the reader of that name.

    Raises
    ------
    UsageError
        If there is none; the text lists those there are.
    """
    for reader in READERS:
        if name == reader.NAME:
            return reader
    known = ", ".join(reader.NAME for reader in READERS)
    raise UsageError(f"no reader is called {name!r}; the readers are {known}")


def options_model(name: str) -> type[BaseModel] | None:
    """Model of the options that a reader takes, or None when it takes none.

    Raises
    ------
    UsageError
        If there is no such reader.
    """
    model: type[BaseModel] | None = getattr(reader_named(name), "Options", None)
    return model


def processors() -> tuple[str, ...]:
    """Names of the processors whose lines the readers give, each once: what ``processor:`` in an account may say."""
    named = (getattr(reader, "PROCESSOR", "") for reader in READERS)
    return tuple(dict.fromkeys(name for name in named if name))


def identify(path_or_source: str | Path | Source) -> str | None:
    """Name of the reader whose format the file has, judged by its first 64 KiB; None when nobody knows it.

    Of a packed file that is what is in it, of a workbook the first sheet that somebody knows.

    Raises
    ------
    FileRefused
        If the file cannot be opened, is an archive or workbook that cannot be read, or a web page.
    """
    starts = heads(_source(path_or_source))
    return next((reader.NAME for start in starts for reader in READERS if reader.identify(start)), None)


def _source(path_or_source: str | Path | Source) -> Source:
    if isinstance(path_or_source, Source):
        return path_or_source
    return Source(Path(path_or_source), Path(path_or_source).as_posix())


def read(
    path_or_source: str | Path | Source,
    reader: str | None = None,
    options: Mapping[str, Any] | None = None,
    cache: Cache | None = None,
) -> Read:
    """Read one export into canonical tables and rejects; secrets in free text are masked and counted.

    Parameters
    ----------
    path_or_source : str, Path or Source
        The file; of a zip archive with several files one `Source` of `expanded`.
    reader : str, optional
        Name of the reader; recognised by content when left out.
    options : mapping, optional
        Options for the reader, in place of those of the source.
    cache : Cache, optional
        Where typed copies of large files are kept.

    Raises
    ------
    FileRefused
        If nobody recognises the file, or if it cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    UsageError
        If there is no such reader.
    """
    source = _source(path_or_source)
    if options is not None:
        source = replace(source, options=options)
    inside = expanded(source)
    if len(inside) == 1:
        (source,) = inside
    name = reader or identify(source)
    if name is None:
        raise FileRefused(source.name, "no reader recognises this file", "name its reader in the account's sources")
    chosen = reader_named(name)
    try:
        if cache is None:
            return without_secrets(chosen.read(source))
        return cache.read(source, name, lambda: without_secrets(chosen.read(source)))
    except (FileRefused, ParameterError) as error:
        # Without its cause: that may quote the file too, and a notebook shows it.
        raise without_secrets_said(error) from None
