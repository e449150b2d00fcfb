"""What the segments that count tell: every row as it was told, read from their data files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Self

import polars as pl

from tallyclerk.domain.tables import TABLES
from tallyclerk.store.corrections import SAID
from tallyclerk.store.corrections import TABLE as CORRECTIONS
from tallyclerk.store.layout import SEGMENT, mark_of, part_of
from tallyclerk.store.manifest import Manifest, Segment
from tallyclerk.store.parts import COLUMNS as OF_PARTS
from tallyclerk.store.parts import TABLE as PARTS
from tallyclerk.store.scan import held_in, scan

_PLACE = ("source", "source_file")


class Told:
    """The rows of a manifest's segments, bucket by bucket, repetitions included."""

    def __init__(
        self,
        root: Path,
        manifest: Manifest,
        shipment_ids: pl.Series | None = None,
        parts: Collection[str] | None = None,
    ) -> None:
        """Sort the data files of the segments that count by table and bucket.

        With `shipment_ids`, they are read as if they told of these shipments only; with `parts`
        (see `parts`), just these are there, in the first bucket.
        """
        self.root = root
        self.manifest = manifest
        self._shipment_ids = shipment_ids
        self._parts = parts
        self._files: dict[tuple[str, int], list[tuple[Segment, str]]] = defaultdict(list)
        for segment, path in held_in(manifest.active, parts):
            table, _, rest = path.partition("/bucket=")
            if rest:
                bucket = int(rest.partition("/")[0]) if parts is None else 0
                self._files[table, bucket].append((segment, path))

    def about(self, shipment_ids: pl.Series) -> Self:
        """The same ledger, read as if it told of some shipments only."""
        return type(self)(self.root, self.manifest, shipment_ids, self._parts)

    def section(self, parts: Collection[str], shipment_ids: pl.Series | None = None) -> Self:
        """Some parts as one bucket, read as if they told of some shipments only (None = of all)."""
        return type(self)(self.root, self.manifest, shipment_ids, parts)

    @property
    def bucket_count(self) -> int:
        """Number of buckets; results never depend on it."""
        return self.manifest.bucket_count

    def parts(self, bucket: int) -> list[str]:
        """What segments have in a bucket, sorted: as long as it is the same, so are its rows."""
        return sorted(
            part_of(path, segment.id)
            for (_, number), told in self._files.items()
            if number == bucket
            for segment, path in told
        )

    @property
    def tables(self) -> list[str]:
        """The tables that have rows, sorted."""
        return sorted({table for table, _ in self._files})

    def has(self, table: str, bucket: int) -> bool:
        """Whether a bucket has rows of a table."""
        return (table, bucket) in self._files

    def rows_told(self, table: str, bucket: int) -> int:
        """How many rows of a table are told in a bucket, repetitions included."""
        return int(self.scan(table, bucket, ["shipment_id"]).select(pl.len()).collect().item())

    def told(self, table: str, bucket: int, columns: set[str] | None = None) -> pl.DataFrame:
        """Every row of a bucket as it was told, repetitions included.

        Returns:
            The stored columns of the table, and the source and file they come from.
        """
        schema = _told_schema(table)
        names = [name for name in schema if columns is None or name in columns]
        if not self.has(table, bucket):
            return pl.DataFrame(schema={name: schema[name] for name in names})
        place = [name for name in names if name in _PLACE]
        stored = [name for name in names if name not in _PLACE]
        if not place:
            return self.scan(table, bucket, stored).collect()
        rows = self.scan(table, bucket, [*stored, SEGMENT]).collect()
        segments = {mark_of(segment.id): segment for segment, _ in self._files[table, bucket]}
        words = {
            "source": {mark: segment.source for mark, segment in segments.items()},
            "source_file": {mark: segment.file for mark, segment in segments.items()},
        }
        by_mark = (_by_mark(rows[SEGMENT], words[name]).alias(name) for name in place)
        return rows.with_columns(by_mark).select(names)

    def scan(self, table: str, bucket: int, columns: Sequence[str]) -> pl.LazyFrame:
        """The rows of a bucket as they are stored, in columns of the table or `segment`."""
        schema = {**_told_schema(table), SEGMENT: pl.Int64}
        asked = (
            columns
            if self._shipment_ids is None
            else {"shipment_id": None, **dict.fromkeys(columns)}
        )
        rows = scan(self.root, self._files.get((table, bucket), ()), {n: schema[n] for n in asked})
        if self._shipment_ids is None:
            return rows
        is_meant = pl.col("shipment_id").is_in(self._shipment_ids.implode())
        return rows.filter(is_meant).select(columns)


def _by_mark(marks: pl.Series, words: Mapping[int, str]) -> pl.Series:
    """The word for each mark; rows of a segment lie together, so that it is looked up once for them."""
    each = marks.rle().struct.field("value")
    return each.replace_strict(words, return_dtype=pl.String).gather(marks.rle_id())


def _told_schema(table: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Columns of a row as told: those stored, and where it was told."""
    place = {"source": pl.String, "source_file": pl.String, "source_row": pl.Int64}
    if table in {CORRECTIONS, PARTS}:
        own = SAID if table == CORRECTIONS else OF_PARTS
        return {"event_id": pl.Int64, "shipment_id": pl.String, **own, **place}
    told = {name: kind for name, kind in TABLES[table].items() if name != "corrects_event_id"}
    return {**told, **place}
