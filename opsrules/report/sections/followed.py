"""What a review took over from before: items carried forward, and differences that the account's own rule gave up."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import join
from opsrules.report.sections.blocks import sentence, table_of
from opsrules.report.words import amount, count, listed
from opsrules.review import Review
from opsrules.story import Fate

__all__ = ["followed"]


def followed(review: Review) -> Markup:
    """Sentences on both; nothing where there was neither."""
    return join([_carried(table_of(review, "stories")), _given_up(review, table_of(review, "write_offs"))])


def _carried(stories: pd.DataFrame) -> Markup:
    mine = stories[stories["carried"].astype("bool")] if len(stories) else stories
    if mine.empty:
        return Markup("")
    fates = mine["fate"].value_counts()
    words = {
        Fate.OPEN: ("is still open", "are still open"),
        Fate.CLEARED: ("cleared, as its other side arrived", "cleared, as their other sides arrived"),
        Fate.UNCHECKED: ("could not be looked for", "could not be looked for"),
    }
    told = [
        f"{fates[fate]:,} {one if fates[fate] == 1 else many}" for fate, (one, many) in words.items() if fate in fates
    ]
    return sentence(
        f"{count(len(mine), 'item').capitalize()} came in from earlier reviews, because no file of this period holds "
        f"{'its row' if len(mine) == 1 else 'their rows'}: {listed(told)}."
    )


def _given_up(review: Review, table: pd.DataFrame) -> Markup:
    if table.empty:
        return Markup("")
    parts = []
    done, over, back, refused = (
        table[table["outcome"] == outcome] for outcome in ("written_off", "over_cap", "taken_back", "refused")
    )
    if len(done):
        parts.append(f"The account's own rule wrote off {_worth(review, done)}.")
    if len(over):
        parts.append(f"The cap of the period left {_worth(review, over)} open that the rule would have written off.")
    if len(back):
        parts.append(f"People took back {_worth(review, back)} that it had written off; it does not do so again.")
    if len(refused):
        why = review.snapshot.rule_refused or ""
        parts.append(f"It wrote nothing off of {_worth(review, refused)}: {why}.")
    return sentence(" ".join(parts))


def _worth(review: Review, rows: pd.DataFrame) -> str:
    return f"{count(len(rows), 'finding')}, {amount(int(rows['amount_minor'].sum()), review.currency)}"
