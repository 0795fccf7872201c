"""The chain behind a finding or a slice: symptom, slice, evidence, five whys, cause, origin, actions."""

from opsrules.whys.chain import of_finding, of_slice
from opsrules.whys.model import CauseTold, Concentration, Evidence, RootCause, Share
from opsrules.whys.said import MOST_WHYS, Said, Sliced, Whys
from opsrules.whys.slices import SliceLike, plain_where, slice_id, told
from opsrules.whys.stored import Stored, shown_whys

__all__ = [
    "MOST_WHYS",
    "CauseTold",
    "Concentration",
    "Evidence",
    "RootCause",
    "Said",
    "Share",
    "SliceLike",
    "Sliced",
    "Stored",
    "Whys",
    "of_finding",
    "of_slice",
    "plain_where",
    "shown_whys",
    "slice_id",
    "told",
]
