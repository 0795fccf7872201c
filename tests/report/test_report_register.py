"""What a page says of the register: what moved since the last review, days kept, where findings stand, who signed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import reviews

from notebooks import executed
from opsrules import report
from opsrules.inputs import FileRead
from opsrules.review import Review
from opsrules.standing import Note, Snapshot, Standing
from opsrules.terms import Desk, FindingStatus

CARD = "4242 4242 4242 4242"


def known(**over: object) -> Review:
    """October with what the register knew of it after September."""
    return reviews.review(snapshot=replace(reviews.snapshot(), **over))  # type: ignore[arg-type]


def sizes(*places: int, currency: str = "EUR") -> tuple[int, int]:
    """Count findings at these places that are in a currency, and sum their amounts without sign."""
    rows = reviews.findings().iloc[list(places)].query("currency == @currency")
    return len(rows), int(rows["amount_minor"].abs().sum())


def figures(size: int, minor: int) -> str:
    return f"\t{size}\t{minor // 100:,}.{minor % 100:02d}"


def test_since_counts_and_adds_what_moved_in_each_currency() -> None:
    text = report.since(known()).text
    assert text.startswith(
        "Since the review of September 2026, 33 findings are new, 1 came back, 3 cleared, 2 were settled by people "
        "and 1 could not be checked. Eight findings were open then and still are."
    )
    assert f"New{figures(*sizes(*range(11, 44)))}" in text
    assert f"Came back{figures(*sizes(10))}" in text
    assert f"Cleared{figures(2, 12_000 + 3_050)}" in text
    assert f"Settled by people{figures(*sizes(2, 3))}" in text
    assert f"Not checked, file missing{figures(1, 70_000)}" in text
    assert f"Still open, 4 to 7 days{figures(*sizes(4, 5, 6))}" in text  # 2, 3 and 4 of that age: two are settled
    assert f"Still open, all ages{figures(*sizes(0, 1, *range(4, 10)))}" in text
    assert f"New{figures(*sizes(*range(11, 44), currency='GBP'))}" in text
    assert "Cleared\t1\t900\n" in text


def test_since_names_what_could_not_be_checked_and_its_file() -> None:
    text = report.since(known()).text
    assert "Payout not at the bank: po_lost, EUR\xa0700.00, in exports/n/2026-09/bank.xml" in text


@pytest.mark.parametrize(
    "read",
    [
        FileRead("exports/n/2026-09/bank.xml", "camt053", 1, 0, "6" * 64),
        FileRead("exports/n/renamed.xml", "camt053", 1, 0, "5" * 64),
    ],
)
def test_a_file_that_came_under_its_name_or_with_its_content_was_checked(read: FileRead) -> None:
    base = known()
    text = report.since(replace(base, provenance=replace(base.provenance, inputs=(read,)))).text
    assert "could not be checked" not in text
    assert f"Cleared{figures(3, 12_000 + 3_050 + 70_000)}" in text


def test_the_first_review_says_so_in_one_sentence() -> None:
    text = report.since(reviews.review()).text
    assert text == "This is the first review of this account in the register, so there is none to compare it with."
    assert "New" not in report.items(reviews.review()).text


def test_where_nothing_moved_there_is_nothing_to_see() -> None:
    every = frozenset(reviews.findings()["finding_id"])
    base = Snapshot("northwind", Desk.RECONCILIATION, "2026-10", before="2026-09", open_before=every)
    text = report.since(reviews.review(snapshot=replace(base, known_before=every))).text
    assert text.startswith(
        "Nothing to see: since the review of September 2026 no finding is new, came back or cleared. "
        "44 findings were open then and still are.\n"
    )


def test_a_settled_finding_that_grew_or_changed_its_currency_is_open_again() -> None:
    for seen in (("EUR", 100), ("GBP", 10**9)):
        review = known(amounts=dict(reviews.snapshot().amounts) | {reviews.nth(2): seen})
        assert review.settled == {reviews.nth(3)}
    review = known(amounts=dict(reviews.snapshot().amounts) | {reviews.nth(2): ("EUR", -(10**9))})
    assert review.settled == {reviews.nth(2), reviews.nth(3)}
    assert known(gone=frozenset({reviews.nth(2)})).settled == {reviews.nth(3)}


def test_clock_holds_each_finding_against_its_own_day() -> None:
    # Settled on 8 October and due on the 9th, on 30 October; gone by 3 November and due then, and on 9 October.
    text = report.clock(known()).text
    in_time, late = sizes(2)[1] + 12_000, sizes(3)[1] + 3_050
    assert f"Dealt with in time\t2\tEUR\xa0{in_time // 100}.{in_time % 100:02d}" in text
    assert f"Dealt with after the day\t2\tEUR\xa0{late // 100}.{late % 100:02d}" in text
    assert "Dealt with, no day set\t1\tJPY\xa0900" in text
    assert "5 findings were dealt with since the review of September 2026: how long it takes is judged on 30" in text
    assert "none past its day" in text


def test_clock_gives_times_on_thirty_and_not_on_twenty_nine() -> None:
    for size in (29, 30):
        names = [f"gone-{at:02d}" for at in range(size)]
        day = date(2026, 10, 1)
        standings = {
            name: Standing(
                status=FindingStatus.CLEARED,
                is_present=False,
                first_day=day,
                due=day + timedelta(days=20),
                cleared_day=day + timedelta(days=at),  # 0, 1, 2 ... 29 days
            )
            for at, name in enumerate(names)
        }
        text = report.clock(
            known(
                standings=standings,
                open_before=frozenset(names),
                known_before=frozenset(names),
                amounts=dict.fromkeys(names, ("EUR", 100)),
                seen={},
            )
        ).text
        if size == 29:
            assert "how long it takes is judged on 30 or more" in text
            assert "half took" not in text
        else:
            assert "9 late 30 findings were dealt with since the review of September 2026" in text
            assert "half took 14 days or less, the longest 29 days" in text
            assert "Dealt with after the day\t9\tEUR\xa09.00" in text


def test_clock_counts_no_finding_that_needs_no_work() -> None:
    seen = {name: replace(one, severity="low") for name, one in reviews.snapshot().seen.items()}
    assert "2 findings were dealt with" in report.clock(known(seen=seen)).text  # those that people settled


def test_overdue_findings_are_counted_and_flagged() -> None:
    fragment = report.clock(reviews.review(as_of=date(2026, 11, 6)))
    late = reviews.findings().query("due != '' and severity != 'low'")
    assert f"{len(late)} of them past their day" in fragment.text
    assert re.search(
        rf'<tr class="flag"><th scope="row">Open and overdue</th><td class="num">{len(late)}<', fragment.html
    )
    on_the_day = report.clock(reviews.review(as_of=date(2026, 11, 5)))
    assert "Open and overdue" not in on_the_day.text


def test_items_say_where_each_finding_stands_and_settled_ones_come_last() -> None:
    fragment = report.items(known())
    table = fragment.html.split("<table")[1]
    cells = re.findall(r'data-f="(New|Came back|Open|Disputed|Resolved|Written off)"', table)
    assert {word: cells.count(word) for word in set(cells)} == {
        "New": 21,
        "Came back": 1,
        "Open": 7,
        "Disputed": 1,
        "Resolved": 1,
        "Written off": 1,
    }
    assert "Written offEUR\xa0334.45, by ada" in fragment.text
    assert "Resolvedas expected, by bo" in fragment.text
    rows = table.split("<tr")
    assert ["Written off" in row or "Resolved" in row for row in rows[-2:]] == [True, True]
    assert "2 of them were resolved or written off by people, EUR\xa01,003.37, and need nobody." in fragment.text


def test_items_show_the_last_remarks_and_how_many_more_there_are() -> None:
    text = report.items(known()).text
    assert (
        "ada, 22 Oct 2026: Remark 2: asked the bankada, 21 Oct 2026: Remark 1: asked the bank1 earlier remark" in text
    )
    assert "Remark 0: asked the bank1 earlier" not in text
    assert "name erased, 20 Oct 2026: (erased)" in text
    long = Standing(notes=(Note("ada", datetime(2026, 10, 1, tzinfo=UTC), "w" * 400),))
    shown = report.items(known(standings={reviews.nth(4): long})).text
    assert f"{'w' * 280} … (the rest is in the register)" in shown


def test_needs_say_how_much_people_settled() -> None:
    told = "2 findings that people resolved or wrote off are left out here, EUR\xa01,003.37."
    assert told in report.needs(known()).text
    assert told in report.needs(replace(known(), needs=())).text
    assert "left out" not in report.needs(reviews.review()).text


def test_a_signature_holds_for_its_own_run_alone() -> None:
    signed = report.sign_off(known())
    assert "Signed by fay, 5 Nov 2026, 17:05 UTC: Agreed" in signed.text
    assert (
        "Signed before by eve, 4 Nov 2026, 09:00 UTC, for run 01234567; figures have changed since: Seen" in signed.text
    )
    assert 'class="paper"' not in signed.html
    changed = report.sign_off(reviews.review(snapshot=reviews.snapshot(run_id="f" * 16)))
    assert "Signed by" not in changed.text
    assert "by fay, 5 Nov 2026, 17:05 UTC, for run ffffffff; figures have changed since: Agreed" in changed.text
    assert "This run is not signed: opsrules register sign-off --account northwind --period 2026-10" in changed.text
    assert 'class="paper"' in changed.html


def test_sign_off_says_who_prepared_and_when_a_second_person_is_needed() -> None:
    text = report.sign_off(known()).text
    assert "Prepared by\tdee" in text
    assert "Who settles a finding above EUR\xa01,000.00 does not sign" in text
    unknown = report.sign_off(reviews.review()).text
    assert "Prepared by\tnot recorded" in unknown
    assert "Who settles a finding does not sign" in unknown


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "=1+1", "</table>"])
def test_b1_what_people_write_stays_text_on_the_page(text: str) -> None:
    review = reviews.review(snapshot=reviews.snapshot(text))
    tame = report.render(executed(known()), "Northwind")
    html = report.render(executed(review), "Northwind")
    for tag in ("<script", "<img", "<table", "</table", "<a ", "<svg"):
        assert html.count(tag) == tame.count(tag), tag
    for section in (report.items, report.sign_off, report.since):
        assert text in section(review).text, section
    assert text in report.sign_off(review).text.split("Prepared by")[1]


def test_b13_signs_that_turn_or_hide_text_are_shown_as_signs() -> None:
    for sign in ("\u202e", "\u200b", "\u2066", "\x1b[31m", "\x00"):
        review = reviews.review(snapshot=reviews.snapshot(f"pay{sign}ee"))
        for section in (report.items, report.sign_off, report.since):
            html = section(review).html
            assert sign not in html
            assert "pay\ufffdee" in html or "payee" in html


def test_b14_a_card_number_in_a_remark_is_shown_nowhere() -> None:
    base = reviews.snapshot(f" card {CARD}")
    # People's names are the register's own.
    standings = {
        key: replace(one, settled_by="ada", owner="cy") if one.settled_by else one
        for key, one in base.standings.items()
    }
    review = reviews.review(snapshot=replace(base, standings=standings, prepared_by="dee"))
    for section in (report.items, report.sign_off):
        html = str(section(review).html)
        assert "****4242" in html
    said = [note.text for one in review.snapshot.standings.values() for note in one.notes]
    said += [one.note for one in review.snapshot.signatures]
    said += [one.subject_ref for one in review.snapshot.seen.values()]
    assert [text for text in said if CARD in text] == []


def test_a_review_that_finds_nothing_has_cleared_what_was_open() -> None:
    empty = replace(reviews.empty(), snapshot=replace(reviews.snapshot(), seen={}))
    assert report.since(empty).text.startswith(
        "Since the review of September 2026, 14 findings cleared. No findings were"
    )
    assert report.needs(empty).text == "Nothing needs you. What is below is evidence."
