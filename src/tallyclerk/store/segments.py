"""Writing the data files of segments, bucketed by shipment.

Folders are tables: `events/bucket=03/pack-<name>-000.parquet`. Segments that are read one after the
other share a file in each bucket, a pack, for to open and close files of a few rows takes longer
than the rows do; a large segment has files of its own, `<segment>-000.parquet`. Rows keyed by a
reference have no shipment yet and lie unbucketed below `pending/`; refused rows below `rejects/`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from tallyclerk.store.files import sync_files, write_frame
from tallyclerk.store.hashing import bucket_expr
from tallyclerk.store.layout import PACK, SEGMENT, mark_of

BUCKET = "__bucket"
HELD_ROWS = 250_000
"""Rows that wait in memory to be written together."""


class DataFiles:
    """Data files under one stem."""

    def __init__(self, root: Path, stem: str, bucket_count: int) -> None:
        """`stem` starts every file name; names are deterministic: stem, then the batch's number."""
        self._root = root
        self._stem = stem
        self._bucket_count = bucket_count
        self._parts: dict[str, int] = {}
        self.paths: list[str] = []
        """All that were written."""
        self.by_mark: dict[int, list[str]] = defaultdict(list)
        """Those in buckets that have rows of a segment."""

    def write_bucketed(self, table: str, frame: pl.DataFrame) -> None:
        """Write rows that have a `shipment_id` and a `segment` to the bucket of their shipment."""
        if frame.is_empty():
            return
        part = self._next_part(table)
        if self._bucket_count == 1:
            self._write_bucket(table, 0, part, frame)
            return
        buckets = frame.with_columns(bucket_expr(self._bucket_count).alias(BUCKET))
        split = buckets.partition_by(BUCKET, maintain_order=True, as_dict=True, include_key=False)
        for (bucket,), rows in sorted(split.items()):
            self._write_bucket(table, int(bucket), part, rows)

    def write_flat(self, folder: str, frame: pl.DataFrame) -> None:
        """Write rows that belong to no bucket (pending, rejects, links)."""
        if not frame.is_empty():
            part = self._next_part(folder)
            self._write(f"{folder}/{self._stem}-{part:03}.parquet", frame)

    def flush(self) -> None:
        """Flush everything to disk."""
        sync_files([self._root / path for path in self.paths])

    def _next_part(self, folder: str) -> int:
        self._parts[folder] = self._parts.get(folder, -1) + 1
        return self._parts[folder]

    def _write_bucket(self, table: str, bucket: int, part: int, rows: pl.DataFrame) -> None:
        path = f"{table}/bucket={bucket:02}/{self._stem}-{part:03}.parquet"
        self._write(path, rows)
        for mark in rows[SEGMENT].unique():
            self.by_mark[mark].append(path)

    def _write(self, path: str, frame: pl.DataFrame) -> None:
        write_frame(self._root / path, frame)
        self.paths.append(path)


class _Held:
    """Rows of tables that wait to be written together."""

    def __init__(self) -> None:
        self._frames: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._rows = 0

    @property
    def is_full(self) -> bool:
        return self._rows >= HELD_ROWS

    def add(self, table: str, frame: pl.DataFrame) -> None:
        self._frames[table].append(frame)
        self._rows += len(frame)

    def taken(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """The rows of each table; nothing waits any more."""
        frames, self._frames, self._rows = self._frames, defaultdict(list), 0
        for table in sorted(frames):
            parts = frames.pop(table)
            columns = parts[0].columns
            yield table, pl.concat(p if p.columns == columns else p.select(columns) for p in parts)


class Pack:
    """Data files that several segments share: each is in them as a whole, or not at all."""

    def __init__(self, root: Path, segment_ids: Iterable[str], bucket_count: int) -> None:
        """The segments that may be in it give it its name."""
        self.root = root
        self.bucket_count = bucket_count
        self._files = DataFiles(root, pack_stem(segment_ids), bucket_count)
        self._held = _Held()

    def take(self, held: _Held) -> None:
        """Take the rows of one segment, all of them."""
        for table, frame in held.taken():
            self._held.add(table, frame)
        if self._held.is_full:
            self._write()

    def finish(self) -> Mapping[int, Sequence[str]]:
        """Write what is left, and flush everything to disk; the files of each segment by its mark."""
        self._write()
        self._files.flush()
        return self._files.by_mark

    def _write(self) -> None:
        for table, frame in self._held.taken():
            self._files.write_bucketed(table, frame)


class SegmentWriter:
    """Takes the rows of one segment and remembers the files that it has of its own."""

    def __init__(
        self,
        root: Path,
        segment_id: str,
        bucket_count: int,
        *,
        name: str = "",
        pack: Pack | None = None,
    ) -> None:
        """Write rows of a segment.

        Args:
            root: The store.
            segment_id: The segment.
            bucket_count: Buckets of the ledger.
            name: Put behind the id in the names of files.
            pack: Takes the rows in buckets, as long as they are few.
        """
        self._files = DataFiles(root, f"{segment_id}-{name}" if name else segment_id, bucket_count)
        self._mark = mark_of(segment_id)
        self._held = _Held()
        self._pack = pack

    def write_bucketed(self, table: str, frame: pl.DataFrame) -> None:
        """Take rows that have a `shipment_id`; they are written with those that follow."""
        if frame.is_empty():
            return
        self._held.add(table, frame.with_columns(pl.lit(self._mark).alias(SEGMENT)))
        if self._held.is_full:
            self._pack = None  # it is large, and begun
            self._write()

    def write_flat(self, folder: str, frame: pl.DataFrame) -> None:
        """Write rows that belong to no bucket (pending, rejects, links)."""
        self._files.write_flat(folder, frame)

    def finish(self) -> tuple[str, ...]:
        """Flush everything to disk; the files of its own, relative to the store, sorted."""
        if self._pack:
            self._pack.take(self._held)
        else:
            self._write()
        self._files.flush()
        return tuple(sorted(self._files.paths))

    def _write(self) -> None:
        for table, frame in self._held.taken():
            self._files.write_bucketed(table, frame)


def pack_stem(names: Iterable[str]) -> str:
    """The stem of a pack that is made of some things."""
    return PACK + hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:20]
