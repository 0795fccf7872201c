"""``opsrules rules coverage``: which rules fired on the last run's data, and which conditions it decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.rules.loading import condition_words, loaded

if TYPE_CHECKING:
    from opsrules.batch.covered import Covered
    from opsrules.rules import Rules

__all__ = ["show_coverage"]

DESK = "reconciliation"
Record = Mapping[str, Any]


def show_coverage(
    workspace: WorkspaceFolder = Path(),
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Account to count; may be given again.", show_default="all"),
    ] = None,
    period: Annotated[
        str,
        typer.Option(metavar="PERIOD", help="2026-10, 2026-W47 or 2026-10-01..2026-10-15.", show_default="last run"),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show how often each rule fired on the last run's data, and how often each of its conditions held or did not.

    Rules that never fired, and conditions that every row or no row fulfils, stand out: nothing in the data tests them.

    Example:  opsrules rules coverage --period 2026-10
    """
    from opsrules.batch.covered import last_coverage  # noqa: PLC0415
    from opsrules.periods import Period  # noqa: PLC0415
    from opsrules.workspace import Workspace  # noqa: PLC0415

    sets = loaded(workspace)
    folder = Period.parse(period).text if period else ""
    found = last_coverage(Workspace.at(workspace).reports, DESK, account or (), folder)
    rules = [_of_rule(one, found) for one in found.verdicts.to_dict("records")]
    if as_json:
        say_json(_as_json(found, rules, sets))
        return
    _say_head(found, sets)
    for one in rules:
        _say_rule(one)
    _say_end(found, rules, sets)


def _of_rule(one: Mapping[Any, Any], found: Covered) -> dict[str, Any]:
    """Return the counts of a rule and of its conditions."""
    from opsrules.rules import undecided  # noqa: PLC0415

    conditions = found.coverage[found.coverage["rule_id"] == one["rule_id"]].drop(columns="rule_id")
    reached = one["fired"] + one["not_fired"] + one["not_judged"]
    return {
        "rule_id": one["rule_id"],
        "reached": reached,
        **{name: one[name] for name in ("fired", "not_fired", "not_judged", "not_reached")},
        "share_not_judged": one["not_judged"] / reached if reached else 0.0,
        "conditions": [
            {str(key): value for key, value in condition.items()}
            | {"missing": undecided(condition["held"], condition["not_held"], condition["error"])}
            for condition in conditions.to_dict("records")
        ],
    }


def _say_head(found: Covered, sets: tuple[Rules, ...]) -> None:
    from opsrules.periods import Period  # noqa: PLC0415

    count = len(found.accounts)
    accounts = f"{count} account{'' if count == 1 else 's'}"
    say(f"{Period.parse(found.period).words()}, {accounts}, {found.rows:,} rows")
    for name, reason in found.left_out.items():
        say(f"{name} {reason}: not counted")
    if _is_changed(found, sets):
        say("The rules have changed since; these are the counts of the rules as they were.")
    say()


def _is_changed(found: Covered, sets: tuple[Rules, ...]) -> bool:
    return not set(found.accounts.values()) <= {one.sha256 for one in sets}


def _say_rule(one: Record) -> None:
    share = f" ({one['share_not_judged']:.1%})" if one["not_judged"] else ""
    mark = "" if one["fired"] else "  <- never fired" if one["reached"] else "  <- never reached"
    say(
        f"{one['rule_id']}: {one['reached']:,} rows reached, {one['fired']:,} fired, "
        f"{one['not_judged']:,} not judged{share}{mark}"
    )
    for condition in one["conditions"]:
        counts = (
            f"{condition['held']:>9,} held {condition['not_held']:>9,} not {condition['not_reached']:>9,} not reached "
            f"{condition['error']:>6,} errors"
        )
        mark = f"  <- {condition['missing']}" if condition["missing"] else ""
        say(f"  {counts}  {condition_words(condition)}{mark}")


def _say_end(found: Covered, rules: list[dict[str, Any]], sets: tuple[Rules, ...]) -> None:
    silent = [one["rule_id"] for one in rules if not one["fired"]]
    missing = [one for rule in rules for one in rule["conditions"] if one["missing"]]
    conditions = sum(len(one["conditions"]) for one in rules)
    say()
    say(f"{len(silent)} of {len(rules)} rules never fired" + (f": {', '.join(silent)}" if silent else ""))
    say(f"{len(missing)} of {conditions} conditions were not decided both ways")
    if absent := list(_absent(found, sets)):
        say(f"Not in the run, because not in force or added since: {', '.join(absent)}")


def _absent(found: Covered, sets: tuple[Rules, ...]) -> Iterator[str]:
    """Give the rules of today's files that the run did not have."""
    ran = set(found.verdicts["rule_id"])
    return (rule.id for one in sets for rule in one.rules if rule.desk == DESK and rule.id not in ran)


def _as_json(found: Covered, rules: list[dict[str, Any]], sets: tuple[Rules, ...]) -> dict[str, Any]:
    return {
        "period": found.period,
        "accounts": list(found.accounts),
        "left_out": dict(found.left_out),
        "rows": found.rows,
        "rules_changed_since": _is_changed(found, sets),
        "rules": rules,
        "not_in_the_run": list(_absent(found, sets)),
    }
