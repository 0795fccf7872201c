"""Who may do what: roles, limits and the second person, each refusal with who could."""

from __future__ import annotations

import re

import pytest

from opsrules.errors import ActRefused
from opsrules.register.policy import Policy, SecondPerson, Settled, allow, check_standing, may_settle, may_sign
from opsrules.standing import Standing
from opsrules.terms import Act, FindingStatus

POLICY = Policy(
    roles={
        "analyst": frozenset({Act.ASSIGN, Act.COMMENT, Act.RESOLVE, Act.WRITE_OFF}),
        "lead": frozenset({Act.WRITE_OFF, Act.SIGN_OFF}),
        "auditor": frozenset({Act.COMMENT}),
    },
    people={"ana": ("analyst",), "bo": ("lead",), "cy": ("analyst", "lead"), "di": ("auditor",), "ed": ("ghost",)},
    write_off={"analyst": {"EUR": 5000, "JPY": 800}},
)
SECOND = SecondPerson("EUR", 10_000)


def refused(words: str) -> pytest.RaisesExc[ActRefused]:
    return pytest.raises(ActRefused, match=re.escape(words))


@pytest.mark.parametrize("act", list(Act))
def test_without_people_everybody_may_do_everything(act: Act) -> None:
    allow(Policy(), "anybody", act, currency="EUR", amount_minor=10**15)


def test_an_act_needs_a_role_that_holds_it() -> None:
    allow(POLICY, "ana", Act.RESOLVE)
    with refused("di may not resolve: no role of theirs holds it (theirs: auditor); ask ana, cy"):
        allow(POLICY, "di", Act.RESOLVE)


def test_who_is_not_named_may_do_nothing() -> None:
    with refused("eve may not comment: no role of theirs holds it (theirs: none); ask ana, cy, di"):
        allow(POLICY, "eve", Act.COMMENT)


def test_a_role_that_does_not_exist_holds_nothing() -> None:
    with refused("ed may not comment"):
        allow(POLICY, "ed", Act.COMMENT)


def test_what_nobody_may_do_says_where_to_let_somebody() -> None:
    with refused("ask somebody else, whose role in parameters/register.yaml holds erase"):
        allow(POLICY, "bo", Act.ERASE)


@pytest.mark.parametrize("amount", [5000, -5000, 0])
def test_a_write_off_up_to_the_limit_goes(amount: int) -> None:
    allow(POLICY, "ana", Act.WRITE_OFF, currency="EUR", amount_minor=amount)


@pytest.mark.parametrize("amount", [5001, -5001])
def test_a_write_off_above_the_limit_is_refused_with_who_could(amount: int) -> None:
    with refused("ana may not write off EUR\u00a050.01: their limit is EUR\u00a050.00; ask bo, cy"):
        allow(POLICY, "ana", Act.WRITE_OFF, currency="EUR", amount_minor=amount)


def test_limits_are_of_one_currency_each() -> None:
    allow(POLICY, "ana", Act.WRITE_OFF, currency="JPY", amount_minor=800)
    with refused("ana may not write off JPY\u00a0801: their limit is JPY\u00a0800; ask bo, cy"):
        allow(POLICY, "ana", Act.WRITE_OFF, currency="JPY", amount_minor=801)
    with refused("ana may not write off USD\u00a00.01: they have no limit in USD; ask bo, cy"):
        allow(POLICY, "ana", Act.WRITE_OFF, currency="USD", amount_minor=1)


def test_the_widest_of_several_roles_counts_and_a_role_without_limits_has_none() -> None:
    for person in ("bo", "cy"):
        allow(POLICY, person, Act.WRITE_OFF, currency="USD", amount_minor=10**15)


@pytest.mark.parametrize("act", [Act.ASSIGN, Act.DISPUTE, Act.RESOLVE, Act.WRITE_OFF])
@pytest.mark.parametrize("status", list(FindingStatus))
def test_only_what_is_open_is_given_out_disputed_or_settled(act: Act, status: FindingStatus) -> None:
    standing = Standing(status=status, settled_by="ana")
    if status in (FindingStatus.OPEN, FindingStatus.DISPUTED):
        check_standing(act, standing, "f1")
    else:
        with refused(f"finding f1: cannot {act.value.replace('_', ' ')} what is {status.value.replace('_', ' ')}"):
            check_standing(act, standing, "f1")


def test_what_is_settled_names_who_settled_it_and_the_way_back() -> None:
    with refused("cannot resolve what is written off by ana; reject that first, or undo it"):
        check_standing(Act.RESOLVE, Standing(status=FindingStatus.WRITTEN_OFF, settled_by="ana"), "f1")


@pytest.mark.parametrize("status", list(FindingStatus))
def test_only_what_is_settled_is_rejected(status: FindingStatus) -> None:
    if status in (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF):
        check_standing(Act.REJECT, Standing(status=status), "f1")
    else:
        with refused("finding f1: nothing to reject"):
            check_standing(Act.REJECT, Standing(status=status), "f1")


@pytest.mark.parametrize("status", list(FindingStatus))
@pytest.mark.parametrize("act", [Act.COMMENT, Act.ATTACH])
def test_words_and_papers_fit_any_standing(act: Act, status: FindingStatus) -> None:
    check_standing(act, Standing(status=status), "f1")


@pytest.mark.parametrize(
    ("currency", "amount", "needed"),
    [("EUR", 10_000, False), ("EUR", -10_001, True), ("EUR", 0, False), ("JPY", 1, True), ("JPY", 0, False)],
)
def test_a_second_person_is_needed_above_the_limit_and_in_other_currencies(
    currency: str, amount: int, needed: bool
) -> None:
    assert SECOND.needed(currency, amount) is needed


def test_by_default_every_amount_needs_a_second_person() -> None:
    assert SecondPerson("EUR").needed("EUR", 1)


def test_who_settled_above_the_limit_cannot_sign_that_review() -> None:
    settled = [Settled("f1", "cy", "EUR", -10_001), Settled("f2", "ana", "EUR", 9)]
    with refused("cy may not sign off northwind 2026-10: they have settled finding f1 themselves"):
        may_sign(POLICY, "cy", "northwind", "2026-10", settled=settled, second=SECOND)
    with refused("needs two people; ask bo"):
        may_sign(POLICY, "cy", "northwind", "2026-10", settled=settled, second=SECOND)
    may_sign(POLICY, "bo", "northwind", "2026-10", settled=settled, second=SECOND)
    may_sign(POLICY, "ana", "northwind", "2026-10", settled=settled, second=SECOND)


def test_many_findings_are_named_by_three_and_a_number() -> None:
    settled = [Settled(f"f{number}", "cy", "EUR", 20_000) for number in range(5)]
    with refused("findings f0, f1, f2 and 2 more themselves"):
        may_sign(Policy(), "cy", "northwind", "2026-10", settled=settled, second=SECOND)


def test_whose_name_was_erased_may_have_been_anybody() -> None:
    settled = [Settled("f1", "", "EUR", 20_000)]
    with refused("who settled finding f1 was erased"):
        may_sign(Policy(), "bo", "northwind", "2026-10", settled=settled, second=SECOND)
    may_sign(Policy(), "bo", "northwind", "2026-10", settled=[Settled("f1", "", "EUR", 1)], second=SECOND)


def test_who_signed_cannot_then_settle_what_needs_a_second_person() -> None:
    large, small = Settled("f1", "", "EUR", 10_001), Settled("f1", "", "EUR", 10_000)
    with refused("cy may not write off finding f1 of EUR\u00a0100.01: they have signed its review off"):
        may_settle(POLICY, "cy", Act.WRITE_OFF, large, signers={"cy"}, second=SECOND)
    with refused("ask ana, bo, or undo the sign-off first"):
        may_settle(POLICY, "cy", Act.WRITE_OFF, large, signers={"cy"}, second=SECOND)
    with refused("who signed its review was erased"):
        may_settle(POLICY, "ana", Act.WRITE_OFF, large, signers={"", "cy"}, second=SECOND)
    may_settle(POLICY, "ana", Act.WRITE_OFF, small, signers={""}, second=SECOND)
    may_settle(POLICY, "ana", Act.WRITE_OFF, large, signers={"cy"}, second=SECOND)
    may_settle(POLICY, "cy", Act.WRITE_OFF, small, signers={"cy"}, second=SECOND)
