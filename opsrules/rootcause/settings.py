"""What a slice must be to be named, by kind of measure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AMOUNTS", "COUNTS", "RATIOS", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What a slice must be to be named; `benchmarks/rootcause.py --choose` says which values do best.

    Attributes
    ----------
    condition : float
        Gain that each condition must bring.
    growth : float
        Share by which each condition must raise the gain.
    purity : float
        Least share of the slice's weight that moves as the slice does, of what noise leaves of it.
    effect : float
        Least deviation of a slice; for ratios as a share of the general deviation.
    own : float
        How much the leaves of one cause differ by themselves, as a share of the general deviation.
    share : float
        Least score of a further slice, as a share of the first one's.
    first : float
        Least evidence of the strongest slice: below, there is nothing. From the false alarms on noise alone.
    further : float
        Least evidence of each further slice.
    alarm : float
        Largest chance of noise as strong as the strongest slice.
    """

    condition: float
    growth: float
    purity: float
    effect: float
    own: float
    share: float
    first: float
    further: float
    alarm: float = 0.004


AMOUNTS = Settings(condition=1.0, growth=0.0, purity=0.75, effect=0.1, own=0.0, share=0.0, first=4.0, further=3.0)
COUNTS = Settings(condition=1.0, growth=0.0, purity=0.5, effect=0.1, own=0.1, share=0.0, first=4.0, further=3.0)
RATIOS = Settings(condition=1.0, growth=0.15, purity=0.3, effect=0.1, own=0.2, share=0.5, first=5.0, further=3.0)
