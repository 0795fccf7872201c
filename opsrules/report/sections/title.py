"""Title: account, period, state, one sentence, and the facts a reader needs to trust the page."""

from __future__ import annotations

from datetime import date

from opsrules.display.markup import element, join
from opsrules.display.status import level_mark, simulated_mark
from opsrules.periods import day_words
from opsrules.report.fragment import Fragment
from opsrules.review import Review

__all__ = ["title"]


def title(review: Review) -> Fragment:
    """Heading of the page; gives the page its printed footer line too."""
    provenance = review.provenance
    facts = {
        "Account": review.account_name,
        "Period": _span(review.period.first, review.period.last),
        "Cut-off": f"{day_words(review.period.last)}, {review.cut_off} {review.zone}",
        "As of": day_words(review.as_of),
        "Rules": f"{provenance.rules_count} rules, {provenance.rules_hash[:8]}",
        "Run": provenance.run_id[:8],
    }
    name = f"{review.account_name}, {review.period.words()}"
    parts = [
        simulated_mark(review.simulated),
        element(
            "p",
            element("span", f"opsrules {review.desk.words().lower()} review"),
            element("a", "All accounts", href="../index.html", class_="screen"),
            element("span", f"Confidential: {review.account_name}"),
            class_="kicker",
        ),
        element("h1", name),
        element("p", level_mark(review.level, big=True), review.lede, class_="lede"),
        element(
            "dl",
            *(element("div", element("dt", label), element("dd", value)) for label, value in facts.items()),
            class_="facts",
        ),
    ]
    running = f"{name}, run {provenance.run_id[:8]}" + (", simulated data" if review.simulated else "")
    return Fragment("title", element("div", join(parts), class_="title"), {"running": running})


def _span(first: date, last: date) -> str:
    if first == last:
        return day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_words(last)}"
    return f"{day_words(first)} to {day_words(last)}"
