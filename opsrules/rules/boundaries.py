"""Rows made from the thresholds of rules, just below, at and just above, each judged by both evaluators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.both import Twice, Verdict, by_run_all, judged_twice
from opsrules.rules.conditions import written
from opsrules.rules.examples import example_row
from opsrules.rules.library import rule_holds
from opsrules.rules.model import Rule
from opsrules.rules.reached import settlers
from opsrules.rules.ruleset import Rules
from opsrules.rules.sides import NotFound, Side, sides_of

__all__ = ["boundary_rows"]

_COLUMNS = ["rule_id", "condition", "variable", "operator", "constant", "side", "value", "row", "holds", "fires"]
_COLUMNS += ["error", "note", "disagreement"]
Row = Mapping[Any, Any]
_IT = "it"


def boundary_rows(rules: Rules) -> pd.DataFrame:
    """Make rows around the thresholds of every condition of every rule, whatever its status, and judge each twice.

    They are copies of an example row: one that makes the rule fire and on which the condition decides, as far as there
    is one. Plain `run_all` and the evaluator of whole tables judge the condition alone and the rule alone, a row of a
    decision table of which the first that fires decides behind those before it.

    Returns
    -------
    DataFrame
        One row per row made: rule_id, condition (its place in the tree), variable, operator, constant, side (``below``,
        ``at``: the first value with another answer, ``above``, ``constant``, ``missing``, or in words), value (of the
        variable), row (a mapping), holds and fires (by run_all; None where it raises), error (the exception type by
        which the rule ended, else ""), note, and disagreement of the two evaluators ("" when there is none). A
        condition for which no rows could be made has one line without a row, and the reason as its note. A row of a
        decision table that is written without conditions has no lines.
    """
    records: list[Mapping[str, Any]] = []
    for rule in rules.rules:
        records += () if rule.always else _of_rule(rule, rules)
    return pd.DataFrame(records, columns=_COLUMNS, dtype=object)


@dataclass(frozen=True)
class _Made:
    """A row made for a condition."""

    path: str
    leaf: Mapping[str, Any]
    side: Side


def _of_rule(rule: Rule, rules: Rules) -> Iterator[Mapping[str, Any]]:
    bases = _bases(rule, rules)
    made: list[_Made] = []
    for path, leaf in written(rule.conditions):
        try:
            made += [_Made(path, leaf, side) for side in _best(rule, path, leaf, bases, rules)]
        except NotFound as reason:
            yield _named(rule, path, leaf) | {"note": f"not generated: {reason}"}
    yield from _judged(rule, made, rules)


def _bases(rule: Rule, rules: Rules) -> list[Row]:
    """Return rows to begin at: examples that fire, other examples, the bare row of the variables class."""
    examples = sorted(rule.examples, key=lambda one: not one.fires)
    return [*(example_row(rules, one) for one in examples), dict(getattr(rules.variables, "EXAMPLE_ROW", {}))]


def _best(rule: Rule, path: str, leaf: Mapping[str, Any], bases: Sequence[Row], rules: Rules) -> list[Side]:
    """Return the rows made of the first base on which the rule turns with the condition; else of the first that serves.

    Raises
    ------
    NotFound
        If none serves.
    """
    found: list[Side] = []
    reasons: list[NotFound] = []
    for base in sorted(bases, key=lambda row: not _comes_to(rule.conditions, path, rules.variables(row))):  # type: ignore[call-arg]
        try:
            sides = sides_of(leaf, base, bases, rules.variables)
        except NotFound as reason:
            reasons.append(reason)
            continue
        asked = [*settlers(rule, rules.rules), rule]
        told = [by_run_all(asked, rules.variables, one.row) for one in sides if one.name != "missing"]
        fired = {rule.id in one.fired for one in told}
        if len(fired) > 1:
            return sides
        found = found or sides
    if not found:
        raise reasons[0]
    return found


def _comes_to(tree: Mapping[str, Any], path: str, variables: Any) -> bool:
    """Whether run_all, going through the tree, comes to the condition at `path`."""
    come: list[str] = []

    def holds(node: Mapping[str, Any], at: str) -> bool:
        for group in ("all", "any"):
            if group in node:
                kids = (holds(kid, f"{at}.{group}[{place}]".lstrip(".")) for place, kid in enumerate(node[group]))
                return all(kids) if group == "all" else any(kids)
        come.append(at)
        return rule_holds(node, variables)

    try:
        holds(tree, "")
    except Exception:  # noqa: BLE001 - variables are analysts' code: where they raise, the way ends
        return path in come
    return path in come


def _judged(rule: Rule, made: Sequence[_Made], rules: Rules) -> Iterator[Mapping[str, Any]]:
    """Give the records of the rows made for a rule."""
    for path, leaf in written(rule.conditions):
        mine = [one for one in made if one.path == path]
        rows = [one.side.row for one in mine]
        alone = Rule(_IT, leaf, ())
        try:
            told = [
                {one.position: one for one in judged_twice(asked, rules.variables, rules.actions, rows)}
                for asked in ([alone], [*settlers(rule, rules.rules), rule])
            ]
        except UsageError as error:
            refusal = f"cannot be run over a table: {error}"
            yield _named(rule, path, leaf) | {"note": refusal, "disagreement": refusal}
            continue
        for position, one in enumerate(mine):
            yield _named(rule, path, leaf) | _record(rule.id, one, told[0][position], told[1][position], rules)


def _named(rule: Rule, path: str, leaf: Mapping[str, Any]) -> dict[str, Any]:
    nothing = dict.fromkeys(_COLUMNS) | dict.fromkeys(("side", "error", "note", "disagreement"), "")
    return nothing | {
        "rule_id": rule.id,
        "condition": path,
        "variable": leaf["name"],
        "operator": leaf["operator"],
        "constant": leaf["value"],
    }


def _record(rule_id: str, made: _Made, condition: Twice, rule: Twice, rules: Rules) -> dict[str, Any]:
    try:
        value = getattr(rules.variables(made.side.row), made.leaf["name"])()  # type: ignore[call-arg]
    except Exception:  # noqa: BLE001 - as above
        value = None
    apart = [
        f"{what}: by run_all {_words(one.plain, yes, name)}, over a table {_words(one.ours, yes, name)}"
        for what, yes, name, one in (("the condition", "holds", _IT, condition), ("the rule", "fires", rule_id, rule))
        if one.plain != one.ours
    ]
    return {
        "side": made.side.name,
        "value": value,
        "row": dict(made.side.row),
        "holds": None if condition.plain.error else bool(condition.plain.fired),
        "fires": None if rule.plain.error else rule_id in rule.plain.fired,
        "error": rule.plain.error,
        "disagreement": "; ".join(apart),
    }


def _words(verdict: Verdict, yes: str, name: str) -> str:
    if verdict.error:
        return f"it raises {verdict.error}"
    return f"it {yes}" if name in verdict.fired else f"it does not {yes.removesuffix('s')}"
