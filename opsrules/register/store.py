"""The register as programs and notebooks use it: reviews recorded, findings looked at, people's acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
from sqlalchemy import Connection

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.register import attachments, by_rule, items, queries, reading, record, root_causes, said, takeback
from opsrules.register.acts import Keep, Rights, act_on, sign_off
from opsrules.register.backup import back_up
from opsrules.register.counterparts import counterpart_of
from opsrules.register.engine import Database
from opsrules.register.followed import may_follow
from opsrules.register.grants import grant
from opsrules.register.history import metrics_table, runs_table
from opsrules.register.ledger import end
from opsrules.register.model import Event, Recorded, Subject, Where
from opsrules.register.projection import Row, known_findings
from opsrules.register.queries import keys_of
from opsrules.register.snapshots import baseline, snapshot_of, wanted
from opsrules.register.tables import events
from opsrules.register.verify import Verification, verify
from opsrules.register.views.events import History, Written
from opsrules.register.views.findings import FindingsView
from opsrules.review import Review
from opsrules.standing import Head, Snapshot
from opsrules.terms import Act, Desk, EventKind, Resolution
from opsrules.whys import SliceLike

__all__ = ["Register"]

Ids = str | Sequence[str]


class Register:
    """One workspace's register; `opsrules.open_register` opens it.

    Every act is one short transaction: all of it is recorded, or nothing. It returns the events written, in order, and
    raises ActRefused when a control or where things stand does not allow it, RegisterError when the database does not.

    Attributes
    ----------
    actor : str
        Who acts: the database's role on PostgreSQL, else OPSRULES_ACTOR or the login.
    place : str
        The file, or the address without its password.
    """

    def __init__(self, database: Database, folder: Path, rights: Rights) -> None:
        self._database, self._folder, self._rights = database, folder, rights
        self.actor, self.place = rights.actor, database.place

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Register {self.place} as {self.actor}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.view()._repr_mimebundle_(include, exclude)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    @property
    def head(self) -> Head:
        """The chain's end now."""
        with self._database.reading() as connection:
            return end(connection)

    # Reviews

    def record(self, review: Review) -> Recorded:
        """Record a review: one event a difference to what is known, its metrics and its run; the same again nothing."""
        policy = self._rights.policy
        return self._database.write(lambda connection: record.record_review(connection, self.actor, review, policy))

    def record_failure(self, account: str, desk: str, period: Period, as_of: date, cause: str) -> Recorded:
        """Record that an account could not be reviewed; the same cause twice in a row changes nothing."""
        return self._database.write(
            lambda connection: record.record_failure(connection, self.actor, (account, str(desk), period), as_of, cause)
        )

    def snapshot(self, account: str, desk: Desk, period: Period) -> Snapshot:
        """Return what the register knows of an account and desk before the review of a period.

        Raises
        ------
        ParameterError
            If the account's file is not there or wrong.
        """
        second = self._rights.second(account)
        refused = by_rule.refusal(self._rights.policy, *self._rights.rule(account))
        with self._database.reading() as connection:
            known = {name: one.known for name, one in known_findings(connection, account, desk.value).items()}
            told = reading.events_of_review(connection, account, desk.value)
            needed = wanted(known, baseline(told, period)) | may_follow(known, period)
            keys = [(account, desk.value, name) for name in sorted(needed)]
            for own in reading.events_of_findings(connection, keys).values():
                told += own
            told += by_rule.events_by_rule(connection, account, desk.value, beside=told)
        minor, by = second.minor, self.actor
        return snapshot_of(
            told, known, account, desk, period, second_person_minor=minor, rule_refused=refused, prepared_by=by
        )

    # What is known

    def findings(self, where: Where = Where(), columns: Sequence[str] = queries.FINDING_COLUMNS) -> pd.DataFrame:  # noqa: B008
        """Return a row a finding, worst first; `opsrules.register.FINDING_COLUMNS`, or those of them that are named.

        Raises
        ------
        UsageError
            If a finding id means none or several, a column is none, or amounts are asked for without a currency.
        """
        if unknown := [name for name in columns if name not in queries.FINDING_COLUMNS]:
            msg = f"findings have no column {', '.join(unknown)}; they have {', '.join(queries.FINDING_COLUMNS)}"
            raise UsageError(msg)
        with self._database.reading() as connection:
            return queries.findings_table(connection, where, columns)

    def view(self, where: Where = Where()) -> FindingsView:  # noqa: B008
        """Return findings as they are now, as a table that JupyterLab lets a reader search, filter and sort.

        Raises
        ------
        UsageError
            If a finding id means none or several, or amounts are asked for without a currency.
        """
        return FindingsView(self.findings(where))

    def history(self, finding_id: str) -> History:
        """Return all events of one finding, by its id or the beginning of it, in order of their numbers.

        Raises
        ------
        UsageError
            If the id means none or several.
        """
        with self._database.reading() as connection:
            (key,) = keys_of(connection, [finding_id])
            return History(reading.events_of_findings(connection, [key])[key])

    def events(self, account: str = "", desk: str = "", after: int = 0) -> Iterator[Event]:
        """Give the events with a number above `after` in order, of one account and desk or of all."""
        wanted = [events.c.account == account] if account else []
        wanted += [events.c.desk == str(desk)] if desk else []
        while True:
            # A reader that lingers would keep every writer out.
            with self._database.reading() as connection:
                page = reading.page_of_events(connection, after, *wanted)
            yield from page
            if len(page) < reading.PAGE:
                return
            after = page[-1].seq

    def metrics(self, account: str = "", desk: str = "", metric_id: str = "") -> pd.DataFrame:
        """Return the metrics of every run, oldest first: `opsrules.review.METRICS`, with `run`, `as_of` and `at`."""
        with self._database.reading() as connection:
            return metrics_table(connection, account, str(desk), metric_id)

    def runs(self, account: str = "", desk: str = "") -> pd.DataFrame:
        """Return a row a recorded run, oldest first, with its inputs' and its code's hashes, who, when and outcome."""
        with self._database.reading() as connection:
            return runs_table(connection, account, str(desk))

    # What people do to findings

    def assign(
        self, finding_ids: Ids, owner: str, due: date | None = None, note: str = "", *, keep: Keep = None
    ) -> Written:
        """Give findings to somebody, by a day if one is named."""
        told = {"owner": said.owner(owner), "due": due.isoformat() if due else "", "note": said.text(note)}
        return self._act(Act.ASSIGN, EventKind.ASSIGNED, finding_ids, told, keep)

    def comment(self, finding_ids: Ids, text: str, *, keep: Keep = None) -> Written:
        """Say something of findings."""
        told = {"note": said.needed(text, "a comment needs a text")}
        return self._act(Act.COMMENT, EventKind.COMMENTED, finding_ids, told, keep)

    def attach(self, finding_ids: Ids, path: Path, note: str = "", *, keep: Keep = None) -> Written:
        """Keep a copy of a file with findings, under attachments/ by its SHA-256.

        Raises
        ------
        UsageError
            If the file cannot be read.
        """
        kept = attachments.keep(self._folder, Path(path))
        told = {"name": said.text(kept.name), "sha256": kept.sha256, "bytes": kept.bytes, "note": said.text(note)}
        return self._act(Act.ATTACH, EventKind.ATTACHED, finding_ids, told, keep)

    def resolve(
        self, finding_ids: Ids, reason: Resolution | str, note: str = "", *, counterpart: str = "", keep: Keep = None
    ) -> Written:
        """Say that findings are dealt with, and why; `counterpart` is what they belong together with.

        It is another finding, by its id or the beginning of it, or a row of an export as ``file:line``.
        """
        why = said.resolution(reason)
        text = said.needed(note, "the reason `other` needs a note") if why is Resolution.OTHER else said.text(note)
        told = {"reason": why.value, "note": text, "counterpart": counterpart}
        return self._act(Act.RESOLVE, EventKind.RESOLVED, finding_ids, told, keep)

    def write_off(
        self,
        finding_ids: Ids,
        note: str,
        amount_minor: int | None = None,
        *,
        counterpart: str = "",
        keep: Keep = None,
    ) -> Written:
        """Give up what findings are about: their whole amounts, or a part in minor units without sign.

        `counterpart` is what they belong together with, as in `resolve`.
        """
        text = said.needed(note, "a write-off needs a note that says why")

        def told(row: Row) -> Mapping[str, Any]:
            part = said.part(row, amount_minor)
            return {"amount_minor": part, "currency": row["currency"], "note": text, "counterpart": counterpart}

        return self._act(Act.WRITE_OFF, EventKind.WRITTEN_OFF, finding_ids, told, keep)

    def dispute(self, finding_ids: Ids, note: str, *, keep: Keep = None) -> Written:
        """Say that findings are none; they stay open until somebody settles them."""
        told = {"note": said.needed(note, "a dispute needs a note that says why it is no finding")}
        return self._act(Act.DISPUTE, EventKind.DISPUTED, finding_ids, told, keep)

    def root_cause(
        self,
        subject: str | SliceLike | Mapping[Any, Any],
        *,
        whys: Sequence[str] = (),
        cause: str = "",
        corrective: Sequence[str] = (),
        preventive: Sequence[str] = (),
        owner: str = "",
        due: date | None = None,
        note: str = "",
        measure: str = "",
        account: str = "",
        desk: Desk | str = Desk.RECONCILIATION,
        period: str = "",
        keep: Keep = None,
    ) -> Written:
        """Write of the root cause of a finding or a slice; a part that is named replaces what was said of it before.

        Parameters
        ----------
        subject : str, Slice or mapping
            A finding by its id or the beginning of it; or a slice, which `measure`, `account` and `period` say what of.
        whys : sequence of str
            One to five answers, each to the question why the one before it is so.
        cause : str
            Code of the taxonomy, or ``unknown`` where the rules' word does not hold.
        corrective, preventive : sequence of str
            Actions besides the taxonomy's standard ones.
        owner, due : str, date
            Who sees to these actions, and by when; the finding itself is given to somebody by `assign`.

        Raises
        ------
        UsageError
            If nothing is said, or the cause is none; the text names the nearest.
        """
        parts = root_causes.Parts(whys, cause, corrective, preventive, owner, due, note)
        body = root_causes.body_of(parts)
        if not isinstance(subject, str):
            about = Subject(account, str(desk), period)
            if "cause" in body:
                root_causes.known_cause(self._folder, account, body["cause"])
            return self._written(
                lambda connection: root_causes.tell_of_slice(
                    connection, self._rights, subject, measure, about=about, body=body
                )
            )
        if "cause" in body:
            with self._database.reading() as connection:
                ((own, _, _),) = keys_of(connection, [subject])
            root_causes.known_cause(self._folder, own, body["cause"])
        return self._act(Act.ROOT_CAUSE, EventKind.ROOT_CAUSE, subject, body, keep)

    def reject(self, finding_ids: Ids, note: str, *, keep: Keep = None) -> Written:
        """Refuse what has settled findings, as a second person; they are open again."""
        told = {"note": said.needed(note, "a rejection needs a note that says what is missing")}
        return self._act(Act.REJECT, EventKind.REJECTED, finding_ids, told, keep)

    def sign_off(
        self, account: str, desk: Desk | str, period: Period, note: str = "", *, keep: int | None = None
    ) -> Written:
        """Sign an account's review of a period off.

        Parameters
        ----------
        account, desk : str
        period : Period
        note : str
        keep : int, optional
            Number of the last event that was looked at: refused if something came to the account after it.
        """
        text = said.text(note)
        return self._written(
            lambda connection: sign_off(connection, self._rights, account, str(desk), period, note=text, keep=keep)
        )

    def undo(self, seq: int, note: str = "") -> Written:
        """Take back an event of a person, by its number."""
        text = said.text(note)
        return self._written(lambda connection: takeback.undo(connection, self._rights, seq, text))

    def erase(self, actor: str = "", *, seq: int = 0) -> Written:
        """Erase a person's name everywhere, or what one event says; the chain still verifies.

        What an attached event says goes with its file, unless another event has the same one. A backup made before
        still has it all.

        Raises
        ------
        UsageError
            If neither is named, or both.
        """
        if bool(actor) == bool(seq):
            msg = "erase takes the name of a person or the number of an event, one of them"
            raise UsageError(msg)
        if actor:
            return self._written(lambda connection: takeback.erase_actor(connection, self._rights, actor))

        def erased(connection: Connection) -> tuple[tuple[Event, ...], str]:
            file = takeback.orphaned(connection, seq)
            return takeback.erase_body(connection, self._rights, seq), file

        written, file = self._database.write(erased)
        attachments.remove(self._folder, file)
        return Written(written)

    # Actions, decisions, risks

    def act(
        self,
        number: int = 0,
        *,
        account: str = "",
        desk: Desk | str = "",
        text: str | None = None,
        owner: str | None = None,
        due: date | None = None,
        status: str | None = None,
        metric: str | None = None,
        evidence: str | None = None,
    ) -> Written:
        """Raise an action, or change the one that a number names; what is left out stays.

        `metric` is the metric or rule that it came from; `status` is one of `opsrules.register.items.STATUSES`.
        """
        told = {"text": text, "status": status, "metric": metric, "evidence": evidence}
        return self._change(items.ACTIONS, number, account, desk, told | {"owner": owner, "due": due})

    def decide(
        self,
        number: int = 0,
        *,
        account: str = "",
        desk: Desk | str = "",
        decision: str | None = None,
        context: str | None = None,
        options: str | None = None,
        decided_by: str | None = None,
        review_on: date | None = None,
        supersedes: int | None = None,
    ) -> Written:
        """Enter a decision in the log, or change the one that a number names; what is left out stays."""
        told = {"decision": decision, "context": context, "options": options, "decided_by": decided_by}
        more = {"review_on": review_on, "supersedes": supersedes}
        return self._change(items.DECISIONS, number, account, desk, told | more)

    def risk(
        self,
        number: int = 0,
        *,
        account: str = "",
        desk: Desk | str = "",
        cause: str | None = None,
        event: str | None = None,
        effect: str | None = None,
        likelihood: int | None = None,
        impact: int | None = None,
        controls: str | None = None,
        residual: str | None = None,
        owner: str | None = None,
        metric: str | None = None,
        review_on: date | None = None,
    ) -> Written:
        """Enter a risk, or change the one that a number names; likelihood and impact are 1 to 5."""
        told = {"cause": cause, "event": event, "effect": effect, "likelihood": likelihood, "impact": impact}
        more = {"controls": controls, "residual": residual, "owner": owner, "metric": metric, "review_on": review_on}
        return self._change(items.RISKS, number, account, desk, told | more)

    def actions(self, as_of: date | None = None) -> pd.DataFrame:
        """Return a row an action, with `age_days` and how often its day was put off (`carried`)."""
        return self._items(items.ACTIONS, as_of)

    def decisions(self) -> pd.DataFrame:
        """Return a row a decision."""
        return self._items(items.DECISIONS)

    def risks(self) -> pd.DataFrame:
        """Return a row a risk, with its `band`."""
        return self._items(items.RISKS)

    # Care

    def verify(self, heads: Iterable[Head] = ()) -> Verification:
        """Hold every event against the chain, and every finding against its events; writes nothing.

        Parameters
        ----------
        heads : iterable of Head
            Of reports: the chain has to reach each of them, with that hash there.
        """
        with self._database.reading() as connection:
            return verify(connection, tuple(heads))

    def backup(self, path: Path) -> Verification:
        """Write a whole, consistent copy of the register's file, also while others work in it, and verify it.

        Raises
        ------
        UsageError
            If there is something at `path`, or the register is no file: PostgreSQL is backed up by pg_dump.
        """
        return back_up(self._database, Path(path))

    def grant(self, role: str) -> None:
        """Give a role of PostgreSQL what recording and deciding need, and no more; only the tables' owner can.

        Raises
        ------
        UsageError
            If the register is a file, or there is no such role.
        """
        self._database.write(lambda connection: grant(connection, role))

    def _act(
        self,
        act: Act,
        kind: EventKind,
        ids: Ids,
        told: Mapping[str, Any] | Callable[[Row], Mapping[str, Any]],
        keep: Keep,
    ) -> Written:
        def acted(connection: Connection) -> tuple[Event, ...]:
            def body_of(row: Row) -> Mapping[str, Any]:
                body = dict(told(row) if callable(told) else told)
                if named := body.get("counterpart"):
                    body["counterpart"] = counterpart_of(connection, row, named)
                return said.only_told(body)

            return act_on(connection, self._rights, act, kind=kind, ids=ids, body=body_of, keep=keep)

        return self._written(acted)

    def _change(
        self, kind: items.Items, number: int, account: str, desk: Desk | str, told: Mapping[str, Any]
    ) -> Written:
        values = {name: said.value(name, one) for name, one in told.items() if one is not None}
        subject, today = Subject(account, str(desk)), queries.today()
        return self._written(
            lambda connection: items.change(
                connection, self._rights, kind, number, subject=subject, today=today, said=values
            )
        )

    def _written(self, act: Callable[[Connection], tuple[Event, ...]]) -> Written:
        return Written(self._database.write(act))

    def _items(self, kind: items.Items, as_of: date | None = None) -> pd.DataFrame:
        with self._database.reading() as connection:
            return items.items_table(connection, kind, as_of or queries.today())
