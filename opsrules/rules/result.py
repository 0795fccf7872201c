"""What a rule set did on a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.parameters.nearest import hint
from opsrules.rules.frame import Condition, Fired, Row, trace
from opsrules.rules.library import BaseActions, BaseVariables, do_actions
from opsrules.rules.model import Rule

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Result"]


@dataclass(frozen=True)
class Result:
    """What a rule set did on a table; rows are counted from 0.

    Attributes
    ----------
    rules : tuple of Rule
    variables, actions : class
    rows : sequence of mapping
        As the rules saw them.
    outcome : Fired
    stopped : bool
        Whether each row was left at the first rule that fired.
    """

    rules: tuple[Rule, ...]
    variables: type[BaseVariables]
    actions: type[BaseActions]
    rows: Sequence[Row]
    outcome: Fired
    stopped: bool

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {rule.id: position for position, rule in enumerate(self.rules)}

    @cached_property
    def _pairs(self) -> npt.NDArray[np.int64]:
        return np.array(self.outcome.pairs, dtype=np.int64).reshape(-1, 2)

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
        out = np.zeros(len(self.rows), dtype=np.bool_)
        out[self._pairs[self._pairs[:, 1] == self._positions[rule_id], 0]] = True
        return out

    @property
    def counts(self) -> pd.Series[int]:
        """Rows on which each rule fired, by rule id, in the rules' order. See `errors` for rows left unjudged."""
        fired = np.bincount(self._pairs[:, 1], minlength=len(self.rules))
        ids = pd.Index(list(self._positions), dtype="str")
        return pd.Series(fired, index=ids, name="rows", dtype="int64")

    def fired(self) -> pd.DataFrame:
        """Return row and rule_id of everything that fired, in the order in which run_all would run the actions."""
        ids = np.array([rule.id for rule in self.rules], dtype=object)
        rule_id = pd.Series(ids[self._pairs[:, 1]] if len(ids) else [], dtype="str")
        return pd.DataFrame({"row": self._pairs[:, 0], "rule_id": rule_id})

    @property
    def errors(self) -> pd.DataFrame:
        """Rows that a rule could not judge: row, rule_id, variable, error (exception type), message."""
        records = [
            (one.row, self.rules[one.rule].id, one.variable, type(one.error).__name__, str(one.error))
            for one in self.outcome.failures
        ]
        table = pd.DataFrame(records, columns=["row", "rule_id", "variable", "error", "message"])
        kinds = {"row": "int64"} | dict.fromkeys(("rule_id", "variable", "error", "message"), "str")
        return table.astype(kinds)

    def why(self, rows: int | Iterable[int]) -> pd.DataFrame:
        """Return what became of each condition of each rule on some rows; variables are asked anew.

        Returns
        -------
        DataFrame
            row, rule_id, condition (its place in the tree), variable, operator, constant, seen (None unless reached),
            outcome: held, not held, not reached, or error.
        """
        chosen = [rows] if isinstance(rows, int) else list(rows)
        records = [
            (row, rule_id, one.path, one.variable, one.operator, one.constant, one.seen, one.outcome)
            for row in chosen
            for rule_id, one in self._conditions(row)
        ]
        names = ["row", "rule_id", "condition", "variable", "operator", "constant", "seen", "outcome"]
        table = pd.DataFrame(records, columns=names, dtype=object)
        return table.astype(
            {"row": "int64"} | dict.fromkeys(("rule_id", "condition", "variable", "operator", "outcome"), "str")
        )

    @cached_property
    def _last(self) -> dict[int, int]:
        """Position of the last rule that a row reached, for rows that did not reach all."""
        last = {one.row: one.rule for one in self.outcome.failures}
        return last | (dict(self.outcome.pairs) if self.stopped else {})

    def _conditions(self, row: int) -> Iterable[tuple[str, Condition]]:
        last = self._last.get(row, len(self.rules))
        for position, rule in enumerate(self.rules):
            for one in trace(rule, self.variables, self.rows[row], reached=position <= last):
                yield rule.id, one

    def apply(self) -> pd.DataFrame:
        """Run the real actions on the rows that fired, one Actions object a row, in run_all's order.

        Returns
        -------
        DataFrame
            row, rule_id, action, params (dict): what the actions noted in their ``outcomes``; for actions that keep
            none, the rule's own actions.
        """
        records: list[tuple[int, str, str, Mapping[str, Any]]] = []
        number, actions = -1, None
        for row, position in self.outcome.pairs:
            if actions is None or row != number:
                number, actions = row, self.actions(self.rows[row])  # type: ignore[call-arg]
            rule = self.rules[position]
            records += [(row, rule.id, name, params) for name, params in _run(rule, actions)]
        table = pd.DataFrame(records, columns=["row", "rule_id", "action", "params"])
        return table.astype({"row": "int64", "rule_id": "str", "action": "str", "params": "object"})


def _run(rule: Rule, actions: BaseActions) -> list[tuple[str, Mapping[str, Any]]]:
    noted: list[tuple[str, Mapping[str, Any]]] | None = getattr(actions, "outcomes", None)
    before = len(noted) if noted is not None else 0
    do_actions(list(rule.actions), actions)
    if noted is None:
        return [(str(one["name"]), dict(one.get("params") or {})) for one in rule.actions]
    return noted[before:]
