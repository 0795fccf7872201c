"""The taxonomy of causes: what is shipped, what a client adds, and every mistake in it at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from opsrules.errors import ParameterError
from opsrules.rootcause.taxonomy import Confidence, Origin, Taxonomy
from opsrules.rootcause.taxonomy_load import load_taxonomy, read_taxonomy

SHIPPED = Path(__file__).parents[2] / "parameters" / "taxonomy"

HEAD = """\
family: {family}
version: 1
since: 2026-01-01
schemes:
  - {{scheme: iso, words: Codes of a network}}
  - {{scheme: bank, words: Codes of a bank, base: iso}}
causes:
"""
CAUSE = """\
  - code: {code}
{parent}    words: "Words of {code}"
    origin: process
    owner: finance
    corrective: ["Mend it."]
    preventive: ["Keep it away."]
    source: "made for tests"
    confidence: K
"""

Written = Callable[..., Path]


def cause(code: str, parent: str = "") -> str:
    """One entry, seven or eight lines long."""
    return CAUSE.format(code=code, parent=f"    parent: {parent}\n" if parent else "")


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(*causes: str, codes: str = "", client: str = "", family: str = "REC") -> Path:
        folder = tmp_path / "parameters" / "taxonomy"
        folder.mkdir(parents=True, exist_ok=True)
        text = HEAD.format(family=family) + "".join(causes) + (f"codes:\n{codes}" if codes else "")
        (folder / "reconciliation.yaml").write_text(text)
        if client:
            (folder / "clients").mkdir(exist_ok=True)
            (folder / "clients" / "acme.yaml").write_text(client)
        return folder

    return write


def problems(folder: Path, account: str = "") -> list[str]:
    with pytest.raises(ParameterError) as refused:
        load_taxonomy(folder, account)
    return [str(one).removeprefix("parameters/taxonomy/") for one in refused.value.problems]


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return load_taxonomy(SHIPPED)


# Source: the trade's own lists, written down here apart from the files. V: read in a source, K: general knowledge.
FAMILIES = {
    "REC": "CUT_OFF MANUAL_REFUND RATE_TABLE EXPORT_GAP BANK_CHARGE MAPPING FX_RATE MANGLED_REFERENCE DOUBLE_DELIVERY "
    "PROCESSOR_FAULT",
    "PAY": "SOFT.DO_NOT_HONOR SOFT.REFER SOFT.TRY_AGAIN SOFT.FORMAT SOFT.FUNDS SOFT.LIMIT SOFT.ISSUER_DOWN "
    "HARD.INVALID_CARD HARD.LOST_STOLEN HARD.CLOSED HARD.INVALID_TXN HARD.EXPIRED HARD.NOT_PERMITTED HARD.FRAUD "
    "HARD.RESTRICTED",
    "CB": "FRAUD AUTH PROC CONSUMER",
    "SHIP": "REFUSED CUSTOMS EXTERNAL MOVED PROCESSING WEATHER DOCS ATTEMPT_FAIL LATE_HANDOVER LATE_CARRIER "
    "PROMISE_TOO_TIGHT NO_SCAN",
    "ACCT": "ODR LSR CANCEL VTR IP AUTHENTICITY RESTRICTED LISTING REVIEW_ABUSE CONDITION ODR.FEEDBACK ODR.A_TO_Z "
    "ODR.CHARGEBACK",
    "APPEAL": "NO_ROOT_CAUSE NO_CORRECTIVE NO_PREVENTIVE NO_EVIDENCE EVIDENCE_STALE NOT_ALL_ASINS LATE",
    "CONTACT": "WISMO NOT_AS_DESCRIBED DAMAGED WRONG_ITEM CHANGED_MIND BILLING HOW_TO",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_the_causes_of_the_trade(shipped: Taxonomy, family: str) -> None:
    for name in FAMILIES[family].split():
        found = shipped.named(f"{family}.{name}")
        assert found.code.startswith(f"{found.parent}.")
        assert shipped.family(found.code) == family
        assert found.words
        assert found.corrective
        assert found.preventive


def test_origins_are_the_eight_of_the_fishbone(shipped: Taxonomy) -> None:
    wanted = {"people", "process", "system", "supplier", "carrier", "customer", "policy", "data"}
    assert {one.value for one in Origin} == wanted
    assert {one.origin for one in shipped.causes.values()} == set(Origin)


@pytest.mark.parametrize(
    ("code", "confidence"),
    [
        ("PAY.SOFT.DO_NOT_HONOR", "V"),
        ("PAY.HARD.CLOSED", "V"),
        ("PAY.SOFT.FUNDS", "K"),
        ("PAY.HARD.EXPIRED", "K"),
        ("SHIP.CUSTOMS", "V"),
        ("SHIP.LATE_CARRIER", "K"),
        ("APPEAL.EVIDENCE_STALE", "V"),
        ("CONTACT.WISMO", "K"),
        ("REC.RATE_TABLE", "K"),
    ],
)
def test_confidence_is_kept(shipped: Taxonomy, code: str, confidence: str) -> None:
    assert shipped.named(code).confidence == Confidence(confidence)


@pytest.mark.parametrize(
    ("family", "scheme", "value", "country", "wanted"),
    [
        ("PAY", "iso8583", "51", "", "PAY.SOFT.FUNDS"),
        ("PAY", "visa", "51", "", "PAY.SOFT.FUNDS"),
        ("PAY", "visa", "5", "", "PAY.SOFT.DO_NOT_HONOR"),  # a spreadsheet took the zero
        ("PAY", "adyen", "51", "", ""),  # Adyen counts its reasons itself, and has no 51 of this kind
        ("PAY", "adyen", "12", "", "PAY.SOFT.FUNDS"),
        ("PAY", "iso8583", "12", "", "PAY.HARD.INVALID_TXN"),
        ("PAY", "adyen", "NOT ENOUGH BALANCE", "", "PAY.SOFT.FUNDS"),
        ("PAY", "mastercard", "65", "US", "PAY.SOFT.LIMIT"),
        ("PAY", "mastercard", "65", "DE", "PAY.SOFT.AUTHENTICATION"),
        ("PAY", "mastercard", "65", "NO", "PAY.SOFT.AUTHENTICATION"),  # Norway is no false
        ("PAY", "mastercard", "65", "", "PAY.SOFT.LIMIT"),
        ("PAY", "visa", "65", "DE", "PAY.SOFT.LIMIT"),
        ("PAY", "visa", "1A", "", "PAY.SOFT.AUTHENTICATION"),
        ("PAY", "nobody", "51", "", ""),
        ("CB", "visa", "10.4", "", "CB.FRAUD.CARD_ABSENT"),
        ("CB", "mastercard", "4837", "", "CB.FRAUD.CARD_ABSENT"),
        ("CB", "mastercard", "4808", "", "CB.AUTH"),
        ("CB", "visa", "51", "", ""),  # a decline's code is no dispute's reason
        ("SHIP", "aftership", "exception_004", "", "SHIP.CUSTOMS"),
    ],
)
def test_codes_mean_what_their_scheme_and_country_say(
    shipped: Taxonomy, family: str, scheme: str, value: str, country: str, wanted: str
) -> None:
    found = shipped.meaning(family, scheme, value, country)
    assert (found.cause if found else "") == wanted


def test_a_chain_leads_from_the_family_to_the_cause(shipped: Taxonomy) -> None:
    chain = [one.code for one in shipped.chain("REC.MAPPING.DECIMALS")]
    assert chain == ["REC", "REC.MAPPING", "REC.MAPPING.DECIMALS"]
    assert shipped.depth("REC") == 0
    with pytest.raises(KeyError, match=r"did you mean REC\.MAPPING\.DECIMALS"):
        shipped.named("REC.MAPPING.DECIMAL")


def test_the_table_has_a_row_for_each_cause(shipped: Taxonomy) -> None:
    table = shipped.to_frame()
    assert table["code"].tolist() == list(shipped.causes)
    assert set(table["confidence"]) == {"V", "K"}
    assert not table.isna().any(axis=None)


def test_all_mistakes_are_told_at_once_with_file_and_line(written: Written) -> None:
    folder = written(
        cause("REC"),  # lines 8 to 15
        cause("REC.A", "REC.NONE"),  # 16 to 24
        cause("REC.B", "REC.C").replace("process", "proces"),  # 25 to 33
        cause("REC.C", "REC.B").replace('    words: "Words of REC.C"\n', ""),  # 34 to 41
        cause("REC.A", "REC"),  # 42 to 50
        cause("REC.D", "REC").replace("confidence: K", "confidence: sure"),  # 51 to 59
        cause("REC.E"),  # 60 to 67
    )
    found = problems(folder)
    wanted = [
        (17, r"cause REC\.A: there is no cause 'REC\.NONE'"),
        (28, r"causes\[2\]\.origin must be one of people, process, .*, got 'proces'; did you mean process"),
        (34, r"causes\[3\]\.words is missing; add words"),
        (42, r"code 'REC\.A' is also the code of the cause at .*:16; give each cause a code of its own"),
        (59, r"causes\[5\]\.confidence must be one of V, K, got 'sure'"),
        (60, r"cause REC\.E has no parent; add parent: REC"),
    ]
    assert len(found) == len(wanted), found
    for text, (line, what) in zip(found, wanted, strict=True):
        assert re.match(rf"reconciliation\.yaml:{line}: {what}", text), text


def test_a_circle_is_told_once(written: Written) -> None:
    folder = written(cause("REC"), cause("REC.A", "REC.C"), cause("REC.B", "REC.A"), cause("REC.C", "REC.B"))
    (found,) = problems(folder)
    assert found == (
        "reconciliation.yaml:17: causes are each other's parents: REC.A under REC.C under REC.B under REC.A; "
        "give one of them another parent"
    )


def test_a_cause_cannot_be_its_own_parent(written: Written) -> None:
    (found,) = problems(written(cause("REC"), cause("REC.A", "REC.A")))
    assert "REC.A under REC.A" in found


CODE = "  - {{cause: {cause}, scheme: {scheme}, values: [{values}], source: made for tests, confidence: K{more}}}\n"


def code(values: str, cause: str = "REC", scheme: str = "iso", more: str = "") -> str:
    return CODE.format(cause=cause, scheme=scheme, values=values, more=more)


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        (code('"1"', cause="REC.B"), r"17: codes of iso: there is no cause 'REC\.B'"),
        (code('"1"', scheme="isso"), r"17: codes of REC: there is no scheme 'isso'; did you mean iso\?"),
        (code('"1"') + code('"1"', "REC.A"), r"27: code 1 of iso stands for REC\.A, and as REC at .*:26; keep one"),
        (code('"a"') + code('"A"'), r"18: code A of iso stands for REC, and again at .*:17"),
        (code('"1"', more=", countries: [Germany]"), r"17: codes\[0\]\.countries\[0\] must be a country of ISO 3166"),
        (code("1"), r"17: codes\[0\]\.values\[0\] must be text, got 1; quote it: \"1\""),
        (
            code('"1"', more=", since: 2026-02-01, until: 2026-01-01"),
            r"17: codes\[0\]\.until 2026-01-01 is before since",
        ),
    ],
)
def test_codes_are_checked(written: Written, codes: str, wanted: str) -> None:
    causes = [cause("REC")] + ([cause("REC.A", "REC")] if "REC.A" in codes else [])
    (found,) = problems(written(*causes, codes=codes))
    assert re.match(f"reconciliation.yaml:{wanted}", found), found


def test_a_code_may_change_its_meaning_from_a_day_on_and_by_country(written: Written) -> None:
    codes = (
        code('"1"', "REC.A", more=", until: 2026-06-30")
        + code('"1"', "REC.B", more=", since: 2026-07-01")
        + code('"1"', "REC.C", more=", countries: [DE], since: 2026-07-01")
    )
    folder = written(cause("REC"), *(cause(f"REC.{one}", "REC") for one in "ABC"), codes=codes)
    taxonomy = load_taxonomy(folder)

    def meaning(on: date, country: str = "", scheme: str = "iso") -> str:
        found = taxonomy.active(on).meaning("REC", scheme, "1", country)
        return found.cause if found else ""

    assert meaning(date(2026, 6, 30)) == meaning(date(2026, 6, 30), "DE") == "REC.A"
    assert meaning(date(2026, 7, 1)) == meaning(date(2026, 7, 1), "FR", "bank") == "REC.B"
    assert meaning(date(2026, 7, 1), "de") == "REC.C"


def test_a_cause_ends(written: Written) -> None:
    ended = cause("REC.A", "REC") + "    until: 2026-03-31\n"
    taxonomy = load_taxonomy(written(cause("REC"), ended))
    assert "REC.A" in taxonomy.active(date(2026, 3, 31)).causes
    assert list(taxonomy.active(date(2026, 4, 1)).causes) == ["REC"]
    assert list(taxonomy.active(date(2025, 12, 31)).causes) == []


CLIENT = "client: acme\nversion: 1\nsince: 2026-01-01\n"


def test_a_client_adds_causes_and_codes(written: Written) -> None:
    client = CLIENT + "causes:\n" + cause("REC.GIFT_CARD", "REC") + "codes:\n" + code('"GC"', "REC.GIFT_CARD")
    folder = written(cause("REC"), client=client)
    assert "REC.GIFT_CARD" not in load_taxonomy(folder).causes
    extended = load_taxonomy(folder, "acme")
    assert extended.named("REC.GIFT_CARD").client == "acme"
    found = extended.meaning("REC", "iso", "gc")
    assert found is not None
    assert found.cause == "REC.GIFT_CARD"
    assert load_taxonomy(folder, "other").causes.keys() == {"REC"}
    assert extended.sha256 != load_taxonomy(folder).sha256


@pytest.mark.parametrize(
    ("client", "wanted"),
    [
        (
            CLIENT + "causes:\n" + cause("REC.A", "REC"),
            r"clients/acme\.yaml:5: code 'REC\.A' is also the code of the cause at parameters/taxonomy/"
            r"reconciliation\.yaml:16; a client adds codes and never changes a shipped one",
        ),
        (
            CLIENT + "codes:\n" + code('"1"', "REC.A"),
            r"clients/acme\.yaml:5: code 1 of iso stands for REC\.A, and as REC at",
        ),
        (
            CLIENT + "schemes:\n  - {scheme: iso, words: Mine}\n",
            r"clients/acme\.yaml:5: scheme iso also stands at .*:5",
        ),
        (CLIENT + "causes:\n" + cause("REC.X"), r"clients/acme\.yaml:5: cause REC\.X has no parent; add parent"),
        (CLIENT + "causes:\n" + cause("PAY.X", "REC"), r"clients/acme\.yaml:5: .* must begin with REC\., got 'PAY\.X'"),
        (CLIENT.replace("acme", "amce"), r"clients/acme\.yaml:1: client is 'amce' in a file named after 'acme'"),
    ],
)
def test_a_client_changes_nothing_that_is_shipped(written: Written, client: str, wanted: str) -> None:
    folder = written(cause("REC"), cause("REC.A", "REC"), codes=code('"1"'), client=client)
    (found,) = problems(folder, "acme")
    assert re.match(wanted, found), found


def test_an_empty_folder_is_a_mistake_with_a_next_step(tmp_path: Path) -> None:
    taxonomy, found = read_taxonomy(tmp_path / "parameters" / "taxonomy")
    assert not taxonomy.causes
    assert [str(one) for one in found] == [
        "parameters/taxonomy:1: has no family of causes; "
        "copy parameters/taxonomy from a workspace that opsrules init has written"
    ]


@pytest.mark.parametrize("text", ["[]\n", "family: REC\n", "causes: {}\n", "\n", "family: [\n", "codes: 3\n"])
def test_a_file_of_another_shape_is_told_not_raised(written: Written, text: str) -> None:
    folder = written(cause("REC"))
    (folder / "reconciliation.yaml").write_text(text)
    assert all(re.match(r"reconciliation\.yaml:\d+: ", one) for one in problems(folder))
