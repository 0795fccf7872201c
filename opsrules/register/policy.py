"""Who may do what: acts by role, limits of write-offs, and the second person (maker and checker).

On SQLite this is a control and no security: who can write the file can write past it. Each refusal says who, what, why
not and who could.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from opsrules.errors import ActRefused
from opsrules.money import format_amount
from opsrules.standing import Standing
from opsrules.terms import Act, FindingStatus

__all__ = ["Policy", "SecondPerson", "Settled", "allow", "check_standing", "may_settle", "may_sign"]

_SETTLED = (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF)


@dataclass(frozen=True)
class Policy:
    """Who may do what, as parameters/register.yaml says.

    Attributes
    ----------
    roles : mapping of str to frozenset of Act
    people : mapping of str to tuple of str
        Roles of each person by login, or by role of the database on PostgreSQL. Empty: everybody may do everything.
    write_off : mapping of str to mapping of str to int
        By role and currency: the largest write-off in minor units. A role without an entry has no limit; a currency
        that the role's entry does not name is not written off by it.
    """

    roles: Mapping[str, frozenset[Act]] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    write_off: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def having(self, person: str, act: Act) -> tuple[str, ...]:
        """Roles of a person that hold an act."""
        return tuple(role for role in self.people.get(person, ()) if act in self.roles.get(role, frozenset()))

    def who(self, act: Act) -> tuple[str, ...]:
        """People whom their roles let do an act, by name."""
        return tuple(sorted(person for person in self.people if self.having(person, act)))

    def limit(self, role: str, currency: str) -> int | None:
        """Largest write-off of a role in minor units, None without a limit."""
        return self.write_off[role].get(currency, 0) if role in self.write_off else None


@dataclass(frozen=True)
class SecondPerson:
    """From what amount on two people are needed, as the account's file says.

    Attributes
    ----------
    currency : str
        The account's own.
    minor : int
        Amounts above it need a second person.
    """

    currency: str
    minor: int = 0

    def needed(self, currency: str, amount_minor: int) -> bool:
        """Whether an amount needs two people; one in another currency than the account's always does."""
        return amount_minor != 0 and (currency != self.currency or abs(amount_minor) > self.minor)


@dataclass(frozen=True)
class Settled:
    """A finding that somebody has resolved or written off, in force.

    Attributes
    ----------
    finding_id, actor : str
        The actor is "" when the name was erased.
    currency : str
    amount_minor : int
        Of the finding.
    """

    finding_id: str
    actor: str
    currency: str
    amount_minor: int


def allow(policy: Policy, actor: str, act: Act, *, currency: str = "", amount_minor: int = 0) -> None:
    """Refuse an act that none of the actor's roles holds, or a write-off above the limit of each role that does.

    Parameters
    ----------
    policy : Policy
    actor : str
    act : Act
    currency, amount_minor : str, int
        What is written off; the sign does not count.

    Raises
    ------
    ActRefused
        With who could.
    """
    if not policy.people:
        return
    words = act.words().lower()
    roles = policy.having(actor, act)
    if not roles:
        held = ", ".join(policy.people.get(actor, ())) or "none"
        msg = f"{actor} may not {words}: no role of theirs holds it (theirs: {held}); {_could(policy.who(act), act)}"
        raise ActRefused(msg)
    if act != Act.WRITE_OFF:
        return
    if not _within(policy, roles, currency, amount_minor):
        amount = format_amount(abs(amount_minor), currency)
        most = max(policy.limit(role, currency) or 0 for role in roles)
        limit = f"their limit is {format_amount(most, currency)}" if most else f"they have no limit in {currency}"
        others = [one for one in policy.who(act) if _within(policy, policy.having(one, act), currency, amount_minor)]
        msg = f"{actor} may not write off {amount}: {limit}; {_could(others, act)}"
        raise ActRefused(msg)


def check_standing(act: Act, standing: Standing, finding_id: str) -> None:
    """Refuse an act that does not fit where a finding stands.

    Only what is open is assigned, disputed, resolved or written off; only what people have settled is rejected.

    Raises
    ------
    ActRefused
        With where it stands and what to do first.
    """
    status = standing.status
    words, state = act.words().lower(), status.words().lower()
    by = f" by {standing.settled_by}" if standing.settled_by else ""
    if act in (Act.ASSIGN, Act.DISPUTE, Act.RESOLVE, Act.WRITE_OFF) and not status.is_open:
        step = "reject that first, or undo it" if status in _SETTLED else "comment on it if there is something to say"
        msg = f"finding {finding_id}: cannot {words} what is {state}{by}; {step}"
        raise ActRefused(msg)
    if act == Act.REJECT and status not in _SETTLED:
        msg = f"finding {finding_id}: nothing to reject, it is {state}; reject what is resolved or written off"
        raise ActRefused(msg)


def may_settle(
    policy: Policy, actor: str, act: Act, settled: Settled, *, signers: Collection[str], second: SecondPerson
) -> None:
    """Refuse to let somebody settle a finding of a review that they have signed, if it needs a second person.

    Parameters
    ----------
    policy : Policy
    actor : str
    act : Act
        Resolve or write off.
    settled : Settled
        The finding as it would be.
    signers : collection of str
        Who has signed off a period that saw the finding, in force; "" for a name that was erased.
    second : SecondPerson

    Raises
    ------
    ActRefused
        With who could; also if who signed was erased, for then nobody can tell.
    """
    if not second.needed(settled.currency, settled.amount_minor):
        return
    if "" in signers:
        msg = (
            f"{actor} may not {act.words().lower()} finding {settled.finding_id}: who signed its review was erased, "
            "so that nobody can tell whether it was somebody else; undo that sign-off first"
        )
        raise ActRefused(msg)
    if actor in signers:
        others = [one for one in policy.who(act) if one not in signers]
        msg = (
            f"{actor} may not {act.words().lower()} finding {settled.finding_id} of "
            f"{format_amount(abs(settled.amount_minor), settled.currency)}: they have signed its review off, and "
            f"{_above(second)} needs two people; {_could(others, act)}, or undo the sign-off first"
        )
        raise ActRefused(msg)


def may_sign(
    policy: Policy, actor: str, account: str, period: str, *, settled: Iterable[Settled], second: SecondPerson
) -> None:
    """Refuse to let somebody sign a review off in which they have settled what needs a second person.

    Parameters
    ----------
    policy : Policy
    actor, account, period : str
    settled : iterable of Settled
        All findings of the account and desk that are resolved or written off, in force.
    second : SecondPerson

    Raises
    ------
    ActRefused
        With the findings and who could; also if who settled one was erased, for then nobody can tell.
    """
    weighty = [one for one in settled if second.needed(one.currency, one.amount_minor)]
    whose = f"{actor} may not sign off {account} {period}"
    if own := [one.finding_id for one in weighty if one.actor == actor]:
        makers = {one.actor for one in weighty}
        others = [one for one in policy.who(Act.SIGN_OFF) if one not in makers]
        msg = (
            f"{whose}: they have settled {_listed(own)} themselves, and {_above(second)} needs two people; "
            f"{_could(others, Act.SIGN_OFF)}"
        )
        raise ActRefused(msg)
    if nameless := [one.finding_id for one in weighty if not one.actor]:
        msg = (
            f"{whose}: who settled {_listed(nameless)} was erased, so that nobody can tell whether it was somebody "
            "else; reject it and let somebody settle it anew"
        )
        raise ActRefused(msg)


def _within(policy: Policy, roles: Iterable[str], currency: str, amount_minor: int) -> bool:
    limits = [policy.limit(role, currency) for role in roles]
    return any(limit is None or abs(amount_minor) <= limit for limit in limits)


def _above(second: SecondPerson) -> str:
    return f"an amount above {format_amount(second.minor, second.currency)} or in another currency"


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    return f"{'finding' if len(ids) == 1 else 'findings'} {', '.join(ids[:3])}{more}"


def _could(people: Collection[str], act: Act) -> str:
    if people:
        listed = ", ".join(list(people)[:5]) + (" and others" if len(people) > 5 else "")
        return f"ask {listed}"
    return f"ask somebody else, whose role in parameters/register.yaml holds {act.value}"
