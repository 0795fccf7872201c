"""Reconciliation: two tables in, every row matched, open or excluded out."""

from opsrules.reconcile.match import COLUMNS, reconcile
from opsrules.reconcile.matching import STATUSES, Matching, item_ids
from opsrules.reconcile.spec import KeyPass, NearPass, Spec, WindowPass

__all__ = ["COLUMNS", "STATUSES", "KeyPass", "Matching", "NearPass", "Spec", "WindowPass", "item_ids", "reconcile"]
