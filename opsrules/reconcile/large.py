"""The same matching for tables larger than memory: from files to files, by way of the extra ``duckdb``.

Keys are matched shard by shard: rows of one key, however it is spelled, share a shard, and no pass by key looks beyond.
What no key places is gathered, in memory, and matched as ever. DuckDB reads, sorts, counts twins and sums beside us,
within its share of the memory and else on disk.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.errors import ControlTotalsError, UsageError
from opsrules.reconcile.match import run_passes, settled
from opsrules.reconcile.matching import SIDES, Matching, numbered_ids
from opsrules.reconcile.shards import Source, shard, split
from opsrules.reconcile.spec import KeyPass, Patterns, Spec
from opsrules.reconcile.work import STATUSES, Work

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["FileMatching", "reconcile_files"]

# Matching took up to 0.4 KB a row in short columns, the tables included; twice that leaves room for longer ones.
_ROWS_A_MB = 1_200
_TOLD = ("currency", "rows", "amount_minor")


@dataclass(frozen=True)
class FileMatching:
    """The outcome of one leg, on disk.

    Attributes
    ----------
    spec : Spec
    folder : Path
        ``left_status.parquet`` and ``right_status.parquet`` have a row for each row of the two inputs, in its order,
        ``groups.parquet`` one for each match, as `Matching` tells them - but a group is named by the position of its
        first left row.
    open_items, bridge : DataFrame
        As of `Matching`.
    skipped : tuple of (str, str)
        Rules that were not tried, and why.
    """

    spec: Spec
    folder: Path
    open_items: pd.DataFrame
    bridge: pd.DataFrame
    skipped: tuple[tuple[str, str], ...] = ()


def reconcile_files(left: Path, right: Path, spec: Spec, folder: Path, *, memory_mb: int = 1024) -> FileMatching:
    """Match two files by the passes of `spec`: `reconcile`'s answer, in bounded memory.

    Parameters
    ----------
    left, right : Path
        Parquet, or CSV with a header, with the columns `COLUMNS`; a pattern names several files.
    spec : Spec
        Its passes by key come first.
    folder : Path
        Where the outcome goes; made here. Scratch files of about the size of the inputs are put beside it meanwhile.
    memory_mb : int
        Megabytes for what is held at a time, beside Python itself (some 250 MB). Rows of one key are never parted, and
        rows that no key matches are held together: either may need more.

    Returns
    -------
    FileMatching

    Raises
    ------
    UsageError
        If DuckDB is not installed, `folder` exists, a pass by key stands behind one without, or one takes keys out by
        patterns.
    ControlTotalsError
        If rows or amounts are not conserved, against DuckDB's own sums.
    """
    keyed = _keyed(spec)
    if folder.exists():
        msg = f"{folder} exists already: name a new folder for the outcome, or remove it"
        raise UsageError(msg)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
        scratch = Path(name)
        with _connected(scratch, memory_mb // 2) as connection:
            sources = {side: Source(connection, path) for side, path in zip(SIDES, (left, right), strict=True)}
            totals = {side: source.totals() for side, source in sources.items()}
            counts = {side: sum(rows for rows, _ in told.values()) for side, told in totals.items()}
            shards = math.ceil(sum(counts.values()) / (memory_mb / 2 * _ROWS_A_MB)) or 1
            for side, source in sources.items():
                (scratch / side).mkdir()
                split(source, scratch / side, shards)
            run = _Run(spec, keyed, scratch)
            for number in range(shards):
                run.match_keys(number)
            rest = run.match_rest()
            bridge = run.bridge()
            _prove(spec, bridge, totals)
            (scratch / "out").mkdir()
            for side, rows in counts.items():
                _gather(connection, scratch / f"{side}_status", scratch / "out", "position", rows)
            _gather(connection, scratch / "groups", scratch / "out", '"group"')
            items = _items(spec, rest, run.positions, sources)
        (scratch / "out").rename(folder)
    return FileMatching(spec, folder, items, bridge, rest.skipped)


def _keyed(spec: Spec) -> int:
    """How many passes go by key: the first ones."""
    by_key = [isinstance(one, KeyPass) for one in spec.passes]
    count = sum(by_key)
    if not all(by_key[:count]):
        at = by_key.index(False)
        msg = (
            f"leg {spec.leg}: in files, passes by key come first, got {spec.passes[at].rule!r} before one; move it "
            f"behind them, or match in memory with reconcile"
        )
        raise UsageError(msg)
    taking = [
        one.rule for one in spec.passes[:count] if isinstance(one, KeyPass) and isinstance(one.spelling, Patterns)
    ]
    if taking:
        msg = (
            f"leg {spec.leg}: in files, rows of one key are told by their whole key, and the pass {taking[0]!r} takes "
            f"keys out by patterns; match in memory with reconcile"
        )
        raise UsageError(msg)
    return count


def _connected(scratch: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "files are matched by way of DuckDB, which is not installed: pip install 'opsrules[duckdb]'"
        raise UsageError(msg) from error
    told: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MB",
        "temp_directory": str(scratch / "spilled"),
        "threads": 2,
    }
    connection = duckdb.connect(config=told)
    connection.execute("SET enable_progress_bar = false")
    return connection


class _Run:
    """The parts of one outcome while shards are matched."""

    def __init__(self, spec: Spec, keyed: int, scratch: Path) -> None:
        self._spec, self._keyed, self._scratch = spec, keyed, scratch
        self._waiting: dict[str, list[pd.DataFrame]] = {side: [] for side in SIDES}
        self._pairs = 0
        self._bridges: list[pd.DataFrame] = []
        self.positions: dict[str, _Ints] = {}
        for name in ("left_status", "right_status", "groups"):
            (scratch / name).mkdir()

    def match_keys(self, number: int) -> None:
        """Match one shard by key; what that leaves open waits."""
        tables = {side: shard(self._scratch / side, number) for side in SIDES}
        for side in SIDES:
            (self._scratch / side / f"{number}.arrow").unlink()
        positions = {side: table.pop("position").to_numpy() for side, table in tables.items()}
        work = Work(tables["left"], tables["right"])
        run_passes(work, self._spec.passes[: self._keyed])
        matching = settled(work, self._spec)
        for side in SIDES:
            at = matching.waiting[side]
            status = matching.side(side)[1].iloc[at]
            waiting = (
                tables[side]
                .iloc[at]
                .assign(
                    position=positions[side][at],
                    _held=np.where(status["reason"] == "missing", -1, status["pair"] + self._pairs),
                    _reason=status["reason"].astype("str"),
                )
            )
            self._waiting[side].append(waiting)
        self._pairs += work.pairs
        self._bridges.append(matching.bridge().query("status in ('matched', 'excluded')"))
        self._write(matching, positions, str(number), settled_only=True)

    def match_rest(self) -> Matching:
        """Match what waits by the passes without a key."""
        tables = {
            side: pd.concat(parts).sort_values("position", ignore_index=True) for side, parts in self._waiting.items()
        }
        self._waiting.clear()
        self.positions = {side: table.pop("position").to_numpy() for side, table in tables.items()}
        held, reason = (np.concatenate([table.pop(name) for table in tables.values()]) for name in ("_held", "_reason"))
        work = Work(tables["left"], tables["right"])
        for one in np.unique(reason[held >= 0]):
            at = np.flatnonzero((reason == one) & (held >= 0))
            # A sign or an exponent is named again at the end, for what is then still a difference.
            kind = "differs" if one in ("sign", "exponent") else str(one)
            work.hold(at, held[at], self._spec.passes[self._keyed - 1].rule, kind)
        run_passes(work, self._spec.passes[self._keyed :])
        matching = settled(work, self._spec)
        self._bridges.append(matching.bridge())
        self._write(matching, self.positions, "rest", settled_only=False)
        return matching

    def _write(self, matching: Matching, positions: Mapping[str, _Ints], name: str, *, settled_only: bool) -> None:
        group = matching.left_status["group"].to_numpy()
        placed = np.flatnonzero(group >= 0)[::-1]
        first = np.empty(len(matching.groups) + 1, dtype=np.int64)
        first[group[placed]] = positions["left"][placed]  # the last one written stays: the first row
        first[-1] = -1
        for side in SIDES:
            status = matching.side(side)[1]
            told = status.assign(position=positions[side], group=first[status["group"].to_numpy()])
            if settled_only:
                told = told[status["pair"].to_numpy() < 0]
            told.to_parquet(self._scratch / f"{side}_status" / f"{name}.parquet", index=False)
        groups = matching.groups.copy(deep=False)
        groups.insert(0, "group", first[:-1])
        groups.to_parquet(self._scratch / "groups" / f"{name}.parquet", index=False)

    def bridge(self) -> pd.DataFrame:
        """Rows and minor units by side, currency and status, of all shards."""
        told = pd.concat(self._bridges, ignore_index=True).astype({"status": "str", "currency": "str"})
        told["status"] = pd.Categorical(told["status"], STATUSES)
        return told.groupby(["side", "currency", "status"], observed=True, as_index=False)[
            ["rows", "amount_minor"]
        ].sum()


def _prove(spec: Spec, bridge: pd.DataFrame, totals: Mapping[str, dict[str, tuple[int, int]]]) -> None:
    """Compare the bridge with what the database counts and sums in the inputs."""
    for side, expected in totals.items():
        told: dict[str, tuple[int, int]] = {}
        mine = bridge[bridge["side"] == side]
        for currency, count, sums in zip(*(mine[name].tolist() for name in _TOLD), strict=True):
            rows, minor = told.get(currency, (0, 0))
            told[currency] = rows + count, minor + sums
        if told != expected:
            msg = f"leg {spec.leg}, {side}: rows and sums by currency are not those of the file: {told}, {expected}"
            raise ControlTotalsError(msg)


def _gather(connection: duckdb.DuckDBPyConnection, parts: Path, out: Path, order: str, rows: int | None = None) -> None:
    """Put the parts of one table together, in order; of a status, one row for each of the input."""
    found = connection.read_parquet(str(parts / "*.parquet")).order(order)
    if rows is not None:
        places = connection.read_parquet(str(parts / "*.parquet")).aggregate("count(*), min(position), max(position)")
        if rows and places.fetchall()[0] != (rows, 0, rows - 1):
            msg = f"{parts.name}: {rows} rows have other places than their own"
            raise ControlTotalsError(msg)
        found = found.project("* EXCLUDE (position)")
    found.write_parquet(str(out / f"{parts.name}.parquet"))


def _items(spec: Spec, rest: Matching, positions: Mapping[str, _Ints], sources: Mapping[str, Source]) -> pd.DataFrame:
    """The open items with the positions and ids that they have in the whole tables."""
    items = rest.open_items
    parts = []
    for side, source in sources.items():
        mine = items[items["side"] == side]
        at = positions[side][mine["position"].to_numpy()]
        ids = numbered_ids(spec.account, spec.leg, side, mine["ref"], source.occurrences(at))
        parts.append(mine.assign(item_id=ids, position=at))
    return pd.concat(parts, ignore_index=True)
