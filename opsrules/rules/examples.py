"""The examples beside each rule, run: rows that make it fire and rows that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from opsrules.rules.frame import BoundFrame
from opsrules.rules.masks import judge
from opsrules.rules.model import Example, HitPolicy, Rule
from opsrules.rules.ruleset import Rules
from opsrules.rules.story import blame

__all__ = ["ExampleFailure", "run_examples"]


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


def run_examples(rules: Rules) -> list[ExampleFailure]:
    """Return what is wrong with the examples of all rules, whatever their status; empty when all hold.

    An example is laid over ``EXAMPLE_ROW`` of the variables class where it has one, so that it names only what matters.
    """
    failures = []
    base = getattr(rules.variables, "EXAMPLE_ROW", {})
    for rule in rules.rules:
        failures += list(_kinds(rule))
        for example in rule.examples:
            failures += list(_run(rule, example, rules, base))
    return failures


def _kinds(rule: Rule) -> Iterator[ExampleFailure]:
    for wanted, words in ((True, "makes it fire"), (False, "leaves it silent")):
        if not any(example.fires is wanted for example in rule.examples):
            yield ExampleFailure(rule.place, rule.id, f"has no example that {words}")


def _run(rule: Rule, example: Example, rules: Rules, base: Mapping[str, Any]) -> Iterator[ExampleFailure]:
    row = dict(base) | dict(example.row)
    frame = BoundFrame(pd.DataFrame({name: [value] for name, value in row.items()}, [0], dtype=object), rules.variables)
    # A row of a table is judged among those before it, which may leave it unasked.
    among = [one for one in rules.rules if one.table == rule.table] if rule.hit_policy is HitPolicy.FIRST else [rule]
    judged = judge(among, frame, stop=False)
    place = among.index(rule)
    for failure in [one for at in judged.failed_rules.tolist() for one in blame(among[at], frame, judged.failed_rows)]:
        what = f"cannot be judged: {failure.error} at variable {failure.variable}: {failure.message}"
        yield ExampleFailure(example.place, rule.id, what)
    fired = bool(judged.counts[place])
    if not len(judged.failed_rows) and fired is not example.fires:
        words = ("does not fire", "fires")
        why = f" ({example.why})" if example.why else ""
        what = f"expected that it {words[example.fires]}{why}, but it {words[fired]}"
        yield ExampleFailure(example.place, rule.id, what)
