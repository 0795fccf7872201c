from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import clean, element, plain
from opsrules.report.allow import allowed, prose
from opsrules.report.style import page_style
from opsrules.report.words import count, day, listed, lower_first, minor, opening, permille, share, source, term, whole
from opsrules.terms import BreakClass


def test_element_escapes_children_and_attributes() -> None:
    made = element("td", "<b>&", title='" onmouseover=alert(1) x="')
    assert made == '<td title="&#34; onmouseover=alert(1) x=&#34;">&lt;b&gt;&amp;</td>'


def test_element_keeps_markup_and_leaves_out_what_is_not_set() -> None:
    assert element("p", Markup("<b>x</b>"), class_=None, hidden=True) == "<p hidden><b>x</b></p>"


def test_b12_terminal_sequences_never_reach_a_page() -> None:
    assert clean("\x1b[31mred\x1b[0m \x1b]8;;http://x.test\x07link\x1b]8;;\x07") == "red link"


def test_b6_control_signs_are_replaced() -> None:
    assert clean("a\x00b\x1bc\ud800") == "a\ufffdbc\ufffd"
    assert clean("line\u2028line") == "line line"


def test_b13_signs_that_deceive_are_marked() -> None:
    assert clean("exe\u202egpj.csv\u200b") == "exe\ufffdgpj.csv\ufffd"
    assert clean("👩\u200d👧 नमस्ते \u200cفارسی").count("\ufffd") == 0


def test_plain_text_keeps_rows_and_leaves_drawings_out() -> None:
    html = Markup("<p>A &amp; B</p><svg><text>9</text></svg><tr><th>x</th><td>1</td></tr>")
    assert plain(html) == "A & B\nx\t1"


def test_the_running_line_cannot_leave_its_css_string() -> None:
    style = page_style('x"; } body { display:none } </style><script>')
    assert '"; }' not in style
    assert "<" not in style.split("@page")[1]


def test_b4_links_of_foreign_outputs_lead_nowhere_harmful() -> None:
    html = '<a href="javascript:alert(1)">a</a><a href="data:text/html,x">b</a><a href="https://x.test/">c</a>'
    assert allowed(html) == '<a>a</a><a>b</a><a href="https://x.test/">c</a>'


def test_b2_markdown_keeps_its_prose_and_loses_its_scripts() -> None:
    html = prose("# Look\n\nText <script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) **b**")
    assert "<h2>Look</h2>" in html
    assert "<strong>b</strong>" in html
    for bad in ("script", "onerror", "img", "javascript"):
        assert bad not in html


def test_tables_of_foreign_outputs_get_scopes_and_lose_styles() -> None:
    html = (
        '<style scoped>.x{}</style><table border="1" class="dataframe" style="color:red"><thead><tr><th></th>'
        "<th>a</th></tr></thead><tbody><tr><th>0</th><td onclick=x()>1</td></tr></tbody></table>"
    )
    assert allowed(html) == (
        '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table><thead><tr><td></td>'
        '<th scope="col">a</th></tr></thead><tbody><tr><th scope="row">0</th><td>1</td></tr></tbody></table></div>'
    )


def test_figures_in_words() -> None:
    assert minor(-120430, "EUR") == "−1,204.30"
    assert minor(1234, "JPY") == "1,234"
    assert whole(150, "EUR") == "2"
    assert whole(-149, "EUR") == "−1"
    assert count(1, "item") == "1 item"
    assert opening(2, "cause makes", "causes make") == "Two causes make"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""


def test_a_share_is_whole_only_when_it_is_whole() -> None:
    assert [share(5, 5), share(9999, 10000), share(1, 10000), share(0, 3), share(1, 2)] == [
        "100%", "over 99%", "under 1%", "0%", "50%",
    ]  # fmt: skip
    assert permille(2, 3) == "66.7%"


def test_codes_and_terms_in_words() -> None:
    assert term(BreakClass, "payout_short") == "Payout arrived short"
    assert term(BreakClass, "gift_card_part") == "Gift card part"
    assert term(BreakClass, "SKU-7 <b>") == "SKU-7 <b>"
    assert source("camt053") == "CAMT.053"
    assert lower_first("Gross sales") == "gross sales"
    assert lower_first("VAT kept") == "VAT kept"


def test_days_in_words() -> None:
    assert day("2026-11-05") == "5 Nov 2026"
    assert day("2026-11-05 00:00:00") == "5 Nov 2026"
    assert day("soon") == "not known"
    assert day(None, "none yet") == "none yet"
