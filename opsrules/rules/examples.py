"""The examples beside each rule, run: rows that make it fire and rows that do not, judged by both evaluators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.both import Twice, by_run_all, judged_twice
from opsrules.rules.frame import BoundFrame
from opsrules.rules.masks import judge
from opsrules.rules.model import Example, Rule
from opsrules.rules.reached import fires_on_every_row, settlers
from opsrules.rules.result import Result
from opsrules.rules.ruleset import Rules
from opsrules.rules.story import HELD, NOT_HELD
from opsrules.rules.views.listing import found_text
from opsrules.rules.views.wordbook import Wordbook

__all__ = ["ExampleFailure", "example_coverage", "example_row", "run_examples"]


@dataclass(frozen=True, order=True)
class ExampleFailure:
    """An example that does not hold, or a kind of example that a rule lacks.

    Attributes
    ----------
    place : str
        ``file:line``.
    rule_id : str
    what : str
        Expected and found.
    """

    place: str
    rule_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule_id}: {self.what}"


def example_row(rules: Rules, example: Example) -> dict[str, Any]:
    """Return an example laid over ``EXAMPLE_ROW`` of the variables class, where it has one."""
    return dict(getattr(rules.variables, "EXAMPLE_ROW", {})) | dict(example.row)


def run_examples(rules: Rules) -> list[ExampleFailure]:
    """Return what is wrong with the examples of all rules, whatever their status; empty when all hold.

    An example is laid over ``EXAMPLE_ROW`` of the variables class where it has one, so that it names only what matters.
    Plain `run_all` and the evaluator of whole tables judge each, for its own rule and for the whole set in order; where
    they differ the example fails, whatever it expects. A row of a decision table of which the first that fires decides
    is judged behind the rows before it: where one of these fires, it does not.
    """
    failures: list[ExampleFailure] = []
    sound: list[tuple[Rule, Example]] = []
    for rule in rules.rules:
        failures += _kinds(rule, rules.rules)
        try:
            found = list(_of_rule(rule, rules))
        except UsageError as error:
            failures.append(ExampleFailure(rule.place, rule.id, f"cannot be run over a table: {error}"))
            continue
        failures += found
        known = {one.place for one in found}
        sound += [(rule, example) for example in rule.examples if example.place not in known]
    return failures + list(_in_order(sound, rules))


def example_coverage(rules: Rules) -> pd.DataFrame:
    """Count what the examples of each rule decide: columns as in `Result.coverage`, of which rows are examples.

    A rule that cannot be run over a table is left out; `run_examples` names it. So is a row of a decision table that is
    written without conditions.
    """
    parts = [part for rule in rules.rules if not rule.always and (part := _coverage(rule, rules)) is not None]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COVERAGE)


_COUNTS = ["held", "not_held", "not_reached", "error"]
_COVERAGE = ["rule_id", "condition", "variable", "operator", "constant", *_COUNTS]


def _coverage(rule: Rule, rules: Rules) -> pd.DataFrame | None:
    asked, rows = [*settlers(rule, rules.rules), rule], [example_row(rules, one) for one in rule.examples]
    try:
        told = list(judged_twice(asked, rules.variables, rules.actions, rows))
    except UsageError:
        return None
    results = list({id(one.result): one.result for one in told}.values())
    nothing = BoundFrame(pd.DataFrame(), rules.variables)
    if not results:
        results = [Result((rule,), rules.actions, nothing, judge([rule], nothing, stop=False), stopped=False)]
    tables = [one.coverage[one.coverage["rule_id"] == rule.id] for one in results]
    return tables[0].assign(**{name: sum(one[name] for one in tables) for name in _COUNTS})


def _kinds(rule: Rule, rules: Sequence[Rule]) -> Iterator[ExampleFailure]:
    for wanted, words in ((True, "makes it fire"), (False, "leaves it silent")):
        if not wanted and fires_on_every_row(rule, rules):
            continue
        if not any(example.fires is wanted for example in rule.examples):
            yield ExampleFailure(rule.place, rule.id, f"has no example that {words}")


def _of_rule(rule: Rule, rules: Rules) -> Iterator[ExampleFailure]:
    """Judge the examples of a rule by it alone, or behind the rows of its table that may settle them."""
    asked, rows = [*settlers(rule, rules.rules), rule], [example_row(rules, one) for one in rule.examples]
    for told in judged_twice(asked, rules.variables, rules.actions, rows):
        example = rule.examples[told.position]
        for what in [_disagreement(told)] if told.plain != told.ours else _faults(rule, example, told, rules):
            yield ExampleFailure(example.place, rule.id, what)


def _in_order(pairs: list[tuple[Rule, Example]], rules: Rules) -> Iterator[ExampleFailure]:
    """Judge examples by all of their rules, one after the other, as a run does."""
    kept = {rule.id for rule, _ in pairs}
    asked = [rule for rule in rules.rules if rule.id in kept]
    rows = [example_row(rules, example) for _, example in pairs]
    for told in judged_twice(asked, rules.variables, rules.actions, rows, lenient=True):
        if told.plain != told.ours:
            rule, example = pairs[told.position]
            yield ExampleFailure(example.place, rule.id, _disagreement(told))


def _disagreement(told: Twice) -> str:
    return f"the evaluators disagree: by run_all {told.plain}; over a table {told.ours}"


def _faults(rule: Rule, example: Example, told: Twice, rules: Rules) -> Iterator[str]:
    """Give what is wrong with an example of which both evaluators say the same."""
    errors = told.result.errors
    for one in errors[errors["row"] == told.row].to_dict("records"):
        yield f"cannot be judged: {one['error']} at variable {one['variable']}: {one['message']}"
    fired = rule.id in told.plain.fired
    if told.plain.error or fired is example.fires:
        return
    words = ("does not fire", "fires")
    why = f" ({example.why})" if example.why else ""
    reason = _reason(rule, told, HELD if fired else NOT_HELD)
    instead = "" if fired else _instead(rule, example, rules)
    yield f"expected that it {words[example.fires]}{why}, but it {words[fired]}: {reason}{instead}"


def _instead(rule: Rule, example: Example, rules: Rules) -> str:
    row = example_row(rules, example)
    others = [
        one.id
        for one in rules.rules
        if one is not rule and one.id in by_run_all([*settlers(one, rules.rules), one], rules.variables, row).fired
    ]
    return f"; what fires on it: {', '.join(others)}" if others else ""


def _reason(rule: Rule, told: Twice, outcome: str) -> str:
    if told.plain.fired and rule.id not in told.plain.fired:
        return f"{told.plain.fired[0]}, an earlier row of table {rule.table}, fires"
    why = told.result.why(told.row, rule.id)
    words = Wordbook(told.result.frame.variables, told.result.actions)
    return ", ".join(found_text(one, words) for one in why[why["outcome"] == outcome].to_dict("records"))
