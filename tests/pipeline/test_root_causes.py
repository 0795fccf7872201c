"""From exports to the chain: what the rules saw, what people wrote, and the same bytes when it is made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.small import clean, line, order, review, statement, workspace

from opsrules import Review, report
from opsrules.register import open_register

CAUSE = "REC.EXPORT_GAP.DAYS"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two orders nobody paid (20.00 and 35.00), one charged twice within a minute, a payout 7.25 short; recorded."""
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")
    files = clean()
    files["orders.csv"] += (
        order("#3", "20.00") + "\n" + order("#4", "35.00") + "\n" + order("#5", "60.00", day=7) + "\n"
    )
    twice = [line("#5", "60.00", day=7), line("#5", "60.00", day=7, checkout="#2", when="2026-10-07 12:02:00 +0200")]
    files["payments.csv"] += "\n".join(twice) + "\n"
    files["bank.xml"] = statement(("140.00", "2026-10-09", "SHOPIFY PAYOUT"))
    made = workspace(tmp_path / "work", files)
    with open_register(made) as register:
        register.record(review(made))
    return made


def _id(got: Review, subject: str) -> str:
    return str(got.findings.set_index("subject_ref").at[subject, "finding_id"])


def _of_class(got: Review, kind: str) -> str:
    return str(got.findings.set_index("class").at[kind, "finding_id"])


def test_the_rules_chain_runs_from_the_row_to_the_standard_actions(root: Path) -> None:
    got = review(root)
    one = got.root_cause(_of_class(got, "charged_twice"))
    told = got.explain(one.subject)["cause"]
    assert (one.cause.code, one.cause.by, one.origin) == (told["code"], f"rule {told['rule']}", told["origin"])
    assert list(one.cause.corrective) == told["corrective"] != []
    assert one.place.startswith("exports/acme/payments.csv:")
    assert ("minutes_apart", "1") in [(part.name, part.seen) for part in one.evidence]
    assert (one.amount_minor, one.currency) == (6000, "EUR")


def test_without_a_rule_the_cause_is_not_known_and_shares_are_said_to_be_plain(root: Path) -> None:
    got = review(root)
    one = got.root_cause(_id(got, "#3"))
    assert (one.cause.code, one.origin, one.cause.corrective) == ("unknown", "unknown", ())
    found = one.concentration
    assert (found.findings, found.is_localised) == (2, False)
    assert "fewer than 20" in found.reason
    shared = next(share for share in found.shares if dict(share.where) == {"file": "exports/acme/orders.csv"})
    assert (shared.inside, shared.others, shared.is_here) == (2, 0, True)


def test_a_persons_word_counts_first_and_stands_beside_the_rules(root: Path) -> None:
    base = review(root)
    finding_id, twice = _id(base, "#3"), _of_class(base, "charged_twice")
    with open_register(root) as register:
        register.root_cause(finding_id, whys=["The file ends on the 4th."], cause=CAUSE)
        register.root_cause(twice, cause="unknown", whys=["It was two orders."])
    got = review(root)
    one = got.root_cause(finding_id)
    assert (one.cause.code, one.cause.by, one.ruled.code) == (CAUSE, "mina", "unknown")
    assert one.cause.corrective
    assert one.origin == "data"
    bars = got.tables["causes"].set_index("rule_id")
    said = got.root_cause(twice)
    assert (said.cause.code, said.cause.corrective, said.ruled.is_known) == ("unknown", (), True)
    assert bars.loc[["said by mina"], "amount_minor"].tolist() == [6000, 2000]
    assert bars.loc[["said by mina"], "cause"].tolist()[0].endswith("cause not known")
    assert got.tables["causes"]["amount_minor"].sum() == base.tables["causes"]["amount_minor"].sum()
    assert got.findings.equals(base.findings)  # what the rules say is theirs
    text = report.items(got).text
    assert f"mina says: {one.cause.words}; the rules: not known" in text
    assert f"mina says: Cause not known; the rules: {said.ruled.words[0].lower()}{said.ruled.words[1:]}" in text


def test_the_same_word_gives_the_same_page_and_a_later_one_changes_no_fact(root: Path) -> None:
    with open_register(root) as register:
        register.root_cause(_id(review(root), "#4"), whys=["Late."], cause=CAUSE)
    one, other = review(root), review(root)
    assert report.root_causes(one).html == report.root_causes(other).html
    assert "Late." in report.root_causes(one).html
    with open_register(root) as register:
        assert not register.record(one).counts.get("seen")


def test_of_a_slice_people_write_in_one_account_and_read_in_its_page(root: Path) -> None:
    where = {"method": "card", "processor": "shopify_payments"}
    with open_register(root) as register:
        register.root_cause(
            where,
            whys=["A new contract."],
            cause="REC.RATE_TABLE",
            measure="fees",
            account="acme",
            period="2026-10",
        )
    got = review(root)
    one = got.root_cause(where, "fees")
    assert (one.cause.code, one.cause.by) == ("REC.RATE_TABLE", "mina")
    assert one.cause.preventive
    assert "fees where method = card, processor = shopify_payments" in report.root_causes(got).text
