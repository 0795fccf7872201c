"""What an account file says, checked value by value."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from functools import cached_property
from glob import glob, has_magic
from itertools import takewhile
from os.path import realpath
from pathlib import Path, PurePath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, Strict

from opsrules.calendars import BusinessCalendar
from opsrules.parameters.calendars import CalendarFile, Calendars, CalendarUse, joined
from opsrules.parameters.kinds import (
    Allowance,
    Currency,
    Many,
    Minor,
    Processor,
    Text,
    check_cut_off,
    check_inside,
    check_mail,
    check_safe_name,
    check_zone,
    exact,
    two_days,
)
from opsrules.parameters.matching import Matches
from opsrules.parameters.processors import FxTerms, ProcessorTerms, processors_once
from opsrules.parameters.reserves import ReserveTerms, reserves_once
from opsrules.terms import BreakClass, Desk

__all__ = ["Account", "FeeContract", "PayoutRule", "SourceSpec", "Tolerance", "WriteOff"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SourceSpec(_Part):
    """Files of one source.

    Attributes
    ----------
    files : str
        Glob relative to the workspace, or absolute.
    reader : str or None
        Name of the reader; None lets each file be recognised by its content.
    options : dict
        For the reader; checked by its own options model.
    """

    files: Annotated[Text, AfterValidator(check_inside), Field(examples=["exports/northwind/*/orders*.csv"])]
    reader: Text | None = None
    options: dict[str, Any] = {}

    def matches(self, root: Path) -> list[Path]:
        """Files that the glob finds now, sorted; hidden files only where the glob spells out their dot."""
        found = glob(self.files, root_dir=root, recursive=True)  # noqa: PTH207 - Path.glob refuses absolute patterns
        # A link that leads nowhere is an export that is missing: reading it says so.
        paths = {root / name for name in found}
        return sorted(path for path in paths if path.is_file() or (path.is_symlink() and not path.exists()))

    def base(self, root: Path) -> Path:
        """Folder that the glob names before its first wildcard; a relative one may only begin with a link."""
        parts = tuple(takewhile(lambda part: not has_magic(part), PurePath(self.files).parent.parts))
        if PurePath(self.files).is_absolute():
            return Path(realpath(Path(*parts)))
        return Path(realpath(root.joinpath(*parts[:1]))).joinpath(*parts[1:])

    def holds(self, path: Path, root: Path) -> bool:
        """Whether a file that the glob found lies in its base: a link may lead to another account's files."""
        return Path(realpath(path)).is_relative_to(self.base(root))


class PayoutRule(_Part):
    """How a processor's payouts look at the bank.

    Attributes
    ----------
    processor : str
    descriptor : str
        Text within the bank line, whatever its case.
    days : tuple of int
        First and last day after sending on which the bank may book it.
    """

    processor: Annotated[Processor, Field(examples=["stripe"])]
    descriptor: Annotated[Text, Field(examples=["STRIPE"])]
    days: Annotated[tuple[int, int], BeforeValidator(two_days)] = (0, 5)


class FeeContract(_Part):
    """What a processor may charge for one line, from `since` to `until`, both in.

    Attributes
    ----------
    processor : str
    method, card_brand : str or None
        None means any.
    rate_bps : Decimal
        Hundredths of a percent of the gross amount, exact.
    fixed_minor : int
        Per line, in minor units of `currency`.
    currency : str
    since, until : date or None
        None means without a limit.
    tolerance_minor : int
        A difference up to this is no claim.
    source : str
        The contract this comes from: document, section, date.
    """

    processor: Annotated[Processor, Field(examples=["stripe"])]
    method: Text | None = None
    card_brand: Text | None = None
    rate_bps: Annotated[Decimal, BeforeValidator(exact), Field(ge=0, le=10_000, examples=["290 for 2.9 %"])]
    fixed_minor: Annotated[Minor, Field(examples=["30 for 0.30"])]
    currency: Annotated[Currency, Field(examples=["EUR"])]
    since: date | None = None
    until: date | None = None
    tolerance_minor: Allowance = 1
    source: Annotated[Text, Field(examples=["contract of 1 Mar 2026, section 3"])]


class Tolerance(_Part):
    """Differences that are no break, in minor units of the account's currency.

    Attributes
    ----------
    order_minor, payout_minor : int
    """

    order_minor: Allowance = 0
    payout_minor: Allowance = 0


class WriteOff(_Part):
    """Small differences that the account gives up without asking anybody, each time with an event in the register.

    Amounts are whole minor units of the account's currency, and only differences in that currency are written off.

    Attributes
    ----------
    most_minor : int
        Largest difference.
    most_per_period_minor : int
        Largest sum in one period; the smallest differences come first, and of equal ones the oldest.
    classes : tuple of BreakClass
        Only findings of these kinds.
    after_days : int
        Only what is at least so many days old.
    """

    most_minor: Annotated[Minor, Field(ge=1, examples=["50 for 0.50"])]
    most_per_period_minor: Annotated[Minor, Field(ge=1, examples=["2000 for 20.00"])]
    classes: Annotated[
        Many[Annotated[BreakClass, Strict(strict=False)]], Field(min_length=1, examples=["[amount_differs]"])
    ]
    after_days: Annotated[int, Field(ge=0, le=3650)] = 0


class Account(_Part):
    """One client account.

    Attributes
    ----------
    account : str
        Its id: the file's name without ``.yaml``, the folder's name under reports/.
    name : str
        As pages show it.
    currency, zone : str
        ISO 4217, IANA.
    cut_off : str
        Local time at which the business day ends; ``24:00`` is midnight.
    sources : tuple of SourceSpec
    payouts : tuple of PayoutRule
    fees : tuple of FeeContract
    processors : tuple of ProcessorTerms
        What is agreed with each processor, where it is declared.
    calendar : CalendarUse
        Days on which the account's business and its bank are closed.
    fx : FxTerms
        How amounts in two currencies are compared.
    reserves : tuple of ReserveTerms
        Each processor and currency once.
    never_at_processor : tuple of str
        Payment methods of the shop that never reach a processor, cash for instance.
    tolerance : Tolerance
    matching : Matches
        How its legs are matched, where not as shipped.
    materiality_minor : int
        Differences below this are not material; rules may ask for it.
    second_person_minor : int
        Whoever settles a finding above this amount may not sign the review that has it, and the other way round.
    write_off : WriteOff or None
        What is written off without asking anybody; None: nothing.
    desks : tuple of Desk
        Who reviews the account.
    owners : dict of str to str
        Desk or team to the person or role that acts.
    recipients : tuple of str
        Mail addresses the report is meant for.
    simulated : bool
        Whether the exports are made up; pages then say so.
    file, sha256 : str
        The account's file relative to the workspace, and the hash of its bytes.
    """

    account: Annotated[str, AfterValidator(check_safe_name), Field(examples=["northwind"])]
    name: Annotated[Text, Field(examples=["Northwind Traders"])]
    currency: Annotated[Currency, Field(examples=["EUR"])]
    zone: Annotated[str, check_zone, Field(examples=["Europe/Berlin"])]
    cut_off: Annotated[str, AfterValidator(check_cut_off)] = "24:00"
    sources: Annotated[Many[SourceSpec], Field(min_length=1, examples=["a list with one entry, files: ..."])]
    payouts: Many[PayoutRule] = ()
    fees: Many[FeeContract] = ()
    processors: Annotated[Many[ProcessorTerms], AfterValidator(processors_once)] = ()
    calendar: CalendarUse = CalendarUse()
    fx: FxTerms = FxTerms()
    reserves: Annotated[Many[ReserveTerms], AfterValidator(reserves_once)] = ()
    never_at_processor: Many[Text] = ()
    tolerance: Tolerance = Tolerance()
    matching: Matches = Matches()
    materiality_minor: Allowance = 0
    second_person_minor: Allowance = 0
    write_off: WriteOff | None = None
    desks: Annotated[Many[Annotated[Desk, Strict(strict=False)]], Field(min_length=1)] = (Desk.RECONCILIATION,)
    owners: dict[str, Text] = {}
    recipients: Many[Annotated[str, check_mail]] = ()
    simulated: bool = False

    _file: str = PrivateAttr("")
    _sha256: str = PrivateAttr("")
    _calendars: Calendars = PrivateAttr(default_factory=dict)

    @cached_property
    def business(self) -> BusinessCalendar:
        """Days on which the account's business and its bank are open."""
        return joined(self.calendar, self._calendars)

    def terms(self, processor: str) -> ProcessorTerms | None:
        """What is agreed with a processor, None where nothing is declared."""
        return next((one for one in self.processors if one.processor == processor), None)

    def business_of(self, processor: str) -> BusinessCalendar:
        """Days on which a processor settles: those of its own calendars where it has any, else the account's."""
        terms = self.terms(processor)
        return joined(CalendarUse(use=terms.calendars), self._calendars) if terms and terms.calendars else self.business

    def calendars_without(self, first: date, last: date) -> tuple[CalendarFile, ...]:
        """Calendars that the account names and that do not tell of all days from `first` to `last`."""
        names = [*self.calendar.use, *(name for one in self.processors for name in one.calendars)]
        files = [self._calendars[name] for name in dict.fromkeys(names)]
        return tuple(one for one in files if first < one.first or one.last < last)

    @property
    def file(self) -> str:
        """The account's file relative to the workspace."""
        return self._file

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes."""
        return self._sha256

    @property
    def cut_off_time(self) -> time | None:
        """The cut-off as a time of day, None for midnight."""
        return None if self.cut_off == "24:00" else time.fromisoformat(self.cut_off)

    def from_file(self, file: str, sha256: str, calendars: Calendars | None = None) -> Account:
        """Return the same account with the file it was read from and the calendars that it may name."""
        account = self.model_copy()
        account._file, account._sha256, account._calendars = file, sha256, calendars or {}
        return account

    def files(self, root: Path) -> list[tuple[Path, str, SourceSpec]]:
        """Files of all sources: path, name relative to the workspace, source; by name, each once.

        A file that two sources name belongs to the first that says how to read it, else to the first.
        """
        found: dict[Path, SourceSpec] = {}
        for spec in self.sources:
            for path in spec.matches(root):
                if path not in found or (found[path].reader is None and spec.reader is not None):
                    found[path] = spec
        named = [(path, _name(path, root), spec) for path, spec in found.items()]
        return sorted(named, key=lambda one: one[1])


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
