"""Title of the page of root causes: account, periods, what moved."""

from __future__ import annotations

from opsrules.display.markup import element, join
from opsrules.display.status import simulated_mark
from opsrules.periods import day_words
from opsrules.report.fragment import Fragment
from opsrules.report.words import count
from opsrules.rootcause import Exploration

__all__ = ["explored"]


def explored(found: Exploration) -> Fragment:
    """Heading of the page; gives the page its printed footer line too."""
    review = found.review
    run = review.provenance.run_id[:8]
    name = f"{review.account_name}, {review.period.words()}"
    facts = {
        "Account": review.account_name,
        "Period": review.period.words(),
        "Compared with": found.against.words(),
        "As of": day_words(review.as_of),
        "Currency": review.currency,
        "Run": run,
    }
    signals = len(found.signals)
    told = "No measure moved more than usual"
    if not found.explanations:
        told = "Nothing can be compared: one of the periods has no rows"
    elif signals:
        told = f"{count(signals, 'measure', 'measures')} moved by more than chance"
    of_all = f", of {count(len(found.explanations), 'measure')} compared" if found.explanations else ""
    parts = [
        simulated_mark(review.simulated),
        element(
            "p",
            element("span", "opsrules root causes"),
            element("a", "All accounts", href="../index.html", class_="screen"),
            element("span", f"Confidential: {review.account_name}"),
            class_="kicker",
        ),
        element("h1", name),
        element("p", f"{told}{of_all}.", class_="lede"),
        element(
            "dl",
            *(element("div", element("dt", label), element("dd", value)) for label, value in facts.items()),
            class_="facts",
        ),
    ]
    running = f"{name}, root causes, run {run}" + (", simulated data" if review.simulated else "")
    return Fragment("title", element("div", join(parts), class_="title"), {"running": running})
