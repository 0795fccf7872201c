"""Which processor lines are tax that a marketplace keeps and hands to the state itself.

No format has a kind of line for it: Amazon writes it as a line of its own beside an order, Etsy among the fees. It is
told by the processor's own word. Where a report takes it off within the row of a sale (Amazon's date range report,
eBay), it is part of that row's fee and cannot be told here.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.terms import LineKind

__all__ = ["is_withheld_tax"]

# A sale is never one, and what is held back for risk has a kind of its own.
_KINDS = (LineKind.FEE, LineKind.ADJUSTMENT, LineKind.TRANSFER, LineKind.OTHER)
_WORDS = re.compile(
    r"tax(?:es)? withh[eo]ld|withh[eo]ld(?:ing)? (?:sales )?tax|withheldtax|withholding tax|taxwithh"
    r"|marketplace ?facilitator|low ?value ?goods ?tax|\bitemt(?:cs|ds)\b|\bt(?:cs|ds)\b"
    r"|einbehaltene\w* (?:umsatz)?steuer|quellensteuer|taxes? retenues?|impuestos? retenidos?"
)
# Etsy's word alone for the sales tax that it takes back; VAT there is the tax on its own fees.
_ALONE = {"etsy": frozenset({"tax", "steuer", "taxe"})}


def is_withheld_tax(lines: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each processor line is tax withheld, by kind, processor and ``source_kind``."""
    code, words = pd.factorize(lines["source_kind"])
    spoken = [" ".join(re.sub(r"[-_/]", " ", str(word)).casefold().split()) for word in words]
    told = np.array([bool(_WORDS.search(word)) for word in spoken] + [False], dtype=bool)[code]
    for processor, alone in _ALONE.items():
        own = np.array([word in alone for word in spoken] + [False], dtype=bool)[code]
        told |= own & (lines["processor"] == processor).to_numpy()
    kinds: npt.NDArray[np.bool_] = lines["kind"].isin(_KINDS).to_numpy()
    return told & kinds
