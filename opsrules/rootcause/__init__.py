"""Root causes: what findings come from, whether a figure changed, where a change is concentrated, and what moved it."""

from opsrules.rootcause.classify import Classified, classify
from opsrules.rootcause.classify_rules import load_cause_rules
from opsrules.rootcause.drivers import Drivers, DriverStep, drivers, drivers_money
from opsrules.rootcause.expected import against_peers, against_period, against_usual
from opsrules.rootcause.explain import Explained, explain_change
from opsrules.rootcause.explanation import Explanation, explain_measure
from opsrules.rootcause.exploration import Exploration, explore
from opsrules.rootcause.facts import Facts, facts_of
from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.locate import localise
from opsrules.rootcause.measures import MEASURES, Measure, measure_named
from opsrules.rootcause.taxonomy import UNKNOWN, Cause, Confidence, Origin, Taxonomy
from opsrules.rootcause.taxonomy_load import load_taxonomy
from opsrules.whys import RootCause

__all__ = [
    "MEASURES",
    "UNKNOWN",
    "Cause",
    "Classified",
    "Confidence",
    "DriverStep",
    "Drivers",
    "Explained",
    "Explanation",
    "Exploration",
    "Facts",
    "Localisation",
    "Measure",
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
    "explain_measure",
    "explore",
    "facts_of",
    "load_cause_rules",
    "load_taxonomy",
    "localise",
    "measure_named",
]
