"""Root causes: what findings come from, where a change is concentrated, and what moved a figure."""

from opsrules.rootcause.classify import Classified, classify
from opsrules.rootcause.classify_rules import load_cause_rules
from opsrules.rootcause.drivers import Drivers, DriverStep, drivers, drivers_money
from opsrules.rootcause.explanation import Explanation, explain_measure
from opsrules.rootcause.facts import Facts, facts_of
from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.locate import localise
from opsrules.rootcause.measures import MEASURES, Measure, measure_named
from opsrules.rootcause.taxonomy import UNKNOWN, Cause, Confidence, Origin, Taxonomy
from opsrules.rootcause.taxonomy_load import load_taxonomy

__all__ = [
    "MEASURES",
    "UNKNOWN",
    "Cause",
    "Classified",
    "Confidence",
    "DriverStep",
    "Drivers",
    "Explanation",
    "Facts",
    "Localisation",
    "Measure",
    "Origin",
    "Slice",
    "Taxonomy",
    "classify",
    "drivers",
    "drivers_money",
    "explain_measure",
    "facts_of",
    "load_cause_rules",
    "load_taxonomy",
    "localise",
    "measure_named",
]
