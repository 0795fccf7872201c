"""The folded chains as a reader meets them: at every width, in the dark, on paper, with long words in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from chained_reviews import chained

from notebooks import executed
from opsrules import report

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (800, "light"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("text", ["", " " + "w" * 120])
def test_chains_unfold_and_never_widen_the_page(opened: Open, width: int, scheme: str, text: str) -> None:
    with opened(report.render(executed(chained(text)), "Chains"), width, scheme) as seen:
        chains = seen.page.locator("details.why")
        assert chains.count() >= 2
        for at in range(chains.count()):
            assert not chains.nth(at).locator("dl").is_visible()
            chains.nth(at).locator("summary").click()
            assert chains.nth(at).locator("dl").is_visible()
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.messages == []


def test_paper_shows_what_is_folded(opened: Open) -> None:
    with opened(report.render(executed(chained()), "Chains")) as seen:
        first = seen.page.locator("details.why").first
        folded = first.bounding_box()["height"]
        seen.page.emulate_media(media="print")
        assert first.bounding_box()["height"] > 5 * folded
        assert first.get_attribute("open") is None
