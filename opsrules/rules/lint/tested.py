"""Whether the examples beside a rule try it: both ways, and every condition of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from opsrules.parameters.documents import KeyPath
from opsrules.rules.library import BaseVariables, rule_holds
from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.subject import Subject
from opsrules.rules.lint.trees import Part, words_of

__all__ = ["flaws_of_tests"]


def flaws_of_tests(
    subject: Subject, root: Part, variables: Callable[[Mapping[str, Any]], BaseVariables]
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
    """
    at, examples = root.path[:1], subject.rule.examples
    if not examples:
        yield subject.finding(
            LintKind.UNTESTED, at, "no example tests it", "add a row that fires and one that does not"
        )
        return
    kinds = {example.fires for example in examples}
    for wanted, words in ((True, "makes it fire"), (False, "leaves it silent")):
        if wanted not in kinds:
            yield subject.finding(
                LintKind.UNTESTED, at, f"no example {words}", f"add one with fires: {str(wanted).lower()}"
            )
    if len(kinds) < 2:
        return
    base = getattr(variables, "EXAMPLE_ROW", {})
    reached = set[KeyPath]()
    for example in examples:
        _reach(root, variables(dict(base) | dict(example.row)), reached)
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
        try:
            condition = {"name": part.leaf.variable, "operator": part.leaf.operator, "value": part.leaf.constant}
            return rule_holds(condition, row)
        except Exception:  # noqa: BLE001 - a variable is analysts' code; run_examples says what it raised
            return None
    for kid in part.kids:
        holds = _reach(kid, row, reached)
        if holds is not part.is_all:
            return holds
    return part.is_all
