"""Root causes: what findings come from, whether a figure changed, where a change is concentrated, and what moved it."""

from opsrules.rootcause.classify import Classified, classify
from opsrules.rootcause.classify_rules import load_cause_rules
from opsrules.rootcause.drivers import Drivers, DriverStep, drivers, drivers_money
from opsrules.rootcause.expected import against_peers, against_period, against_usual
from opsrules.rootcause.explain import Explained, explain_change
from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.locate import localise
from opsrules.rootcause.taxonomy import UNKNOWN, Cause, Confidence, Origin, Taxonomy
from opsrules.rootcause.taxonomy_load import load_taxonomy
from opsrules.whys import RootCause

__all__ = [
    "UNKNOWN",
    "Cause",
    "Classified",
    "Confidence",
    "DriverStep",
    "Drivers",
    "Explained",
    "Localisation",
    "Origin",
    "RootCause",
    "Slice",
    "Taxonomy",
    "against_peers",
    "against_period",
    "against_usual",
    "classify",
    "drivers",
    "drivers_money",
    "explain_change",
    "load_cause_rules",
    "load_taxonomy",
    "localise",
]
