"""Whether the examples beside a rule try it: both ways, and every condition of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from opsrules.parameters.documents import KeyPath
from opsrules.rules.library import BaseVariables, rule_holds
from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.subject import Subject
from opsrules.rules.lint.trees import Part, words_of
from opsrules.rules.model import Rule

__all__ = ["flaws_of_tests"]


def flaws_of_tests(
    subject: Subject, root: Part, variables: Callable[[Mapping[str, Any]], BaseVariables], settlers: Sequence[Rule]
) -> Iterator[LintFinding]:
    """Give what the examples of a rule leave untried.

    An example is laid over ``EXAMPLE_ROW`` of the variables class, as `run_examples` does; whether it comes out as it
    says is for that to tell.

    Parameters
    ----------
    subject : Subject
    root : Part
        Its conditions.
    variables : class
    settlers : sequence of Rule
        Earlier rows of its decision table: an example for which one of them fires does not come to the rule.
    """
    at, examples, always = root.path[:1], subject.rule.examples, subject.rule.always
    if not examples:
        step = "add a row that fires" + ("" if always and not settlers else " and one that does not")
        yield subject.finding(LintKind.UNTESTED, at, "no example tests it", step)
        return
    kinds = {example.fires for example in examples}
    for wanted, words in ((True, "makes it fire"), (False, "leaves it silent")):
        if wanted not in kinds and (wanted or settlers or not always):
            yield subject.finding(
                LintKind.UNTESTED, at, f"no example {words}", f"add one with fires: {str(wanted).lower()}"
            )
    if len(kinds) < 2 or always:
        return
    base = getattr(variables, "EXAMPLE_ROW", {})
    reached = set[KeyPath]()
    for example in examples:
        row = variables(dict(base) | dict(example.row))
        if not any(_holds(one.conditions, row) for one in settlers):
            _reach(root, row, reached)
    for one in root.leaves:
        if one.path not in reached and one.leaf:
            what = f"no example comes to {words_of(one.leaf)}"
            yield subject.finding(
                LintKind.UNTESTED, one.path, what, "add one that the conditions before it leave undecided"
            )


def _reach(part: Part, row: BaseVariables, reached: set[KeyPath]) -> bool | None:
    """Note the conditions that the library asks of a row; returns whether the part holds, None where it raises."""
    if part.leaf:
        reached.add(part.path)
        return _holds({"name": part.leaf.variable, "operator": part.leaf.operator, "value": part.leaf.constant}, row)
    for kid in part.kids:
        holds = _reach(kid, row, reached)
        if holds is not part.is_all:
            return holds
    return part.is_all


def _holds(conditions: Mapping[str, Any], row: BaseVariables) -> bool | None:
    try:
        return rule_holds(conditions, row)
    except Exception:  # noqa: BLE001 - a variable is analysts' code; run_examples says what it raised
        return None
