"""An analyst explores what moved in JupyterLab: the controls work, a slice is drilled into, a conclusion is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_server import Lab, running
from planted_change import ACCOUNT, LOST, write_workspace
from playwright.sync_api import Browser, Locator, Page

from opsrules import open_register
from opsrules.cli.clock import today
from opsrules.periods import Period

pytestmark = pytest.mark.browser

MINUTES = 60_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    last_month = Period.month_before(today())  # what the notebook looks at when nobody names a period
    return write_workspace(tmp_path_factory.mktemp("lab") / "work", period=last_month.text)


@pytest.fixture(scope="module")
def lab(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(workspace, tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context.new_page()
    context.close()


def _button(box: Locator, name: str) -> Locator:
    return box.get_by_role("button", name=name, exact=True)


def _field(box: Locator, label: str) -> Locator:
    """The control beside a label: ipywidgets ties the two by name alone in some kinds."""
    return box.locator(".widget-inline-hbox", has=box.page.get_by_text(label, exact=True))


def test_the_controls_find_the_slice_and_keep_a_conclusion(workspace: Path, lab: Lab, page: Page) -> None:
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.goto(lab.address("notebooks/root_cause.ipynb"))
    page.get_by_role("button", name=re.compile(r"\| Idle")).wait_for(timeout=2 * MINUTES)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    box = page.locator(".jp-OutputArea-output .widget-vbox").first
    box.wait_for(timeout=2 * MINUTES)
    page.get_by_text("Run by hand: nothing is written.").wait_for(timeout=2 * MINUTES)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".jp-OutputArea-output figure svg").count() >= 1
    assert page.get_by_text("What remains unexplained").count() >= 1
    assert not (workspace / "register.sqlite3").exists()

    _field(box, "Measure").locator("select").select_option(label="Match rate")
    _button(box, "Show").click()
    box.get_by_text(f"The change is concentrated in country = {LOST}").wait_for(timeout=MINUTES)
    assert box.locator("figure svg").count() >= 1
    if os.environ.get("OPSRULES_SHOTS"):
        box.scroll_into_view_if_needed()
        page.screenshot(path=Path(os.environ["OPSRULES_SHOTS"]) / "root_cause.png")

    _button(box, "Drill down").click()
    box.get_by_text(f"Inside country = {LOST}", exact=False).first.wait_for(timeout=MINUTES)
    _button(box, "Back").click()
    box.get_by_text(f"Inside country = {LOST}", exact=False).first.wait_for(state="hidden", timeout=MINUTES)

    _field(box, "Compare by").locator("select").select_option(label="country")
    _field(box, "Other").locator("select").select_option(label=LOST)
    _button(box, "Compare").click()
    box.get_by_text("Two slices of match rate").wait_for(timeout=MINUTES)

    _field(box, "Period").locator("input").fill("2026-13")
    _button(box, "Show").click()
    box.get_by_text("period '2026-13' does not exist", exact=False).wait_for(timeout=MINUTES)
    _field(box, "Period").locator("input").fill(Period.month_before(today()).text)
    _button(box, "Show").click()
    box.get_by_text(f"The change is concentrated in country = {LOST}").wait_for(timeout=MINUTES)

    _field(box, "Conclusion").locator("textarea").fill("The acquirer of <b>FR</b> was switched off.")
    _button(box, "Save").click()
    box.get_by_text("Saved:", exact=False).wait_for(timeout=MINUTES)
    with open_register(workspace, write=False) as register:
        (kept,) = register.decisions().to_dict("records")
    assert (kept["account"], kept["decision"]) == (ACCOUNT, "The acquirer of <b>FR</b> was switched off.")
    assert f"concentrated in country = {LOST}" in kept["context"]

    outside = [url for url in requests if not re.match(rf"(https?|wss?)://127\.0\.0\.1:{lab.port}/|data:|blob:", url)]
    assert outside == []
    assert errors == []
