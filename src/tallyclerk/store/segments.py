"""Writing the data files of one segment, bucketed by shipment.

Folders are tables: `events/bucket=03/<segment>-000.parquet`. Rows keyed by a reference have no
shipment yet and lie unbucketed below `pending/`; refused rows below `rejects/`.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tallyclerk.store.files import sync_files, write_frame
from tallyclerk.store.hashing import bucket_expr

BUCKET = "__bucket"


class SegmentWriter:
    """Writes batches of rows and remembers the files."""

    def __init__(self, root: Path, stem: str, bucket_count: int) -> None:
        """`stem` starts every file name; names are deterministic: stem, then the batch's number."""
        self._root = root
        self._stem = stem
        self._bucket_count = bucket_count
        self._paths: list[str] = []
        self._parts: dict[str, int] = {}

    def write_bucketed(self, table: str, frame: pl.DataFrame) -> None:
        """Write rows that have a `shipment_id` to the bucket of their shipment."""
        if frame.is_empty():
            return
        part = self._next_part(table)
        if self._bucket_count == 1:
            self._write(f"{table}/bucket=00/{self._stem}-{part:03}.parquet", frame)
            return
        buckets = frame.with_columns(bucket_expr(self._bucket_count).alias(BUCKET))
        split = buckets.partition_by(BUCKET, maintain_order=True, as_dict=True, include_key=False)
        for (bucket,), rows in sorted(split.items()):
            self._write(f"{table}/bucket={bucket:02}/{self._stem}-{part:03}.parquet", rows)

    def write_flat(self, folder: str, frame: pl.DataFrame) -> None:
        """Write rows that belong to no bucket (pending, rejects, links)."""
        if not frame.is_empty():
            part = self._next_part(folder)
            self._write(f"{folder}/{self._stem}-{part:03}.parquet", frame)

    def finish(self) -> tuple[str, ...]:
        """Flush everything to disk; the files written, relative to the store, sorted."""
        sync_files([self._root / path for path in self._paths])
        return tuple(sorted(self._paths))

    def _next_part(self, folder: str) -> int:
        self._parts[folder] = self._parts.get(folder, -1) + 1
        return self._parts[folder]

    def _write(self, path: str, frame: pl.DataFrame) -> None:
        write_frame(self._root / path, frame)
        self._paths.append(path)
