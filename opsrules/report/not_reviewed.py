"""The page of an account whose run failed: it says so, why, and what to do, and is never mistaken for a clean one."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import level_mark, simulated_mark
from opsrules.report.frame import Frame, Section, sheet
from opsrules.terms import Level

__all__ = ["not_reviewed"]

_MOST = 1200


def not_reviewed(
    account_name: str,
    period_words: str,
    *,
    cause: str,
    cell: int | None,
    next_step: str,
    last_good_href: str | None,
    simulated: bool,
) -> str:
    """Page that stands where the account's report would.

    Parameters
    ----------
    cause : str
        What went wrong, in words fit for a user.
    cell : int, optional
        Number of the code cell that failed, counted from 1; None when no cell can be named.
    next_step : str
        What to do about it.
    last_good_href : str, optional
        Relative address of the last good report.
    simulated : bool
        Whether the data is a demo's.
    """
    name = f"{account_name}, {period_words}"
    lede = "This account was not reviewed. No figure of this period is confirmed, and none may be read as clean."
    head = [
        simulated_mark(simulated),
        element(
            "p",
            element("span", "opsrules reconciliation review"),
            element("a", "All accounts", href="../index.html"),
            class_="kicker",
        ),
        element("h1", name),
        element("p", level_mark(Level.NOT_REVIEWED, big=True), lede, class_="lede"),
    ]
    last = (
        element("p", element("a", "Open the last good report", href=last_good_href), ". It describes an earlier run.")
        if last_good_href
        else element("p", "There is no earlier good report of this account and period.")
    )
    sections = [
        Section("what", "What happened", _what(cause, cell)),
        Section("next", "What to do", _paragraphs(next_step or "Run the account again.")),
        Section("last", "The last good report", last),
    ]
    frame = Frame(f"{name}: not reviewed", element("div", join(head), class_="title"), (), f"{name}, not reviewed")
    return sheet(frame, sections)


def _what(cause: str, cell: int | None) -> Markup:
    short = cause if len(cause) <= _MOST else cause[:_MOST].rstrip() + " …"
    told = _paragraphs(short or "The run ended without saying why.")
    if cell is not None:
        told += element("p", f"The notebook stopped at code cell {cell}.", class_="line")
    return told + element("p", "The other accounts of this run are not affected.", class_="line")


def _paragraphs(text: str) -> Markup:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return join([element("p", line, class_="line") for line in lines])
