"""B14: what cells of an analyst's own have put out is kept without secrets, drawings and sources as they are."""

from __future__ import annotations

from typing import Any

from notebooks import code, notebook, result, stream
from opsrules.batch.outputs import without_secrets
from opsrules.display.markup import MIME

CARD = "4242 4242 4242 4242"


def _kept(*outputs: dict[str, Any]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = without_secrets(notebook(code(*outputs)))["cells"][0]["outputs"]
    return kept


def test_b14_text_of_every_kind_is_masked() -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": CARD, "traceback": [f"KeyError: {CARD}"]}
    html = f"<table title='4242 1 4'><td>{CARD}</td><td>4,242</td></table>{CARD}"
    kept = _kept(
        stream(f"a {CARD}\nb"),
        {**stream(""), "text": [f"{CARD}\n", "b"]},
        error,
        result({"text/plain": [f"'{CARD}'"], "text/html": [html[:9], html[9:]], "application/json": {"a": [CARD]}}),
    )
    assert [one.get("text") for one in kept[:2]] == ["a ****4242\nb", ["****4242\n", "b"]]
    assert (kept[2]["evalue"], kept[2]["traceback"]) == ("****4242", ["KeyError: ****4242"])
    assert kept[3]["data"] == {
        "text/plain": ["'****4242'"],
        "text/html": "<table title='4242 1 4'><td>****4242</td><td>4,242</td></table>****4242",
        "application/json": {"a": ["****4242"]},
    }


def test_drawings_and_sources_are_left_alone() -> None:
    digits = {"image/png": "4242424242424242", "image/svg+xml": "<path d='4242 4242 4242 4242'/>"}
    ours = {MIME: "<path d='4242 4242 4242 4242'/>", "text/plain": "x"}
    kept = _kept(result(digits), result(ours))
    assert [one["data"] for one in kept] == [digits, ours]
    cells = without_secrets(notebook({**code(), "source": f"print('{CARD}')"}))["cells"]
    assert cells[0]["source"] == f"print('{CARD}')"
