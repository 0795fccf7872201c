"""What an open item is made of, kept so that a later review can look for its other side without the file it stood in.

A review tells a story of every finding that stands on rows; the register keeps it with the event that told it, and the
next review takes the rows in again where no file of its own holds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["CARRIED", "STORIES", "Fate", "Story", "StoryRow", "Told", "told_of"]

CARRIED = "carried"
"""Stands for the source of a row that no file of this period holds."""

STORIES: tuple[str, ...] = ("finding_id", "fate", "carried", "rule", "other_side", "story")
"""Columns of a review's table of stories: what became of each item, whether its rows came from the register, the rule
that cleared it, where the other side stands (``file:line, ...``), and the story itself as `Story.written` gives it."""


class Fate(StrEnum):
    """What a review made of an item that was open before."""

    OPEN = "open"
    CLEARED = "cleared"
    """Its rows were looked for, and it is no longer a break."""
    UNCHECKED = "unchecked"
    """The review had nothing to hold it against."""


@dataclass(frozen=True)
class StoryRow:
    """One row behind an item, as the file had it.

    Attributes
    ----------
    table, side : str
        Canonical table; "left" or "right" in the item's leg, "" where it stands in none.
    ref : str
        Natural key, of which the finding's id is made.
    amount_minor : int
        On the sign that both sides of the leg share.
    sha256 : str
        Of the file it stood in.
    values : mapping of str to (str, int or bool)
        Columns of the canonical table that say something; instants and days as ISO texts. Free text is not kept.
    """

    table: str
    side: str
    ref: str
    amount_minor: int = 0
    sha256: str = ""
    values: Mapping[str, str | int | bool] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, int]:
        """File and line where it stood."""
        return str(self.values.get("source_file", "")), int(self.values.get("source_line", 0))

    @property
    def origin(self) -> tuple[str, int, str, str]:
        """What tells it from every other row: a name and a line may stand for another row a month later."""
        return (*self.place, self.sha256, self.ref)


@dataclass(frozen=True)
class Story:
    """One item.

    Attributes
    ----------
    fact : mapping of str to JSON values
        The break as it was told, without what is empty.
    rows : tuple of StoryRow
        The row that the finding is about first. None for a fact that no row of a leg holds.
    """

    fact: Mapping[str, Any]
    rows: tuple[StoryRow, ...] = ()

    @property
    def leg(self) -> str:
        """The leg it stands in, "" for none."""
        return str(self.fact.get("leg", ""))

    def written(self) -> str:
        """The story as JSON, always spelled alike."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Story:
        """Read what `written` gave; what a later version adds is passed over.

        Raises
        ------
        ValueError
            If it is no story.
        """
        return cls.of(json.loads(text))

    @classmethod
    def of(cls, told: Any) -> Story:
        """Story from JSON values.

        Raises
        ------
        ValueError
            If they are none.
        """
        known = StoryRow.__dataclass_fields__
        try:
            rows = tuple(StoryRow(**{name: row[name] for name in row if name in known}) for row in told["rows"])
            return cls(dict(told["fact"]), rows)
        except (KeyError, TypeError) as error:
            msg = f"this is no story of a finding: {error!r}"
            raise ValueError(msg) from error


@dataclass(frozen=True)
class Told:
    """One line of a review's table of stories; see `STORIES`."""

    finding_id: str
    fate: Fate
    carried: bool
    rule: str
    other_side: str
    story: str


def told_of(lines: Iterable[Mapping[Any, Any]]) -> dict[str, Told]:
    """Lines of a table of stories by finding id."""
    return {
        str(one["finding_id"]): Told(
            str(one["finding_id"]),
            Fate(one["fate"]),
            bool(one["carried"]),
            str(one["rule"]),
            str(one["other_side"]),
            str(one["story"]),
        )
        for one in lines
    }
