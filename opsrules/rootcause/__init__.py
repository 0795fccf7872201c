"""Root causes: in which slices a change is concentrated."""

from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.locate import localise

__all__ = ["Localisation", "Slice", "localise"]
