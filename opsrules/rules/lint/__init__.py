"""Static checks of rules that are well formed: what no row can show, found before any row.

The values of each variable are cut into cells by the constants that conditions compare it with; in a cell every
condition has one answer, asked of the library's own types. What holds in all combinations of cells holds for all rows,
so nothing is claimed that some row could refute. Variables are taken to be independent of each other and to give the
same value each time: a rule that only their dependence keeps from firing is not found, and of two rows of a unique
table that only their dependence keeps apart it is said that both fire. What a regular expression or a type of one's own
says of a value is left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from opsrules.rules.check import Places, Vocabulary
from opsrules.rules.conditions import Graph
from opsrules.rules.lint.across import flaws_between
from opsrules.rules.lint.axes import lay_out
from opsrules.rules.lint.beside import Judged
from opsrules.rules.lint.days import flaws_of_days
from opsrules.rules.lint.inside import flaws_of
from opsrules.rules.lint.limits import flaws_of_limits
from opsrules.rules.lint.model import Lint, LintFinding, LintKind
from opsrules.rules.lint.space import TooLarge
from opsrules.rules.lint.subject import Subject
from opsrules.rules.lint.tables import flaws_of_tables
from opsrules.rules.lint.tested import flaws_of_tests
from opsrules.rules.lint.trees import Logic, part_of
from opsrules.rules.model import Rule, RuleStatus
from opsrules.rules.reached import settlers

__all__ = ["Lint", "LintFinding", "LintKind", "flaws_of_limits", "linted"]


def linted(
    entries: Sequence[tuple[int, Rule]],
    words: Vocabulary,
    places: Places,
    on: date | None,
    *,
    stop: bool,
) -> Lint:
    """Return everything that lint finds in rules.

    Parameters
    ----------
    entries : sequence of (int, Rule)
        Position in the file or list, and the rule, in the order in which they run.
    words : Vocabulary
    places : Places
        Where the parts of the file or list stand.
    on : date or None
    stop : bool
    """
    kept = [(number, rule) for number, rule in entries if rule.status is not RuleStatus.RETIRED]
    graph = Graph([rule.conditions for _, rule in kept])
    roots = [
        part_of(rule.conditions, node, (number, "conditions"))
        for (number, rule), node in zip(kept, graph.roots, strict=True)
    ]
    logic = Logic(*lay_out(graph.leaves, words.variables))
    findings = list(flaws_of_days(entries))
    judged, unjudged = [], []
    rules = [rule for _, rule in kept]
    for (number, rule), root in zip(kept, roots, strict=True):
        subject = Subject(rule, places)
        findings += flaws_of_tests(subject, root, words.variables_class, settlers(rule, rules))
        try:
            findings += () if rule.always else list(flaws_of(subject, root, logic))
            told = logic.told(root)
            judged += [Judged(rule, number, told, told.holds)] if told.holds else []
        except TooLarge:
            unjudged.append(rule.id)
    findings += flaws_of_tables([one for one in judged if one.rule.table], logic.space, on)
    findings += flaws_between([one for one in judged if _is_compared(one.rule, on)], logic.space, on, stop=stop)
    return Lint(tuple(sorted(findings, key=_by_line)), tuple(unjudged))


def _is_compared(rule: Rule, on: date | None) -> bool:
    """Whether a rule counts beside others: drafts do not, they may be the next version of one."""
    return rule.status is RuleStatus.ACTIVE if on is None else rule.in_force(on)


def _by_line(finding: LintFinding) -> tuple[int, int]:
    line = finding.place.rpartition(":")[2]
    return int(finding.pointer.split("/")[1]), int(line) if line.isdecimal() else 0
