"""A rule set: loaded, checked as a whole, and run over tables."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from markupsafe import Markup

from opsrules.errors import ParameterError, Problem
from opsrules.parameters.nearest import hint
from opsrules.rules.check import Places, Pointers, Vocabulary
from opsrules.rules.examine import check_rules, examine
from opsrules.rules.files import is_house_file
from opsrules.rules.frame import BoundFrame
from opsrules.rules.library import BaseActions, BaseVariables
from opsrules.rules.lint import Lint, flaws_of_limits, linted
from opsrules.rules.masks import judge
from opsrules.rules.model import HitPolicy, Rule
from opsrules.rules.near import Leeway, near_misses
from opsrules.rules.plain import rule_of
from opsrules.rules.result import Result
from opsrules.rules.views.listing import rules_text
from opsrules.rules.views.table import rules_table
from opsrules.rules.views.view import View
from opsrules.rules.views.wordbook import Wordbook
from opsrules.rules.whatif import Backtest, money_of

__all__ = ["Rules", "problems_of_rules"]


class Rules(View):
    """Rules in the language of business-rules, with the classes that give their variables and actions.

    As the last value of a notebook's cell they show themselves as a table in plain words.

    Parameters
    ----------
    rules : iterable of mapping
        What `business_rules.run_all` takes. Of our own keys, those that are right are kept; what run_all would pass
        over is passed over.
    variables, actions : class
        business_rules classes. `variables` is built from a row (a mapping of Python's own values, missing = None),
        `actions` likewise; what its methods do they append to ``self.outcomes`` as (name, params).

    Attributes
    ----------
    rules : tuple of Rule
        In the order in which they run.
    plain : tuple of mapping
        The same, as run_all takes them.
    sha256 : str
        Of the file's bytes, or of the list.

    Raises
    ------
    ParameterError
        With every mistake of the set, by JSON pointer.
    """

    def __init__(
        self, rules: Iterable[Mapping[str, Any]], variables: type[BaseVariables], actions: type[BaseActions]
    ) -> None:
        plain = [copy.deepcopy(rule) for rule in rules]
        places = Pointers()
        problems = list(check_rules(plain, places, Vocabulary(variables, actions)))
        if problems:
            raise ParameterError(problems)
        content = json.dumps(plain, sort_keys=True, default=str).encode()
        self._set(plain, places, variables, actions, hashlib.sha256(content).hexdigest())

    def _set(
        self,
        plain: Sequence[Mapping[str, Any]],
        places: Places,
        variables: type[BaseVariables],
        actions: type[BaseActions],
        sha256: str,
    ) -> None:
        self.plain: tuple[Mapping[str, Any], ...] = tuple(plain)
        self.rules: tuple[Rule, ...] = tuple(rule_of(entry, number, places) for number, entry in enumerate(plain))
        self.variables, self.actions, self.sha256 = variables, actions, sha256
        self._places, self._numbers = places, tuple(range(len(plain)))
        self._workspace: Path | None = None

    @classmethod
    def load(
        cls,
        path: str | Path,
        variables: type[BaseVariables],
        actions: type[BaseActions],
        *,
        desk: str = "",
        tables: Iterable[str | Path] | None = None,
    ) -> Rules:
        """Load a file: a list of rules in YAML or JSON, or a decision table in CSV, YAML or JSON.

        The rows of a table are rules, each with the table's name and hit policy (`opsrules.rules.tables` says how
        tables are written). `run` and its result honour the policy; so they do for the same rules given as a list.

        A file in a workspace's parameters/rules/, or one that is to be the rules of a `desk`, must carry our own keys
        as well (id, name, desk, severity, status, owner, source, message, examples); any other is taken as run_all
        takes it.

        Parameters
        ----------
        path : str or Path
        variables, actions : class
        desk : str
            Whose rules they are to be.
        tables : iterable of str or Path, optional
            Files of decision tables whose rows come after the rules; when left out, those that a workspace has beside
            the rules of a desk.

        Raises
        ------
        ParameterError
            With every mistake of the file, by ``file:line``.
        """
        beside = None if tables is None else [Path(one) for one in tables]
        found = examine(Path(path), Vocabulary(variables, actions), desk, beside)
        if found.problems:
            raise ParameterError(found.problems)
        rules = cls.__new__(cls)
        rules._set(found.plain, found.places, variables, actions, found.sha256)
        rules._workspace = Path(path).resolve().parents[2] if is_house_file(Path(path)) else None
        return rules

    def _body(self) -> Markup:
        return rules_table(self.rules, Wordbook(self.variables, self.actions))

    def _text(self) -> str:
        return rules_text(self.rules, Wordbook(self.variables, self.actions))

    def active(self, on: date) -> Rules:
        """Return the rules in force on a day: active, since <= `on` <= until."""
        kept = [number for number, rule in enumerate(self.rules) if rule.in_force(on)]
        rules = copy.copy(self)
        rules.plain = tuple(self.plain[number] for number in kept)
        rules.rules = tuple(self.rules[number] for number in kept)
        rules._numbers = tuple(self._numbers[number] for number in kept)
        return rules

    def named(self, rule_id: str) -> Rule:
        """Return the rule of that id.

        Raises
        ------
        KeyError
            If there is none; the text names the nearest.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        msg = f"no rule {rule_id!r}; {hint(rule_id, [rule.id for rule in self.rules])}"
        raise KeyError(msg)

    def bind(self, frame: pd.DataFrame) -> BoundFrame:
        """Return a table made ready to be run over again, by these rules or by others with the same variables.

        What its columns hold and what each condition says of its rows is kept, one bit a row and condition. Later
        changes of `frame` are not seen.
        """
        return BoundFrame(frame, self.variables, keeps_answers=True)

    def run(
        self,
        frame: pd.DataFrame | BoundFrame,
        stop_on_first_trigger: bool = False,
        on_error: Literal["raise", "collect"] = "raise",
    ) -> Result:
        """Judge every row of a table.

        Parameters
        ----------
        frame : DataFrame or BoundFrame
            One row per thing to judge; bound by `bind`, or the ``frame`` of an earlier result.
        stop_on_first_trigger : bool
            Leave a row at the first rule that fires.
        on_error : "raise" or "collect"
            What to do with a row that a rule cannot judge: raise what business_rules raises on the first one, with row,
            rule and variable as a note; or list it in ``errors``.

        Raises
        ------
        UsageError
            If a variable has no form over whole columns and is not marked `rowwise`, naming it.
        ValueError
            If rows are to be left at the first rule that fires, and the rows of a decision table must each be asked.
        """
        if on_error not in ("raise", "collect"):
            msg = f"on_error must be 'raise' or 'collect', got {on_error!r}"
            raise ValueError(msg)
        tables = [rule.table for rule in self.rules if rule.hit_policy is HitPolicy.UNIQUE]
        if stop_on_first_trigger and tables:
            msg = f"table {tables[0]} is unique: run without stop_on_first_trigger, so that each of its rows is asked"
            raise ValueError(msg)
        bound = frame if isinstance(frame, BoundFrame) else BoundFrame(frame, self.variables)
        if bound.variables is not self.variables:
            msg = f"the table is bound to {bound.variables.__name__}, the rules ask {self.variables.__name__}"
            raise ValueError(msg)
        result = Result(
            self.rules, self.actions, bound, judge(self.rules, bound, stop=stop_on_first_trigger), stop_on_first_trigger
        )
        if on_error == "raise":
            result.raise_first()
        return result

    def backtest(
        self, other: Rules, frame: pd.DataFrame | BoundFrame, amount: str = "amount_minor", currency: str = "currency"
    ) -> Backtest:
        """Judge a table by these rules and by others, and tell which rows fall in or out of each, and for how much.

        Parameters
        ----------
        other : Rules
            With the same variables; a rule is compared with the one of its id.
        frame : DataFrame or BoundFrame
            One row per thing to judge. Bound by `bind`, it keeps what it was asked: the next version costs only what it
            changes.
        amount, currency : str
            Columns of `frame` with whole minor units and their currency; money is counted without sign.

        Raises
        ------
        ValueError
            If the rules ask different variables, `frame` lacks a column, or an amount is not whole.
        """
        bound = frame if isinstance(frame, BoundFrame) else self.bind(frame)
        money = money_of(bound.frame, amount, currency)
        return Backtest(self.run(bound, on_error="collect"), other.run(bound, on_error="collect"), money)

    def lint(self, on: date | None = None, *, stop_on_first_trigger: bool = False) -> Lint:
        """Find what is wrong with the logic, the examples and the days of the rules, without any row.

        Retired rules are passed over; drafts are judged alone, not beside others. Of a file in a workspace, the limits
        under parameters/limits are checked as well.

        Parameters
        ----------
        on : date, optional
            Compare the rules in force on that day, on which each limit has to have a value; when left out, compare
            those that share days.
        stop_on_first_trigger : bool
            The rules are run so: a rule that fires only where earlier ones do is then dead. Otherwise that is a note,
            unless it does nothing that the earlier one does not do, and is no graver.

        Returns
        -------
        Lint
            Every finding at once, by place; nothing in it that some row could refute.
        """
        entries = list(zip(self._numbers, self.rules, strict=True))
        words = Vocabulary(self.variables, self.actions)
        lint = linted(entries, words, self._places, on, stop=stop_on_first_trigger)
        limits = flaws_of_limits(self._workspace, on) if self._workspace else ()
        return Lint((*lint.findings, *limits), lint.unjudged)

    def near_misses(self, frame: pd.DataFrame | BoundFrame, rule_id: str, within: Leeway) -> pd.DataFrame:
        """Return the rows on which a rule did not fire, but would if one condition's threshold were moved a little.

        The conditions are those that compare a number, a day, a span of time or money with a constant; one that
        compares with another variable has no threshold, and neither has a list. A row that the rule, or a rule before
        it, could not judge is no near miss; nor is one that an earlier row of the rule's decision table has settled.

        Parameters
        ----------
        frame : DataFrame or BoundFrame
            One row per thing to judge.
        rule_id : str
        within : number, timedelta, or mapping of str to number or timedelta
            How far a threshold may move: in the variable's own unit, which is days for days and spans of time and
            minor units for money. A timedelta is for these two alone; a mapping says it for each variable, and others
            do not move. It is never a share.

        Returns
        -------
        DataFrame
            row, condition (its place in the tree), variable, seen, threshold (what would move: of ``between`` the end
            that is nearer, of ``within_days_of`` the days), distance; the nearest first.

            The distance is exact: int where it is whole, else Decimal, or Fraction where decimals have no end. Moved by
            it the rule fires, moved by one step less it does not. A step is a day, a minor unit, 1 for whole numbers,
            else the last decimal place of the column and its constant, never less than two epsilons of business-rules.

        Raises
        ------
        KeyError
            If there is no such rule.
        ValueError
            If `within` is negative or no number, or names a variable that does not exist.
        """
        position = self.rules.index(self.named(rule_id))
        bound = frame if isinstance(frame, BoundFrame) else BoundFrame(frame, self.variables)
        return near_misses(self.rules[: position + 1], bound, within)


def problems_of_rules(path: str | Path, variables: type[BaseVariables], actions: type[BaseActions]) -> list[Problem]:
    """Return every mistake of a rule file, by place: what `Rules.load` would raise."""
    return list(examine(Path(path), Vocabulary(variables, actions)).problems)
