from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import reviews

import notebooks
from notebooks import code, executed, markdown, result, stream
from opsrules import report
from opsrules.errors import ReviewError
from opsrules.report.frame import weighed
from opsrules.terms import Level

SECTIONS = (
    *("title", "needs", "figures", "since", "bridge", "proof", "ageing", "clock", "causes", "payouts", "fees", "items"),
    *("sign_off", "files"),
)
TITLE = "Northwind Home, October 2026: reconciliation review"
HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "</script><script>alert(1)</script>\u2028",
    "<!-- --> \x1b[31m\x00",
    "$\\frac$ $5 to $10",
    "{{ 7*7 }}{% raw %}",
]


def page(*more: dict[str, object]) -> str:
    return report.render(executed(reviews.review(), *more), TITLE)


def tags(html: str) -> Counter[str]:
    """Count the elements, but for those that follow the length of a label: lines of a drawing, places to break."""
    counted = Counter(re.findall(r"<([a-z0-9]+)[ >]", html))
    return Counter({name: size for name, size in counted.items() if name not in {"path", "text", "wbr"}})


@pytest.fixture(scope="module")
def plain_page() -> str:
    return page()


@pytest.fixture(scope="module")
def tame() -> dict[str, Counter[str]]:
    """Elements of each section when the text put everywhere is harmless."""
    review = reviews.hostile("xxx")
    return {name: tags(str(getattr(report, name)(review).html)) for name in SECTIONS}


@pytest.mark.parametrize("text", HOSTILE)
def test_b1_b3_b4_b5_b6_b7_no_text_of_any_table_becomes_markup(text: str, tame: dict[str, Counter[str]]) -> None:
    review = reviews.hostile(text)
    for name in SECTIONS:
        html = str(getattr(report, name)(review).html)
        assert tags(html) == tame[name], name
        assert not re.search(r"<[^>]*\son[a-z]+\s*=\s*[^>]*>", re.sub(r'"[^"]*"', '""', html)), name
        assert not re.search(r'(?:href|src)="(?!#|\.\./index\.html|reconciliation/findings\.csv)', html), name


def test_b2_b5_a_hostile_review_gives_a_page_with_our_one_script() -> None:
    html = report.render(executed(reviews.hostile(HOSTILE[4])), HOSTILE[4])
    assert html.count("<script>") == 1
    assert html.count("</script>") == 1
    assert "&lt;script&gt;alert(1)" in html
    assert html.count("<title>") == 1


def test_template_signs_in_data_stay_text() -> None:
    html = report.render(executed(reviews.hostile(" {{ 7*7 }}")), TITLE)
    assert "{{ 7*7 }}" in html
    assert " 49 " not in html


def test_the_page_is_the_notebook(plain_page: str) -> None:
    heads = [re.sub(r"<[^>]*>", "", head) for head in re.findall(r"<h2[^>]*>(.*?)</h2>", plain_page)]
    sources = [
        "".join(cell["source"])
        for cell in json.loads(notebooks.NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown" and "notebook-only" not in cell["metadata"].get("tags", [])
    ]
    assert heads == [source.split("\n")[0].removeprefix("## ") for source in sources]
    assert plain_page.count("<h1>") == 1
    assert "<h1>Northwind Home, October 2026</h1>" in plain_page
    for name in SECTIONS[1:]:
        assert f'<div class="part" id="{name}">' in plain_page
    assert "Look further" not in plain_page
    assert "secret_code" not in plain_page


def test_every_link_inside_the_page_has_its_place(plain_page: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', plain_page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]*)"', plain_page)) | set(
        re.findall(r'aria-labelledby="([^"]*)"', plain_page)
    )
    assert targets <= set(ids)


def test_a_section_shown_twice_keeps_ids_apart() -> None:
    html = page(notebooks.fragment(report.items(reviews.review())))
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert "items-2" in ids


def test_a_cell_that_an_analyst_adds_appears() -> None:
    frame = pd.DataFrame({"sku": ["<b>007</b>"], "euro": [12.5]})
    html = page(
        markdown("## My own look\n\nWith *words*."),
        code(stream("printed \x1b[31m<i>\n"), result({"text/html": frame.to_html(), "text/plain": "frame"})),
        code(
            result({"image/png": "iVBORw0KGgo=\n", "text/plain": "<Figure>"}, {"image/png": {"alt": 'Open "breaks"'}})
        ),
        code(result({"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"})),
        code(result({"text/plain": "1 < 2"})),
    )
    assert '<h2 id="h-s-my-own-look">My own look</h2>' in html
    assert "<em>words</em>" in html
    assert "printed &lt;i&gt;" in html
    assert "&lt;b&gt;007&lt;/b&gt;" in html
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="Open &#34;breaks&#34;">' in html
    assert 'alt="Figure without description"' in html
    assert "1 &lt; 2" in html
    assert "&lt;Figure&gt;" not in html


def test_outputs_that_run_code_leave_a_note() -> None:
    note = "An interactive output stood here."
    bundles: list[dict[str, object]] = [
        {"application/javascript": "alert(1)", "text/plain": "<Javascript>"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "IntSlider(value=0)"},
        {"text/html": "<script>alert(1)</script>"},
        {"application/x-unknown": "?"},
        {"image/png": '" onerror="alert(1)'},
    ]
    html = page(*(code(result(bundle)) for bundle in bundles))
    assert html.count(note) == len(bundles)
    assert "alert(1)" not in html


def test_an_svg_of_a_foreign_cell_is_an_image() -> None:
    html = page(code(result({"image/svg+xml": '<svg onload="alert(1)"/>'}, {"alt": "Line chart"})))
    assert 'alt="Line chart"' in html
    assert "onload" not in html
    assert "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+" in html


def test_e11_the_same_notebook_gives_the_same_bytes(plain_page: str) -> None:
    assert page() == plain_page


def test_b9_nothing_on_the_page_names_another_place(plain_page: str) -> None:
    assert set(re.findall(r"https?://[^\"' <]+", plain_page)) == {"http://www.w3.org/2000/svg"}
    assert "default-src &#39;none&#39;" in plain_page or "default-src 'none'" in plain_page
    assert " style=" not in plain_page
    assert not re.search(r"@import|url\(", plain_page)


def test_the_page_is_light(plain_page: str) -> None:
    assert len(plain_page.encode()) < 300_000


def test_a_page_that_mail_would_not_bear_is_refused() -> None:
    assert weighed("x" * 500_000)
    with pytest.raises(ReviewError, match="500,000 that mail and phones bear"):
        weighed("x" * 500_001)
    with pytest.raises(ReviewError):
        page(code(result({"text/plain": "y" * 500_000})))


@pytest.mark.parametrize("name", SECTIONS)
def test_nothing_is_shown_empty_or_by_its_raw_name(name: str) -> None:
    for review in (reviews.review(), reviews.empty()):
        text = getattr(report, name)(review).text
        assert len(text) > 20
        for bad in ("nan", "None(?! of)", "NaT", "<NA>", "_minor", "order_without_payment", "on_its_way", "N/A"):
            assert not re.search(rf"(?<![\w.]){bad}(?![\w])", text), (name, bad)


def test_sections_without_data_say_so_in_one_sentence() -> None:
    empty = reviews.empty()
    told = {name: getattr(report, name)(empty).text for name in SECTIONS[1:]}
    assert told["needs"].startswith("Nothing needs you.")
    assert told["bridge"] == "No sales and no payouts were read for this period, so there is no bridge."
    assert told["items"] == "No item is open: every row found its match."
    assert "No row was rejected" in told["proof"]


def test_missing_values_stand_in_words() -> None:
    payouts = report.payouts(reviews.review()).text
    assert re.search(r"po_1QK12Stripe\t25 Oct 2026\t91,024.52\tnone\topen\tnone yet\tOn its way", payouts)
    items = report.items(reviews.review()).text
    assert "not known" in items


def test_currencies_are_never_added() -> None:
    text = report.items(reviews.review()).text
    # There are 41: 39 that need work and two on their way; the 30 largest are shown and one small critical one.
    euros = reviews.findings().query("currency == 'EUR'")
    sizes = euros["amount_minor"].abs().sort_values(ascending=False)
    critical = sizes[euros["severity"] == "critical"]
    shown = sizes[:30].sum() + critical[~critical.index.isin(sizes.index[:30])].sum()
    share = round(100 * shown / sizes.sum())
    assert f"31 of 41 items in EUR, {share}% of the open amount. The other 10 are in findings.csv" in text
    assert "2 items in GBP, GBP\xa0344.10 without sign." in text


def test_amounts_of_a_currency_without_decimals() -> None:
    rows = [("Gross sales", "JPY", 1_234_567, "total"), ("Received at the bank", "JPY", 1_234_567, "total")]
    table = pd.DataFrame(rows, columns=["step", "currency", "amount_minor", "kind"])
    text = report.bridge(reviews.review(currency="JPY", tables={"bridge": table})).text
    assert "Gross sales JPY\xa01,234,567, received at the bank JPY\xa01,234,567" in text
    assert ".00" not in text


def test_items_are_sorted_by_size_in_each_currency() -> None:
    html = report.items(reviews.review()).html
    first = html.split("<table")[1]
    sizes = [abs(int(value)) for value in re.findall(r'class="num lead right" data-v="(-?\d+)"', first)]
    assert len(sizes) == 31
    assert sizes == sorted(sizes, reverse=True)


def test_evidence_is_named_as_shortly_as_it_stays_its_own() -> None:
    findings = reviews.findings()
    files = ["exports/n/2026-09/bank.xml", "exports/n/2026-10/bank.xml", "exports/n/2026-10/orders.csv"]
    findings["source_file"] = [files[at % 3] for at in range(len(findings))]
    text = report.items(reviews.review(findings=findings)).text
    assert set(re.findall(r"\t(\S+?):\d+item", text)) == {"2026-09/bank.xml", "2026-10/bank.xml", "orders.csv"}


def test_a_group_without_a_cause_is_not_called_one() -> None:
    rows = [("Payout not at the bank, cause not known", "REC-063", "Payout missing", "EUR", 2, 410_143)]
    table = pd.DataFrame(rows, columns=["cause", "rule_id", "rule", "currency", "items", "amount_minor"])
    text = report.causes(reviews.review(tables={"causes": table})).text
    assert "One group makes up all of EUR\xa04,101.43 open" in text
    assert "Look into first: payout not at the bank, cause not known." in text
    assert "2 items have no cause yet, and they say so. That is 100% of the 2 items." in text


def test_the_proof_shows_a_difference_and_says_that_it_fails() -> None:
    totals = reviews.control_totals()
    totals.loc[0, "matched"] = 41_687
    html = report.proof(reviews.review(control_totals=totals)).html
    assert 'class="proof bad"' in html
    assert "1 check fails" in html
    good = report.proof(reviews.review())
    assert "All checks hold" in good.text
    assert "Orders to chargesorders, Shopify orders, EUR\t41,862\t41,688\t163\t0\t11\t0" in good.text


def test_a_failed_control_figure_is_shown_with_both_sides() -> None:
    controls = pd.DataFrame(
        [("Closing balance", "bank.xml", "EUR", 100, 250, False)],
        columns=["name", "place", "currency", "expected_minor", "actual_minor", "holds"],
    )
    text = report.proof(reviews.review(tables=reviews.tables() | {"controls": controls})).text
    assert "Closing balance\tbank.xml\tEUR 1.00\tEUR 2.50\tEUR 1.50" in text


def test_needs_carry_amount_owner_and_day_once() -> None:
    text = report.needs(reviews.review()).text
    assert text.count("1,204.30") == 2  # headline, and the same words behind the link for a screen reader
    assert "At stake: EUR\xa06,318.20 and GBP\xa0344.10." in text
    assert "Finance lead, Reconciliation, by 5 Nov 2026" in text
    assert "No owner yet, Reconciliation, no day set" in text


def test_simulated_data_is_marked_on_screen_and_paper() -> None:
    made = report.title(reviews.review(simulated=True))
    assert made.text.startswith("Simulated data")
    assert made.facts["running"].endswith("simulated data")
    assert "Simulated" not in report.title(reviews.review()).text


def test_the_footer_says_where_the_figures_come_from() -> None:
    text = report.files(reviews.review()).text
    assert "opsrules run --account northwind --period 2026-10 --as-of 2026-11-03" in text
    read_as = "Shopify ordersheader in line 1, 16 known columns"
    assert f"exports/northwind/2026-10/orders.csv\t{read_as}\t23,816\t11\tnone\tca978112ca1bbdca" in text
    assert "1 of 2 fail\t3e23e8160039594a" in text
    assert "notes.txt\tnot recognised, not read" in text
    assert "The page loads nothing from any network." in text
    assert "acba25512100f80b" in text


def test_the_footer_says_what_the_files_hold_and_what_is_missing() -> None:
    text = report.files(reviews.review()).text
    name = "exports/northwind/2026-10/orders.csv"
    assert f"{name}\torders\t1 Oct 2026\t31 Oct 2026\t21,040\t3\tEUR\xa01,823,456.78" in text
    assert f"{name}\torder lines\tno days\tno days\t23,805\t0\tno amounts" in text
    assert f"{name}:118\tAmount unreadable\t9\tEUR\xa00.00" in text
    assert "bank lines, ****3000: no lines on 12 Oct 2026" in text
    quiet = reviews.review(tables={**reviews.review().tables, "gaps": reviews.review().tables["gaps"].iloc[:0]})
    assert "No day of the period is without lines" in report.files(quiet).text


def test_a_fragment_is_html_for_lab_and_text_for_terminals() -> None:
    data, metadata = report.needs(reviews.review())._repr_mimebundle_()
    assert set(data) == {"application/vnd.opsrules+html", "text/html", "text/plain"}
    assert data["text/html"].startswith("<style>.opsrules{")
    assert "<style" not in data["application/vnd.opsrules+html"]
    assert metadata["application/vnd.opsrules+html"]["name"] == "needs"
    assert data["text/plain"].startswith("Three things to decide or do")


def test_not_reviewed_says_cause_next_step_and_never_looks_clean() -> None:
    html = report.not_reviewed(
        "Northwind <Home>",
        "October 2026",
        cause="orders.csv:418: cut inside a quote <script>\x1b[31m",
        cell=2,
        next_step="Ask for a new export.",
        last_good_href="reconciliation/last_good/reconciliation.html",
        simulated=False,
    )
    assert "Not reviewed" in html
    assert "Healthy" not in html
    assert "orders.csv:418: cut inside a quote &lt;script&gt;</p>" in html
    assert "stopped at code cell 2" in html
    assert 'href="reconciliation/last_good/reconciliation.html"' in html
    assert html.count("<script>") == 1


def test_not_reviewed_without_cell_or_last_good_report() -> None:
    html = report.not_reviewed(
        "A", "week 47 of 2026", cause="", cell=None, next_step="", last_good_href=None, simulated=True
    )
    assert "no earlier good report" in html
    assert "code cell" not in html
    assert "Simulated data" in html


ROWS = [
    report.AccountRow("h", "Harbour", "h/reconciliation.html", Level.HEALTHY),
    report.AccountRow("t", "Tern", "t/r.html", Level.AT_RISK, "Short.", (("GBP", 320_410),), "Lead", 19),
    report.AccountRow(
        "n", "North", "n/r.html", Level.CRITICAL, "Gone.", (("EUR", 120_430), ("GBP", 90)), "Lead", 41, 12
    ),
    report.AccountRow("k", "Kumo", "k/r.html", Level.NOT_REVIEWED, cause="orders.csv:4: cut <script>"),
]


def test_portfolio_puts_the_worst_first_and_adds_no_currencies() -> None:
    html = report.portfolio("October 2026", date(2026, 11, 3), ROWS, [("opsrules", "0.1.0")])
    order = re.findall(r'<a href="[^"]*">(\w+)</a></th>', html)
    assert order == ["Kumo", "North", "Tern", "Harbour"]
    assert "<h1>1 of 4 accounts is critical</h1>" in html
    text = re.sub(r"<[^>]*>", "", html)
    assert "1 account was not reviewed and must not be read as clean." in text
    assert "EUR\xa01,204.30 in 1 account and GBP\xa03,205.00 in 2 accounts need work; currencies are not added." in text
    assert "Not reviewed: orders.csv:4: cut &lt;script&gt;" in html
    assert "size:A4 landscape" in html


def test_portfolio_does_not_sort_across_currencies() -> None:
    many = [replace(row, account=f"{row.account}{at}") for at in range(2) for row in ROWS]
    mixed = report.portfolio("October 2026", date(2026, 11, 3), many)
    assert re.search(r"<th [^>]*data-nosort>At stake</th>", mixed)
    one = [replace(row, at_stake=(("EUR", 5),)) for row in many]
    assert not re.search(r"data-nosort>At stake</th>", report.portfolio("October 2026", date(2026, 11, 3), one))


def test_portfolio_without_trouble_and_without_accounts() -> None:
    calm = report.portfolio("October 2026", date(2026, 11, 3), [ROWS[0]])
    assert "None of 1 account is critical" in calm
    assert "No account was reviewed" in report.portfolio("October 2026", date(2026, 11, 3), [])


def test_portfolio_is_the_same_whatever_order_it_is_given() -> None:
    assert report.portfolio("x", date(2026, 11, 3), ROWS) == report.portfolio("x", date(2026, 11, 3), ROWS[::-1])


def test_importing_report_loads_nothing_heavy() -> None:
    heavy = {"matplotlib", "nbconvert", "nbformat", "bleach", "lxml"}
    asked = f"import sys, opsrules.report; print(*{heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


def test_drawing_leaves_matplotlibs_settings_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    report.bridge(reviews.review())
    assert dict(mpl.rcParams) == before
