"""The batch: a parameterised notebook for each account, and a page for each, whatever happens to the others.

Jupyter is imported inside functions only, so that the command line stays quick.
"""

from opsrules.batch.outcome import Failure, Outcome, Summary
from opsrules.batch.runner import Event, RunResult, run

__all__ = ["Event", "Failure", "Outcome", "RunResult", "Summary", "run"]
