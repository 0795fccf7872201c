from __future__ import annotations

import re
from itertools import pairwise

import pytest
import reviews
from lxml import etree
from markupsafe import Markup

from opsrules import report
from opsrules.report.charts.ageing import Panel, ageing
from opsrules.report.charts.alt import alternative
from opsrules.report.charts.measure import fit, lines, width
from opsrules.report.charts.pareto import Bar, pareto
from opsrules.report.charts.scale import ticks
from opsrules.report.charts.waterfall import Step, scale_start, waterfall

NASTY = ["<script>alert(1)</script>", "-->", "]]>", "\x1b[31m\x00", "$\\frac$", "$5 to $10", "\\alpha", "商品 🧺 &amp;"]


def drawings_in(html: str) -> list[etree._Element]:
    return [etree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def texts(drawing: etree._Element) -> list[str]:
    return [str(node.text) for node in drawing.iter("{*}text")]


@pytest.mark.parametrize("label", NASTY)
def test_b6_b7_any_label_gives_a_drawing_that_is_well_formed_and_shows_it(label: str) -> None:
    charts = [
        waterfall(label, [Step(label, 500, "total"), Step(label, -100, "step"), Step("End", 400, "total")], "EUR"),
        ageing(label, [Panel(label, 2, ((1, 5), (1, 7), (0, 0), (0, 0), (0, 0)))], "EUR"),
        pareto(label, [Bar(label, 90, 90, vital=True)], "EUR"),
    ]
    shown = label.replace("\x1b[31m", "").replace("\x00", "\ufffd").split()[0]
    for chart in charts:
        drawn = drawings_in(chart)
        assert [one.get("class") for one in drawn] == ["chart wide", "chart narrow"]
        for one in drawn:
            assert one.get("role") == "img"
            assert one.get("aria-label") == label.replace("\x1b[31m", "").replace("\x00", "\ufffd")
            assert any(shown[:8] in text for text in texts(one))
            assert {node.tag.rsplit("}")[-1] for node in one.iter()} <= {"svg", "path", "text"}


def test_a_figure_written_as_text_is_never_rounded() -> None:
    drawn = drawings_in(waterfall("x", [Step("A 99.31 and 7.123456", 9931, "total"), Step("B", 9931, "total")], "EUR"))
    for one in drawn:
        assert "A 99.31 and 7.123456" in texts(one)
        assert "99.31" in texts(one)


def test_a_drawing_has_no_style_no_id_and_no_address() -> None:
    chart = waterfall("x", [Step("A", 9931, "total"), Step("B", -31, "attention"), Step("C", 9900, "total")], "EUR")
    assert not re.search(r"style=|id=|url\(|href|#[0-9a-f]{6}", chart)


def test_the_same_figures_give_the_same_bytes() -> None:
    steps = [Step("A", 9931, "total"), Step("B", -31, "step"), Step("C", 9900, "total")]
    assert waterfall("x", steps, "EUR") == waterfall("x", steps, "EUR")


def test_bars_of_a_waterfall_are_as_long_as_their_amounts() -> None:
    steps = [
        Step("A", 100_000, "total"),
        Step("B", -40_000, "step"),
        Step("C", -20_000, "step"),
        Step("D", 40_000, "total"),
    ]
    wide = drawings_in(waterfall("x", steps, "EUR"))[0]
    spans = []
    for node in wide.iter("{*}path"):
        if node.get("class") == "f-s1":
            x = [float(value) for value in re.findall(r"[ML]([\d.]+)", str(node.get("d")))]
            spans.append(max(x) - min(x))
    assert spans[0] == pytest.approx(2 * spans[1], abs=0.3)


def test_a_scale_is_cut_only_when_everything_lies_far_from_zero() -> None:
    far = [Step("A", 128_431_042, "total"), Step("B", -17_706_199, "step"), Step("C", 110_724_843, "total")]
    near = [Step("A", 128_431_042, "total"), Step("B", -100_000_000, "step"), Step("C", 28_431_042, "total")]
    below = [Step("A", 100_000, "total"), Step("B", -150_000, "step"), Step("C", -50_000, "total")]
    assert scale_start(far, "EUR") == 1_050_000
    assert scale_start(near, "EUR") == 0
    assert scale_start(below, "EUR") == -500
    html = report.bridge(reviews.review()).html
    assert "The scale starts at EUR\xa01,050,000." in html


def test_ticks_are_round_and_evenly_spaced() -> None:
    assert ticks(1_050_000, 1_284_310, 5) == [1_050_000, 1_100_000, 1_150_000, 1_200_000, 1_250_000]
    assert len({b - a for a, b in pairwise(ticks(-500, 1000, 4))}) == 1


def test_measured_labels_fit_their_room() -> None:
    long = "Refund not booked in the shop and not paid by the processor either"
    assert width(fit(long, 120), 12) <= 120
    assert fit("short", 120) == "short"
    told = lines(long, 120, 3, bold=True)
    assert len(told) == 3
    assert all(width(line, bold=True) <= 120 for line in told)
    assert lines("one two", 500) == ["one two"]


def test_alternative_text_stays_under_350_and_always_names_the_table() -> None:
    end = "The numbers are in the table below the chart."
    assert alternative("Bar chart", "A finding", "") == f"Bar chart. A finding. {end}"
    assert alternative("k" * 900, "f" * 90).endswith(end)
    assert len(alternative("k" * 900, "f" * 90)) < 350
    assert "f" * 400 not in alternative("Bar chart", "f" * 400, "Last")
    assert "Last." in alternative("Bar chart", "f" * 400, "Last")


def _figures(html: Markup) -> list[tuple[list[str], list[str], str]]:
    """Texts of the drawings, cells of the table and alternative text of each figure."""
    found = []
    for figure in re.findall(r"<figure>.*?</figure>", html, re.DOTALL):
        drawn = drawings_in(figure)
        cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", figure)]
        found.append(([text for one in drawn for text in texts(one)], cells, str(drawn[0].get("aria-label"))))
    return found


def test_bridge_says_the_same_in_drawing_table_and_alternative_text() -> None:
    euro, sterling = _figures(report.bridge(reviews.review()).html)
    for drawn, cells, _ in (euro, sterling):
        for figure in cells[3::2]:
            assert drawn.count(figure) >= 2, figure  # in both drawings
    assert "1,284,310.42" in euro[1]
    assert "−1,204.30" in euro[0]
    assert "EUR\xa01,284,310" in euro[2]
    assert "−71,846.19" in euro[2]  # refunds, the largest step
    assert "GBP\xa0196,086" in sterling[2]  # 196,085.71


def test_ageing_says_the_same_in_drawing_table_and_alternative_text() -> None:
    euro, _ = _figures(report.ageing(reviews.review()).html)
    drawn, cells, alt = euro
    row = cells[cells.index("Refund not booked in the shop") :][:7]
    assert row[1:] == ["1,003.37 (2)", "1,833.93 (3)", "2,614.58 (4)", "866.32 (2)", "0.00 (0)", "6,318.20 (11)"]
    assert {"1,003", "1,834", "2,615", "866"} <= set(drawn)
    # 9 of 39: two, one, two, two and one between 31 and 60 days, and one older
    assert "9 of 39 open items, worth EUR\xa04,145.13, are older than 30 days" in alt
    assert "EUR\xa06,318.20 in 11 items" in alt


def test_payouts_on_their_way_are_left_out_of_the_drawing_and_kept_in_the_table() -> None:
    html = report.ageing(reviews.review()).html
    drawn, cells, _ = _figures(html)[0]
    assert "Payout on its way" in cells
    assert "Payout on its way" not in drawn
    assert "Leaves out 2 items, EUR\xa024,880.10, that only cross the cut-off." in html


def test_causes_say_the_same_in_drawing_table_and_alternative_text() -> None:
    html = report.causes(reviews.review()).html
    (drawn, cells, alt), _ = _figures(html)
    assert cells[5:10] == ["Refund made outside the shop", "REC-031", "11", "6,318.20", "34%"]
    for figure in ("6,318.20", "4,118.90", "3,904.55", "34%", "55%", "76%", "87%"):
        assert figure in drawn
        assert figure in cells
    # 631820 + 411890 + 390455 + 204671 = 1638836 of 1881912 is 87%; three of them are 76%
    assert "Four causes make up 87% of EUR\xa018,819.12 open; the first alone makes 34%" in alt
    assert "1 item has no cause yet" in html
