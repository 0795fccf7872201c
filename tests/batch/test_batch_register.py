"""What a run keeps in the register: recorded before published, once, by the parent process alone."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sample_review import sample_review
from throwaway import DELIVER, READ, notebook_document

from opsrules import batch
from opsrules.batch import Event, RunResult
from opsrules.batch import runner as runner_module
from opsrules.batch.execute import Executed
from opsrules.delivery import deliver, received
from opsrules.errors import RegisterError, WorkspaceHeld
from opsrules.periods import Period
from opsrules.register import Where, open_register
from opsrules.review import Review
from opsrules.standing import Head, Snapshot
from opsrules.terms import Desk, Resolution

OCTOBER, NOVEMBER = Period.parse("2026-10"), Period.parse("2026-11")
AS_OF = date(2026, 11, 5)
Workspaces = Callable[[dict[str, Any]], Path]
Change = Callable[[Review], Review]


class Workspace:
    """A workspace whose notebook delivers the sample review, as a test changes it, without a kernel."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.change: Change = lambda review: review
        self.fails: set[str] = set()

    def run(
        self, *accounts: str, period: Period = OCTOBER, on_event: Callable[[Event], None] = lambda _: None
    ) -> RunResult:
        return batch.run(self.root, accounts or ("one",), period, AS_OF, on_event=on_event)

    def execute(self, _notebook: object, parameters: dict[str, str], *_: object) -> Executed:
        document = notebook_document(READ)
        if parameters["account"] in self.fails:
            error = {
                "output_type": "error",
                "ename": "ValueError",
                "evalue": "bad 4242 4242 4242 4242",
                "traceback": [],
            }
            document["cells"][1]["outputs"] = [error]
            return Executed(document, "", 2)
        review = sample_review(parameters["account"], parameters["period"], parameters["as_of"])
        deliver(self.change(review), parameters["run_folder"])
        return Executed(document, "", 2)

    def files(self, period: str = "2026-10") -> dict[str, bytes]:
        folder = self.root / "reports" / period
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def kinds(self) -> list[str]:
        with open_register(self.root, write=False) as register:
            return [str(event.kind) for event in register.events()]


@pytest.fixture
def work(workspace_with: Workspaces, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    one = Workspace(workspace_with(notebook_document(READ, DELIVER)))
    monkeypatch.setattr(runner_module, "execute", one.execute)
    return one


def without(*ids: str) -> Change:
    """Return the review without some of its findings, as another run."""
    return lambda review: replace(
        review,
        findings=review.findings[~review.findings["finding_id"].isin(ids)].reset_index(drop=True),
        provenance=replace(review.provenance, run_id=f"without-{'-'.join(ids)}"),
    )


def test_the_page_the_manifest_and_the_index_name_where_the_register_stood(work: Workspace) -> None:
    result = work.run("one", "two")
    heads = [outcome.recorded.head for outcome in result.outcomes if outcome.recorded]
    assert [head.seq for head in heads] == [5, 10]  # an event a run and one for each of four findings
    manifest = json.loads(result.manifest.read_bytes())
    files = work.files()
    for account, head in zip(("one", "two"), heads, strict=True):
        assert manifest["accounts"][account]["register"] == {"seq": head.seq, "hash": head.hash}
        foot = files[f"{account}/reconciliation.html"].decode().split("<footer")[1]
        assert f'Register of this run: event <span class="mono">{head.seq}:{head.hash}</span>' in foot
    assert manifest["register"] == {"seq": 10, "hash": heads[1].hash}
    assert f"{heads[1].seq}:{heads[1].hash}" in files["index.html"].decode()
    with open_register(work.root, write=False) as register:
        assert register.verify(heads).problems == ()
        assert register.head == heads[1]


def test_e1_an_unchanged_rerun_has_the_same_bytes_though_the_register_went_on(work: Workspace) -> None:
    work.run("one")
    before = work.files()
    work.run("two")
    work.run("one", period=NOVEMBER)
    again = work.run("one").outcomes[0]
    assert again.recorded is not None
    assert not again.recorded.is_new
    after = work.files()
    assert {name: after[name] for name in before if name.startswith("one/")} == {
        name: content for name, content in before.items() if name.startswith("one/")
    }
    everything = work.files()
    work.run("one", "two")
    assert work.files() == everything


def test_a_rerun_records_exactly_what_changed(work: Workspace) -> None:
    work.run("one")
    work.change = without("f2", "f3")
    outcome = work.run("one").outcomes[0]
    assert outcome.recorded is not None
    assert outcome.recorded.counts == {"recorded": 1, "cleared": 2}
    work.change = lambda review: replace(review, provenance=replace(review.provenance, run_id="third"))
    outcome = work.run("one").outcomes[0]
    assert outcome.recorded is not None
    assert outcome.recorded.counts == {"recorded": 1, "reopened": 2}


def test_the_snapshot_that_a_notebook_gets_knows_the_period_before(
    work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Snapshot] = []

    def noting(notebook: object, parameters: dict[str, str], *more: object) -> Executed:
        from opsrules import standing

        taken.append(standing.load(Path(parameters["snapshot"])))
        return work.execute(notebook, parameters, *more)

    monkeypatch.setattr(runner_module, "execute", noting)
    work.run("one")
    with open_register(work.root) as register:
        register.assign(["f1"], "zoe", date(2026, 12, 1))
        register.resolve(["f2"], Resolution.CORRECTED)
        register.comment(["f3"], "asked")
    work.change = without("f3")
    work.run("one", period=NOVEMBER)
    work.run("one", period=NOVEMBER)
    first, then, again = taken
    assert (first.before, first.standings) == ("", {})
    assert then.before == again.before == "2026-10"
    assert then.open_before == again.open_before == {"f1", "f2", "f3", "f4"}
    assert (then.standings["f1"].owner, then.standings["f1"].due) == ("zoe", date(2026, 12, 1))
    assert then.settles("f2", "EUR", 200)
    assert [note.text for note in then.standings["f3"].notes] == ["asked"]
    assert not again.standings["f3"].is_present


def test_a_failure_is_recorded_once_and_its_page_says_where(work: Workspace) -> None:
    work.fails = {"one"}
    first = work.run("one", "two")
    pages = work.files()
    assert first.outcomes[0].failure is not None
    assert work.kinds().count("not_reviewed") == 1
    work.run("one", "two")
    assert work.files() == pages
    assert work.kinds().count("not_reviewed") == 1
    told = json.loads(pages["manifest.json"])["accounts"]["one"]["register"]
    assert f"{told['seq']}:{told['hash']}" in pages["one/reconciliation.html"].decode()
    with open_register(work.root, write=False) as register:
        causes = [str((event.body or {}).get("cause")) for event in register.events() if event.kind == "not_reviewed"]
    assert causes == ["ValueError: bad ****4242"]  # B14


def test_a_register_that_cannot_be_written_fails_that_account_alone(work: Workspace) -> None:
    work.run("one", "two", "good")
    work.change = without("f1")
    path = work.root / "register.sqlite3"

    def break_for_two(event: Event) -> None:
        begins = event.cell == 0 and event.outcome is None
        with sqlite3.connect(path) as connection:
            if begins and event.account == "two":
                connection.execute(
                    "CREATE TRIGGER broken BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'broken'); END"
                )
            if begins and event.account == "good":
                connection.execute("DROP TRIGGER broken")
        connection.close()

    result = work.run("one", "two", "good", on_event=break_for_two)
    assert [outcome.account for outcome in result.failed] == ["two"]
    failure = result.failed[0].failure
    assert failure is not None
    assert "register.sqlite3" in failure.cause
    assert failure.next_step
    files = work.files()
    assert "Not reviewed" in files["two/reconciliation.html"].decode()
    assert "Register of this run" not in files["two/reconciliation.html"].decode()
    assert not {"two/reconciliation/review.json", "two/reconciliation/register.json"} & set(files)
    manifest = json.loads(files["manifest.json"])
    assert (manifest["accounts"]["two"]["status"], manifest["accounts"]["two"]["register"]) == ("failed", {})
    with open_register(work.root, write=False) as register:
        assert register.runs(account="two")["outcome"].tolist() == ["reviewed"]  # of the first run; nothing half


def test_d8_a_kill_between_recording_and_publishing_is_mended_by_the_next_run(
    work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(runner_module, "publish_review", killed)
        with pytest.raises(Killed):
            work.run("one")
    events = work.kinds()
    assert "recorded" in events
    assert not (work.root / "reports" / "2026-10" / "one" / "reconciliation.html").exists()
    outcome = work.run("one").outcomes[0]
    assert work.kinds() == events
    assert outcome.recorded is not None
    assert f"{outcome.recorded.head}" in outcome.page.read_text()


HOLD = """
import sys, time
from pathlib import Path
from opsrules.register.holding import held
with held(Path(sys.argv[1]), "ada"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_runs_at_once_the_second_is_told_who_holds_the_workspace(work: Workspace) -> None:
    work.run("one")
    before, events = work.files(), work.kinds()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(work.root)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        work.change = without("f1")
        with pytest.raises(WorkspaceHeld, match=rf"another run holds this workspace \(process {holder.pid} on .*ada's"):
            work.run("one")
        holder.kill()
    assert (work.files(), work.kinds()) == (before, events)
    work.run("one")
    assert len(work.kinds()) > len(events)


def test_a_register_that_cannot_be_opened_stops_the_run_before_anything(work: Workspace) -> None:
    (work.root / "register.sqlite3").write_bytes(b"this is no database, and it is long enough to be told from one" * 9)
    with pytest.raises(RegisterError, match="register"):
        work.run("one")
    assert not (work.root / "reports").exists()


def test_what_was_delivered_is_received_as_it_was(tmp_path: Path) -> None:
    review = sample_review("northwind", "2026-10", "2026-11-05")
    deliver(review, str(tmp_path))
    got = received(tmp_path, review.snapshot)
    for name in ("account", "desk", "period", "as_of", "level", "needs", "provenance", "settled", "owners", "lede"):
        assert getattr(got, name) == getattr(review, name), name
    told = got.findings.to_dict("records")
    assert told == review.findings.to_dict("records")
    assert got.findings.columns.tolist() == review.findings.columns.tolist()


CANARY = "the register is none of a notebook's business"
LOOK = f"""
import sys
opened = []
sys.addaudithook(lambda name, args: opened.append(str(args[0])) if name in ("open", "sqlite3.connect") else None)
canary = open("register.sqlite3").read()
assert canary == {CANARY!r}, "the test hides the register"
opened.clear()
"""
REVIEW = """
from opsrules import standing
known = standing.load(__import__("pathlib").Path(snapshot))
review = sample_review(account, period, as_of)
"""
CHECK = """
assert known.account == account
assert [name for name in opened if "register" in name] == [], opened
assert "sqlalchemy" not in sys.modules
"""


def test_the_kernel_gets_a_file_and_never_opens_the_register(workspace_with: Workspaces) -> None:
    root = workspace_with(notebook_document(READ, LOOK, REVIEW, CHECK, DELIVER))
    path, hidden = root / "register.sqlite3", root / "hidden"

    def hide(event: Event) -> None:
        if event.cell == 1 and event.outcome is None:
            path.rename(hidden)
            path.write_text(CANARY)
        elif event.cell == 6 and event.outcome is None:
            hidden.replace(path)

    outcome = batch.run(root, ["one"], OCTOBER, AS_OF, on_event=hide).outcomes[0]
    assert outcome.failure is None
    assert outcome.recorded is not None
    with open_register(root, write=False) as register:
        assert len(register.findings(Where(accounts=("one",), desks=(Desk.RECONCILIATION,)))) == 4


def test_heads_of_pages_are_whole(work: Workspace) -> None:
    page = work.run("one").outcomes[0].page.read_text()
    (told,) = re.findall(r"event <span class=\"mono\">(\d+:[0-9a-f]{64})</span>", page)
    assert str(Head(5, told.partition(":")[2])) == told
