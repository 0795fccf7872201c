"""From what people settled by hand to changes of the account's file, each tried on the same past data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from opsrules.desks.reconciliation.legs import run_legs
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.desks.reconciliation.prepare import Prepared, prepare
from opsrules.proposals.changes import Change
from opsrules.proposals.drafts import Draft, Known, drafts_of
from opsrules.proposals.examples import truth_of
from opsrules.proposals.facts import facts_of
from opsrules.proposals.said import Said
from opsrules.proposals.tried import Legs, Moves, Outcome, moves_of, outcome_of
from opsrules.proposals.wanted import Short

__all__ = ["Proposal", "Proposed", "propose"]


@dataclass(frozen=True)
class Proposal:
    """A change of the account's file that would settle what people settled by hand. Nothing is applied by itself.

    Attributes
    ----------
    kind : str
        reference pattern, tolerance, days, payout descriptor or payment method.
    what : str
        The change in one line.
    change : Change
    examples, held_out : int
        Settled findings it was made from, and of these, how many the change made from all others covers.
    shown : tuple of str
        The first examples, with secrets masked.
    outcome : Outcome
        On past data.
    """

    kind: str
    what: str
    change: Change
    examples: int
    held_out: int
    shown: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Proposed:
    """All proposals for one account.

    Attributes
    ----------
    proposals : tuple of Proposal
        Best first: those that were never wrong before all others.
    short : tuple of Short
        What was not proposed, and why.
    settled : int
        Findings of which people said something that could count.
    together : int
        Of these, how many name rows that belong together.
    lost : int
        Of these, how many are not among the exports, or name rows that cannot belong together.
    """

    proposals: tuple[Proposal, ...]
    short: tuple[Short, ...]
    settled: int
    together: int
    lost: int


def propose(asks: Sequence[Ask], exports: Exports, said: Iterable[Said]) -> Proposed:
    """Propose changes of an account's matching.

    Parameters
    ----------
    asks : sequence of Ask
        The account with each period that changes are tried on, all seen from one day; at least one.
    exports : Exports
        What was read for the account.
    said : iterable of Said
        What people said of its findings, of any period.

    Raises
    ------
    ControlTotalsError
        If a row has no place or two: a fault of opsrules.
    """
    known_said = tuple(said)
    ready = prepare(asks[0], exports)
    before = [run_legs(ask, ready) for ask in asks]
    account = asks[0].account
    truth = truth_of(account.account, before[0], known_said)
    known = Known(account, ready, before[0], truth, facts_of(truth, before[0]))
    drafts, short = drafts_of(known)
    tried = [(one, outcome_of(_moves(asks, ready, before, one.change), truth)) for one in drafts]
    useless = [
        Short(one.kind, len(one.examples), f"{one.what}: settles none of them") for one, out in tried if not out.agree
    ]
    kept = _best([(one, out) for one, out in tried if out.agree])
    return Proposed(
        tuple(_proposal(one, outcome) for one, outcome in kept),
        tuple(sorted((*short, *useless), key=lambda one: (one.kind, one.why, one.examples))),
        len(known_said),
        len(truth.together),
        truth.lost,
    )


def _moves(asks: Sequence[Ask], ready: Prepared, before: Sequence[Legs], change: Change) -> Moves:
    """What a change does in all periods: a row that several of them see counts once."""
    parts = []
    for ask, legs in zip(asks, before, strict=True):
        changed = Ask(change.of(ask.account), ask.period, ask.as_of)
        parts.append(moves_of(legs, run_legs(changed, ready)))
    return reduce(Moves.__or__, parts)


def _rank(one: tuple[Draft, Outcome]) -> tuple[bool, int, int, int, int, str, str]:
    draft, outcome = one
    counts = (-outcome.agree, outcome.wrong, outcome.ambiguous, -outcome.settled)
    return (outcome.wrong > 0, *counts, draft.kind, "\n".join(draft.change.lines))


def _best(tried: list[tuple[Draft, Outcome]]) -> list[tuple[Draft, Outcome]]:
    """Best first; of several made from the same examples, or from some of them, the best alone."""
    kept: list[tuple[Draft, Outcome]] = []
    for one in sorted(tried, key=_rank):
        if not any(one[0].kind == other.kind and one[0].examples <= other.examples for other, _ in kept):
            kept.append(one)
    return kept


def _proposal(one: Draft, outcome: Outcome) -> Proposal:
    return Proposal(one.kind, one.what, one.change, len(one.examples), one.held_out, one.shown, outcome)
