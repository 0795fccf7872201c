"""Root causes: whether a figure changed at all, and in which slices the change is concentrated."""

from opsrules.rootcause.expected import against_peers, against_period, against_usual
from opsrules.rootcause.explain import Explained, explain_change
from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.locate import localise

__all__ = [
    "Explained",
    "Localisation",
    "Slice",
    "against_peers",
    "against_period",
    "against_usual",
    "explain_change",
    "localise",
]
