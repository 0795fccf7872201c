"""``opsrules rules test``: the examples beside the rules, and rows made from their thresholds, judged twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.rules.loading import condition_words, loaded, plain

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.rules import ExampleFailure, Rules

__all__ = ["run_the_examples"]

Record = Mapping[Any, Any]


def run_the_examples(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """Run the examples beside each rule, and rows made just below, at and just above each of its thresholds.

    Every row is judged by business_rules.run_all and by our own evaluator. Each example that does not hold, and each
    row on which the two differ, is named with file and line, and the exit code is then 2. Conditions that no example
    decides both ways, and those for which no rows could be made, are named as well.

    Example:  opsrules rules test
    """
    from opsrules.rules import boundary_rows, example_coverage, run_examples  # noqa: PLC0415

    sets = loaded(workspace)
    places = {rule.id: rule.place for one in sets for rule in one.rules}
    rows = [row for one in sets for row in _in_words(one, boundary_rows(one))]
    covered = [row for one in sets for row in _in_words(one, example_coverage(one))]
    failures = [failure for one in sets for failure in run_examples(one)]
    failures += _disagreements(rows, places)
    counts = _counts(sets, rows)
    if as_json:
        say_json(counts | _as_json(failures, rows, covered))
    else:
        _say_counts(counts)
        _say_part("Wrong", [str(failure) for failure in failures])
        _say_part("No rows could be made for", [_line(one, places, one["note"]) for one in rows if one["note"]])
        _say_part(
            "No example decides both ways", [_line(one, places, _missing(one)) for one in covered if _missing(one)]
        )
        if not failures:
            say("all hold: every example, and both evaluators agree on every row")
    raise typer.Exit(2 if failures else 0)


def _in_words(rules: Rules, conditions: pd.DataFrame) -> Iterator[Record]:
    """Give a record for each condition, with what it asks in words."""
    from opsrules.rules import Wordbook, condition_text  # noqa: PLC0415

    words = Wordbook(rules.variables, rules.actions)
    for one in conditions.to_dict("records"):
        yield one | {"words": condition_text(one, words)}


def _disagreements(rows: list[Record], places: Mapping[str, str]) -> Iterator[ExampleFailure]:
    """Give a failure for each row on which the two evaluators differ."""
    from opsrules.rules import ExampleFailure  # noqa: PLC0415

    for one in rows:
        if one["disagreement"]:
            on = f" on {plain(one['row'])}" if one["row"] is not None else ""
            what = f"{condition_words(one)}, {one['side']}{on}: the evaluators disagree on {one['disagreement']}"
            yield ExampleFailure(places[one["rule_id"]], one["rule_id"], what)


def _counts(sets: tuple[Rules, ...], rows: list[Record]) -> dict[str, Any]:
    made = [one for one in rows if one["row"] is not None]
    return {
        "rules": sum(len(one.rules) for one in sets),
        "examples": sum(len(rule.examples) for one in sets for rule in one.rules),
        "boundary_rows": len(made),
        "bounded_conditions": len({(one["rule_id"], one["condition"]) for one in made}),
    }


def _say_counts(counts: Mapping[str, int]) -> None:
    say(
        f"{counts['rules']} rules, {counts['examples']} examples, "
        f"{counts['boundary_rows']:,} rows around the thresholds of {counts['bounded_conditions']} conditions"
    )


def _say_part(title: str, lines: list[str]) -> None:
    if lines:
        say(f"\n{title}, {len(lines)}:")
        for line in lines:
            say(f"  {line}")


def _line(one: Record, places: Mapping[str, str], what: str) -> str:
    return f"{places[one['rule_id']]}: {one['rule_id']}: {condition_words(one)}: {what}"


def _missing(one: Record) -> str:
    from opsrules.rules import undecided  # noqa: PLC0415

    return undecided(one["held"], one["not_held"], one["error"])


def _as_json(failures: list[ExampleFailure], rows: list[Record], covered: list[Record]) -> dict[str, Any]:
    return {
        "failures": [asdict(failure) for failure in failures],
        "boundaries": [{key: plain(value) for key, value in one.items()} for one in rows],
        "coverage": [{key: plain(value) for key, value in one.items()} | {"missing": _missing(one)} for one in covered],
    }
