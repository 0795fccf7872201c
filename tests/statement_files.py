"""What the tests of the three statement readers share: files from text, whole-file checks, goldens, damage."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from opsrules import schemas
from opsrules.errors import FileRefused
from opsrules.readers import Read, Reader, Source

GOLDEN = Path(__file__).parent / "golden"


def source(folder: Path, text: str | bytes, name: str = "statement") -> Source:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return Source(path, f"exports/demo/{name}")


def checked(read: Read) -> Read:
    """The same read, after what must hold for every file."""
    schemas.BANK_LINES.validate(read.table)
    schemas.REJECTS.validate(read.rejects)
    assert list(read.tables) == ["bank_lines"]
    assert read.records == len(read.table) + len(read.rejects)
    assert read.table["source_line"].is_monotonic_increasing
    return read


def refused(reader: Reader, file: Source) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        reader.read(file)
    assert caught.value.place.startswith(file.name)
    assert caught.value.next_step
    return caught.value


def column(read: Read, name: str) -> list[Any]:
    values = read.table[name]
    return values.dt.strftime("%Y-%m-%d").tolist() if str(values.dtype).startswith("datetime") else values.tolist()


def reasons(read: Read) -> list[tuple[int, str, str]]:
    """Line, reason and value of each reject."""
    rejects = read.rejects
    return list(zip(rejects["source_line"], rejects["reason"], rejects["value"], strict=True))


def same_as_golden(read: Read, name: str, update: bool) -> None:
    """Rows, rejects and controls against the JSON beside the fixture."""
    got = {
        "bank_lines": json.loads(read.table.to_json(orient="records", date_format="iso")),
        "rejects": json.loads(read.rejects.to_json(orient="records")),
        "controls": [
            {key: value for key, value in vars(control).items() if key != "across"} | {"holds": control.holds}
            for control in read.controls
        ],
    }
    for row in got["bank_lines"]:
        row.update({day: row[day] and row[day][:10] for day in ("booked_on", "value_on")})
    golden = GOLDEN / name / "expected.json"
    if update:
        golden.write_text(json.dumps(got, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert got == json.loads(golden.read_text(encoding="utf-8"))


Edits = list[tuple[int, bytes, int]]
EDITS = st.lists(st.tuples(st.integers(min_value=0), st.binary(max_size=4), st.integers(0, 6)), min_size=1, max_size=4)


def damaged(data: bytes, edits: Edits) -> bytes:
    """The bytes with some replaced, put in, or cut out."""
    for place, put, cut in edits:
        at = place % (len(data) + 1)
        data = data[:at] + put + data[at + cut :]
    return data


def survives(reader: Reader, file: Source) -> None:
    """Whatever the file holds: rows and rejects, or a refusal, and no other error."""
    with contextlib.suppress(FileRefused):
        checked(reader.read(file))
