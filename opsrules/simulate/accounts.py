"""What each demo account is: where it trades, who handles its money and what that costs. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass, replace

from opsrules.money import exponent

__all__ = ["Contract", "DemoAccount", "demo_accounts"]


@dataclass(frozen=True)
class Contract:
    """What the processor may charge for one card brand.

    Attributes
    ----------
    card_brand : str
        "" for every brand without a contract of its own.
    rate_bps : int
        Share of the amount, in basis points.
    fixed_minor : int
        Fixed part per charge.
    """

    card_brand: str
    rate_bps: int
    fixed_minor: int


@dataclass(frozen=True)
class DemoAccount:
    """One invented merchant.

    Attributes
    ----------
    name : str
        Account name: folder under exports/, stem of its parameter file.
    title : str
        The merchant as its bank knows it.
    currency, zone, country : str
        ISO 4217, IANA and ISO 3166 codes.
    order_prefix : str
        What stands before an order's number.
    first_number : int
        Number of its first order.
    processor : str
        shopify_payments or stripe.
    bank : str
        camt053, mt940 or bank_csv.
    bank_account : str
        Its account number at the bank.
    descriptor : str
        How the bank's text names the processor's payouts.
    contracts : tuple of Contract
        The plain contract first.
    dispute_fee_minor : int
        What the processor takes for a chargeback.
    payout_weekday : int
        -1 for a payout every business day, otherwise the weekday of the weekly payout, Monday = 0.
    payout_delay : int
        Business days from a charge to its payout.
    bank_delays : tuple of int
        Business days from a payout to its booking at the bank, drawn per payout.
    names_payouts : float
        Share of its bank credits whose text names the payout.
    long_tail : bool
        Whether the bank statement after the last month runs until every payout of that month has arrived. When not,
        it ends with the first business day, and the last payout is still on its way.
    tax_bps : int
    tax_included : bool
        Whether prices include the tax.
    price_minor : int
        Price of a middling product.
    shipping_minor, free_from_minor : int
        Shipping per order, and the basket from which it is free.
    stripe_utc : bool
        Whether the Stripe report was asked for in UTC (columns ``*_utc``), otherwise in the account's zone.
    foreign_rate_bps : int
        What 10,000 units of `foreign` are worth in its own currency; 0 where no rate is agreed.
    bank_charge_minor : int
        What a bank on the way keeps of a payout now and then.
    """

    name: str
    title: str
    currency: str
    zone: str
    country: str
    order_prefix: str
    first_number: int
    processor: str
    bank: str
    bank_account: str
    descriptor: str
    contracts: tuple[Contract, ...]
    dispute_fee_minor: int
    payout_weekday: int
    payout_delay: int
    bank_delays: tuple[int, ...]
    names_payouts: float
    long_tail: bool
    tax_bps: int
    tax_included: bool
    price_minor: int
    shipping_minor: int
    free_from_minor: int
    stripe_utc: bool = False
    foreign_rate_bps: int = 0
    bank_charge_minor: int = 450

    @property
    def foreign(self) -> str:
        """The other currency in which some of its orders are placed."""
        return "CAD" if self.currency == "USD" else "USD"

    @property
    def decimals(self) -> int:
        """Decimals of its currency."""
        return exponent(self.currency)

    @property
    def method(self) -> str:
        """Payment method of the orders that its processor takes, as the shop's export names it."""
        return {"shopify_payments": "Shopify Payments", "stripe": "stripe"}[self.processor]

    @property
    def bank_file(self) -> str:
        """Name of its bank statement files."""
        return {"camt053": "bank.xml", "mt940": "bank.sta", "bank_csv": "bank.csv"}[self.bank]

    @property
    def processor_file(self) -> str:
        """Name of its processor's files."""
        return {"shopify_payments": "shopify_payments.csv", "stripe": "stripe_payouts_itemised.csv"}[self.processor]


_NORTHWIND = DemoAccount(
    name="demo-northwind",
    title="Northwind Home GmbH",
    currency="EUR",
    zone="Europe/Berlin",
    country="DE",
    order_prefix="#",
    first_number=1001,
    processor="shopify_payments",
    bank="camt053",
    bank_account="DE02999900000012345678",
    descriptor="SHOPIFY PAYMENTS",
    contracts=(Contract("", 150, 25), Contract("american_express", 290, 25)),
    dispute_fee_minor=1500,
    payout_weekday=-1,
    payout_delay=3,
    bank_delays=(1, 1, 2),
    names_payouts=0.5,
    long_tail=True,
    tax_bps=1900,
    tax_included=True,
    price_minor=2900,
    shipping_minor=490,
    free_from_minor=8000,
    foreign_rate_bps=9200,
)
_HARROW = DemoAccount(
    name="demo-harrow",
    title="Harrow Books Ltd",
    currency="GBP",
    zone="Europe/London",
    country="GB",
    order_prefix="#HB",
    first_number=5001,
    processor="stripe",
    bank="mt940",
    bank_account="999999/00012345",
    descriptor="STRIPE PAYMENTS",
    contracts=(Contract("", 150, 20), Contract("american_express", 325, 20)),
    dispute_fee_minor=2000,
    payout_weekday=-1,
    payout_delay=2,
    bank_delays=(2,),
    names_payouts=1.0,
    long_tail=False,
    tax_bps=2000,
    tax_included=True,
    price_minor=1600,
    shipping_minor=350,
    free_from_minor=5000,
    stripe_utc=True,
    foreign_rate_bps=7800,
)
_JUNIPER = DemoAccount(
    name="demo-juniper",
    title="Juniper Skin Inc",
    currency="USD",
    zone="America/New_York",
    country="US",
    order_prefix="JS-",
    first_number=20001,
    processor="stripe",
    bank="bank_csv",
    bank_account="8-123456789",
    descriptor="STRIPE TRANSFER",
    contracts=(Contract("", 290, 30), Contract("american_express", 350, 30)),
    dispute_fee_minor=1500,
    payout_weekday=2,
    payout_delay=2,
    bank_delays=(1, 2),
    names_payouts=0.0,
    long_tail=True,
    tax_bps=825,
    tax_included=False,
    price_minor=2400,
    shipping_minor=695,
    free_from_minor=7500,
    foreign_rate_bps=7300,
)
_SAKURA = DemoAccount(
    name="demo-sakura",
    title="Sakura Paper KK",
    currency="JPY",
    zone="Asia/Tokyo",
    country="JP",
    order_prefix="#",
    first_number=3001,
    processor="shopify_payments",
    bank="camt053",
    bank_account="9999001234567",
    descriptor="SHOPIFY PAYMENTS",
    contracts=(Contract("", 340, 0), Contract("american_express", 455, 0)),
    dispute_fee_minor=1300,
    payout_weekday=-1,
    payout_delay=3,
    bank_delays=(1, 2),
    names_payouts=0.5,
    long_tail=True,
    tax_bps=1000,
    tax_included=True,
    price_minor=2400,
    shipping_minor=550,
    free_from_minor=8000,
)
_KINDS = (_NORTHWIND, _HARROW, _JUNIPER, _SAKURA)

# Further accounts are these four again under other invented names, with other weekdays, prices and delays.
_NAMES = (
    "alder basalt brightwater cedar cobalt copper driftline eastgate fennel fjord foxglove galena heron hollow indigo "
    "kestrel larkspur lowland marlow meridian mossbank norrland orchard otter palisade pebble quarry redstart saffron "
    "sable tern umber vale willow yarrow zephyr"
).split()


def demo_accounts(count: int) -> tuple[DemoAccount, ...]:
    """The first `count` demo accounts; each is the same whatever the count.

    Examples
    --------
    >>> [account.name for account in demo_accounts(5)]
    ['demo-northwind', 'demo-harrow', 'demo-juniper', 'demo-sakura', 'demo-alder']
    """
    return tuple(_account(index) for index in range(count))


def _account(index: int) -> DemoAccount:
    kind, further = _KINDS[index % len(_KINDS)], index - len(_KINDS)
    if further < 0:
        return kind
    round_, place = divmod(further, len(_NAMES))
    word = _NAMES[place]
    return replace(
        kind,
        name=f"demo-{word}" + (f"-{round_ + 1}" if round_ else ""),
        title=f"{word.capitalize()} {kind.title.split(' ', 1)[1]}",
        first_number=kind.first_number + 1000 * index,
        payout_weekday=-1 if index % 3 else index % 5,
        price_minor=kind.price_minor * (8 + index % 7) // 10,
    )
