"""One text without the secrets in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from opsrules.privacy.cards import card_spans
from opsrules.privacy.contacts import EMAIL, PHONE
from opsrules.privacy.ibans import iban_spans
from opsrules.terms import Secret

__all__ = ["mask", "masked", "truncated"]


def truncated(number: str) -> str:
    """A number of a card or an account with nothing but its last four signs.

    The one truncation there is: two different ones of the same card help to rebuild it.
    Source: PCI DSS 4.0.1, 3.4.1 (at most the first digits of the issuer and the last four may be shown).

    Examples
    --------
    >>> truncated("4242424242424242")
    '****4242'
    """
    return f"****{number[-4:]}"


def masked(text: str, kinds: Collection[Secret] = tuple(Secret)) -> str:
    """Text with the secrets of these kinds masked; masking it again changes nothing.

    Examples
    --------
    >>> masked("card 4242 4242 4242 4242 12/27, DE89 3704 0044 0532 0130 00")
    'card ****4242 12/27, DE****3000'
    >>> masked("mail jo@example.com or call +49 171 2345678 about order 1234567890123")
    'mail ****@**** or call **** about order 1234567890123'
    """
    return mask(text, kinds)[0]


def mask(text: str, kinds: Collection[Secret] = tuple(Secret)) -> tuple[str, dict[Secret, int]]:
    """As `masked`, with how many secrets of each kind there were."""
    found: dict[Secret, int] = {}
    for kind, (spans, shown) in _KINDS.items():
        if kind not in kinds:
            continue
        parts: list[str] = []
        done = 0
        for start, end in spans(text):
            parts += [text[done:start], shown(text[start:end])]
            done = end
            found[kind] = found.get(kind, 0) + 1
        if parts:
            text = "".join(parts) + text[done:]
    return text, found


def _spans_of(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (found.span() for found in pattern.finditer(text))


_BLANKS = re.compile(r"[^0-9A-Za-z]+")


def _account(number: str) -> str:
    plain = _BLANKS.sub("", number)
    return plain[:2].upper() + truncated(plain)


def _card(number: str) -> str:
    return truncated(_BLANKS.sub("", number))


# In this order: an account number holds digits enough for a card, an address may hold either.
_KINDS: dict[Secret, tuple[Callable[[str], Iterator[tuple[int, int]]], Callable[[str], str]]] = {
    Secret.IBAN: (iban_spans, _account),
    Secret.CARD: (card_spans, _card),
    Secret.EMAIL: (_spans_of(EMAIL), lambda _: "****@****"),
    Secret.PHONE: (_spans_of(PHONE), lambda _: "****"),
}
