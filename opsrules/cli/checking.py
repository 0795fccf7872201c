"""Everything that can be wrong in a workspace's parameter files, found at once."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrules.errors import ParameterError, Problem, UsageError
from opsrules.terms import Desk

if TYPE_CHECKING:
    from opsrules.parameters import Parameters
    from opsrules.rules import Rules

__all__ = ["Checked", "check_workspace", "load_rules"]


@dataclass(frozen=True)
class Checked:
    """What `check_workspace` found.

    Attributes
    ----------
    parameters : Parameters
        Accounts without a mistake.
    rules : tuple of Rules
        One for each rule file without a mistake.
    problems : tuple of Problem
        All mistakes, by place.
    """

    parameters: Parameters
    rules: tuple[Rules, ...]
    problems: tuple[Problem, ...]

    def require(self) -> Checked:
        """Return itself.

        Raises
        ------
        ParameterError
            With every problem, if there is one.
        """
        if self.problems:
            raise ParameterError(self.problems)
        return self


def check_workspace(root: Path, only: Collection[str] | None = None) -> Checked:
    """Check the account files, all or `only` some, every rule file, and the register's settings.

    Raises
    ------
    UsageError
        If `only` names an account that has no file.
    """
    from opsrules.parameters import by_place, examine  # noqa: PLC0415
    from opsrules.parameters.register import examine_register  # noqa: PLC0415
    from opsrules.pipeline import known  # noqa: PLC0415

    parameters, problems = examine(root, only=only, **known())
    rules, more = load_rules(root)
    _, of_register = examine_register(root)
    return Checked(parameters, rules, by_place([*problems, *more, *of_register]))


def load_rules(root: Path) -> tuple[tuple[Rules, ...], list[Problem]]:
    """Return the rule sets under parameters/rules and parameters/causes, and what is wrong with the others.

    A desk's rules are in ``<desk>.yaml``, its decision tables in ``<desk>.<table>.csv`` or .yaml, their examples in
    ``<desk>.<table>.examples.yaml``. The cause rules of a family come after them.
    """
    from opsrules.rules import Rules  # noqa: PLC0415
    from opsrules.workspace import Workspace  # noqa: PLC0415

    loaded, problems = [], []
    paths = list(_rule_files(Workspace(root).rules_dir))
    for path in paths:
        vocabulary = _vocabulary(path.name.partition(".")[0])
        fault = _fault_of_name(path, paths) if vocabulary else ("is named after no desk", _one_of_desks())
        if fault:
            problems.append(Problem(f"{path.relative_to(root).as_posix()}:1", *fault))
        if fault or vocabulary is None or "." in path.stem:
            continue
        try:
            loaded.append(Rules.load(path, *vocabulary))
        except ParameterError as error:
            problems += error.problems
    causes, more = _cause_rules(root)
    return (*loaded, *causes), [*problems, *more]


def _cause_rules(root: Path) -> tuple[tuple[Rules, ...], list[Problem]]:
    """Return the cause rules of the workspace, and every mistake in them and in the taxonomy, of clients too."""
    from opsrules.rootcause.classify_rules import examine_cause_rules  # noqa: PLC0415
    from opsrules.rootcause.taxonomy_load import clients_of, read_taxonomy  # noqa: PLC0415
    from opsrules.workspace import Workspace  # noqa: PLC0415

    place = Workspace(root)
    taxonomy, problems = read_taxonomy(place.taxonomy_dir)
    of_clients = [one for name in clients_of(place.taxonomy_dir) for one in read_taxonomy(place.taxonomy_dir, name)[1]]
    if problems:
        return (), list(dict.fromkeys([*problems, *of_clients]))
    rules, more = examine_cause_rules(place.causes_dir, taxonomy)
    return rules, [*of_clients, *more]


def _rule_files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        msg = f"{folder}: there are no rules; copy parameters/rules from a workspace that opsrules init has written"
        raise UsageError(msg)
    return (
        path
        for path in sorted(folder.iterdir())
        if path.suffix in {".yaml", ".json", ".csv"} and not path.name.startswith(("_", "."))
    )


def _fault_of_name(path: Path, paths: Collection[Path]) -> tuple[str, str] | None:
    """Return why a file of a desk would be passed over, and what to do."""
    desk, *parts = path.stem.split(".")
    names = {one.name for one in paths}
    if not parts:
        return ("would be passed over", f"name it {desk}.TABLE.csv after its table") if path.suffix == ".csv" else None
    if not names & {f"{desk}.yaml", f"{desk}.json"}:
        return "belongs to no rules", f"write {desk}.yaml beside it, or [] there if there are only tables"
    if parts[1:] == ["examples"] and path.suffix == ".yaml":
        tables = {f"{desk}.{parts[0]}{suffix}" for suffix in (".csv", ".yaml", ".json")}
        return None if names & tables else ("belongs to no table", f"write {desk}.{parts[0]}.csv beside it")
    return ("would be passed over", f"name it {desk}.{parts[0]}{path.suffix}") if parts[1:] else None


def _desks() -> list[str]:
    return [desk.value for desk in Desk if importlib.util.find_spec(f"opsrules.desks.{desk.value}")]


def _one_of_desks() -> str:
    return f"name it after one of: {', '.join(_desks())}"


def _vocabulary(desk: str) -> tuple[Any, Any] | None:
    if desk not in _desks():
        return None
    module = importlib.import_module(f"opsrules.desks.{desk}")
    return module.Variables, module.Actions
