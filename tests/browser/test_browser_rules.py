"""Rules and one row's tree as a reader meets them: at every width, light and dark, in Lab and on a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import reviews

from notebooks import code, executed, result
from opsrules import report
from opsrules.desks.reconciliation import Actions, Variables
from opsrules.display.tokens import contrast
from opsrules.rules import Rules

pytestmark = pytest.mark.browser

ROWS: list[dict[str, Any]] = [
    {"break_class": "amount_differs", "factor": 7},
    {"break_class": "order_without_payment", "age_days": None},
    {"break_class": "<script>alert(1)</script>" + "w" * 200},
]
VIEWS = [(360, "light"), (700, "light"), (1280, "light"), (1280, "dark"), (360, "dark")]

WIDER = "document.documentElement.scrollWidth - innerWidth"
COLOURS = """() => [...document.querySelectorAll('.opsrules-rules *')].filter(e => e.checkVisibility() &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
  let ground = e;
  while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  return getComputedStyle(e).color + '|' + getComputedStyle(ground).backgroundColor;
})"""


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


@pytest.fixture(scope="module")
def outputs(pytestconfig: pytest.Config) -> dict[str, Any]:
    """What a notebook keeps of each view."""
    rules = Rules.load(Path(pytestconfig.rootpath) / "parameters/rules/reconciliation.yaml", Variables, Actions)
    done = rules.run(pd.DataFrame([{**Variables.EXAMPLE_ROW, **row} for row in ROWS]), on_error="collect")
    every: dict[str, Any] = {"rules": rules, "result": done} | {f"why {row}": done.why(row) for row in range(len(ROWS))}
    return {name: view._repr_mimebundle_()[0] for name, view in every.items()}


def _stands(page: Any, *, with_axe: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(WIDER) <= 0
    pairs = set(page.evaluate(COLOURS))
    assert pairs
    for pair in pairs:
        ink, ground = map(_hex, pair.split("|"))
        assert contrast(ink, ground) >= 4.5, pair
    if with_axe:
        found = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found] == []


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_views_stand_in_jupyterlabs_box(outputs: dict[str, Any], opened: Any, width: int, scheme: str) -> None:
    light = str(scheme == "light").lower()
    html = (
        '<!doctype html><html lang="en"><head><title>Lab</title><meta name="viewport" content="width=device-width">'
        f'</head><body data-jp-theme-light="{light}"><main><h1>Notebook</h1>'
        f"{''.join(data['text/html'] for data in outputs.values())}</main></body></html>"
    )
    with opened(html, width, scheme) as seen:
        assert seen.messages == []
        _stands(seen.page, with_axe=width != 700)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "light"), (1280, "dark")])
def test_views_stand_on_a_page(outputs: dict[str, Any], opened: Any, width: int, scheme: str) -> None:
    cells = [code(result({kind: data[kind] for kind in data})) for data in outputs.values()]
    page = report.render(executed(reviews.review(), *cells), "Northwind Home, October 2026")
    with opened(page, width, scheme) as seen:
        assert seen.messages == []
        assert seen.page.locator("table.set").count() == 2
        assert seen.page.locator("table.set").first.evaluate("e => getComputedStyle(e).tableLayout") == "fixed"
        _stands(seen.page, with_axe=scheme == "dark")
