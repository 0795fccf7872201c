"""Files matched shard by shard give what their tables give in memory, also where memory is too small for them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reconcile.sides import row, side

from opsrules.errors import ControlTotalsError, UsageError
from opsrules.reconcile import (
    KeyPass,
    NearPass,
    Patterns,
    Spec,
    Spelling,
    SumPass,
    Tolerance,
    WindowPass,
    large,
    reconcile,
    shards,
)
from opsrules.reconcile.large import FileMatching, reconcile_files

DAYS = {"": (0, 2), "stripe": (-1, 3)}
SIDES = ("left", "right")


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(
        st.lists(
            st.builds(
                row,
                ref=st.sampled_from("abcdef"),
                key=st.sampled_from(["", "", "1", "#1", " 1", "2", "3", "x", "X", "#", "ß", "SS"]),
                amount_minor=st.sampled_from([100, 100, 200, 300, 101, 1_000, -100, 700, 250]),
                on=st.integers(1, 4).map(lambda day: f"2026-10-{day:02d}"),
                currency=st.sampled_from(["EUR", "EUR", "JPY"]),
                tag=st.sampled_from(["", "stripe"]),
                excluded=st.sampled_from(["", "", "", "cash"]),
            ),
            max_size=16,
        )
    )
    return side(rows)


tolerances = st.sampled_from([Tolerance(), Tolerance(1), Tolerance(50, "EUR")])
by_key = st.builds(
    KeyPass,
    spelling=st.sampled_from(Spelling),
    many=st.booleans(),
    tolerance=tolerances,
    days=st.none() | st.just((0, 2)),
)
keyless = st.one_of(
    st.builds(WindowPass, days=st.just(DAYS), tolerance=tolerances, confirms=st.booleans()),
    st.builds(SumPass, two_on=st.sampled_from(SIDES), days=st.just(DAYS)),
    st.builds(NearPass, days=st.just(DAYS)),
)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    passes = [*draw(st.lists(by_key, max_size=4)), *draw(st.lists(keyless, max_size=4))]
    named = (type(one)(**{**one.__dict__, "rule": f"{one.rule}_{at}"}) for at, one in enumerate(passes))
    return Spec("acme", "leg", tuple(named))


def filed(left: pd.DataFrame, right: pd.DataFrame, spec: Spec, folder: Path) -> FileMatching:
    for name, table in zip(SIDES, (left, right), strict=True):
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return reconcile_files(folder / "left.parquet", folder / "right.parquet", spec, folder / "out", memory_mb=64)


def told(statuses: list[pd.DataFrame]) -> dict[str, Any]:
    """Every row's place, and which rows share a group or a break, whatever their numbers are."""
    rows = pd.concat(statuses, keys=SIDES, names=["side", "position"]).reset_index()
    shared = {
        name: sorted(
            tuple(zip(one["side"], one["position"], strict=True)) for _, one in rows[rows[name] >= 0].groupby(name)
        )
        for name in ("group", "pair")
    }
    columns = ["side", "position", "status", "rule", "reason", "candidates"]
    return {"rows": rows[columns].astype("str").to_numpy().tolist(), **shared}


def plain(table: pd.DataFrame, by: list[str]) -> list[Any]:
    texts = table.astype(dict.fromkeys(table.select_dtypes("category").columns, "str"))
    return texts.sort_values(by).astype("str").to_numpy().tolist()


@settings(max_examples=25)
@given(tables(), tables(), specs(), st.sampled_from([4, 9, 40]))
def test_files_give_what_tables_give(left: pd.DataFrame, right: pd.DataFrame, spec: Spec, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(large, "_ROWS_A_MB", at_once / 32)
        folder = Path(name)
        found = filed(left, right, spec, folder)
        expected = reconcile(left, right, spec)
        statuses = [pd.read_parquet(folder / "out" / f"{one}_status.parquet") for one in SIDES]
        assert told(statuses) == told([expected.left_status, expected.right_status])
        groups = pd.read_parquet(folder / "out" / "groups.parquet")
        assert set(groups["group"]) == set(statuses[0]["group"]) - {-1}
        by = ["rule", "currency", "left_minor", "right_minor", "left_rows", "right_rows"]
        assert plain(groups.drop(columns="group"), by) == plain(expected.groups, by)
        items = expected.open_items
        assert found.open_items["item_id"].tolist() == items["item_id"].tolist()
        same = items.drop(columns="pair")
        assert plain(found.open_items.drop(columns="pair"), ["item_id"]) == plain(same, ["item_id"])
        assert plain(found.bridge, ["side", "currency", "status"]) == plain(
            expected.bridge(), ["side", "currency", "status"]
        )
        assert found.skipped == expected.skipped
        assert {one.name for one in folder.iterdir()} == {"left.parquet", "right.parquet", "out"}


def test_a_pass_by_key_behind_one_without_is_refused(tmp_path: Path) -> None:
    spec = Spec("acme", "leg", (WindowPass("window"), KeyPass("late")))
    with pytest.raises(UsageError, match="leg leg: in files, passes by key come first, got 'window' before one"):
        filed(side([]), side([]), spec, tmp_path)


def test_keys_that_are_taken_out_by_patterns_are_refused(tmp_path: Path) -> None:
    spec = Spec("acme", "leg", (KeyPass("taken", Patterns(left="^A-([0-9]+)$")),))
    with pytest.raises(UsageError, match="the pass 'taken' takes keys out by patterns; match in memory"):
        filed(side([]), side([]), spec, tmp_path)


def test_an_outcome_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        filed(side([]), side([]), Spec("acme", "leg"), tmp_path)


def test_a_row_that_is_lost_between_the_shards_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table short of a row is seen against the sums of the database."""

    def short(folder: Path, number: int) -> pd.DataFrame:
        return shards.shard(folder, number).iloc[1:].reset_index(drop=True)

    monkeypatch.setattr(large, "shard", short)
    rows = side([row("a", "1"), row("b", "2")])
    with pytest.raises(ControlTotalsError, match="left: rows and sums by currency are not those of the file"):
        filed(rows, rows, Spec("acme", "leg"), tmp_path)
    assert not (tmp_path / "out").exists()


def test_csv_is_read_as_text(tmp_path: Path) -> None:
    """As numbers, 001 and 1 would be one key."""
    left = side([row("a", "001"), row("b", "1", 200), row("c", "", 300)])
    right = left.assign(amount_minor=[100, 250, 300])
    for name, rows in zip(SIDES, (left, right), strict=True):
        rows.to_csv(tmp_path / f"{name}.csv", index=False)
    found = reconcile_files(tmp_path / "left.csv", tmp_path / "right.csv", Spec("acme", "leg"), tmp_path / "out")
    status = pd.read_parquet(tmp_path / "out" / "left_status.parquet")
    assert status["reason"].tolist() == ["", "differs", "missing"]
    assert found.open_items["ref"].tolist() == ["b", "c", "b", "c"]


LIMITED = """
import resource, sys
from pathlib import Path
import duckdb, pandas as pd, pyarrow.parquet
from opsrules.reconcile import KeyPass, Patterns, Spec, Spelling, WindowPass
from opsrules.reconcile.large import reconcile_files

folder, way = Path(sys.argv[1]), sys.argv[2]
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
limit = int(status["VmData"].split()[0]) * 1024 + int(sys.argv[3]) * 2**20  # the libraries' own memory, and so much
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
if way == "tables":
    tables = [pd.read_parquet(folder / f"{side}.parquet") for side in ("left", "right")]
else:
    passes = (KeyPass("exact", many=False), KeyPass("sums", Spelling.NORMALISED), WindowPass(days={"": (0, 2)}))
    spec = Spec("acme", "leg", passes)
    found = reconcile_files(folder / "left.parquet", folder / "right.parquet", spec, folder / "out", memory_mb=128)
    print(len(found.open_items))
"""


def test_a_limit_that_the_tables_break_is_kept(tmp_path: Path) -> None:
    rows, limit = 900_000, 950
    for name, start in (("left", 0), ("right", 7)):
        duckdb.sql(
            f"""
            COPY (
                SELECT 'order ' || n || repeat('.', 200) AS ref,
                    'S' || (n * 7919 % 10_000_019) || repeat('-', 60) AS key,
                    '' AS tag, TIMESTAMP '2026-10-01' AS "on", 'EUR' AS currency, 1000 + n % 97 AS amount_minor,
                    '' AS excluded, repeat('export', 20) || '.csv' AS source_file, n AS source_line
                FROM range({start}, {rows + start}) AS t(n)
            ) TO '{tmp_path}/{name}.parquet' (FORMAT parquet)
            """
        )

    def run(way: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", LIMITED, str(tmp_path), way, str(limit)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    broken = run("tables")
    assert broken.returncode != 0
    assert "malloc" in broken.stderr or "MemoryError" in broken.stderr
    kept = run("files")
    assert kept.returncode == 0, kept.stderr
    assert kept.stdout.split() == ["14"]
    for name in SIDES:
        status = pd.read_parquet(tmp_path / "out" / f"{name}_status.parquet")
        assert len(status) == rows
        assert status["status"].value_counts().to_dict() == {"matched": rows - 7, "open": 7}
