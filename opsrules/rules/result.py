"""What a rule set did on a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, SupportsIndex

import numpy as np
import pandas as pd
from markupsafe import Markup

from opsrules.errors import ReviewError
from opsrules.parameters.nearest import hint
from opsrules.rules.act import act
from opsrules.rules.certificate import Certificate, certify
from opsrules.rules.conflicts import conflicts, crowded, idle
from opsrules.rules.coverage import SHARE, constant_text, coverage_of, verdicts_of
from opsrules.rules.frame import BoundFrame
from opsrules.rules.library import BaseActions, rule_holds
from opsrules.rules.masks import Judged, unpacked
from opsrules.rules.model import Rule
from opsrules.rules.reached import came
from opsrules.rules.story import blame, story
from opsrules.rules.views.counts import Counts
from opsrules.rules.views.hits import Hits, conflict_words, hits_of, summary_words
from opsrules.rules.views.listing import condition_text, rules_text
from opsrules.rules.views.table import rules_table
from opsrules.rules.views.told import told
from opsrules.rules.views.view import View
from opsrules.rules.views.why import Why
from opsrules.rules.views.wordbook import Wordbook

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Result", "coverage_tables"]


@dataclass(frozen=True, repr=False)
class Result(View):
    """What a rule set did on a table; rows are counted from 0. Shows itself as the rules with their hits.

    Attributes
    ----------
    rules : tuple of Rule
    actions : class
    frame : BoundFrame
        The table as the rules saw it; `Rules.run` takes it again, and faster.
    judged : Judged
    stopped : bool
        Whether each row was left at the first rule that fired.
    """

    rules: tuple[Rule, ...]
    actions: type[BaseActions]
    frame: BoundFrame
    judged: Judged
    stopped: bool

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {rule.id: position for position, rule in enumerate(self.rules)}

    @cached_property
    def _ids(self) -> pd.Series[str]:
        return pd.Series(list(self._positions), dtype="str")

    def mask(self, rule_id: str) -> npt.NDArray[np.bool_]:
        """Whether the rule fired, by row. A row in `errors` did not fire here, but nobody knows whether it should have.

        Raises
        ------
        KeyError
            If there is no such rule; the text names the nearest.
        """
        if rule_id not in self._positions:
            msg = f"no rule {rule_id!r}; {hint(rule_id, self._positions)}"
            raise KeyError(msg)
        return self._mask(self._positions[rule_id])

    def _mask(self, position: int) -> npt.NDArray[np.bool_]:
        return unpacked(self.judged.bits[position], len(self.frame))

    @property
    def counts(self) -> pd.Series[int]:
        """Rows on which each rule fired, by rule id, in the rules' order; shows the share left unjudged as well."""
        ids = pd.Index(list(self._positions), dtype="str")
        fired = pd.Series(self.judged.counts, index=ids, name="rows", dtype="int64")
        failed = len(self.judged.failed_rows)
        return Counts.of(fired, failed, len(self.frame)) if failed else fired

    def fired(self) -> pd.DataFrame:
        """Return row and rule_id of everything that fired, in the order in which run_all would run the actions.

        Of a decision table with the hit policy first a later rule is not asked where an earlier one fired; of one that
        is unique all that fired are told, `conflicts` tells which should not have.
        """
        rows, rules = self._pairs
        return pd.DataFrame({"row": rows, "rule_id": self._ids.take(rules).array})

    @property
    def _pairs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows and rules of everything that fired, in run_all's order."""
        found = [np.flatnonzero(self._mask(position)) for position in range(len(self.rules))]
        rows = np.concatenate([*found, np.zeros(0, dtype=np.int64)])
        rules = np.repeat(np.arange(len(found)), [len(one) for one in found])
        order = np.argsort(rows, kind="stable")
        return rows[order], rules[order]

    @property
    def errors(self) -> pd.DataFrame:
        """Rows that a rule could not judge: row, rule_id, variable, error (exception type), message."""
        rows, rules = self.judged.failed_rows, self.judged.failed_rules
        records = sorted(
            (one.row, self.rules[position].id, one.variable, one.error, one.message)
            for position in np.unique(rules).tolist()
            for one in blame(self.rules[position], self.frame, rows[rules == position])
        )
        told = list(zip(*records, strict=True)) or [()] * 5
        names = ("rule_id", "variable", "error", "message")
        texts = {name: pd.Series(list(part), dtype="str") for name, part in zip(names, told[1:], strict=True)}
        return pd.DataFrame({"row": np.array(told[0], dtype=np.int64)} | texts)

    @property
    def verdicts(self) -> pd.DataFrame:
        """What became of the rows at each rule.

        One row per rule, in the rules' order: rule_id, and numbers of rows: fired, not_fired, not_judged (in
        `errors`), not_reached (an earlier rule could not judge the row, stopped at it, or is an earlier row of the same
        decision table, of which only the first that fires counts). They add up to the table. share_not_judged is that
        of the rows that came to the rule.
        """
        return verdicts_of(self.rules, self.judged, len(self.frame), stopped=self.stopped)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """What became of the rows at each condition, as `why` tells it of single rows.

        One row per condition as it is written, none for a row of a table without any: rule_id, condition (its place in
        the tree, "" for the whole), variable,
        operator, constant, and numbers of rows: held, not_held, not_reached, error. They add up to the table.
        """
        return coverage_of(self.rules, self.frame, self.judged, stopped=self.stopped)

    def raise_first(self) -> None:
        """Raise what run_all raises on the first row that could not be judged, with row, rule and variable as a note.

        Raises
        ------
        ReviewError
            If the library does not raise there.
        """
        if not len(self.judged.failed_rows):
            return
        row, rule = int(self.judged.failed_rows[0]), self.rules[self.judged.failed_rules[0]]
        try:
            rule_holds(rule.conditions, self.frame.variables(self.frame.rows([row])[0]))  # type: ignore[call-arg]
        except Exception as error:
            [guilt] = blame(rule, self.frame, self.judged.failed_rows[:1])
            error.add_note(f"row {row}, rule {rule.id}, variable {guilt.variable}")
            raise
        msg = f"rule {rule.id}, row {row}: business_rules judges it, the run does not; its results cannot be used"
        raise ReviewError(msg)

    def why(self, rows: SupportsIndex | Iterable[int], rule_id: str | None = None) -> pd.DataFrame:
        """Return what became of each condition of each rule, or of one, on some rows.

        The table of one row shows itself as a tree.

        Returns
        -------
        DataFrame
            row, rule_id, condition (its place in the tree), variable, operator, constant, seen (None unless reached),
            outcome: held, not held, not reached, or error.

        Raises
        ------
        IndexError
            If the table has no such row.
        """
        if not isinstance(rows, SupportsIndex):
            return self._whys(self._rows(rows), rule_id)
        [row] = chosen = self._rows([int(rows)])
        words = Wordbook(self.frame.variables, self.actions)
        seen = [bool(one[0]) for one in came(self.rules, self.judged, chosen, stopped=self.stopped)]
        tale = told(self.rules, self.frame, int(row), seen, words).only(rule_id)
        return Why.of(self._whys(chosen, rule_id), tale)

    def _rows(self, rows: Iterable[int]) -> npt.NDArray[np.int64]:
        chosen = np.array(list(rows), dtype=np.int64)
        outside = chosen[(chosen < 0) | (chosen >= len(self.frame))]
        if len(outside):
            known = f"rows are 0 to {len(self.frame) - 1}" if len(self.frame) else "the table has no rows"
            msg = f"no row {outside[0]}; {known}"
            raise IndexError(msg)
        return chosen

    def _whys(self, chosen: npt.NDArray[np.int64], rule_id: str | None) -> pd.DataFrame:
        records: list[tuple[object, ...]] = []
        every = came(self.rules, self.judged, chosen, stopped=self.stopped)
        for position, (rule, reached) in enumerate(zip(self.rules, every, strict=True)):
            if rule_id not in (None, rule.id) or not len(chosen):
                continue
            for number, part in enumerate(story(rule, self.frame, chosen, reached).parts):
                leaf, fixed = part.leaf, (part.path, part.leaf.variable, part.leaf.operator)
                told = zip(part.seen(self.frame, chosen), part.outcomes, strict=True)
                records += [
                    (place, position, number, rule.id, *fixed, leaf.constant, seen, outcome)
                    for place, (seen, outcome) in enumerate(told)
                ]
        records.sort(key=lambda one: one[:3])
        names = ["row", "rule_id", "condition", "variable", "operator", "constant", "seen", "outcome"]
        listed = [(int(chosen[one[0]]), *one[3:]) for one in records]  # type: ignore[call-overload]
        table = pd.DataFrame(listed, columns=names, dtype=object)
        return table.astype(
            {"row": "int64"} | dict.fromkeys(("rule_id", "condition", "variable", "operator", "outcome"), "str")
        )

    def conflicts(self) -> pd.DataFrame:
        """Return the breaches of decision tables with the hit policy unique: two of its rules fired for one row.

        Returns
        -------
        DataFrame
            table, first, second (rule ids, in the table's order), rows (how many), example_row (the first of them, a
            position to hand to `why`), example (dict: the values that the two rules asked for there).
        """
        return conflicts(self.rules, self._mask, self.frame)

    @property
    def _hits(self) -> tuple[Hits, ...]:
        return hits_of(self.rules, self.judged, len(self.frame), stopped=self.stopped)

    @property
    def _summary(self) -> str:
        fired = np.zeros(len(self.frame), dtype=np.bool_)
        for position in range(len(self.rules)):
            fired |= self._mask(position)
        told = summary_words(self._hits, len(self.frame), int(fired.sum()), len(self.judged.failed_rows))
        crowds = {table: int(rows.sum()) for table, rows in crowded(self.rules, self._mask, len(self.frame)).items()}
        return " ".join([told, *(conflict_words(table, size) for table, size in crowds.items() if size)])

    def _body(self) -> Markup:
        words = Wordbook(self.frame.variables, self.actions)
        return rules_table(self.rules, words, self._hits, self._summary)

    def _text(self) -> str:
        return rules_text(self.rules, Wordbook(self.frame.variables, self.actions), self._hits, self._summary)

    def apply(self) -> pd.DataFrame:
        """Run the real actions on the rows that fired, one Actions object a row, in run_all's order.

        Of a decision table with the hit policy unique no action runs on a row for which several of its rules fired
        (see `conflicts`), or that one of them could not judge (see `errors`).

        Returns
        -------
        DataFrame
            row, rule_id, action, params (dict): what the actions noted in their ``outcomes``; for actions that keep
            none, the rule's own actions.

        Raises
        ------
        UsageError
            If an action changes what later rules read: rules are judged before any action runs. Each rule's first
            row is run as run_all runs it, every condition asked after the actions before it; a change of the row
            itself is seen on any row.
        """
        mute = idle(self.rules, self._mask, self.judged, len(self.frame))
        return act(self.rules, self.actions, self.frame, self._pairs, self.judged, idle=mute, stopped=self.stopped)

    def certify(self) -> Certificate:
        """Ask the library itself at every row that decides.

        Each comparison of numbers is asked at the nearest numbers on both sides of where its answer turns (it turns
        once, so these settle every row), one with another variable's number at each pair close to the epsilon and at
        one of those beyond it on either side, any other at each distinct value, and each rule at one row for every
        combination of its conditions' answers that occurs.

        Returns
        -------
        Certificate
            How much was asked.

        Raises
        ------
        ReviewError
            If the library says otherwise anywhere.
        """
        return certify(self.rules, self.frame)


def coverage_tables(result: Result) -> dict[str, pd.DataFrame]:
    """Return what a run's rules and conditions decided as tables to be kept beside its findings.

    Returns
    -------
    dict
        ``rule_verdicts`` and ``rule_coverage``: `Result.verdicts` without shares, which do not add up over tables, and
        `Result.coverage` with its constants as text and each condition in ``words``.
    """
    book, conditions = Wordbook(result.frame.variables, result.actions), result.coverage
    constants = pd.Series([constant_text(one) for one in conditions["constant"]], dtype="str")
    words = pd.Series([condition_text(one, book) for one in conditions.to_dict("records")], dtype="str")
    verdicts = result.verdicts.drop(columns=SHARE)
    return {"rule_verdicts": verdicts, "rule_coverage": conditions.assign(constant=constants, words=words)}
