"""Roles of PostgreSQL: what they are granted is enough to work with, and no more; who acts is who logged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from register import postgres
from register_events import finding
from register_reviews import OCTOBER, review, write_account
from register_sql import by_hand

from opsrules.errors import ActRefused, RegisterError, UsageError
from opsrules.register import Register, Where, open_register
from opsrules.terms import Desk, Resolution


@pytest.fixture
def roles(cluster: postgres.Cluster) -> Iterator[None]:
    for role in ("ana", "ben"):
        cluster.do(f"CREATE ROLE {role} LOGIN")
    yield
    for role in ("ana", "ben"):
        cluster.do(f"DROP ROLE {role}")


@pytest.fixture
def workspace(tmp_path: Path, cluster: postgres.Cluster, roles: None) -> Iterator[tuple[Path, str]]:
    (tmp_path / "parameters").mkdir()
    write_account(tmp_path)
    with cluster.database() as name:
        yield tmp_path, name


def _as(role: str, workspace: tuple[Path, str], cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("OPSRULES_REGISTER_URL", cluster.url(workspace[1], role))
    monkeypatch.setenv("OPSRULES_ACTOR", "somebody else")  # the login counts
    return open_register(workspace[0])


def test_a_granted_role_records_and_decides_as_itself(
    workspace: tuple[Path, str], cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _as(postgres.ROLE, workspace, cluster, monkeypatch) as register:
        register.grant("ana")
        register.grant("ben")
        with pytest.raises(UsageError, match="no role 'nobody'"):
            register.grant("nobody")
    with _as("ana", workspace, cluster, monkeypatch) as register:
        assert register.actor == "ana"
        register.record(review([finding("aaaa1", 1000), finding("bbbb2", 500)]))
        register.resolve("aaaa1", Resolution.EXPECTED)
        (told,) = register.comment("bbbb2", "text")
        register.act(text="Ask", owner="Jo")
        register.erase(seq=told.seq)
        with pytest.raises(ActRefused, match="finding aaaa1 themselves"):
            register.sign_off("northwind", Desk.RECONCILIATION, OCTOBER)
        with pytest.raises(UsageError, match="only the role that owns"):
            register.grant("ben")
    with _as("ben", workspace, cluster, monkeypatch) as register:
        (signed,) = register.sign_off("northwind", Desk.RECONCILIATION, OCTOBER)
        assert signed.actor == "ben"
        register.undo(signed.seq)
        assert register.verify().problems == ()
        assert register.findings(Where(finding_ids=("aaaa1",)))["settled_by"].tolist() == ["ana"]


FORGED = (
    "INSERT INTO events SELECT seq + 1, kind, account, desk, period, finding_id, run, at, {actor}, body_hash, "
    "facts_hash, hash, decode(md5('1') || md5('2'), 'hex') FROM events ORDER BY seq DESC LIMIT 1"
)


def test_a_role_cannot_act_as_another_or_change_what_happened(
    workspace: tuple[Path, str], cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _as(postgres.ROLE, workspace, cluster, monkeypatch) as register:
        register.record(review([finding("aaaa1", 1000)]))
        register.grant("ana")
    with _as("ana", workspace, cluster, monkeypatch) as register:
        register.comment("aaaa1", "mine")
        assert register.events(after=2).__next__().actor == "ana"
    url = cluster.url(workspace[1], "ana")
    forged = [
        FORGED.format(actor=1),
        "INSERT INTO actors SELECT 9, salt, 'ben', name_hash FROM actors WHERE id = 1",
        "UPDATE events SET kind = 'x'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM findings",
        "DELETE FROM bodies",
        "UPDATE actors SET id = 7",
        "UPDATE actors SET name = 'ben' WHERE name = 'ana'",
        "UPDATE runs SET level = 'healthy'",
        "UPDATE meta SET value = ''",
        "DROP TRIGGER events_in_chain ON events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
    ]
    for statement in forged:
        with pytest.raises(psycopg.Error), by_hand(workspace[0], url) as sql:
            sql.do(statement)
    with by_hand(workspace[0], url) as sql:  # as oneself it is let in: the refusals above have their own reasons
        sql.do(FORGED.format(actor=2))


def test_a_role_without_a_grant_is_told_so(
    workspace: tuple[Path, str], cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as(postgres.ROLE, workspace, cluster, monkeypatch).close()
    with pytest.raises(RegisterError, match="its owner grants it by `opsrules register grant`"):
        _as("ben", workspace, cluster, monkeypatch)


def test_an_address_is_told_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parameters").mkdir()
    monkeypatch.setenv("OPSRULES_REGISTER_URL", "postgresql+psycopg://ana:sesame@127.0.0.1:1/register")
    with pytest.raises(RegisterError, match="cannot be reached; see that it runs") as told:
        open_register(tmp_path)
    assert "sesame" not in str(told.value)
    for wrong in ("mysql://ana:sesame@host/db", "ana:sesame@host", "sqlite://"):
        monkeypatch.setenv("OPSRULES_REGISTER_URL", wrong)
        with pytest.raises(UsageError, match="is none that is known") as told_too:
            open_register(tmp_path)
        assert "sesame" not in str(told_too.value)
