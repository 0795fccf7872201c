"""Pages opened in Chromium with the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass
class Opened:
    """A page with what the browser said while it loaded."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Open:
    """Open HTML, or a file where it lies: a context manager that takes the page, a width and a colour scheme."""

    @contextmanager
    def load(html: str | Path, width: int = 1280, scheme: str = "light") -> Iterator[Opened]:
        file = html if isinstance(html, Path) else tmp_path / "page.html"
        if isinstance(html, str):
            file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            offline=True,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 900},
        )
        seen = Opened(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("console", lambda message: seen.messages.append(message.text))
        seen.page.on("pageerror", lambda error: seen.messages.append(str(error)))
        seen.page.goto(file.as_uri())
        yield seen
        context.close()

    return load
