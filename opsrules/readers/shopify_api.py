"""Shopify's Admin API as JSON: orders, order transactions, balance transactions, payouts, disputes.

Amounts are decimal text, times ISO 8601 with the shop's offset. Balance transactions and disputes name an order by its
number in the API (REST) or as the shop shows it (GraphQL). What was done in test mode is a reject.

Source: shopify.dev/docs/api; REST answers seen in samples, GraphQL not verified.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, field_validator

from opsrules.money import is_currency
from opsrules.readers.json_objects import Format, read_objects, recognised
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.processor_lines import payout_controls
from opsrules.readers.shopify_api_money import PROCESSOR, money_shapes
from opsrules.readers.shopify_api_orders import ORDER_SHAPES

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "shopify_api"
KIND = "processor_lines"
KNOWN_BY = "the objects' fields"
CHECKED = (
    "samples: orders, transactions, balance transactions, payouts, disputes and refunds as the REST API answers them"
)
NOT_VERIFIED = "GraphQL answers; answers of a live shop"


class Options(BaseModel):
    """What an account may say about answers of Shopify's API.

    Attributes
    ----------
    currency : str
        Currency of an order's transactions, for old answers that do not name it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = ""

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, currency: str) -> str:
        if currency and not is_currency(currency):
            msg = f"{currency!r} is no ISO 4217 currency; write one such as EUR"
            raise ValueError(msg)
        return currency


def _format(options: Options) -> Format:
    return Format(NAME, money_shapes(options.currency) + ORDER_SHAPES)


_ANY = _format(Options())


def identify(head: Head) -> bool:
    """Whether the file holds objects of Shopify's Admin API."""
    return recognised(head, _ANY)


def read(source: Source) -> Read:
    """Read one file into the tables of its objects.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    got = read_objects(source, _format(checked(Options, source)))
    lines = got.tables.get("processor_lines")
    return got if lines is None else replace(got, controls=payout_controls(lines))
