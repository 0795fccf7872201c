"""Exploring by hand: the controls by which an analyst looks into what moved, in JupyterLab."""

from opsrules.exploring.browse import browse
from opsrules.exploring.conclude import conclude

__all__ = ["browse", "conclude"]
