"""From gross to net: which step of a bridge each processor line belongs to, the same for a payout and for a period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.taxes import is_withheld_tax
from opsrules.terms import LineKind

__all__ = ["STEPS", "Parts", "parts_of"]

STEPS: tuple[tuple[str, str], ...] = (
    ("gross", "Gross sales"),
    ("refunds", "Refunds"),
    ("chargebacks", "Chargebacks"),
    ("fees", "Fees"),
    ("tax_withheld", "Tax withheld by the marketplace"),
    ("reserve", "Reserve"),
    ("conversions", "Changed from and to other currencies"),
    ("adjustments", "Adjustments and other lines"),
)
"""Each step's name in tables and on pages, in order."""

_OF_KIND = {
    LineKind.CHARGE: "gross",
    LineKind.REFUND: "refunds",
    LineKind.REFUND_FAILURE: "refunds",
    LineKind.CHARGEBACK: "chargebacks",
    LineKind.CHARGEBACK_REVERSAL: "chargebacks",
    LineKind.FEE: "fees",
    LineKind.RESERVE: "reserve",
    LineKind.CONVERSION: "conversions",
    LineKind.ADJUSTMENT: "adjustments",
    LineKind.TRANSFER: "adjustments",
    LineKind.OTHER: "adjustments",
}
_PLACE = {name: at for at, (name, _) in enumerate(STEPS)}


@dataclass(frozen=True)
class Parts:
    """Lines as steps; amount + fee = the line's net.

    Attributes
    ----------
    step : array of int
        Position in `STEPS` of the step that `amount` belongs to.
    amount, fee : array of int
        Signed minor units; `fee` belongs to the step ``fees`` and is minus what it cost.
    """

    step: npt.NDArray[np.int64]
    amount: npt.NDArray[np.int64]
    fee: npt.NDArray[np.int64]

    def summed(self, group: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
        """Return what each step comes to: a row for each of `size` groups, a column for each of `STEPS`."""
        out = np.zeros((size, len(STEPS)), dtype=np.int64)
        np.add.at(out, (group, self.step), self.amount)
        np.add.at(out[:, _PLACE["fees"]], group, self.fee)
        return out


def parts_of(lines: pd.DataFrame) -> Parts:
    """Return the steps of processor lines; none of them may be a payout's own row.

    Tax withheld counts with its net, fee and all: it goes to the state, whatever column the export has it in.
    """
    code, kinds = pd.factorize(lines["kind"])
    step = np.array([_PLACE[_OF_KIND[LineKind(kind)]] for kind in kinds], dtype=np.int64)[code]
    tax = is_withheld_tax(lines)
    gross, cost = (lines[name].to_numpy(dtype=np.int64) for name in ("gross_minor", "fee_minor"))
    return Parts(
        step=np.where(tax, _PLACE["tax_withheld"], step),
        amount=np.where(tax, gross - cost, gross),
        fee=np.where(tax, 0, -cost),
    )
