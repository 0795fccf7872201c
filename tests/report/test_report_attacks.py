"""Whatever a cell, a file name or a description holds, the rendered page has no script but its own (B1, B2, B3)."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
import reviews

from notebooks import code, executed, fragment, notebook, result
from opsrules import report
from opsrules.inputs import FileRead

NASTY = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)" x="',
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">here</a>',
    '</caption></table></pre></title><iframe srcdoc="<script>alert(1)</script>"></iframe>',
]
each = pytest.mark.parametrize("text", NASTY)


class Reader(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and the text of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.shown = ""
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif not self._inside:
            self.shown += data


def tame(html: str) -> Reader:
    """The page as read, after what must hold for every page: one script, ours, and nothing else that could run."""
    page = Reader(html)
    assert html.count("<script") == 1
    assert len(page.scripts) == 1
    assert "alert(1)" not in page.scripts[0]
    assert not {tag for tag, _ in page.elements} & {"iframe", "object", "embed", "base", "form", "link", "math"}
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in ("href", "src", "srcdoc", "action", "formaction", "xlink:href"):
            assert not attributes.get(name, "").strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
    return page


def _rendered(*outputs: dict[str, Any]) -> str:
    return report.render(notebook(fragment(report.title(reviews.review())), code(*outputs)), "Northwind Home")


def _frame_output(html: str) -> dict[str, Any]:
    return result({"text/html": html, "text/plain": "<pandas.io.formats.style.Styler>"})


def test_the_reader_sees_an_attack_where_there_is_one() -> None:
    for attack in (NASTY[0], f'<p title="{NASTY[1]}">', NASTY[2], NASTY[3], NASTY[4]):
        with pytest.raises(AssertionError):
            tame(f"<script>ours</script>{attack}")


@each
def test_b2_a_styler_keeps_its_figures_and_loses_its_markup(text: str) -> None:
    frame = pd.DataFrame({"sku": [text, "LS-M"], text: [12.5, 7.25]}, index=[text, "second"])
    styler = frame.style.set_table_attributes(f'data-x="1" {text} onclick="alert(1)"').set_tooltips(
        pd.DataFrame({"sku": [text]}, index=[text])
    )
    styler = styler.set_table_styles([{"selector": "td", "props": "background: url(javascript:alert(1))"}])
    unescaped = styler.to_html()
    assert "onclick" in unescaped
    page = tame(_rendered(_frame_output(unescaped)))
    assert "12.500000" in page.shown
    assert "LS-M" in page.shown


@each
def test_b2_a_caption_stays_a_caption(text: str) -> None:
    frame = pd.DataFrame({"sku": ["LS-M"]})
    page = tame(_rendered(_frame_output(frame.style.set_caption(f"Open items {text}").to_html())))
    assert "Open items" in page.shown
    assert "caption" in {tag for tag, _ in page.elements}


@each
def test_b2_an_escaped_table_shows_the_text_as_it_is(text: str) -> None:
    page = tame(_rendered(_frame_output(pd.DataFrame({"sku": [text]}).to_html())))
    assert text in page.shown


@each
def test_b2_a_traceback_shows_its_error_as_text(text: str) -> None:
    error = {
        "output_type": "error",
        "ename": f"ValueError{text}",
        "evalue": f"no such order {text}",
        "traceback": ["\x1b[0;31m-----\x1b[0m", f"\x1b[0;31mValueError\x1b[0m: no such order {text}"],
    }
    page = tame(_rendered(error))
    assert f"The cell stopped: ValueError{text}: no such order {text}" in page.shown


@each
def test_b2_an_alt_text_stays_in_its_attribute(text: str) -> None:
    contents = {"image/png": "iVBORw0KGgo=", "image/jpeg": "iVBORw0KGgo=", "image/svg+xml": "<svg/>"}
    page = tame(_rendered(*(result({kind: data}, {kind: {"alt": text}}) for kind, data in contents.items())))
    images = [attributes for tag, attributes in page.elements if tag == "img"]
    assert [sorted(image) for image in images] == [["alt", "src"]] * 3
    assert [image["alt"] for image in images] == [text] * 3


@each
def test_b2_a_file_name_stays_text(text: str) -> None:
    base = reviews.review()
    name = f"exports/northwind/2026-10/{text}.csv"
    files = (FileRead(name, "shopify_orders", 3, 0, "ca978112ca1bbdca" * 4), FileRead(name, "", 0, 0, "3e23" * 16))
    findings = base.findings.assign(source_file=name)
    review = replace(base, provenance=replace(base.provenance, inputs=files), findings=findings)
    page = tame(report.render(executed(review), "Northwind Home, October 2026"))
    leaf = name.rpartition("/")[2]  # lists of findings leave the folders out
    assert page.shown.count(leaf) > len(files)


@each
def test_b2_a_file_name_in_a_failure_stays_text(text: str) -> None:
    cause = f"exports/northwind/{text}.csv:4: the file is empty"
    html = report.not_reviewed(
        text, "October 2026", cause=cause, cell=2, next_step=text, last_good_href=None, simulated=False
    )
    assert cause in tame(html).shown
