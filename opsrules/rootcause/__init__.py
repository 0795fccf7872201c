"""Root causes: what findings come from, and what moved a figure."""

from opsrules.rootcause.classify import Classified, classify
from opsrules.rootcause.classify_rules import load_cause_rules
from opsrules.rootcause.drivers import Drivers, DriverStep, drivers, drivers_money
from opsrules.rootcause.taxonomy import UNKNOWN, Cause, Confidence, Origin, Taxonomy
from opsrules.rootcause.taxonomy_load import load_taxonomy

__all__ = [
    "UNKNOWN",
    "Cause",
    "Classified",
    "Confidence",
    "DriverStep",
    "Drivers",
    "Origin",
    "Taxonomy",
    "classify",
    "drivers",
    "drivers_money",
    "load_cause_rules",
    "load_taxonomy",
]
"""Root causes: in which slices a change is concentrated."""

from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.locate import localise

__all__ = ["Localisation", "Slice", "localise"]
