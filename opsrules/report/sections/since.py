"""Since the last review: what is new, cleared, back or still open, and what could not be checked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.moves import Moved, Moves, currencies, moves_of, since_words
from opsrules.periods import AGE_BUCKETS
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, sentence, table_of
from opsrules.report.sections.followed import followed
from opsrules.report.tables import Column, statement
from opsrules.report.words import amount, count, listed, minor, number, opening, place, term
from opsrules.review import Review
from opsrules.terms import BreakClass

__all__ = ["since"]

_MOST = 12


def since(review: Review) -> Fragment:
    """Counts and amounts of each currency, the account's own first."""
    last = since_words(review)
    if not last:
        told = "This is the first review of this account in the register, so there is none to compare it with."
        return Fragment("since", join([sentence(told), followed(review)]))
    moves = moves_of(review)
    every = (*moves.open_now, *moves.cleared, *moves.settled, *moves.unchecked)
    tables = [_table(moves, currency, at) for at, currency in enumerate(currencies(review, every))]
    rolled = [_rolled(currency, rows) for currency, rows in by_currency(review, table_of(review, "roll_forward"))]
    return Fragment(
        "since", join([_answer(moves, last), *tables, *rolled, followed(review), _unchecked(review, moves.unchecked)])
    )


def _answer(moves: Moves, last: str) -> Markup:
    still = f"{opening(len(moves.still), 'finding was', 'findings were')} open then and still " + (
        "is." if len(moves.still) == 1 else "are."
    )
    parts = [
        (len(moves.new), "is new", "are new"),
        (len(moves.reopened), "came back", "came back"),
        (len(moves.cleared), "cleared", "cleared"),
        (len(moves.settled), "was settled by people", "were settled by people"),
        (len(moves.unchecked), "could not be checked", "could not be checked"),
    ]
    told = [(size, one if size == 1 else many) for size, one, many in parts if size]
    if not told:
        return sentence(f"Nothing to see: since the review of {last} no finding is new, came back or cleared. {still}")
    (first, what), *others = told
    every = [f"{count(first, 'finding')} {what}", *(f"{number(size)} {words}" for size, words in others)]
    return sentence(f"Since the review of {last}, {listed(every)}. {still}")


def _table(moves: Moves, currency: str, at: int) -> Markup:
    groups = [
        ("New", moves.new),
        ("Came back", moves.reopened),
        ("Cleared", moves.cleared),
        ("Settled by people", moves.settled),
        ("Not checked, file missing", moves.unchecked),
        *((f"Still open, {name}", found) for name, found in _by_age(moves.still)),
    ]
    mine = [(words, [one for one in found if one.currency == currency]) for words, found in groups]
    still = [one for one in moves.still if one.currency == currency]
    kept = [(words, found) for words, found in (*mine, ("Still open, all ages", still)) if found]
    heads = [Column("What became of them"), Column("Findings", number=True)]
    heads += [Column(f"Amount, {currency}", number=True)] if currency else []
    rows = [
        [words, number(len(found)), *([minor(sum(one.amount_minor for one in found), currency)] if currency else [])]
        for words, found in kept
    ]
    title = f"Findings since the last review, {currency}" if currency else "Findings that carry no amount"
    note = [element("span", "Amounts without sign; ages are counted to the as-of day.")] if at == 0 else []
    caption = join([element("b", title), *note])
    return statement(
        f"since-{currency or 'none'}", caption, heads, rows, totals=[len(rows) - 1] if still else [], width="lean"
    )


_ROLLED = {
    "opening": "Open then",
    "new": "New",
    "came_back": "Came back",
    "changed": "Changed",
    "cleared": "Cleared",
    "settled": "Settled",
    "closing": "Open now",
}


def _rolled(currency: str, rows: pd.DataFrame) -> Markup:
    """From what was open then to what is open now, a line for each class; steps that nothing took are left out."""
    signs = {"cleared": -1, "settled": -1}
    steps = [
        (step, words)
        for step, words in _ROLLED.items()
        if step in ("opening", "closing") or rows[[f"{step}_items", f"{step}_minor"]].to_numpy().any()
    ]

    def cells(values: pd.Series[int]) -> list[str]:
        return [minor(int(values[f"{step}_minor"]) * signs.get(step, 1), currency) for step, _ in steps]

    ordered = rows.sort_values(["closing_minor", "class"], ascending=[False, True], kind="stable")
    lines = [[term(BreakClass, str(row["class"])), *cells(row)] for _, row in ordered.iterrows()]
    sums = ordered.drop(columns=["class", "currency"]).sum()
    heads = [Column("Kind of break"), *(Column(words, number=True) for _, words in steps)]
    title = element("b", f"From what was open then to what is open now, {currency}")
    return statement(f"rolled-{currency}", title, heads, [*lines, ["In all", *cells(sums)]], totals=[len(lines)])


def _by_age(moved: Sequence[Moved]) -> list[tuple[str, list[Moved]]]:
    known = [(one, max(one.age_days, 0)) for one in moved if one.age_days is not None]
    aged = [
        (name, [one for one, age in known if first <= age and (last is None or age <= last)])
        for name, first, last in AGE_BUCKETS
    ]
    return [*aged, ("age not known", [one for one in moved if one.age_days is None])]


def _unchecked(review: Review, moved: Sequence[Moved]) -> Markup:
    if not moved:
        return Markup("")
    ranked = sorted(moved, key=lambda one: (-one.amount_minor, one.finding_id))
    told = f"{count(len(moved), 'finding')} could not be checked, because the file with the evidence was not supplied. "
    stay = "It stays" if len(moved) == 1 else "They stay"
    more = len(ranked) - _MOST
    rest = [element("li", f"and {number(more)} more, which the register has")] if more > 0 else []
    named = [element("li", *_named(review, one)) for one in ranked[:_MOST]]
    return sentence(f"{told}{stay} open in the register:") + element("ul", *named, *rest)


def _named(review: Review, one: Moved) -> list[str | Markup]:
    seen = review.snapshot.seen[one.finding_id]
    worth = f", {amount(one.amount_minor, one.currency)}" if one.currency else ""
    return [f"{term(BreakClass, seen.kind)}: {seen.subject_ref}{worth}, in ", place(seen.source_file)]
