"""Public test numbers of cards and bank accounts, how people write them, and oracles of our own."""

from __future__ import annotations

CARDS = {
    "visa": ("4242424242424242", "4111111111111111", "4000056655665556", "4222222222222"),
    "mastercard": ("5555555555554444", "5105105105105100", "2223003122003222", "2720990000000007"),
    "american_express": ("378282246310005", "371449635398431", "341111111111111"),
    "discover": ("6011111111111117", "6011000990139424", "6500000000000002"),
    "jcb": ("3566002020360505", "3530111333300000"),
    "diners_club": ("30569309025904", "38520000023237", "36227206271667", "3056930009020004"),
    "unionpay": ("6200000000000005", "6205500000000000004"),
    "maestro": ("6759649826438453", "6304000000000000", "5018000000000009"),
}
"""Brand to numbers that processors publish for tests, or that are made of zeros and a check digit."""

IBANS = (
    *("DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "NO9386011117947"),
    *("BE68539007547034", "NL91ABNA0417164300", "CH9300762011623852957", "ES9121000418450200051332"),
    *(
        "AT611904300234573201",
        "PL61109010140000071219812874",
        "IT60X0542811101000000123456",
        "SE4550000000058398257466",
    ),
    *(
        "BR1800360305000010009795493C1",
        "AD1200012030200359100100",
        "BY13NBRB3600900000002Z00AB00",
        "FI2112345600000785",
    ),
)
"""The registry's own examples."""


def luhn(number: str) -> bool:
    """Luhn's formula, digit by digit from the right."""
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit // 10 + digit % 10
    return total % 10 == 0


def issued(number: str) -> bool:
    """Whether a brand issues numbers of that length and start, spelled out as a list of cases."""
    size, two, three, four = len(number), int(number[:2]), int(number[:3]), int(number[:4])
    return (
        (number[0] == "4" and size in (13, 16, 19))
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and size == 16)
        or (two in (34, 37) and size == 15)
        or ((four == 6011 or 644 <= three <= 649 or two == 65) and 16 <= size <= 19)
        or (3528 <= four <= 3589 and 16 <= size <= 19)
        or ((300 <= three <= 305 or four == 3095 or two in (36, 38, 39)) and 14 <= size <= 19)
        or ((two == 62 or 810 <= three <= 817) and 16 <= size <= 19)
        or (four in (5018, 5020, 5038, 5893, 6304, 6703, 6759, 6761, 6762, 6763, 6771) and 13 <= size <= 19)
    )


def check_digits(country: str, rest: str) -> str:
    """The two signs that make country, check digits and rest a right account number, by long division."""
    remainder = 0
    for sign in rest + country + "00":
        value = int(sign) if sign.isdigit() else ord(sign) - ord("A") + 10
        remainder = (remainder * (100 if value > 9 else 10) + value) % 97
    return f"{98 - remainder:02d}"


def in_groups(number: str, size: int = 4, between: str = " ") -> str:
    """The number in groups of that size."""
    return between.join(number[at : at + size] for at in range(0, len(number), size))
