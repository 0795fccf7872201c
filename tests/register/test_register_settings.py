"""parameters/register.yaml: where the register is and who may do what; every mistake with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsrules import scaffold
from opsrules.cli.checking import check_workspace
from opsrules.errors import ParameterError, Problem
from opsrules.parameters.register import examine_register
from opsrules.register.policy import Policy, SecondPerson
from opsrules.register.settings import load_settings, second_person
from opsrules.terms import Act

RIGHT = """\
url: postgresql+psycopg://opsrules@db.example.com/opsrules
roles:
  analyst: [assign, comment, write_off]
  lead: [sign_off]
people:
  ana: [analyst]
  bo: [analyst, lead]
write_off:
  analyst: {EUR: 5000, JPY: 800}
"""


@pytest.fixture(autouse=True)
def _no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "parameters" / "accounts").mkdir(parents=True)
    return tmp_path


def written(root: Path, text: str) -> Path:
    path = root / "parameters" / "register.yaml"
    path.write_text(text, encoding="utf-8")
    return root


def problems(root: Path, text: str) -> tuple[Problem, ...]:
    return examine_register(written(root, text))[1]


def test_without_the_file_the_register_is_in_the_workspace_and_everybody_may_do_everything(root: Path) -> None:
    settings = load_settings(root)
    assert settings.url == f"sqlite:///{root.resolve().as_posix()}/register.sqlite3"
    assert settings.policy == Policy()


def test_a_right_file_says_what_is_written(root: Path) -> None:
    settings = load_settings(written(root, RIGHT))
    assert settings.url == "postgresql+psycopg://opsrules@db.example.com/opsrules"
    assert settings.policy == Policy(
        roles={
            "analyst": frozenset({Act.ASSIGN, Act.COMMENT, Act.WRITE_OFF}),
            "lead": frozenset({Act.SIGN_OFF}),
        },
        people={"ana": ("analyst",), "bo": ("analyst", "lead")},
        write_off={"analyst": {"EUR": 5000, "JPY": 800}},
    )


def test_the_environment_names_the_address_first(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSRULES_REGISTER_URL", "postgresql+psycopg://me:hush@other/db")
    assert load_settings(written(root, RIGHT)).url == "postgresql+psycopg://me:hush@other/db"


def test_a_sqlite_file_is_counted_from_the_workspace(root: Path) -> None:
    settings = load_settings(written(root, "url: sqlite:///shared/book.sqlite3\n"))
    assert settings.url == f"sqlite:///{root.resolve().as_posix()}/shared/book.sqlite3"
    assert load_settings(written(root, "url: sqlite:////srv/book.sqlite3\n")).url == "sqlite:////srv/book.sqlite3"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff# a\r\n\r\n   # b", "\n\n"])
def test_a_file_of_comments_says_nothing(root: Path, text: str) -> None:
    said, found = examine_register(written(root, text))
    assert (said.roles, said.url, found) == ({}, "", ())


def test_the_shipped_file_says_nothing_and_each_of_its_options_works_when_it_is_uncommented(root: Path) -> None:
    text = (scaffold.shipped() / "parameters" / "register.yaml").read_text(encoding="utf-8")
    assert all(not line or line.startswith("#") for line in text.splitlines())
    options = re.compile(r"^# ((?:url|roles|people|write_off):.*|  \w+: .*)$", re.MULTILINE)
    said, found = examine_register(written(root, options.sub(r"\1", text)))
    assert found == ()
    assert said.url
    assert set(said.people) == {"ana", "bo", "rule"}
    assert said.write_off == {"analyst": {"EUR": 5000, "GBP": 5000}}
    listed = re.search(r"what each may do: (.*?)\.\n", text.replace("\n# ", " ").replace(". roles", ".\n"), re.DOTALL)
    assert listed
    assert listed[1].split(". ")[0].rstrip(".").split(", ") == [act.value for act in Act]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("roles:\n", "rolse:\n", 2, ("unknown key 'rolse'", "did you mean roles?")),
        ("write_off]", "writeoff]", 3, ("roles.analyst[2] must be one of assign, comment", "did you mean write_off?")),
        ("[analyst]", "[analist]", 6, ("people.ana: there is no role 'analist'", "did you mean analyst?")),
        ("  analyst: {EUR", "  analyts: {EUR", 9, ("write_off: there is no role 'analyts'", "did you mean analyst?")),
        ("  analyst: {EUR", "  lead: {EUR", 9, ("limits the role 'lead', which does not hold write_off",)),
        ("EUR: 5000", "EUR: 50.5", 9, ("must be a whole number of minor units, got 50.5",)),
        ("EUR: 5000", "EUR: -1", 9, ("must be at least 0, got -1",)),
        ("EUR: 5000", "EURO: 5000", 9, ("must be an ISO 4217 currency, got 'EURO'", "did you mean EUR?")),
        ("people:\n  ana: [analyst]\n  bo: [analyst, lead]\n", "", 2, ("nobody has one", "add people")),
        ("postgresql+psycopg", "mysql", 1, ("must begin with postgresql+psycopg:// or sqlite:///, got 'mysql'",)),
        ("postgresql+psycopg://opsrules@db.example.com/opsrules", "register", 1, ("got 'none of them'",)),
        ("@db.example.com", "@[db", 1, ("url is no address",)),
    ],
)
def test_c1_each_mistake_is_named_with_its_line_and_the_next_step(
    root: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in RIGHT
    found = problems(root, RIGHT.replace(old, new, 1))
    assert [one.place for one in found] == [f"parameters/register.yaml:{line}"], [str(one) for one in found]
    for part in words:
        assert part in str(found[0])


@pytest.mark.parametrize("secret", ["opsrules:hush-77@", "opsrules:@", "hush-77:hush-77@"])
def test_a_password_is_refused_with_where_it_belongs_and_is_not_repeated(root: Path, secret: str) -> None:
    (found,) = problems(root, RIGHT.replace("opsrules@", secret))
    assert "url holds a password" in found.what
    assert "PGPASSFILE" in found.next_step
    assert "OPSRULES_REGISTER_URL" in found.next_step
    assert "hush-77" not in str(found)


def test_a_password_among_the_options_is_refused_too(root: Path) -> None:
    (found,) = problems(root, "url: postgresql+psycopg://db/opsrules?user=me&password=hush-77\n")
    assert "holds a password" in found.what
    assert "hush-77" not in str(found)


def test_no_other_mistake_repeats_an_address(root: Path) -> None:
    for text in ("url: mysql://me:hush-77@db/x\n", "url: me:hush-77@db\n", "url: postgresql:me:hush-77@db\n"):
        assert "hush-77" not in str(problems(root, text)[0]), text


def test_settings_with_mistakes_are_refused_as_a_whole(root: Path) -> None:
    written(root, "rolse: {}\nurl: ftp://x\n")
    with pytest.raises(ParameterError) as refused:
        load_settings(root)
    assert [one.place for one in refused.value.problems] == [
        "parameters/register.yaml:1",
        "parameters/register.yaml:2",
    ]


def test_check_names_mistakes_of_the_registers_settings_too(tmp_path: Path) -> None:
    root = tmp_path / "work"
    scaffold.write_workspace(root)
    assert check_workspace(root).problems == ()
    (root / "parameters" / "register.yaml").write_text("people: {ana: [analyst]}\n")
    assert [one.place for one in check_workspace(root).problems] == ["parameters/register.yaml:1"]


def account(root: Path, text: str) -> Path:
    (root / "parameters" / "accounts" / "northwind.yaml").write_text(text, encoding="utf-8")
    return root


def test_the_second_person_is_needed_from_what_the_accounts_file_says(root: Path) -> None:
    told = account(root, "account: northwind\ncurrency: JPY\nsecond_person_minor: 20000\nsources: []\n")
    assert second_person(told, "northwind") == SecondPerson("JPY", 20000)
    assert second_person(account(root, "currency: EUR\n"), "northwind") == SecondPerson("EUR", 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("currency: EUR\nsecond_person_minor: 5.5\n", "northwind.yaml:2: second_person_minor must be a whole number"),
        ("currency: EUR\nsecond_person_minor: -5\n", "northwind.yaml:2: second_person_minor must be at least 0"),
        ("second_person_minor: 5\n", "northwind.yaml:1: currency is missing; add currency"),
        ("currency: EUR\ncurrency: USD\n", "northwind.yaml:2: has the key 'currency' twice"),
    ],
)
def test_an_account_file_that_says_it_wrongly_lets_nobody_sign(root: Path, text: str, words: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(words)):
        second_person(account(root, text), "northwind")


def test_an_account_without_a_file_lets_nobody_sign(root: Path) -> None:
    with pytest.raises(ParameterError, match="does not exist"):
        second_person(root, "gone")
