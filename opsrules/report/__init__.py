"""Pages of a Review: fragments that a notebook shows, and the whole pages made of them.

Knows the Review and nothing of desks, readers or the register. matplotlib and nbconvert are loaded when something is
drawn or rendered, never on import.
"""

from __future__ import annotations

from opsrules.report.fragment import Fragment
from opsrules.report.frame import registered
from opsrules.report.not_reviewed import not_reviewed
from opsrules.report.portfolio import AccountRow, portfolio
from opsrules.report.render import render
from opsrules.report.sections.ageing import ageing
from opsrules.report.sections.bridge import bridge
from opsrules.report.sections.causes import causes
from opsrules.report.sections.clock import clock
from opsrules.report.sections.concentrated import concentrated, explained
from opsrules.report.sections.explored import explored
from opsrules.report.sections.fees import fees
from opsrules.report.sections.figures import figures
from opsrules.report.sections.files import files
from opsrules.report.sections.items import items
from opsrules.report.sections.moved import moved
from opsrules.report.sections.needs import needs
from opsrules.report.sections.payouts import payouts
from opsrules.report.sections.proof import proof
from opsrules.report.sections.reserves import reserves
from opsrules.report.sections.root_causes import root_causes
from opsrules.report.sections.sign_off import sign_off
from opsrules.report.sections.since import since
from opsrules.report.sections.title import title
from opsrules.report.sections.trend import trend

__all__ = [
    "AccountRow",
    "Fragment",
    "ageing",
    "bridge",
    "causes",
    "clock",
    "concentrated",
    "explained",
    "explored",
    "fees",
    "figures",
    "files",
    "items",
    "moved",
    "needs",
    "not_reviewed",
    "payouts",
    "portfolio",
    "proof",
    "registered",
    "render",
    "reserves",
    "root_causes",
    "sign_off",
    "since",
    "title",
    "trend",
]
