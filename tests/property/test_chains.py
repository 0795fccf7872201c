"""What people wrote of a root cause is what a reader of the log would say, in whatever order the events come."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from register_events import event

from opsrules.register.chains import chains_of, whys_of
from opsrules.register.model import Event
from opsrules.terms import EventKind
from opsrules.whys.said import PARTS

TEXTS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5)
PART = st.fixed_dictionaries(
    {},
    optional={
        "whys": TEXTS,
        "corrective": TEXTS,
        "preventive": TEXTS,
        **{name: st.sampled_from(["x", "y"]) for name in ("cause", "owner", "due", "note")},
    },
)
STEP = st.one_of(
    st.tuples(st.just("say"), PART),
    st.tuples(st.just("undo"), st.integers(1, 8)),
    st.tuples(st.just("erased"), PART),
    st.tuples(st.just("other"), st.just({"note": "remark"})),
)


def _events(steps: list[tuple[str, Any]]) -> list[Event]:
    made: list[Event] = []
    for seq, (what, body) in enumerate(steps, start=1):
        if what == "undo":
            made.append(event(seq, EventKind.UNDONE, {"seq": body}))
        elif what == "other":
            made.append(event(seq, EventKind.COMMENTED, body))
        else:
            made.append(event(seq, EventKind.ROOT_CAUSE, body, erased=what == "erased"))
    return made


def _by_hand(steps: list[tuple[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The log read line by line: what is crossed out by a later line is left out, then the last word of each part."""
    crossed = {body for seq, (what, body) in enumerate(steps, start=1) if what == "undo" and body < seq}
    last: dict[str, tuple[str, ...]] = {}
    for seq, (what, body) in enumerate(steps, start=1):
        if what == "say" and seq not in crossed:
            for name, said in body.items():
                last[name] = tuple(said) if isinstance(said, list) else (said,)
    return last


@given(st.lists(STEP, max_size=8), st.randoms())
def test_the_last_word_of_each_part_counts(steps: list[tuple[str, Any]], random: Any) -> None:
    told = _events(steps)
    random.shuffle(told)
    whys = whys_of(told)
    expected = _by_hand(steps)
    parts = {} if whys is None else {name: getattr(whys, name) for name in PARTS}
    assert {name: one.texts for name, one in parts.items() if one is not None} == expected
    assert chains_of(told, "2026-10") == ({} if whys is None else {"f1": whys})
