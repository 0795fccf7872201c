"""What needs you: what somebody has to decide or do, with amount, owner, day and link; and what people settled."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.display.status import level_mark
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, sentence
from opsrules.report.words import amount, count, day, listed, money, opening
from opsrules.review import Need, Review

__all__ = ["needs"]

_SHOWN = 6  # more than six sentences are no longer read (DESIGN of the reports, order of a page)


def needs(review: Review) -> Fragment:
    """The six worst needs and how many more there are; says so when there is none."""
    if not review.needs:
        return Fragment("needs", sentence("Nothing needs you. What is below is evidence.") + _settled(review))
    shown, more = review.needs[:_SHOWN], len(review.needs) - _SHOWN
    first = sentence(f"{opening(len(shown), 'thing')} to decide or do, the worst first. Everything below is evidence.")
    listed_needs = element("ol", *(_item(need) for need in shown), class_="needs")
    rest = "kind of finding needs" if more == 1 else "kinds of findings need"
    last = sentence(f"{more} more {rest} somebody too: the list of open items has them.") if more > 0 else Markup()
    return Fragment("needs", first + listed_needs + last + _settled(review))


def _settled(review: Review) -> Markup:
    """Say how many findings are left out because people settled them, and what they are worth."""
    done = review.findings[review.findings["finding_id"].isin(list(review.settled))]
    if done.empty:
        return Markup("")
    worth = [
        money(sum(abs(int(size)) for size in rows["amount_minor"]), currency)
        for currency, rows in by_currency(review, done)
    ]
    told: list[str | Markup] = [", ", Markup(listed([str(one) for one in worth]))] if worth else []  # noqa: S704 - made of escaped parts
    verb = "is" if len(done) == 1 else "are"
    left = f"{count(len(done), 'finding')} that people resolved or wrote off {verb} left out here"
    return element("p", left, *told, ".", class_="quiet")


def _item(need: Need) -> Markup:
    told = f"{need.headline} {need.detail}"
    # The headline mostly carries its amount; where it does not, the exact sums follow.
    spaced = told.replace(" ", "\u00a0")
    untold = [money(minor, currency) for currency, minor in need.amounts if amount(minor, currency) not in spaced]
    extra = [" At stake: ", Markup(listed([str(one) for one in untold])), "."] if untold else []  # noqa: S704 - made of escaped parts
    link = element("a", "See it", element("span", f": {need.headline}", class_="vh"), href="#items")
    what = element("p", element("b", need.headline), f" {need.detail}" if need.detail else "", *extra, " ", link)
    return element("li", level_mark(need.level), what, _who(need))


def _who(need: Need) -> Markup:
    due = element("span", f"by {day(need.due)}" if need.due else "no day set", class_="n")
    desk = need.desk.replace("_", " ")
    return element(
        "p",
        element("b", need.owner or "No owner yet"),
        element("i", ", "),
        f"{desk}, " if desk else "",
        due,
        class_="who",
    )
