"""``opsrules register show``: one finding with its facts, its standing, its whole history and what may be done next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.options import OneFinding
from opsrules.terms import Act, BreakClass, FindingStatus, Resolution, Severity

__all__ = ["next_acts", "show_finding"]

_ACTS = (Act.ASSIGN, Act.COMMENT, Act.ATTACH, Act.RESOLVE, Act.WRITE_OFF, Act.DISPUTE, Act.REJECT)


def show_finding(finding: OneFinding, workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """Show one finding, its whole history and its evidence.

    Example:  opsrules register show 3f9a21c0
    """
    from opsrules.cli.register.opening import one_finding, opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events  # noqa: PLC0415
    from opsrules.register.lines import as_records  # noqa: PLC0415

    with opened(workspace) as register:
        row = as_records(one_finding(register, finding))[0]
        history = register.history(row["finding_id"])
    if as_json:
        events = [event_record(one, row["currency"]) for one in history]
        say_json({"finding": row, "history": events, "next": list(next_acts(row["status"]))})
        return
    say(f"{row['finding_id']}  {_term(BreakClass, row['class'])}, {row['account']}, {row['desk'].replace('_', ' ')}")
    if row["message"]:
        say(row["message"])
    say()
    for head, text in _facts(row):
        say(f"{head:<10} {text}")
    say()
    say_events(history, row["currency"])
    say()
    say(f"Next: opsrules register {'|'.join(next_acts(row['status']))} {row['finding_id'][:12]}")


def next_acts(status: str) -> tuple[str, ...]:
    """Return the commands that a finding that stands so is open to, whoever asks."""
    from opsrules.errors import ActRefused  # noqa: PLC0415
    from opsrules.register.policy import check_standing  # noqa: PLC0415
    from opsrules.standing import Standing  # noqa: PLC0415

    found = []
    for act in _ACTS:
        with suppress(ActRefused):
            check_standing(act, Standing(FindingStatus(status)), "")
            found.append(act.value.replace("_", "-"))
    return tuple(found)


def _facts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    from opsrules.money import format_amount  # noqa: PLC0415

    yield "status", _status(row)
    if row["currency"]:
        yield "amount", format_amount(row["amount_minor"], row["currency"]).replace("\u00a0", " ")
    yield "severity", _term(Severity, row["severity"])
    if row["cause"]:
        yield "cause", row["cause"]
    yield "owner", (row["owner"] or "nobody") + (f", due {row['due']}" if row["due"] else "")
    days = "" if row["age_days"] is None else f", {row['age_days']:,} days ago"
    yield "known", f"since {row['first_day']}{days}, last seen in {row['last_period']}"
    about = [row[name] for name in ("order_ref", "payout_ref") if row[name]]
    yield "about", ", ".join([*about, row["rule_id"]]) if row["rule_id"] else ", ".join(about)
    if row["source_file"]:
        line = f":{row['source_line']}" if row["source_line"] else ""
        yield "evidence", f"{row['source_file']}{line}"


def _status(row: Mapping[str, Any]) -> str:
    from opsrules.money import format_amount  # noqa: PLC0415

    parts = [_term(FindingStatus, row["status"])]
    if row["reason"]:
        parts[0] += f" ({_term(Resolution, row['reason']).lower()})"
    if row["written_off_minor"]:
        parts[0] += f" {format_amount(row['written_off_minor'], row['currency'])}".replace("\u00a0", " ")
    if row["settled_by"]:
        parts[0] += f" by {row['settled_by']}"
    if not row["is_present"] and row["status"] != FindingStatus.CLEARED:
        parts.append("no longer found by the reviews")
    if row["is_unchecked"]:
        parts.append("not checked by the last review: its file was not there")
    return ", ".join(parts)


def _term(kind: Any, value: object) -> str:
    from opsrules.register.lines import term_words  # noqa: PLC0415

    return term_words(kind, value)
