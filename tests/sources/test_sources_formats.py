"""Every reader says what it was checked against, and the page of formats is what the readers say."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrules.readers import READERS, Reader
from opsrules.report.words import source
from opsrules.schemas import TABLES
from opsrules.sources.formats import formats, page
from opsrules.sources.known import header_names, known_words

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"


def test_the_page_is_what_the_readers_say() -> None:
    assert PAGE.read_text("utf-8") == page(formats(), source) + "\n", "run make formats"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.NAME))
def test_a_reader_says_what_it_was_checked_against(reader: Reader) -> None:
    assert any(word in reader.CHECKED for word in ("sample", "document", "header", "source", "declares"))
    assert reader.NOT_VERIFIED.strip()
    assert reader.KIND in TABLES
    assert header_names(reader) or known_words(reader) != "header"
    assert source(reader.NAME) != reader.NAME.replace("_", " ")  # it has words of its own


def test_every_format_is_on_the_page_with_its_columns() -> None:
    text = PAGE.read_text("utf-8")
    for one in formats():
        assert f"(`{one.reader}`) | {one.kind.replace('_', ' ')} | " in text
        assert one.about.split(":")[0] in text
    assert "- created_utc: created\n" in text
