"""Every file has at most one reader: whatever the order of the readers, the same one takes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_cases import DECLARED, GOLDEN

from opsrules.readers import READERS, Source
from opsrules.readers.content import heads

FIXTURES = [path for path in sorted(GOLDEN.glob("*/*")) if not path.name.endswith(("expected.json", "options.json"))]


def _takers(path: Path) -> list[str]:
    starts = heads(Source(path, path.name))
    return [reader.NAME for reader in READERS if any(map(reader.identify, starts))]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_golden_fixture_is_taken_by_its_reader_alone(path: Path) -> None:
    assert _takers(path) == ([] if path.parent.name in DECLARED else [path.parent.name])


def test_every_reader_has_a_golden_fixture() -> None:
    assert {reader.NAME for reader in READERS} <= {path.parent.name for path in FIXTURES}


def test_no_sample_is_taken_by_two_readers(samples: Path) -> None:
    taken = {path: _takers(path) for path in sorted(samples.rglob("*")) if path.is_file()}
    assert {str(path): names for path, names in taken.items() if len(names) > 1} == {}
    assert sum(map(len, taken.values())) > 20
