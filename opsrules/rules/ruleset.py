"""A rule set: loaded, checked as a whole, and run over tables."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

import pandas as pd
from markupsafe import Markup

from opsrules.errors import ParameterError, Problem
from opsrules.parameters.documents import Document, KeyPath, by_place
from opsrules.parameters.load import read_file
from opsrules.parameters.nearest import hint, nearest
from opsrules.parameters.scalars import shown
from opsrules.rules.check import Places, Pointers, Vocabulary, check_actions, check_conditions
from opsrules.rules.files import check_house_rule, is_house_file
from opsrules.rules.frame import BoundFrame
from opsrules.rules.library import BaseActions, BaseVariables
from opsrules.rules.lint import Lint, flaws_of_limits, linted
from opsrules.rules.masks import judge
from opsrules.rules.model import Example, Rule, RuleStatus
from opsrules.rules.near import Leeway, near_misses
from opsrules.rules.result import Result
from opsrules.rules.views.listing import rules_text
from opsrules.rules.views.table import rules_table
from opsrules.rules.views.view import View
from opsrules.rules.views.wordbook import Wordbook
from opsrules.rules.whatif import Backtest, money_of
from opsrules.terms import Desk, Severity

__all__ = ["Rules", "problems_of_rules"]

T = TypeVar("T")


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
        problems = list(_check(plain, places, Vocabulary(variables, actions)))
        if problems:
            raise ParameterError(problems)
        content = json.dumps(plain, sort_keys=True, default=str).encode()
        self._set(plain, places, variables, actions, hashlib.sha256(content).hexdigest())

    def _set(
        self,
        plain: list[Mapping[str, Any]],
        places: Places,
        variables: type[BaseVariables],
        actions: type[BaseActions],
        sha256: str,
    ) -> None:
        self.plain: tuple[Mapping[str, Any], ...] = tuple(plain)
        self.rules: tuple[Rule, ...] = tuple(_rule(entry, number, places) for number, entry in enumerate(plain))
        self.variables, self.actions, self.sha256 = variables, actions, sha256
        self._places, self._numbers = places, tuple(range(len(plain)))
        self._workspace: Path | None = None

    @classmethod
    def load(
        cls, path: str | Path, variables: type[BaseVariables], actions: type[BaseActions], *, desk: str = ""
    ) -> Rules:
        """Load a YAML or JSON file: a list of rules.

        A file in a workspace's parameters/rules/, or one that is to be the rules of a `desk`, must carry our own keys
        as well (id, name, desk, severity, status, owner, source, message, examples); any other is taken as run_all
        takes it.

        Raises
        ------
        ParameterError
            With every mistake of the file, by ``file:line``.
        """
        document, problems = _examine(Path(path), variables, actions, desk)
        if problems:
            raise ParameterError(problems)
        rules = cls.__new__(cls)
        rules._set(document.value, document, variables, actions, document.sha256)
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
        """
        if on_error not in ("raise", "collect"):
            msg = f"on_error must be 'raise' or 'collect', got {on_error!r}"
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
        it, could not judge is no near miss.

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
    return list(_examine(Path(path), variables, actions)[1])


def _examine(
    path: Path, variables: type[BaseVariables], actions: type[BaseActions], desk: str = ""
) -> tuple[Document, tuple[Problem, ...]]:
    house = is_house_file(path)
    name = f"parameters/rules/{path.name}" if house else path.as_posix()
    document = read_file(path, name)
    problems = list(document.problems)
    if not document.is_spoilt(()):
        known, desk = Vocabulary(variables, actions), desk or (path.stem if house else "")
        problems += _check(document.value, document, known, document if desk else None, desk)
    return document, by_place(problems)


def _check(
    value: object, places: Places, known: Vocabulary, house: Document | None = None, desk: str = ""
) -> Iterator[Problem]:
    """Give the problems of a whole set; `house` is its file when our own keys have to be there, `desk` whose it is."""
    if not isinstance(value, list):
        yield Problem(places.place(), f"must be a list of rules, got {shown(value)}", "write - id: ... for each rule")
        return
    for number, entry in enumerate(value):
        at: KeyPath = (number,)
        if places.is_spoilt(at):
            continue
        if not isinstance(entry, dict):
            yield Problem(places.place(at), f"rule [{number}] must be a mapping, got {shown(entry)}", "write id: ...")
            continue
        if house is not None:
            yield from check_house_rule(entry, at, house, desk, known)
        yield from _logic(entry, at, places, known, is_house=house is not None)
    yield from _same_ids(value, places)


def _logic(
    entry: dict[str, Any], at: KeyPath, places: Places, known: Vocabulary, *, is_house: bool
) -> Iterator[Problem]:
    for key, check in (("conditions", check_conditions), ("actions", check_actions)):
        if key in entry:
            yield from check(entry[key], (*at, key), places, known, house=is_house)
        elif not is_house:
            meant = next((other for other in entry if nearest(str(other), [key])), None)
            step = f"is it {meant}?" if meant else f"add {key}: ..."
            yield Problem(places.place(at), f"[{at[0]}].{key} is missing", step)


def _same_ids(entries: list[Any], places: Places) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or places.is_spoilt((number, "id")):
            continue
        rule_id = _id(entry, number)
        if rule_id in first:
            earlier = places.place((first[rule_id], "id"))
            what = f"id {shown(rule_id)} is also the id of the rule at {earlier}"
            yield Problem(places.place((number, "id")), what, "give each rule an id of its own, never one used before")
        first.setdefault(rule_id, number)


def _id(entry: Mapping[str, Any], number: int) -> str:
    return str(number) if entry.get("id") is None else str(entry["id"])


def _rule(entry: Mapping[str, Any], number: int, places: Places) -> Rule:
    examples = entry.get("examples")
    return Rule(
        id=_id(entry, number),
        name=_text(entry.get("name")),
        desk=_term(Desk, entry.get("desk")),
        severity=_term(Severity, entry.get("severity")),
        status=_term(RuleStatus, entry.get("status")) or RuleStatus.ACTIVE,
        since=_day(entry.get("since")),
        until=_day(entry.get("until")),
        owner=_text(entry.get("owner")),
        source=_text(entry.get("source")),
        message=_text(entry.get("message")),
        headline=_text(entry.get("headline")),
        next_step=_text(entry.get("next_step")),
        false_positives=_text(entry.get("false_positives")),
        conditions=entry["conditions"],
        actions=tuple(entry["actions"]),
        examples=tuple(_examples(examples if isinstance(examples, list) else [], number, places)),
        place=places.place((number,)),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _term(kind: type[T], value: object) -> T | None:
    known = {str(term): term for term in kind}  # type: ignore[attr-defined]
    return known.get(value) if isinstance(value, str) else None


def _day(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _examples(entries: list[Any], number: int, places: Places) -> Iterator[Example]:
    for position, entry in enumerate(entries):
        if isinstance(entry, dict) and isinstance(entry.get("row"), dict) and isinstance(entry.get("fires"), bool):
            place = places.place((number, "examples", position))
            yield Example(entry["row"], entry["fires"], _text(entry.get("why")), place)
