"""The register's table as a reader meets it: searched, filtered, sorted, at every width, light and dark, offline."""

from __future__ import annotations

import re
from typing import Any

import pytest
from register_rows import rows

from opsrules.display.tokens import contrast
from opsrules.register.views.findings import FindingsView

pytestmark = pytest.mark.browser

VIEWS = [(360, "light"), (1280, "light"), (1280, "dark")]
ROWS: list[dict[str, Any]] = [
    {"finding_id": "aaaa000000000001", "amount_minor": -120_430, "severity": "critical", "account": "harrow"},
    {"finding_id": "bbbb000000000002", "amount_minor": 700, "severity": "high", "owner": "Support lead", "age_days": 3},
    {"finding_id": "cccc000000000003", "amount_minor": 99_999, "severity": "low", "class": "amount_differs"},
    {"finding_id": "dddd000000000004", "amount_minor": 5, "message": "<script>alert(1)</script>" + "w" * 200},
]

WIDER = "document.documentElement.scrollWidth - innerWidth"
COLOURS = """() => [...document.querySelectorAll('.opsrules-register *')].filter(e => e.checkVisibility() &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
  let ground = e;
  while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  return getComputedStyle(e).color + '|' + getComputedStyle(ground).backgroundColor;
})"""


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


def _page(*views: FindingsView, scheme: str = "light") -> str:
    shown = "".join(one._repr_mimebundle_()["text/html"] for one in views)
    return (
        '<!doctype html><html lang="en"><head><title>Lab</title><meta name="viewport" content="width=device-width">'
        f'</head><body data-jp-theme-light="{str(scheme == "light").lower()}"><main><h1>Notebook</h1>{shown}</main>'
        "</body></html>"
    )


def _shown(page: Any) -> list[str]:
    """First signs of the findings that can be seen, in their order."""
    return [one.inner_text()[:4] for one in page.locator("tbody tr:visible code").all()]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_it_stands_in_jupyterlabs_box(opened: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with opened(_page(FindingsView(rows(*ROWS)), scheme=scheme), width, scheme) as seen:
        assert seen.messages == []
        assert seen.requests == [seen.page.url]
        assert seen.page.evaluate(WIDER) <= 0
        pairs = set(seen.page.evaluate(COLOURS))
        assert pairs
        for pair in pairs:
            ink, ground = map(_hex, pair.split("|"))
            assert contrast(ink, ground) >= 4.5, pair
        found = Axe().run(seen.page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found] == []


def test_it_is_searched_filtered_and_sorted(opened: Any) -> None:
    with opened(_page(FindingsView(rows(*ROWS)))) as seen:
        page = seen.page
        assert _shown(page) == ["aaaa", "bbbb", "cccc", "dddd"]
        page.get_by_role("searchbox", name="Find in the table").fill("SUPPORT")
        assert _shown(page) == ["bbbb"]
        assert page.locator("output").inner_text() == "1 of 4 findings shown"
        page.get_by_role("searchbox").fill("")
        page.get_by_role("combobox", name="Severity").select_option("High")
        assert _shown(page) == ["bbbb", "dddd"]
        page.get_by_role("combobox", name="Severity").select_option("All")
        page.get_by_role("button", name="Amount").click()  # by size, whatever the sign
        assert _shown(page) == ["aaaa", "cccc", "bbbb", "dddd"]
        page.get_by_role("button", name="Amount").click()
        assert _shown(page) == ["dddd", "bbbb", "cccc", "aaaa"]
        page.get_by_role("button", name="Severity").click()
        assert _shown(page) == ["aaaa", "bbbb", "dddd", "cccc"]
        page.get_by_role("button", name="Age, days").click()
        assert _shown(page)[-1] == "bbbb"
        assert page.get_by_role("combobox").count() == 4  # class, account, severity, owner; sorting has its heads


def test_two_tables_do_not_meet(opened: Any) -> None:
    with opened(_page(FindingsView(rows(*ROWS)), FindingsView(rows(*ROWS[:2])))) as seen:
        assert seen.messages == []
        assert seen.page.locator(".tools").count() == 2
        seen.page.get_by_role("searchbox").nth(1).fill("aaaa")
        assert _shown(seen.page) == ["aaaa", "bbbb", "cccc", "dddd", "aaaa"]


def test_without_its_script_the_table_is_whole(opened: Any) -> None:
    html = re.sub(r"<script>.*?</script>", "", _page(FindingsView(rows(*ROWS[:3]))), flags=re.DOTALL)
    with opened(html) as seen:
        assert _shown(seen.page) == ["aaaa", "bbbb", "cccc"]
        assert seen.page.get_by_role("button").count() == seen.page.get_by_role("searchbox").count() == 0
