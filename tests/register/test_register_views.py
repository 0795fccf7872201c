"""The register in a notebook: a table that is whole without its script, in which every text stays text."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import Parsed
from register_events import event, finding
from register_reviews import review, write_account
from register_rows import rows

import opsrules
from opsrules.register import Where
from opsrules.register.views.events import History, Written
from opsrules.register.views.findings import FindingsView
from opsrules.terms import Severity

TAGS = set("b code div i li p script span style table tbody td th thead tr ul".split())
ATTRIBUTES = set(
    "aria-hidden aria-label class data-f data-filter data-nosort data-sort data-v role scope tabindex".split()
)
NASTY = [
    "<script>alert(1)</script>",
    "</td></tr></table></div><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
    "</style><svg onload=alert(1)>",
    "</script><b>",
    "&lt;b&gt; &amp;",
    "\x1b[31mred\x1b[0m\x00\u202egnp",
    "<!--",
]
HOSTILE = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
TEXTS = ("account", "class", "currency", "owner", "due", "message", "source_file", "finding_id", "status", "severity")


def html_of(view: Any) -> str:
    told: dict[str, str] = view._repr_mimebundle_()
    assert set(told) == {"text/html", "text/plain"}
    assert told["text/plain"] == repr(view)
    return told["text/html"]


def parsed(view: Any) -> Parsed:
    html = html_of(view)
    before, _, script = html.partition("<script>")
    # Only what stands before our own script could have come from a client.
    seen = Parsed(before + script.partition("</script>")[2])
    assert seen.odd == []
    assert {tag for tag, _ in seen.tags} <= TAGS
    assert {name for _, attributes in seen.tags for name in attributes} <= ATTRIBUTES
    return seen


@given(text=HOSTILE)
def test_b2_b12_b13_hostile_findings_are_shown_as_text(text: str) -> None:
    view = FindingsView(rows(dict.fromkeys(TEXTS, text), {}))
    assert html_of(view).count("<script>") == html_of(view).count("</script>") == 1
    seen = parsed(view)
    assert sum(tag == "tr" for tag, _ in seen.tags) == 3
    lines = repr(view).splitlines()
    assert len(lines) == 4
    assert not any(sign in repr(view) for sign in "\x1b\x00\u202e")


@given(text=HOSTILE)
def test_b2_b12_b13_hostile_events_are_shown_as_text(text: str) -> None:
    for kind in (Written, History):
        view = kind([event(1, "commented", {"note": text}, actor=text or "ana", finding=text or "f")])
        parsed(view)
        assert "<script>" not in html_of(view)
        assert len(repr(view).splitlines()) == 2
        assert "\x1b" not in repr(view)


def test_filters_stand_only_where_there_is_something_to_choose() -> None:
    def heads(*own: dict[str, Any]) -> dict[str | None, str | None]:
        names = iter("Finding Account Severity Amount Age Owner What".split())
        tags = [attributes for tag, attributes in parsed(FindingsView(rows(*own))).tags if tag == "th"]
        return {next(names): one.get("data-filter") for one in tags if one.get("scope") == "col"}

    assert set(heads({}, {}).values()) == {None}
    assert heads({}, {"owner": ""})["Owner"] == "Owner"
    assert heads({}, {"currency": "JPY"})["Amount"] == "Currency"


def test_amounts_of_several_currencies_have_no_order() -> None:
    def is_sortable(*own: dict[str, Any]) -> bool:
        tags = [attributes for tag, attributes in parsed(FindingsView(rows(*own))).tags if tag == "th"]
        return "data-nosort" not in [one for one in tags if one.get("scope") == "col"][3]

    assert is_sortable({}, {})
    assert not is_sortable({}, {"currency": "JPY"})


def test_a_long_list_is_cut_and_says_so() -> None:
    view = FindingsView(rows(*({"finding_id": f"{at:016x}"} for at in range(501))))
    assert "501 findings: EUR 5,010.00 The first 500 are shown" in parsed(view).text.replace("\u00a0", " ")
    assert sum(tag == "tr" for tag, _ in parsed(view).tags) == 501  # the head, and 500
    assert repr(view).splitlines()[-2:] == ["and 481 more", "501 findings: EUR\u00a05,010.00"]


def test_nothing_is_said_in_words() -> None:
    view = FindingsView(rows().iloc[:0])
    assert repr(view) == parsed(view).text == "No finding fits."
    assert repr(Written([])) == "It stood so already; nothing was written."


def test_a_view_is_frozen() -> None:
    view = FindingsView(rows({}))
    with pytest.raises(FrozenInstanceError):
        view.findings = pd.DataFrame()  # type: ignore[misc]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    monkeypatch.setenv("OPSRULES_ACTOR", "ana")
    write_account(tmp_path)
    with opsrules.open_register(tmp_path) as register:
        register.record(review([finding("aaaa1111", 1000), finding("bbbb2222", -700, severity="critical")]))
    return tmp_path


def _files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_opening_and_showing_write_nothing(workspace: Path) -> None:
    before = _files(workspace)
    with opsrules.open_register(workspace) as register:
        shown = register._repr_mimebundle_()
        assert shown["text/html"] == html_of(register.view())
        critical = register.view(Where(severities=(Severity.CRITICAL,)))
        assert repr(critical).endswith("1 finding: EUR\u00a07.00")
        register.history("aaaa1111")
        assert str(register.place) in repr(register)
        assert _files(workspace) == before
    assert _files(workspace) == before


def test_an_act_shows_what_it_has_written(workspace: Path) -> None:
    with opsrules.open_register(workspace) as register:
        written = register.resolve(["aaaa1111", "bbbb"], "recovered", "Paid.")
        assert isinstance(written, tuple)
        head, *lines = repr(written).splitlines()
        assert head.startswith("Written by ana on ")
        assert head.endswith(": 2 events")
        assert lines == [f"  {one.seq}  {one.subject.finding_id}: Resolved (money came in): Paid." for one in written]
        register.undo(written[0].seq)
        history = repr(register.history("aaaa")).splitlines()
        assert history[0] == "aaaa1111: 3 events"
        assert history[2].endswith("ana: Resolved (money came in): Paid. (taken back)")
        assert history[3].endswith(f"ana: Taken back: event {written[0].seq}")
