"""Root causes: what findings come from, where a change is concentrated, and what moved a figure."""

from opsrules.rootcause.classify import Classified, classify
from opsrules.rootcause.classify_rules import load_cause_rules
from opsrules.rootcause.drivers import Drivers, DriverStep, drivers, drivers_money
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
    "Localisation",
    "Origin",
    "RootCause",
    "Slice",
    "Taxonomy",
    "classify",
    "drivers",
    "drivers_money",
    "load_cause_rules",
    "load_taxonomy",
    "localise",
]
