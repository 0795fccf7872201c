"""The pages as a reader meets them: at every width, in the dark, on paper, with the keyboard, under attack."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reviews
from calling import call

from notebooks import code, executed, markdown, result
from opsrules import report
from opsrules.display.tokens import contrast
from opsrules.standing import Head
from opsrules.terms import Desk, Level

pytestmark = pytest.mark.browser

VIEWS = [(360, "light"), (390, "light"), (800, "light"), (1280, "light"), (1600, "light"), (1280, "dark")]
SIMPLE = [(360, "light"), (800, "light"), (1280, "light"), (1280, "dark")]
WITH_AXE = {(360, "light"), (1280, "light"), (1280, "dark")}
TABLE = (
    '<table border="1"><thead><tr><th></th><th>class</th><th>items</th></tr></thead>'
    "<tbody><tr><th>0</th><td>payout_short</td><td>3</td></tr></tbody></table>"
)


def _account() -> str:
    return report.render(executed(reviews.review()), "Northwind Home, October 2026: reconciliation review")


def _register() -> str:
    """Findings that are new, cleared, back, commented, settled; signed for another run; with the register's end."""
    known = reviews.snapshot(run_id="f" * 16)
    page = report.render(executed(reviews.review(snapshot=known, as_of=date(2026, 11, 6))), "Northwind Home")
    return report.registered(page, Head(1234, "9f2c" * 16))


def _hostile() -> str:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> javascript:alert(1) $\\frac$ " + "w" * 90
    more = (
        markdown("## <img src=x onerror=alert(1)>\n\n<script>alert(1)</script> [x](javascript:alert(1))"),
        code(result({"text/html": f"<script>alert(1)</script>{TABLE}<img src='http://a.test/x.png'>"})),
        code(result({"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'})),
        code(result({"text/plain": "v" * 400})),
    )
    return report.render(executed(reviews.hostile(nasty), *more), nasty)


def _empty() -> str:
    return report.render(executed(reviews.empty()), "Nothing read")


def _failed() -> str:
    return report.not_reviewed(
        "Northwind Home",
        "October 2026",
        cause="exports/northwind/2026-10/orders.csv:418: the file ends inside a quote " + "x" * 120,
        cell=2,
        next_step="Ask the shop for a new export.",
        last_good_href="reconciliation/last_good/reconciliation.html",
        simulated=True,
    )


def _portfolio() -> str:
    levels = (Level.HEALTHY, Level.CRITICAL, Level.AT_RISK, Level.NOT_REVIEWED, Level.TOO_FEW)
    rows = [
        report.AccountRow(
            f"account-{at}",
            f"Account {at} " + "w" * (at % 3) * 9,
            f"account-{at}/reconciliation.html",
            levels[at % 5],
            worst="Payout po_7104 arrived short and nobody knows why.",
            at_stake=(("EUR", 12_345_678 + at), ("JPY", 999_999 + at)),
            owner="Finance lead" if at % 2 else "",
            findings=at,
            critical=at // 2,
            simulated=at < 5,
            cause="orders.csv:4: the file is empty",
            desks=((Desk.RECONCILIATION, levels[at % 5]), (Desk.PAYMENTS, Level.HEALTHY)),
        )
        for at in range(10)
    ]
    return report.portfolio("October 2026", date(2026, 11, 3), rows, [("opsrules", "0.1.0")])


MAKERS: dict[str, Callable[[], str]] = {
    "account": _account,
    "register": _register,
    "hostile": _hostile,
    "empty": _empty,
    "failed": _failed,
    "portfolio": _portfolio,
}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: make() for name, make in MAKERS.items()}


UNNAMED = """() => [...document.querySelectorAll('img, svg, [role=region], [role=group], nav, input, select')]
  .filter(e => !((e.getAttribute('alt') || e.getAttribute('aria-label') || '').trim()
     || e.getAttribute('aria-labelledby') || (e.closest('label') && e.closest('label').textContent.trim())))
  .map(e => e.outerHTML.slice(0, 120))"""

WIDER = """() => document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`).slice(0, 5) : []"""

# Texts of each drawing that is shown: cut by its edge, or lying on one another.
CRAMPED = """() => {
  const bad = [];
  for (const svg of document.querySelectorAll('svg.chart')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([word, box], at) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
          || box.bottom > frame.bottom + 1) bad.push(`cut: ${word}`);
      for (const [other, its] of texts.slice(at + 1))
        if (Math.min(box.right, its.right) - Math.max(box.left, its.left) > 1
            && Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top) > 3) bad.push(`${word} on ${other}`);
    });
  }
  return bad;
}"""

CHART_COLOURS = """() => [...new Set([...document.querySelectorAll('svg.chart text')]
  .map(t => getComputedStyle(t).fill + '|' + getComputedStyle(document.body).backgroundColor))]"""


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


CASES = [(name, *view) for name in MAKERS for view in (VIEWS if name in {"account", "register", "hostile"} else SIMPLE)]


@pytest.mark.parametrize(("name", "width", "scheme"), CASES)
def test_b9_page_stands_at_every_width(pages: dict[str, str], opened: Any, name: str, width: int, scheme: str) -> None:
    with opened(pages[name], width, scheme) as seen:
        assert len(seen.requests) == 1 + seen.requests.count("data:"), seen.requests
        assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
        assert seen.messages == []
        assert seen.page.evaluate(UNNAMED) == []
        assert seen.page.evaluate(WIDER) == []
        assert seen.page.evaluate(CRAMPED) == []
        for pair in seen.page.evaluate(CHART_COLOURS):
            ink, ground = (_hex(part) for part in pair.split("|"))
            assert contrast(ink, ground) >= 4.5, pair
        if (width, scheme) in WITH_AXE:
            assert _axe(seen.page) == []


@pytest.fixture(scope="module")
def real_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a demo account, made by the command line with a kernel."""
    root = tmp_path_factory.mktemp("real") / "work"
    assert call("init", str(root)) == 0
    assert call("demo", "-w", str(root), "--accounts", "1", "--orders", "40", "--period", "2026-10") == 0
    assert call("run", "-w", str(root), "--period", "2026-10", "--as-of", "2026-11-10") == 0
    return root / "reports" / "2026-10"


def test_b9_pages_of_a_real_run_load_nothing_and_stand_at_both_widths(real_run: Path, opened: Any) -> None:
    (account,) = real_run.glob("*/reconciliation.html")
    for page, heading in ((account, "October 2026"), (real_run / "index.html", "of 1 account")):
        for width in (360, 1280):
            with opened(page, width) as seen:
                assert seen.requests == [page.as_uri()]
                assert seen.messages == []
                assert seen.page.evaluate(UNNAMED) == []
                assert seen.page.evaluate(WIDER) == []
                assert heading in seen.page.locator("h1").inner_text()
    with opened(account) as seen:
        assert seen.page.locator("svg.chart").count() > 0
        assert seen.page.locator("#items tbody tr").count() > 0


def _axe(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]


def test_a_page_with_its_numbers_open_stands_on_a_phone(pages: dict[str, str], opened: Any) -> None:
    with opened(pages["account"], 360) as seen:
        seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert seen.page.evaluate(WIDER) == []
        assert _axe(seen.page) == []


def test_b8_a_script_put_into_a_finished_page_does_not_run(pages: dict[str, str], opened: Any) -> None:
    attack = (
        "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
        "<p onclick='window.ran = 3' id=trap>x</p><style>body { display: none }</style>"
    )
    with opened(pages["account"].replace("</main>", attack + "</main>")) as seen:
        seen.page.locator("#trap").click()
        assert seen.page.evaluate("window.ran") is None
        assert seen.page.evaluate("getComputedStyle(document.body).display") == "block"
        assert seen.page.locator(".tools").count() > 0  # the page's own script ran
        assert any("Content Security Policy" in message for message in seen.messages)


def test_without_script_the_page_is_complete(pages: dict[str, str], opened: Any) -> None:
    with opened(re.sub(r"<script>.*?</script>", "", pages["account"], flags=re.DOTALL)) as seen:
        assert seen.page.locator(".tools").count() == 0
        assert seen.page.locator("#items tbody tr").count() == 31 + 2 + 1
        seen.page.locator("summary").first.click()
        assert seen.page.get_by_text("−71,846.19").first.is_visible()


def test_lists_are_sorted_found_and_filtered_and_say_so(pages: dict[str, str], opened: Any) -> None:
    with opened(pages["account"]) as seen:
        items = seen.page.locator("#items table").first
        count = seen.page.locator("#items output").first
        items.get_by_role("button", name="Age, days").click()
        head = items.get_by_role("columnheader", name="Age, days")
        assert head.get_attribute("aria-sort") == "descending"
        assert items.locator("[aria-sort]").count() == 1
        assert items.locator("tbody td[data-l='Age, days:']").first.inner_text().strip() == "32"
        assert count.inner_text() == "31 of 31 items shown, sorted by Age, days, descending"
        items.get_by_role("button", name="Age, days").click()
        assert head.get_attribute("aria-sort") == "ascending"
        seen.page.get_by_label("Find in the table").first.fill("PO_0029")
        assert count.inner_text().startswith("1 of 31 items shown")
        seen.page.get_by_label("Find in the table").first.fill("")
        seen.page.get_by_label("Severity").first.select_option("Critical")
        assert items.locator("tbody tr:visible").count() == 12  # all eleven refunds, and the short payout


def test_the_keyboard_reaches_the_report(pages: dict[str, str], opened: Any) -> None:
    with opened(pages["account"]) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.keyboard.press("Enter")
        assert seen.page.url.endswith("#main")


def test_copied_figures_paste_as_numbers(pages: dict[str, str], opened: Any) -> None:
    with opened(pages["account"]) as seen:
        seen.page.evaluate("document.querySelector('details').open = true")
        copied = seen.page.evaluate(
            """() => {
              const row = document.querySelector('#bridge tbody tr:nth-child(2)');
              getSelection().selectAllChildren(row);
              const data = new DataTransfer();
              document.dispatchEvent(new ClipboardEvent('copy', {clipboardData: data, bubbles: true}));
              return data.getData('text/plain');
            }"""
        )
        assert copied.split() == ["Refunds", "-71846.19"]


def test_a_page_with_a_register_says_where_findings_stand_and_is_signed_on_paper(
    pages: dict[str, str], opened: Any
) -> None:
    with opened(pages["register"], 390) as seen:
        items = seen.page.locator("#items")
        seen.page.get_by_label("Status").first.select_option("Written off")
        assert items.locator("table").first.locator("tbody tr:visible").count() == 1
        assert items.get_by_text("Remark 0: asked the bank").is_visible()
        assert not seen.page.locator(".paper").is_visible()
        assert seen.page.locator("footer").get_by_text("1234:9f2c9f2c").is_visible()
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".paper").is_visible()
        assert seen.page.locator(".paper dt").all_inner_texts() == ["Signature", "Name", "Date"]


@pytest.mark.parametrize("name", ["account", "portfolio", "failed", "register"])
def test_pages_print_tagged_in_light_colours(pages: dict[str, str], opened: Any, name: str) -> None:
    with opened(pages[name], 1280, "dark") as seen:
        paper = seen.page.pdf(prefer_css_page_size=True, tagged=True)
        assert paper.startswith(b"%PDF")
        assert b"/StructTreeRoot" in paper
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        wide = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", paper)
        assert wide is not None
        assert (float(wide[1]) > float(wide[2])) == (name == "portfolio")


def test_lab_styles_hold_inside_their_own_box(opened: Any) -> None:
    part = report.bridge(reviews.review())._repr_mimebundle_()[0]["text/html"]
    with opened(f"<!doctype html><body><h2 id=theirs>Lab</h2><div>{part}</div>") as seen:
        assert seen.page.evaluate("getComputedStyle(theirs).marginTop") != "0px"
        assert seen.page.locator("svg.wide:visible").count() == 2
        assert seen.page.locator("svg.narrow:visible").count() == 0
        fill = seen.page.evaluate("getComputedStyle(document.querySelector('.f-s1')).fill")
        assert _hex(fill) == "#1b5fa7"
