"""Changes of an account's matching, proposed from what people settled by hand and tried on past data."""

from opsrules.proposals.propose import Proposal, Proposed, propose
from opsrules.proposals.said import Said, said_of
from opsrules.proposals.tried import Outcome
from opsrules.proposals.wanted import WANTED, Short

__all__ = ["WANTED", "Outcome", "Proposal", "Proposed", "Said", "Short", "propose", "said_of"]
