"""The page of all accounts of one period: who is in trouble, how much is at stake, who has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import level_mark
from opsrules.periods import day_words
from opsrules.report.frame import Frame, Section, sheet
from opsrules.report.sections.blocks import sentence
from opsrules.report.tables import Cell, Column, cards, statement
from opsrules.report.words import amount, count, listed, money, number
from opsrules.terms import Desk, Level

__all__ = ["AccountRow", "portfolio"]

_LEVELS = (Level.NOT_REVIEWED, Level.CRITICAL, Level.AT_RISK, Level.TOO_FEW, Level.HEALTHY)


@dataclass(frozen=True)
class AccountRow:
    """One account on the portfolio.

    Attributes
    ----------
    account, account_name : str
    href : str
        Relative address of its page.
    level : Level
        Worst of its desks; `Level.NOT_REVIEWED` when its run failed.
    worst : str
        Its worst finding, one sentence; "" for none.
    at_stake : tuple of (str, int)
        Currency and minor units without sign of what needs work; currencies are never added.
    owner : str
        Who has the worst finding; "" when nobody.
    findings, critical : int
        How many findings, and how many of them critical.
    simulated : bool
        Whether its data is a demo's.
    cause : str
        Why it was not reviewed; "" for a reviewed account.
    desks : tuple of (Desk, Level)
        Level of each desk; columns stand for them when there is more than one.
    """

    account: str
    account_name: str
    href: str
    level: Level
    worst: str = ""
    at_stake: tuple[tuple[str, int], ...] = ()
    owner: str = ""
    findings: int = 0
    critical: int = 0
    simulated: bool = False
    cause: str = ""
    desks: tuple[tuple[Desk, Level], ...] = ()


def portfolio(period_words: str, as_of: date, rows: Sequence[AccountRow], facts: Iterable[tuple[str, str]] = ()) -> str:
    """Page of all accounts, the worst first.

    Parameters
    ----------
    period_words : str
        October 2026.
    as_of : date
        Day the ages are counted to.
    rows : sequence of AccountRow
        In any order.
    facts : iterable of (str, str)
        Further labels and values of where the page comes from: version, run.

    Raises
    ------
    ReviewError
        If the page is heavier than 500 kB.
    """
    ranked = sorted(rows, key=lambda row: (row.level.rank, -row.critical, -row.findings, row.account_name, row.account))
    told = [("As of", day_words(as_of)), *facts]
    sections = [Section("all", "All accounts, worst first", _accounts(ranked))]
    if len(ranked) > 1:
        sections.insert(0, Section("where", "Where the trouble is", _levels(ranked)))
    header = _header(period_words, ranked, told)
    running = f"All accounts, {period_words}, as of {day_words(as_of)}"
    return sheet(Frame(f"All accounts, {period_words}: portfolio", header, (), running, landscape=True), sections)


def _header(period_words: str, rows: Sequence[AccountRow], told: Sequence[tuple[str, str]]) -> Markup:
    parts = [
        element(
            "p",
            element("span", f"opsrules portfolio, {period_words}"),
            *(element("span", f"{label} {value}") for label, value in told),
            class_="kicker",
        ),
        element("h1", _headline(rows)),
        element("p", *_lede(rows), class_="lede"),
    ]
    fakes = [row for row in rows if row.simulated]
    if fakes:
        of_all = "" if len(fakes) == len(rows) else f" in {number(len(fakes))} of {count(len(rows), 'account')}"
        parts.insert(0, element("p", f"Simulated data{of_all}: made by the demo, not by a shop.", class_="banner"))
    return element("div", join(parts), class_="title")


def _headline(rows: Sequence[AccountRow]) -> str:
    if not rows:
        return "No account was reviewed"
    critical = sum(row.level is Level.CRITICAL for row in rows)
    failed = sum(row.level is Level.NOT_REVIEWED for row in rows)
    if failed and not critical:
        return f"{number(failed)} of {count(len(rows), 'account')} {'was' if failed == 1 else 'were'} not reviewed"
    verb = "is" if critical <= 1 else "are"
    return f"{number(critical) if critical else 'None'} of {count(len(rows), 'account')} {verb} critical"


def _lede(rows: Sequence[AccountRow]) -> list[str | Markup]:
    if not rows:
        return ["No account stands under parameters/accounts for this period."]
    failed = sum(row.level is Level.NOT_REVIEWED for row in rows)
    told: list[str | Markup] = []
    if failed and any(row.level is Level.CRITICAL for row in rows):
        told.append(f"{count(failed, 'account was', 'accounts were')} not reviewed and must not be read as clean. ")
    stakes: dict[str, list[int]] = {}
    for row in rows:
        for currency, minor in row.at_stake:
            stakes.setdefault(currency, []).append(minor)
    if stakes:
        parts = [
            f"{money(sum(found), currency)} in {count(len(found), 'account')}"
            for currency, found in sorted(stakes.items())
        ]
        note = "; currencies are not added. " if len(stakes) > 1 else ". "
        told += [Markup(listed(parts)), " need" if len(stakes) > 1 else " needs", " work", note]  # noqa: S704
    quiet = sum(row.level is Level.HEALTHY for row in rows)
    told.append(
        f"{count(quiet, 'account needs', 'accounts need')} nothing." if quiet else "Every account needs something."
    )
    return told


def _levels(rows: Sequence[AccountRow]) -> Markup:
    heads = [Column("Level"), Column("Accounts", number=True), Column("Findings", number=True)]
    body = []
    for level in _LEVELS:
        found = [row for row in rows if row.level is level]
        if found:
            sums = "not known" if level is Level.NOT_REVIEWED else number(sum(row.findings for row in found))
            body.append([level_mark(level), number(len(found)), sums])
    return statement("levels", "Accounts by level", heads, body, width="lean")


def _accounts(rows: Sequence[AccountRow]) -> Markup:
    if not rows:
        return sentence("Add an account file under parameters/accounts and run again.")
    desks = sorted({desk for row in rows for desk, _ in row.desks}, key=list(Desk).index)
    shown = desks if len(desks) > 1 else []
    currencies = {currency for row in rows for currency, _ in row.at_stake}
    one = next(iter(currencies)) if len(currencies) == 1 else ""
    heads = [
        *(Column("Account"), Column("Level", filter="Level", sortable=False), Column("Worst finding", sortable=False)),
        # Amounts of several currencies cannot be put in one order without a rate.
        *(Column("At stake", number=True, sortable=bool(one)), Column("Findings", number=True)),
        *(Column(desk.words(), sortable=False) for desk in shown),
        Column("Owner", filter="Owner"),
    ]
    told = sentence("Money at stake is the open value that needs work, in each currency of the account.")
    flags = [at for at, row in enumerate(rows) if row.level is Level.NOT_REVIEWED]
    return told + cards(
        "accounts",
        element("span", "Accounts", class_="vh"),
        "accounts",
        heads,
        [_row(row, shown, one) for row in rows],
        flags=flags,
    )


def _row(row: AccountRow, desks: Sequence[Desk], one: str) -> list[Cell]:
    failed = row.level is Level.NOT_REVIEWED
    stakes = [element("span", amount(minor, currency)) for currency, minor in row.at_stake]
    worst = (
        (f"Not reviewed: {row.cause}" if row.cause else "Not reviewed") if failed else row.worst or "Nothing to decide"
    )
    levels = dict(row.desks)
    owner = row.owner or ("Not known" if failed else "Nobody needed" if row.level is Level.HEALTHY else "No owner yet")
    mark = level_mark(row.level)
    return [
        Cell(element("a", row.account_name, href=row.href), phone="lead"),
        Cell(mark, facet=str(mark.striptags())[1:], phone="right"),
        Cell(worst, phone="full told"),
        Cell(
            join(stakes, "<br>") if stakes else "not known" if failed else "nothing",
            value=(dict(row.at_stake).get(one, 0) if one else None),
            phone="right",
            label="At stake:",
        ),
        Cell(
            "not known" if failed else number(row.findings),
            value=-1 if failed else row.findings,
            phone="right",
            label="Findings:",
        ),
        *(
            Cell(level_mark(levels[desk]) if desk in levels else "not reviewed", phone="full", label=f"{desk.words()}:")
            for desk in desks
        ),
        Cell(owner, phone="full", label="Owner:"),
    ]
