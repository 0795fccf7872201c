"""Findings as an Excel workbook that people work in, and their edits taken back as acts."""

from opsrules.register.workbook.plan import Planned, plan
from opsrules.register.workbook.read import Edited, Edits, Refusal, edits
from opsrules.register.workbook.write import to_workbook

__all__ = ["Edited", "Edits", "Planned", "Refusal", "edits", "plan", "to_workbook"]
