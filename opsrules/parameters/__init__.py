"""What a client or a policy owner edits: read with line numbers, checked as a whole, exact."""

from opsrules.parameters.documents import Document, by_place
from opsrules.parameters.load import Parameters, examine, load, read_file
from opsrules.parameters.model import Account, FeeContract, PayoutRule, SourceSpec, Tolerance, WriteOff
from opsrules.parameters.reading import read_document
from opsrules.parameters.reserves import ReserveTerms

__all__ = [
    "Account",
    "Document",
    "FeeContract",
    "Parameters",
    "PayoutRule",
    "ReserveTerms",
    "SourceSpec",
    "Tolerance",
    "WriteOff",
    "by_place",
    "examine",
    "load",
    "read_document",
    "read_file",
]
