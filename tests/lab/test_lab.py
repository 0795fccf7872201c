"""An analyst opens the shipped notebook in JupyterLab and runs it by hand: it works, and it writes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_server import Lab, running
from playwright.sync_api import Browser, Page

from opsrules import scaffold
from opsrules.cli.clock import today
from opsrules.periods import Period
from opsrules.simulate import demo

pytestmark = pytest.mark.browser

MINUTES = 60_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lab") / "work"
    scaffold.write_workspace(root)
    last_month = Period.month_before(today())  # what the notebook reviews when nobody names a period
    demo(root, accounts=1, orders=40, period=last_month.text, periods=1)
    return root


@pytest.fixture(scope="module")
def lab(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running(workspace, tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _code_cells(workspace: Path) -> int:
    cells = json.loads((workspace / "notebooks" / "reconciliation.ipynb").read_text("utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


def test_run_all_works_by_hand_and_writes_nothing(workspace: Path, lab: Lab, page: Page) -> None:
    kept = {name: _files(workspace / name) for name in ("reports", "exports", "parameters")}
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(lab.address("notebooks/reconciliation.ipynb"))
    # Before the kernel is idle a dialog would swallow the command.
    page.get_by_role("button", name=re.compile(r"\| Idle")).wait_for(timeout=2 * MINUTES)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    last = page.locator(".jp-CodeCell").nth(_code_cells(workspace) - 1)
    last.locator(".jp-OutputArea-output", has_text="Run by hand: nothing is written.").wait_for(timeout=2 * MINUTES)
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
    assert [prompt for prompt in prompts if not re.fullmatch(r"\[\d+\]:", prompt.strip())] == []
    assert (
        page.locator("[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText pre .ansi-red-fg").count() == 0
    )
    assert page.locator(".jp-OutputArea-output").count() >= 10
    # One finding explains itself: the row, what decided, its candidates; nothing wider than its cell.
    told = page.locator(".jp-OutputArea-output .opsrules-explained")
    assert told.count() == 1
    assert "What decided" in told.inner_text()
    assert told.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    assert page.get_by_text("This is the first month with a review of this account").count() == 1

    assert {name: _files(workspace / name) for name in kept} == kept
    outside = [url for url in requests if not re.match(rf"(https?|wss?)://127\.0\.0\.1:{lab.port}/|data:|blob:", url)]
    assert outside == []
