"""The chain on a page, in a notebook and as text: whole, escaped, masked, and with every word's source."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import reviews
from chained_reviews import AT, FIRST, ID, WHERE, chained

import notebooks
from opsrules import report
from opsrules.errors import UsageError
from opsrules.rootcause import Slice
from opsrules.whys import Said, Whys

HOSTILE = "<script>alert(1)</script>\" onmouseover='x' \u202e\x1b[31m"


def test_a_chain_has_every_link_and_whose_word_it_is() -> None:
    one = chained().root_cause(FIRST)
    text = repr(one)
    for line in (
        "1200, asked: greater than 500 (rule REC-021)",
        "minutes: 3 (rule REC-C001)",
        "It was off. (ada, 2 Nov 2026, 09:30 UTC)",
        "Alarm off (REC.OWN), of Family (ada, 2 Nov 2026, 09:30 UTC)",
        "The rules said: The rule's cause (REC.RULED), of Family (rule REC-C001)",
        "People",
        "Switch it on. (ada, 2 Nov 2026, 09:30 UTC)",
        "Standard one. (standard, for finance)",
        "Standard two. (standard, for finance)",
        "Seen to by Jo",
        "By 20 Nov 2026",
        "Concentrated in processor = adyen: 24 of 30 findings of the cause “Alarm off”, 10% of the review's others",
        "confidence 99.5%",
    ):
        assert line in text, text
    assert "leg:" not in text  # a condition that did not hold decided nothing
    assert "Ruled action" not in text  # what is standard goes with the cause that counts
    assert (one.origin, one.ruled.origin) == ("people", "system")


def test_of_a_finding_nobody_wrote_of_it_says_so() -> None:
    one = reviews.review().root_cause(FIRST)
    text = repr(one)
    assert (one.cause.code, one.origin) == ("unknown", "unknown")
    for line in (
        "Cause not known (no rule decides)",
        "Not known",
        "Nobody has told them yet.",
        "None: standard actions",
    ):
        assert line in text


def test_a_slice_tells_what_was_measured_and_nothing_else() -> None:
    measured = Slice(WHERE, -1200.5, 0.83, 1200, 0.9999, ({"file": "a.csv"},))
    one = chained().root_cause(measured, "refunds")
    assert one.subject == ID
    text = repr(one)
    for line in ("Not mapped.", "effect: −1,200.50", "83%", "1,200", "over 99.9%", "same rows as: file = a.csv"):
        assert line in text
    bare = chained().root_cause({"method": None, "processor": "adyen"}, "refunds")
    assert (bare.subject, bare.evidence) == (ID, ())
    assert "Nothing was measured." in repr(bare)
    other = chained().root_cause({"processor": "adyen"}, "refunds")
    assert other.said.whys is None
    with pytest.raises(UsageError, match="a slice is one of a measure"):
        chained().root_cause(WHERE)


def test_findings_are_named_by_their_first_signs() -> None:
    one = chained()
    assert one.root_cause(FIRST[:8]).subject == FIRST
    for wrong in ("zzzz", FIRST[:2], ""):
        with pytest.raises(KeyError, match="is no finding in this review"):
            one.root_cause(wrong)


def test_the_page_has_what_people_wrote_first_then_the_worst() -> None:
    html = report.root_causes(chained()).html
    titles = re.findall(r"<summary>(.*?)</summary>", str(html))
    assert titles[0].endswith(": alarm off")
    assert titles[1].startswith("refunds where method missing")
    assert "People wrote of 2 root causes" in html
    nothing = reviews.review(needs=(), findings=reviews.findings().iloc[:0])
    assert report.root_causes(nothing).text == "Nothing needs work, and nobody wrote of a root cause."


def test_one_finding_that_is_asked_for_is_shown_alone_and_unfolded() -> None:
    review = chained()
    shown = report.root_causes(review, FIRST[:8])
    assert review.root_cause(FIRST).symptom.rstrip(".") in shown.text
    assert "<details" not in shown.html
    assert "<details" in report.root_causes(review).html
    with pytest.raises(KeyError, match="is no finding in this review"):
        report.root_causes(review, "zzzz")


def test_b13_nothing_that_anybody_writes_breaks_out() -> None:
    review = chained(HOSTILE)
    one = review.root_cause(FIRST)
    for html in (str(report.root_causes(review).html), one._repr_html_()):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert not re.search(r"<[^>]*onmouseover", html)
        assert "\u202e" not in html
        assert "\x1b" not in html
    page = report.render(notebooks.executed(review), "A page")
    assert "<script>alert" not in page
    assert "\x1b" not in repr(one)


def test_b12_secrets_are_masked_wherever_it_is_shown() -> None:
    review = chained(" 4111 1111 1111 1111")
    told = [repr(review.root_cause(FIRST)), str(report.root_causes(review).html)]
    told.append(repr(review.root_cause({"card": "4111 1111 1111 1111"}, "refunds")))
    assert all("4111 1111" not in one for one in told)


def test_erased_names_are_said_to_be() -> None:
    erased = Whys(whys=Said(("No alarm.",), "", AT), cause=Said(("REC.GONE",), "", AT))
    review = chained(snapshot=replace(reviews.review().snapshot, root_causes={FIRST: erased}))
    text = repr(review.root_cause(FIRST))
    assert "somebody whose name was erased" in text
    assert "REC.GONE" in text  # a code that the taxonomy no longer has stands for itself
