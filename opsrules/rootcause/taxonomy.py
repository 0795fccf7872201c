"""The taxonomy of causes: what a cause is called, where it comes from, who mends it and how; data, never code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import pandas as pd

from opsrules.parameters.nearest import hint

__all__ = ["UNKNOWN", "UNKNOWN_WORDS", "Cause", "Code", "Confidence", "Origin", "Scheme", "Taxonomy"]

UNKNOWN = "unknown"
"""Cause and origin of what no rule decides."""
UNKNOWN_WORDS = "Cause not known"


class Origin(StrEnum):
    """Where a cause comes from."""

    PEOPLE = "people"
    PROCESS = "process"
    SYSTEM = "system"
    SUPPLIER = "supplier"
    CARRIER = "carrier"
    CUSTOMER = "customer"
    POLICY = "policy"
    DATA = "data"


class Confidence(StrEnum):
    """How well an entry is founded: read in the source it names, or general knowledge of the trade."""

    READ = "V"
    KNOWN = "K"

    def words(self) -> str:
        """Plain words for it."""
        return "read in the source" if self is Confidence.READ else "general knowledge, to be checked before use"


@dataclass(frozen=True)
class Cause:
    """One cause, or a group of causes.

    Attributes
    ----------
    code : str
        Such as ``REC.MAPPING.DECIMALS``; never used again for anything else.
    parent : str
        Code of its group, "" for a family.
    words : str
    origin : Origin
    owner : str
        Team that mends it.
    corrective, preventive : tuple of str
        Standard actions: what puts this case right, and what keeps the next one away.
    source : str
    confidence : Confidence
    since, until : date or None
        First and last day on which it may be named.
    client : str
        Account whose extension it is of, "" for a shipped one.
    place : str
        ``file:line``.
    """

    code: str
    parent: str
    words: str
    origin: Origin
    owner: str
    corrective: tuple[str, ...]
    preventive: tuple[str, ...]
    source: str
    confidence: Confidence
    since: date | None = None
    until: date | None = None
    client: str = ""
    place: str = ""

    def in_force(self, on: date) -> bool:
        """Whether it may be named on a day."""
        return _holds(self.since, self.until, on)


@dataclass(frozen=True)
class Code:
    """What codes of a processor, network, carrier or marketplace stand for.

    Attributes
    ----------
    family, cause : str
        Codes of the taxonomy.
    scheme : str
        Whose codes: adyen, iso8583, visa, ...
    values : tuple of str
    countries : tuple of str
        ISO 3166-1 alpha-2; empty where the code means the same everywhere.
    source : str
    confidence : Confidence
    since, until : date or None
        First and last day on which the codes have this meaning.
    place : str
        ``file:line``.
    """

    family: str
    cause: str
    scheme: str
    values: tuple[str, ...]
    countries: tuple[str, ...]
    source: str
    confidence: Confidence
    since: date | None = None
    until: date | None = None
    place: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the codes have this meaning on a day."""
        return _holds(self.since, self.until, on)


@dataclass(frozen=True)
class Scheme:
    """A set of codes that somebody gives out.

    Attributes
    ----------
    name, words : str
    base : str
        Scheme whose codes also hold here where there is no own one; "" for none.
    place : str
        ``file:line``.
    """

    name: str
    words: str
    base: str = ""
    place: str = ""


def _holds(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on <= until)


@dataclass(frozen=True)
class Taxonomy:
    """All causes, by code.

    Attributes
    ----------
    causes : mapping of str to Cause
        In the files' order.
    codes : tuple of Code
    schemes : mapping of str to Scheme
    versions : mapping of str to int
        By family.
    sha256 : str
        Of the files' bytes.
    """

    causes: Mapping[str, Cause]
    codes: tuple[Code, ...]
    schemes: Mapping[str, Scheme]
    versions: Mapping[str, int]
    sha256: str = field(default="", compare=False)

    def named(self, code: str) -> Cause:
        """Return the cause of that code.

        Raises
        ------
        KeyError
            If there is none; the text names the nearest.
        """
        if code not in self.causes:
            msg = f"no cause {code!r}; {hint(code, self.causes)}"
            raise KeyError(msg)
        return self.causes[code]

    def words(self, code: str) -> str:
        """Plain words of a cause, of `UNKNOWN` too."""
        return UNKNOWN_WORDS if code == UNKNOWN else self.named(code).words

    def origin(self, code: str) -> str:
        """Origin of a cause, `UNKNOWN` for what is not known."""
        return UNKNOWN if code == UNKNOWN else self.named(code).origin.value

    def chain(self, code: str) -> tuple[Cause, ...]:
        """Return the cause behind its groups, the family first."""
        return tuple(reversed(list(self._upwards(code))))

    def _upwards(self, code: str) -> Iterator[Cause]:
        while code:
            cause = self.named(code)
            yield cause
            code = cause.parent

    def depth(self, code: str) -> int:
        """How many groups stand above a cause: 0 for a family."""
        return len(self.chain(code)) - 1

    def family(self, code: str) -> str:
        """Return the code of a cause's family."""
        return self.chain(code)[0].code

    def active(self, on: date) -> Taxonomy:
        """Return what is in force on a day."""
        causes = {code: cause for code, cause in self.causes.items() if cause.in_force(on)}
        codes = tuple(one for one in self.codes if one.in_force(on) and one.cause in causes)
        return dataclasses.replace(self, causes=causes, codes=codes)

    def meaning(self, family: str, scheme: str, value: str, country: str = "") -> Code | None:
        """Return what a code stands for, None where the taxonomy does not say.

        A meaning in the country goes before one everywhere, one of the scheme itself before one of its base. Upper and
        lower case are the same, and so are 5 and 05 where a scheme has only the longer.

        Parameters
        ----------
        family : str
            Family that the code is looked up in: 4853 is a dispute's reason, not a decline's.
        scheme : str
        value : str
            As the source gives it.
        country : str
            ISO 3166-1 alpha-2, "" where it is not known.
        """
        seen: set[str] = set()
        scheme = scheme.casefold()
        while scheme and scheme not in seen:
            seen.add(scheme)
            for spelled in _spellings(value):
                found = self._meanings.get((family, scheme, spelled), ())
                of_country = [one for one in found if country.upper() in one.countries]
                everywhere = [one for one in found if not one.countries]
                if of_country or everywhere:
                    return (of_country or everywhere)[0]
            scheme = self.schemes[scheme].base if scheme in self.schemes else ""
        return None

    @cached_property
    def _meanings(self) -> dict[tuple[str, str, str], list[Code]]:
        found: dict[tuple[str, str, str], list[Code]] = {}
        for one in self.codes:
            for value in one.values:
                found.setdefault((one.family, one.scheme, value.casefold()), []).append(one)
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row a cause, in the files' order.

        Columns: code, parent, words, origin, owner, corrective, preventive (sentences, one behind the other), source,
        confidence (V or K), since, until (ISO, "" for none), client, place.
        """
        rows = [
            (
                *(one.code, one.parent, one.words, one.origin.value, one.owner),
                *(" ".join(one.corrective), " ".join(one.preventive), one.source, one.confidence.value),
                *("" if day is None else day.isoformat() for day in (one.since, one.until)),
                *(one.client, one.place),
            )
            for one in self.causes.values()
        ]
        names = [one.name for one in dataclasses.fields(Cause)]
        return pd.DataFrame(rows, columns=names, dtype="str")


def _spellings(value: str) -> Iterator[str]:
    """Give the spellings under which a code may stand: its own; with its leading zero, which spreadsheets take."""
    told = value.strip().casefold()
    yield told
    if len(told) == 1 and told.isdecimal():
        yield f"0{told}"
