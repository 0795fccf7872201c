"""What a review has stored for its chains, and the chain of a subject found in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from opsrules.privacy.columns import shown
from opsrules.whys.chain import of_finding, of_slice
from opsrules.whys.model import Concentration, RootCause, Share
from opsrules.whys.said import PARTS, Said, Whys
from opsrules.whys.slices import SliceLike

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Stored", "shown_whys"]

_SHORTEST = 4


@dataclass(frozen=True)
class Stored:
    """The parts of a review that chains are made of.

    Attributes
    ----------
    account, period : str
    findings : DataFrame
    explanations : mapping of str to mapping
        By finding id.
    tables : mapping of str to DataFrame
        ``concentrations`` and ``named_causes`` of a desk that has them.
    said : mapping of str to Whys
        What people wrote, by the id of the finding or the slice.
    """

    account: str
    period: str
    findings: pd.DataFrame
    explanations: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, pd.DataFrame]
    said: Mapping[str, Whys]

    def chain(self, subject: str | SliceLike | Mapping[Any, Any], measure: str = "") -> RootCause:
        """Return the chain of a finding or a slice; the arguments and errors are those of `Review.root_cause`."""
        if not isinstance(subject, str):
            bare = of_slice(subject, measure, self.account, self.period, said=Whys(), named={})
            said = self.said.get(bare.subject, Whys())
            return of_slice(subject, measure, self.account, self.period, said=said, named=self._named())
        about = self.said.get(subject, Whys()).about
        if about is not None:
            said = self.said[subject]
            told = of_slice(about.where, about.measure, self.account, self.period, said=said, named=self._named())
            return replace(told, subject=subject)  # its conditions are kept masked, and its id is of what they were
        return self._of_finding(self._known(subject))

    def _of_finding(self, finding_id: str) -> RootCause:
        row = self.findings[self.findings["finding_id"] == finding_id].iloc[0].to_dict()
        explained = self.explanations.get(finding_id, {})
        return of_finding(
            {str(name): value for name, value in row.items()},
            explained,
            self._concentration(explained),
            said=self.said.get(finding_id, Whys()),
            named=self._named(),
        )

    def _known(self, named: str) -> str:
        ids = [str(one) for one in self.findings["finding_id"]]
        found = [one for one in ids if one == named]
        found = found or [one for one in ids if len(named) >= _SHORTEST and one.startswith(named)]
        if len(found) == 1:
            return found[0]
        near = found or [one for one in ids if one.startswith(named[:_SHORTEST])]
        what = "means several findings of" if found else "is no finding in"
        msg = f"{named!r} {what} this review" + (f"; did you mean {', '.join(near[:3])}?" if near else "")
        raise KeyError(msg)

    def _named(self) -> dict[str, Any]:
        table = self.tables.get("named_causes")
        if table is None:
            return {}
        return {str(code): json.loads(told) for code, told in zip(table["code"], table["told"], strict=True)}

    def _concentration(self, explained: Mapping[str, Any]) -> Concentration:
        table = self.tables.get("concentrations")
        rows = [] if table is None else table[table["group"] == explained.get("group", "")].to_dict("records")
        if not rows:
            return Concentration()
        first, own = rows[0], explained.get("dimensions", {})
        return Concentration(
            group=str(first["words"]),
            findings=int(first["findings"]),
            others=int(first["others"]),
            shares=tuple(_share(one, own) for one in rows if one["inside"]),
            is_localised=bool(first["is_localised"]),
            reason=str(first["reason"]),
        )


def _share(row: Mapping[Any, Any], own: Mapping[str, Any]) -> Share:
    where = json.loads(row["where"])
    confidence = float(row["confidence"])
    return Share(
        where=where,
        inside=int(row["inside"]),
        others=int(row["outside"]),
        confidence=None if confidence != confidence else confidence,  # noqa: PLR0124 - nan
        is_here=all(own.get(name) == value for name, value in where.items()),
    )


def shown_whys(one: Whys) -> Whys:
    """The same, with what people wrote as it may be shown; people's names stay as they are."""
    parts: dict[str, Said] = {}
    for name in PARTS:
        said: Said | None = getattr(one, name)
        if said is not None and name not in ("owner", "due", "cause"):
            parts[name] = replace(said, texts=tuple(shown(text) for text in said.texts))
    about = one.about and replace(one.about, measure=shown(one.about.measure), where=shown(one.about.where))
    return replace(one, about=about, **parts)
