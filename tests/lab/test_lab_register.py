"""An analyst opens the register's notebook in JupyterLab: it shows, filters and writes nothing until told to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_server import Lab, running
from playwright.sync_api import Browser, Page
from register_events import finding
from register_reviews import review

from opsrules import open_register, scaffold

pytestmark = pytest.mark.browser

MINUTES = 60_000


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lab") / "work"
    scaffold.write_workspace(root)
    with open_register(root) as register:
        rows = [
            finding("aaaa1111", -120_430, severity="critical"),
            finding("bbbb2222", 700, owner="Support lead"),
            finding("cccc3333", 5, severity="low", message="<script>window.owned = 1</script>"),
        ]
        register.record(review(rows))
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
    kept = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def test_running_all_shows_what_is_open_and_writes_nothing(workspace: Path, lab: Lab, page: Page) -> None:
    before = _files(workspace)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(lab.address("notebooks/register.ipynb"))
    page.get_by_role("button", name=re.compile(r"\| Idle")).wait_for(timeout=2 * MINUTES)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    every, some = page.locator(".opsrules-register").nth(0), page.locator(".opsrules-register").nth(1)
    some.wait_for(timeout=2 * MINUTES)
    page.locator(".jp-CodeCell").nth(3).locator(".jp-OutputArea-output").wait_for(timeout=2 * MINUTES)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert [one.inner_text() for one in every.locator("tbody code").all()] == ["aaaa1111", "bbbb2222", "cccc3333"]
    assert [one.inner_text() for one in some.locator("tbody code").all()] == ["aaaa1111", "bbbb2222"]

    every.get_by_role("combobox", name="Owner").select_option("Support lead")
    assert [one.inner_text() for one in every.locator("tbody tr:visible code").all()] == ["bbbb2222"]
    assert every.locator("output").inner_text() == "1 of 3 findings shown"
    assert some.locator("output").inner_text() == "2 of 2 findings shown"
    assert page.evaluate("window.owned") is None

    assert _files(workspace) == before
    outside = [url for url in requests if not re.match(rf"(https?|wss?)://127\.0\.0\.1:{lab.port}/|data:|blob:", url)]
    assert outside == []
