"""What the benchmark measures readers with is what they are made for: exports in which every record is good."""

from __future__ import annotations

from pathlib import Path

import pytest
from grown import FIXTURES, export_of

from opsrules import readers


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_grown_fixture_has_as_many_good_records_as_were_asked_for(fixture: Path, tmp_path: Path) -> None:
    export, path = export_of(fixture), tmp_path / "grown.csv"
    export.write(path, 100)
    got = readers.read(export.source(path), export.reader)
    assert not len(got.rejects)
    assert 0 < got.rows == got.records <= 100
