"""The cause rules of a workspace: one rule file a family under parameters/causes, checked against the taxonomy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsrules.errors import ParameterError, Problem, UsageError
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rootcause.classify_words import FAMILIES, CauseActions, family_named
from opsrules.rootcause.taxonomy import Taxonomy
from opsrules.rules import Rules

__all__ = ["examine_cause_rules", "load_cause_rules", "problems_of_causes"]


def load_cause_rules(folder: Path, family: str, taxonomy: Taxonomy) -> Rules:
    """Return the cause rules of a family.

    Parameters
    ----------
    folder : Path
        ``parameters/causes``.
    family : str
        Name of its file: reconciliation, payments, chargebacks, shipping, account_health, appeals or contacts.
    taxonomy : Taxonomy

    Raises
    ------
    ParameterError
        With every mistake of the file, by ``file:line``, causes that the taxonomy does not have among them.
    UsageError
        If there is no such family.
    """
    if family not in FAMILIES:
        msg = f"there is no family of causes {shown(family)}; {hint(family, FAMILIES)}"
        raise UsageError(msg)
    rules = Rules.load(folder / f"{family}.yaml", FAMILIES[family].variables, CauseActions)
    if problems := problems_of_causes(rules, taxonomy):
        raise ParameterError(problems)
    return rules


def examine_cause_rules(folder: Path, taxonomy: Taxonomy) -> tuple[tuple[Rules, ...], list[Problem]]:
    """Return the cause rules of every family without a mistake, and every mistake: for a caller with more files."""
    loaded, problems = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(("_", ".")) or path.suffix not in (".yaml", ".json", ".csv"):
            continue
        if path.suffix != ".yaml" or path.stem not in FAMILIES:
            what = "is named after no family of causes"
            problems.append(Problem(f"parameters/causes/{path.name}:1", what, hint(path.stem, FAMILIES)))
            continue
        try:
            loaded.append(load_cause_rules(folder, path.stem, taxonomy))
        except ParameterError as error:
            problems += error.problems
    return tuple(loaded), problems


def problems_of_causes(rules: Rules, taxonomy: Taxonomy) -> list[Problem]:
    """Return what is wrong with the causes that rules name: codes that are none, or of another family."""
    family = family_named(rules.variables)
    return list(_strange(rules, taxonomy, family.code if family else ""))


def _strange(rules: Rules, taxonomy: Taxonomy, family: str) -> Iterator[Problem]:
    for rule in rules.rules:
        names = [str(action["name"]) for action in rule.actions]
        if not {"set_cause", "set_cause_of_code"} & set(names):
            yield Problem(rule.place, f"rule {rule.id} names no cause", "add set_cause: {cause: ..., priority: 0}")
        for action in rule.actions:
            code = (action.get("params") or {}).get("cause")
            if action["name"] != "set_cause" or code is None:
                continue
            if code not in taxonomy.causes:
                yield Problem(
                    rule.place, f"rule {rule.id}: there is no cause {shown(code)}", hint(str(code), taxonomy.causes)
                )
            elif family and taxonomy.family(code) != family:
                what = f"rule {rule.id} names {code}, a cause of family {taxonomy.family(code)}"
                yield Problem(rule.place, what, f"name one of {family}, or move the rule to the file of that family")
