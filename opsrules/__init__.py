"""Reconciliation, policy and root-cause reviews of e-commerce accounts.

::

    import opsrules
    from opsrules import report

    review = opsrules.open_review("reconciliation", account="northwind", period="2026-10")
    review.findings
    report.needs(review)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsrules.delivery import deliver as deliver
    from opsrules.errors import FilesRefused as FilesRefused
    from opsrules.errors import OpsrulesError as OpsrulesError
    from opsrules.errors import ParameterError as ParameterError
    from opsrules.errors import UsageError as UsageError
    from opsrules.periods import Period as Period
    from opsrules.pipeline import open_review as open_review
    from opsrules.register.opening import open_register as open_register
    from opsrules.review import Review as Review

_HOMES = {
    "FilesRefused": "errors",
    "OpsrulesError": "errors",
    "ParameterError": "errors",
    "Period": "periods",
    "Review": "review",
    "UsageError": "errors",
    "deliver": "delivery",
    "open_register": "register.opening",
    "open_review": "pipeline",
}

__all__ = [
    "FilesRefused",
    "OpsrulesError",
    "ParameterError",
    "Period",
    "Review",
    "UsageError",
    "deliver",
    "open_register",
    "open_review",
]


def __getattr__(name: str) -> Any:
    # Names are fetched when first used: `opsrules --help` and the small core load neither pandas nor Jupyter for them.
    if name not in _HOMES:
        msg = f"module 'opsrules' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"opsrules.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
