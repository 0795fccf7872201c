"""The files of the taxonomy, read and checked as a whole: one a family, and one of each client that extends them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError

from opsrules.errors import ParameterError, Problem
from opsrules.parameters.documents import Document, KeyPath, by_place, dotted
from opsrules.parameters.faults import problems_of
from opsrules.parameters.kinds import Many, Text, matching
from opsrules.parameters.load import read_file
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rootcause.taxonomy import Cause, Code, Confidence, Origin, Scheme, Taxonomy

__all__ = ["clients_of", "load_taxonomy", "read_taxonomy"]

CLIENTS = "clients"
"""Folder of the files in which clients extend the taxonomy, one an account."""

_FAMILY = re.compile(r"[A-Z]{2,12}")
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?:\.[A-Z0-9]+(?:_[A-Z0-9]+)*)*")
_SCHEME = re.compile(r"[a-z][a-z0-9_]*")
_COUNTRY = re.compile(r"[A-Z]{2}")


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


_Day = Annotated[date, BeforeValidator(_day)]
_CauseCode = Annotated[str, matching(_CODE, "a code such as REC.MAPPING", "write capitals, digits and _ between dots")]
_SchemeName = Annotated[str, matching(_SCHEME, "a name such as iso8583", "write a-z, 0-9 and _, beginning with a-z")]
_Country = Annotated[str, matching(_COUNTRY, "a country of ISO 3166-1 such as DE", "write two capitals")]
_Confidence = Annotated[Confidence, Strict(strict=False), Field(examples=["V where it was read in the source, else K"])]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Family(_Part):
    family: Annotated[str, matching(_FAMILY, "a family such as REC", "write capitals"), Field(examples=["REC"])]
    version: Annotated[int, Field(ge=1, examples=["1"])]
    since: Annotated[_Day, Field(examples=["2026-01-01"])]
    schemes: Any = ()
    causes: Annotated[Any, Field(examples=["[...]"])]
    codes: Any = ()


class _Extension(_Part):
    client: Annotated[Text, Field(examples=["the account's name"])]
    version: Annotated[int, Field(ge=1, examples=["1"])]
    since: Annotated[_Day, Field(examples=["2026-01-01"])]
    schemes: Any = ()
    causes: Any = ()
    codes: Any = ()


class _CauseEntry(_Part):
    code: Annotated[_CauseCode, Field(examples=["REC.MAPPING"])]
    parent: _CauseCode | None = None
    words: Annotated[Text, Field(examples=["what it is, in plain words"])]
    origin: Annotated[Origin, Strict(strict=False), Field(examples=["process"])]
    owner: Annotated[Text, Field(examples=["the team that mends it"])]
    corrective: Annotated[Many[Text], Field(min_length=1, examples=["[what puts it right]"])]
    preventive: Annotated[Many[Text], Field(min_length=1, examples=["[what keeps the next one away]"])]
    source: Annotated[Text, Field(examples=["where it comes from"])]
    confidence: _Confidence
    since: _Day | None = None
    until: _Day | None = None


class _SchemeEntry(_Part):
    scheme: Annotated[_SchemeName, Field(examples=["iso8583"])]
    words: Annotated[Text, Field(examples=["whose codes they are"])]
    base: _SchemeName | None = None


class _CodeEntry(_Part):
    cause: Annotated[_CauseCode, Field(examples=["PAY.SOFT.FUNDS"])]
    scheme: Annotated[_SchemeName, Field(examples=["iso8583"])]
    values: Annotated[Many[Text], Field(min_length=1, examples=['["51"]'])]
    countries: Annotated[Many[_Country] | None, Field(min_length=1)] = None
    source: Annotated[Text, Field(examples=["where it stands"])]
    confidence: _Confidence
    since: _Day | None = None
    until: _Day | None = None


def load_taxonomy(folder: Path, account: str = "") -> Taxonomy:
    """Return the taxonomy of a workspace, with the extension of an account where it has one.

    Parameters
    ----------
    folder : Path
        ``parameters/taxonomy``.
    account : str

    Raises
    ------
    ParameterError
        With every mistake of every file, by ``file:line``.
    """
    taxonomy, problems = read_taxonomy(folder, account)
    if problems:
        raise ParameterError(problems)
    return taxonomy


def read_taxonomy(folder: Path, account: str = "") -> tuple[Taxonomy, tuple[Problem, ...]]:
    """Return what is right in the files, and every mistake: for a caller that has more files to check.

    The arguments are those of `load_taxonomy`.
    """
    reading = _Reading()
    paths = [path for path in _files(folder) if path.suffix in (".yaml", ".json")]
    if not paths:
        what = "has no family of causes"
        step = "copy parameters/taxonomy from a workspace that opsrules init has written"
        reading.problems.append(Problem(f"{_name(folder)}:1", what, step))
    for path in paths:
        reading.file(path, "")
    for path in _files(folder / CLIENTS):
        if path.suffix in (".yaml", ".json") and path.stem == account:
            reading.file(path, account)
    return reading.done()


def clients_of(folder: Path) -> tuple[str, ...]:
    """Return the accounts that extend the taxonomy in a folder."""
    return tuple(path.stem for path in _files(folder / CLIENTS) if path.suffix in (".yaml", ".json"))


def _files(folder: Path) -> list[Path]:
    present = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in present if path.is_file() and not path.name.startswith(("_", "."))]


def _name(path: Path) -> str:
    """A file as messages show it: from parameters/ on."""
    parts = path.parts
    start = max((place for place, part in enumerate(parts) if part == "parameters"), default=0)
    return "/".join(parts[start:])


@dataclass
class _Reading:
    """The files read so far."""

    problems: list[Problem] = field(default_factory=list)
    causes: dict[str, Cause] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)
    """Place of every code that some entry defines, sound or not: what refers to it is no mistake of its own."""
    parents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Parent and place of every sound code with one."""
    families: dict[str, str] = field(default_factory=dict)
    """Place of each family."""
    digests: list[str] = field(default_factory=list)

    def say(self, place: str, what: str, next_step: str) -> None:
        self.problems.append(Problem(place, what, next_step))

    def file(self, path: Path, client: str) -> None:
        document = read_file(path, _name(path))
        self.problems += document.problems
        self.digests.append(document.sha256)
        if document.is_spoilt(()):
            return
        if not isinstance(document.value, dict):
            self.say(
                document.place(), f"must be a mapping, got {shown(document.value)}", "write family: ... and causes"
            )
            return
        head = self.head(document, client)
        for key, read in (("schemes", self.scheme), ("causes", self.cause), ("codes", self.code)):
            for at, entry in self.entries(document, key):
                read(document, at, entry, head)

    def head(self, document: Document, client: str) -> str:
        """Check what stands above the lists; return the family, or the client of an extension."""
        kind: type[BaseModel] = _Extension if client else _Family
        try:
            kind.model_validate(document.value)
        except ValidationError as error:
            self.problems += problems_of(error, document, kind)
        said = document.value.get("client" if client else "family")
        if client and isinstance(said, str) and said != client:
            what = f"client is {shown(said)} in a file named after {shown(client)}"
            self.say(document.place(("client",)), what, f"write client: {client}, or rename the file")
        if client or not isinstance(said, str) or not _FAMILY.fullmatch(said):
            return client
        if said in self.families:
            what = f"family {said} also stands at {self.families[said]}"
            self.say(document.place(("family",)), what, "keep each family in one file")
        self.families.setdefault(said, document.place(("family",)))
        version = document.value.get("version")
        self.versions[said] = version if isinstance(version, int) else 0
        return said

    def entries(self, document: Document, key: str) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        found = document.value.get(key)
        if found is None or document.is_spoilt((key,)):
            return
        if not isinstance(found, list):
            self.say(document.place((key,)), f"{key} must be a list, got {shown(found)}", "write one or more entries")
            return
        for number, entry in enumerate(found):
            at = (key, number)
            if document.is_spoilt(at):
                continue
            if isinstance(entry, dict):
                yield at, entry
            else:
                what = f"{dotted(at)} must be a mapping, got {shown(entry)}"
                self.say(document.place(at), what, "write its keys below it")

    def sound(self, document: Document, at: KeyPath, entry: Any, kind: type[BaseModel]) -> Any:
        """Return an entry read by its model, None where it has a mistake."""
        try:
            read = kind.model_validate(entry)
        except ValidationError as error:
            self.problems += problems_of(error, document, kind, at)
            return None
        since, until = getattr(read, "since", None), getattr(read, "until", None)
        if since and until and until < since:
            what = f"{dotted((*at, 'until'))} {until} is before since {since}"
            self.say(document.place((*at, "until")), what, "correct one of the days")
            return None
        return None if any(path[: len(at)] == at for path in document.spoilt) else read

    def scheme(self, document: Document, at: KeyPath, entry: dict[str, Any], head: str) -> None:
        read: _SchemeEntry | None = self.sound(document, at, entry, _SchemeEntry)
        if read is None:
            return
        place = document.place((*at, "scheme"))
        if read.scheme in self.schemes:
            what = f"scheme {read.scheme} also stands at {self.schemes[read.scheme].place}"
            self.say(place, what, "keep one of them" if not head.islower() else "give the client's scheme another name")
            return
        self.schemes[read.scheme] = Scheme(read.scheme, read.words, read.base or "", place)

    def cause(self, document: Document, at: KeyPath, entry: dict[str, Any], head: str) -> None:
        code, place = entry.get("code"), document.place((*at, "code"))
        client = "" if head in self.families else head
        if isinstance(code, str):
            if code in self.meant:
                of_other = client and code in self.causes and not self.causes[code].client
                what = f"code {shown(code)} is also the code of the cause at {self.meant[code]}"
                step = "a client adds codes and never changes a shipped one: give it a code of its own"
                self.say(place, what, step if of_other else "give each cause a code of its own, never one used before")
                self.sound(document, at, entry, _CauseEntry)
                return
            self.meant[code] = place
        read: _CauseEntry | None = self.sound(document, at, entry, _CauseEntry)
        if read is None:
            return
        self.parent(document, at, read, head, client)
        self.causes[read.code] = Cause(
            code=read.code,
            parent=read.parent or "",
            words=read.words,
            origin=read.origin,
            owner=read.owner,
            corrective=read.corrective,
            preventive=read.preventive,
            source=read.source,
            confidence=read.confidence,
            since=read.since or _day_of(document),
            until=read.until,
            client=client,
            place=place,
        )

    def parent(self, document: Document, at: KeyPath, read: _CauseEntry, head: str, client: str) -> None:
        """Note whose child a cause is; only the family itself is nobody's."""
        if not head:  # the family itself is wrong, and has its problem
            return
        if read.parent:
            self.parents[read.code] = (read.parent, document.place((*at, "parent")))
            if read.code.partition(".")[0] != (family := read.parent.partition(".")[0] if client else head):
                what = f"{dotted((*at, 'code'))} of family {family} must begin with {family}., got {shown(read.code)}"
                self.say(document.place((*at, "code")), what, "move it to the file of its family")
        elif read.code != head or client:
            what = f"cause {read.code} has no parent"
            step = "add parent: and a shipped code" if client else f"add parent: {head}"
            self.say(document.place(at), what, step)

    def code(self, document: Document, at: KeyPath, entry: dict[str, Any], _: str) -> None:
        read: _CodeEntry | None = self.sound(document, at, entry, _CodeEntry)
        if read is not None:
            self.codes.append(
                Code(
                    family=read.cause.partition(".")[0],
                    cause=read.cause,
                    scheme=read.scheme,
                    values=read.values,
                    countries=read.countries or (),
                    source=read.source,
                    confidence=read.confidence,
                    since=read.since,
                    until=read.until,
                    place=document.place(at),
                )
            )

    def done(self) -> tuple[Taxonomy, tuple[Problem, ...]]:
        self.problems += [
            *_roots(self.families, self.meant),
            *_strange_parents(self.parents, self.meant),
            *_circles(self.parents),
            *_strange_bases(self.schemes),
            *_strange_codes(self.codes, self.meant, self.schemes),
            *_two_meanings(self.codes),
        ]
        digest = hashlib.sha256("".join(self.digests).encode()).hexdigest()
        taxonomy = Taxonomy(self.causes, tuple(self.codes), self.schemes, self.versions, digest)
        return taxonomy, by_place(self.problems)


def _day_of(document: Document) -> date | None:
    since = _day(document.value.get("since"))
    return since if isinstance(since, date) else None


def _roots(families: Mapping[str, str], meant: Mapping[str, str]) -> Iterator[Problem]:
    for family, place in families.items():
        if family not in meant:
            yield Problem(place, f"family {family} has no cause of that code", f"add - code: {family}, without parent")


def _strange_parents(parents: Mapping[str, tuple[str, str]], meant: Mapping[str, str]) -> Iterator[Problem]:
    for code, (parent, place) in parents.items():
        if parent not in meant:
            yield Problem(place, f"cause {code}: there is no cause {shown(parent)}", hint(parent, meant))


def _circles(parents: Mapping[str, tuple[str, str]]) -> Iterator[Problem]:
    """Give each circle of parents once, at its first code by name."""
    told: set[str] = set()
    for start in sorted(parents):
        path: list[str] = []
        code = start
        while code in parents and code not in path and code not in told:
            path.append(code)
            code = parents[code][0]
        if code in path:
            circle = path[path.index(code) :]
            first = min(circle)
            turned = [*circle[circle.index(first) :], *circle[: circle.index(first)], first]
            what = f"causes are each other's parents: {' under '.join(turned)}"
            yield Problem(parents[first][1], what, "give one of them another parent")
        told.update(path)


def _strange_bases(schemes: Mapping[str, Scheme]) -> Iterator[Problem]:
    for one in schemes.values():
        if one.base and one.base not in schemes:
            yield Problem(
                one.place, f"scheme {one.name}: there is no scheme {shown(one.base)}", hint(one.base, schemes)
            )


def _strange_codes(codes: list[Code], meant: Mapping[str, str], schemes: Mapping[str, Scheme]) -> Iterator[Problem]:
    for one in codes:
        if one.cause not in meant:
            yield Problem(
                one.place, f"codes of {one.scheme}: there is no cause {shown(one.cause)}", hint(one.cause, meant)
            )
        if one.scheme not in schemes:
            what = f"codes of {one.cause}: there is no scheme {shown(one.scheme)}"
            yield Problem(one.place, what, hint(one.scheme, schemes))


def _two_meanings(codes: list[Code]) -> Iterator[Problem]:
    """Give codes that stand for two causes in one place on one day."""
    seen: dict[tuple[str, str, str, str], list[Code]] = {}
    for one in codes:
        for value in one.values:
            for country in one.countries or ("",):
                others = seen.setdefault((one.family, one.scheme, value.casefold(), country), [])
                for other in others:
                    if max(_first(one), _first(other)) <= min(_last(one), _last(other)):
                        where = f" in {country}" if country else ""
                        same = "again" if other.cause == one.cause else f"as {other.cause}"
                        what = (
                            f"code {value} of {one.scheme}{where} stands for {one.cause}, and {same} at {other.place}"
                        )
                        yield Problem(one.place, what, "keep one of them, or end one by until")
                others.append(one)


def _first(one: Code) -> date:
    return one.since or date.min


def _last(one: Code) -> date:
    return one.until or date.max
