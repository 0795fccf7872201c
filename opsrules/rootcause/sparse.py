"""Blocks of dimensions that together see every short slice of a table too wide for one cube."""

from __future__ import annotations

from opsrules.rootcause.cube import Block, block_of
from opsrules.rootcause.evidence import Evidence
from opsrules.rootcause.leaves import Leaves

__all__ = ["blocks_of"]


def blocks_of(leaves: Leaves, evidence: Evidence) -> list[Block]:
    """One block of all dimensions."""
    del evidence
    return [block_of(leaves.codes, leaves.sizes, tuple(range(len(leaves.sizes))))]
