"""Reconciliation: two tables in, every row matched, suggested, ambiguous, open or excluded out."""

from opsrules.reconcile.large import FileMatching, reconcile_files
from opsrules.reconcile.match import COLUMNS, reconcile
from opsrules.reconcile.matching import WAITING, Matching, item_ids
from opsrules.reconcile.spec import KeyPass, NearPass, Patterns, Spec, Spelling, SumPass, Tolerance, WindowPass
from opsrules.reconcile.work import STATUSES

__all__ = [
    "COLUMNS",
    "STATUSES",
    "WAITING",
    "FileMatching",
    "KeyPass",
    "Matching",
    "NearPass",
    "Patterns",
    "Spec",
    "Spelling",
    "SumPass",
    "Tolerance",
    "WindowPass",
    "item_ids",
    "reconcile",
    "reconcile_files",
]
