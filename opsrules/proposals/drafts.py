"""Drafts of proposals: from what tells examples apart, the change that would bring them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.money import format_amount
from opsrules.parameters import Account
from opsrules.privacy.columns import shown
from opsrules.proposals.bounds import bound_of
from opsrules.proposals.changes import Change, bounded, described, left_out_methods, longer, patterned, widened
from opsrules.proposals.examples import Truth
from opsrules.proposals.facts import Facts
from opsrules.proposals.references import Inferred, infer
from opsrules.proposals.tried import Legs
from opsrules.proposals.wanted import WANTED, Short
from opsrules.proposals.words import phrase_of
from opsrules.reconcile import KeyPass, Patterns, WindowPass
from opsrules.reconcile.references import normalise_reference, taken_out
from opsrules.terms import Leg

__all__ = ["DAYS", "DESCRIPTOR", "METHOD", "REFERENCE", "TOLERANCE", "Draft", "Known", "drafts_of"]

REFERENCE, TOLERANCE, DAYS = "reference pattern", "tolerance", "days"
DESCRIPTOR, METHOD = "payout descriptor", "payment method"

_ORDERS = (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS)
_WIDEST = (-31, 62)  # as account files take days
_SHOWN = 3


@dataclass(frozen=True)
class Known:
    """What drafts are made from.

    Attributes
    ----------
    account : Account
    ready : Prepared
    legs : mapping of Leg to LegResult
    truth : Truth
    facts : tuple of Facts
    """

    account: Account
    ready: Prepared
    legs: Legs
    truth: Truth
    facts: tuple[Facts, ...]


@dataclass(frozen=True)
class Draft:
    """A change, before it is tried.

    Attributes
    ----------
    kind : str
    what : str
        The change in one line.
    change : Change
    examples : frozenset of str
        What it was made from.
    held_out : int
        Of these, how many the change made from all others covers.
    shown : tuple of str
        The first examples, as they may be shown.
    """

    kind: str
    what: str
    change: Change
    examples: frozenset[str]
    held_out: int
    shown: tuple[str, ...] = ()


def drafts_of(known: Known) -> tuple[tuple[Draft, ...], tuple[Short, ...]]:
    """Return all drafts, and what was not drafted and why."""
    drafts: list[Draft] = []
    short: list[Short] = []
    for make in (_references, _tolerances, _days, _descriptors, _methods):
        for one in make(known):
            (drafts if isinstance(one, Draft) else short).append(one)  # type: ignore[arg-type]
    return tuple(drafts), tuple(short)


_Made = Iterator[Draft | Short]


def _references(known: Known) -> _Made:
    pairs = {
        one.keys: one.example.finding_id
        for one in known.facts
        if one.leg in _ORDERS and all(one.keys) and one.keys[0] != one.keys[1] and not one.residual_minor
    }
    clean = [pair for pair in pairs if all(shown(text) == text for text in pair)]
    if hidden := len(pairs) - len(clean):
        yield Short(REFERENCE, hidden, "references with personal data in them")
    found, short = infer(clean)
    yield from short
    for one in found:
        if orders := _confused(known, one.patterns):
            why = f"{_pattern_words(one.patterns)} takes one key out of several of {orders:,} orders"
            yield Short(REFERENCE, len(one.pairs), why)
        else:
            yield _reference(known.account, one)


def _reference(account: Account, one: Inferred) -> Draft:
    examples = tuple(f"{left} = {right}" for left, right in one.pairs[:_SHOWN])
    told = frozenset(f"{left} = {right}" for left, right in one.pairs)
    return Draft(
        REFERENCE, _pattern_words(one.patterns), patterned(account, one.patterns), told, one.held_out, examples
    )


def _pattern_words(patterns: Patterns) -> str:
    said = [f"{side} {one}" for side, one in (("orders", patterns.left), ("lines", patterns.right)) if one]
    return ", ".join([*said, *([f"without {patterns.without}"] if patterns.without else [])])


def _confused(known: Known, patterns: Patterns) -> int:
    """How many orders have a key that the patterns take out of another order's reference too."""
    keys = normalise_reference(known.legs[Leg.ORDERS_CHARGES].matching.left["key"]).drop_duplicates()
    taken = taken_out(keys, patterns.left, patterns.without)
    return int(taken[taken != ""].duplicated(keep=False).sum())


def _grouped(
    facts: Iterable[Facts], of: Callable[[Facts], tuple[str, ...] | None]
) -> Iterator[tuple[tuple[str, ...], list[Facts]]]:
    groups: dict[tuple[str, ...], list[Facts]] = {}
    for one in facts:
        if (name := of(one)) is not None:
            groups.setdefault(name, []).append(one)
    yield from sorted(groups.items())


def _tolerances(known: Known) -> _Made:
    for (leg, rule, currency), group in _grouped(known.facts, _apart_by_amount):
        about = Leg(leg).words()
        if currency != known.account.currency:
            why = f"{about}: in {currency}, and an account's tolerance is in {known.account.currency}"
            yield Short(TOLERANCE, len(group), why)
            continue
        bound = bound_of([abs(one.residual_minor) for one in group])
        if bound is None:
            yield Short(TOLERANCE, len(group), f"{about}: too few pairs of about one size")
            continue
        used = [group[at] for at in bound.used]
        yield Draft(
            TOLERANCE,
            f"{about}: up to {format_amount(bound.most, currency)} in pass {rule}",
            bounded(known.account, Leg(leg), rule, bound.most),
            _ids(used),
            bound.held_out,
            tuple(f"{format_amount(one.residual_minor, currency)} apart" for one in used[:_SHOWN]),
        )


def _apart_by_amount(one: Facts) -> tuple[str, str, str] | None:
    """Leg, pass and currency of an example that only its amounts keep from a match."""
    if not one.residual_minor or not one.currency:
        return None
    last = _last_key_pass(one)
    if last is not None and one.keys[0] == one.keys[1] != "":
        return one.leg, last.rule, one.currency
    window = _window(one)
    if one.leg is Leg.PAYOUTS_BANK and window is not None and one.is_one_to_one and _inside(one, window):
        return one.leg, window.rule, one.currency
    return None


def _last_key_pass(one: Facts) -> KeyPass | None:
    return next((each for each in reversed(one.spec.passes) if isinstance(each, KeyPass)), None)


def _window(one: Facts) -> WindowPass | None:
    """The first pass by amount and days that takes part for an example's tag."""
    if one.tags[0] != one.tags[1]:
        return None
    passes = (each for each in one.spec.passes if isinstance(each, WindowPass))
    return next((each for each in passes if one.tags[0] in each.days), None)


def _inside(one: Facts, window: WindowPass) -> bool:
    first, last = window.days[one.tags[0]]
    return first <= one.days[0] and one.days[1] <= last


def _days(known: Known) -> _Made:
    for (leg, rule, tag), group in _grouped(known.facts, _apart_by_days):
        about = f"{Leg(leg).words()}{f', {tag}' if tag else ''}"
        now = _days_now(group[0], rule)
        excess = [max(now[0] - one.days[0], one.days[1] - now[1]) for one in group]
        bound = bound_of(excess)
        if bound is None:
            yield Short(DAYS, len(group), f"{about}: too few pairs about as many days apart")
            continue
        used = [group[at] for at in bound.used]
        days = min(now[0], *(one.days[0] for one in used)), max(now[1], *(one.days[1] for one in used))
        if not _WIDEST[0] <= days[0] <= days[1] <= _WIDEST[1]:
            yield Short(DAYS, len(group), f"{about}: {days[0]} to {days[1]} days is more than an account can tell")
            continue
        yield Draft(
            DAYS,
            f"{about}: {days[0]} to {days[1]} days instead of {now[0]} to {now[1]}",
            _longer(known.account, used[0], rule, tag, days),
            _ids(used),
            bound.held_out,
            tuple(f"{one.days[1]} days after" for one in used[:_SHOWN]),
        )


def _apart_by_days(one: Facts) -> tuple[str, str, str] | None:
    """Leg, pass and tag of an example that only its days keep from a match."""
    if one.residual_minor or not one.currency:
        return None
    last = _last_key_pass(one)
    if one.keys[0] == one.keys[1] != "":
        return (one.leg, last.rule, "") if last is not None and last.days is not None else None
    window = _window(one)
    if window is None or not one.is_one_to_one or _inside(one, window):
        return None
    return (one.leg, window.rule, one.tags[0]) if one.leg is Leg.PAYOUTS_BANK or not one.keys[1] else None


def _days_now(one: Facts, rule: str) -> tuple[int, int]:
    found = next(each for each in one.spec.passes if each.rule == rule)
    days = found.days if isinstance(found, KeyPass) else found.days[one.tags[0]]
    return days or (0, 0)


def _longer(account: Account, one: Facts, rule: str, tag: str, days: tuple[int, int]) -> Change:
    """Where the days are told: of a pass, or of the processor's payouts."""
    told = getattr(account.matching, one.leg.value) or ()
    is_told = any(each.name == rule and each.days is not None for each in told)
    if one.leg is Leg.PAYOUTS_BANK and tag and not is_told:
        return widened(account, tag, days)
    rules = {each.rule for each in one.spec.passes if isinstance(each, KeyPass) and each.days is not None}
    return longer(account, one.leg, rules | {rule} if rule in rules else {rule}, days)


def _descriptors(known: Known) -> _Made:
    bank = known.ready.bank
    texts = (bank["counterparty"] + " " + bank["reference"] + " " + bank["text"]).tolist()
    tags = known.legs[Leg.PAYOUTS_BANK].matching.right["tag"].tolist()
    for (processor,), group in _grouped(known.facts, _untagged):
        mine = {at for one in group for at in one.example.right}
        others = [text for at, text in enumerate(texts) if at not in mine and tags[at] != processor]
        phrase = phrase_of([texts[at] for at in sorted(mine)], others, processor, known.account.name)
        if phrase is None:
            why = f"{processor}: {'no words stand in all of them' if len(group) >= WANTED else 'too few bank lines'}"
            yield Short(DESCRIPTOR, len(group), why)
            continue
        rules = [rule.days for rule in known.account.payouts if rule.processor == processor]
        first, last = rules[-1] if rules else (0, 5)
        days = (
            max(_WIDEST[0], min(first, *(one.days[0] for one in group))),
            min(_WIDEST[1], max(last, *(one.days[1] for one in group))),
        )
        yield Draft(
            DESCRIPTOR,
            f"{processor}: {phrase.words}, {days[0]} to {days[1]} days",
            described(known.account, processor, phrase.words, days),
            _ids(group),
            phrase.held_out,
        )


def _untagged(one: Facts) -> tuple[str] | None:
    """Processor of a payout whose bank line is not known to be one of its payouts."""
    if one.leg is not Leg.PAYOUTS_BANK or one.residual_minor or not one.tags[0] or one.tags[0] == one.tags[1]:
        return None
    return (one.tags[0],)


def _methods(known: Known) -> _Made:
    methods = known.ready.orders["payment_method"].tolist()
    groups: dict[str, set[str]] = {}
    for leg, side, at in known.truth.agreed:
        if leg is Leg.ORDERS_CHARGES and side == "left" and methods[at] and "+" not in methods[at]:
            groups.setdefault(methods[at], set()).add(f"order {at}")
    for method in sorted(groups):
        examples = frozenset(groups[method])
        if shown(method) != method:
            yield Short(METHOD, len(examples), "its name holds personal data")
        elif len(examples) < WANTED:
            yield Short(METHOD, len(examples), f"{method}: too few orders that are as expected")
        else:
            change = left_out_methods(known.account, method)
            yield Draft(METHOD, f"{method} never reaches a processor", change, examples, len(examples))


def _ids(group: Iterable[Facts]) -> frozenset[str]:
    return frozenset(one.example.finding_id for one in group)
