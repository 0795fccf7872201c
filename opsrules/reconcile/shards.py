"""Two tables laid out on disk in shards that can be matched by key one by one: rows of one key share a shard."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.reconcile.keys import Texts, hashed
from opsrules.reconcile.references import normalise_reference
from opsrules.signs import pieces_of

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

__all__ = ["Source", "shard", "split"]

_AT_ONCE = 65_536  # rows read, numbered and laid out together
_FOLD = np.uint64(20)  # matching sorts by the upper bits of the same hash


@dataclass(frozen=True)
class Source:
    """One side as DuckDB reads it.

    Attributes
    ----------
    connection : DuckDBPyConnection
    path : Path
        A file, or a pattern of files: Parquet, or CSV with a header.
    """

    connection: duckdb.DuckDBPyConnection
    path: Path

    @property
    def rows(self) -> duckdb.DuckDBPyRelation:
        """All rows, with their position."""
        path = str(self.path)
        is_text = ".csv" in self.path.suffixes
        # Read as text, or the key 001 would be the number 1.
        found = self.connection.read_csv(path, all_varchar=True) if is_text else self.connection.read_parquet(path)
        texts = ", ".join(f'coalesce("{name}"::VARCHAR, \'\') AS "{name}"' for name in _TEXTS)
        return found.project(
            f'row_number() OVER () - 1 AS position, * REPLACE ({texts}, "on"::TIMESTAMP AS "on", '
            "amount_minor::BIGINT AS amount_minor, source_line::BIGINT AS source_line)"
        )

    def totals(self) -> dict[str, tuple[int, int]]:
        """Rows and minor units of each currency, as the database sums them."""
        found = self.rows.aggregate("currency, count(*), sum(amount_minor)::HUGEINT", "currency").fetchall()
        return {str(currency): (int(rows), int(minor)) for currency, rows, minor in found}

    def occurrences(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Number of each of these rows, in ascending order, among all that have its ``ref``, as `item_ids` counts."""
        wanted = pd.DataFrame({"position": positions})
        self.connection.register("wanted", wanted)
        self.rows.create_view("told", replace=True)
        found = self.connection.execute(_OCCURRENCES).fetchnumpy()["nth"]
        self.connection.unregister("wanted")
        return np.asarray(found, dtype=np.int64)


_OCCURRENCES = """
WITH refs AS (SELECT DISTINCT ref FROM told SEMI JOIN wanted USING (position)),
counted AS (
    SELECT position, row_number() OVER (PARTITION BY ref ORDER BY "on" NULLS LAST, amount_minor, excluded, position) - 1
        AS nth
    FROM (SELECT position, ref, "on", amount_minor, excluded FROM told) SEMI JOIN refs USING (ref)
)
SELECT nth FROM counted SEMI JOIN wanted USING (position) ORDER BY position
"""
_TEXTS = ("ref", "key", "tag", "currency", "excluded", "source_file")


def split(source: Source, folder: Path, count: int) -> None:
    """Lay the rows out in `count` files of `folder`, in their order, with their position."""
    reader = source.rows.to_arrow_reader(_AT_ONCE)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with ExitStack() as stack:
        files = [
            stack.enter_context(pa.ipc.new_file(folder / f"{number}.arrow", reader.schema, options=options))
            for number in range(count)
        ]
        for batch in reader:
            place = _places(batch, count)
            ordered = batch.take(pa.array(np.argsort(place, kind="stable")))
            ends = np.cumsum(np.bincount(place, minlength=count)).tolist()
            for file, start, end in zip(files, [0, *ends], ends, strict=False):
                if end > start:
                    file.write_batch(ordered.slice(start, end - start))


def shard(folder: Path, number: int) -> pd.DataFrame:
    """The rows of one shard, RangeIndex."""
    with pa.ipc.open_file(folder / f"{number}.arrow") as file:
        table: pd.DataFrame = file.read_all().to_pandas()
    texts = dict.fromkeys(_TEXTS, "str")
    return table.astype(texts)


def _places(batch: pa.RecordBatch, count: int) -> npt.NDArray[np.int64]:
    """Shard of each row: by its key in its normal spelling; rows without a key go round."""
    keys = pd.Series(batch.column("key").to_pandas(), dtype="str")
    spelled = Texts.of(*pieces_of(normalise_reference(keys)))
    place = (hashed(spelled.sizes, spelled.words(slice(None))) >> _FOLD).astype(np.int64)
    blank = (keys == "").to_numpy()
    place[blank] = np.flatnonzero(blank)
    return place % count
