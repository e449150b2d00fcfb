"""A ledger written by other hashes, made one of ours: rows move to their buckets, ids are made anew.

New files stand beside the old ones until a manifest names them, so that a crash leaves the old
ledger or the new one.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import polars as pl

from tallyclerk.domain.tables import EVENT_IDENTITY
from tallyclerk.store.corrections import TABLE as CORRECTIONS
from tallyclerk.store.hashing import canary, row_hash
from tallyclerk.store.layout import ROW
from tallyclerk.store.manifest import Manifest, Segment
from tallyclerk.store.parts import TABLE as PARTS
from tallyclerk.store.segments import SegmentWriter

_BUCKET = "/bucket="


def rebucketed(root: Path, manifest: Manifest, told: Callable[[int, int], None]) -> Manifest:
    """Write the data files of every segment anew under today's hashes.

    Args:
        root: The store.
        manifest: As other hashes left it.
        told: Of how many segments, how many are done.

    Returns:
        The manifest to save. What is keyed by references wants resolving again.
    """
    tag = hashlib.sha256(canary().encode()).hexdigest()[:8]
    moved = []
    for done, segment in enumerate(manifest.segments):
        told(done, len(manifest.segments))
        moved.append(_moved(root, segment, f"{segment.id}-{tag}", manifest.bucket_count))
    return dataclasses.replace(manifest, segments=tuple(moved), canary=canary())


def _moved(root: Path, segment: Segment, stem: str, bucket_count: int) -> Segment:
    files = _written(root, segment.files, stem, bucket_count)
    resolved = _written(root, segment.resolved, f"{stem}-resolved", bucket_count)
    return dataclasses.replace(segment, files=files, resolved=resolved, resolved_digest="")


def _written(root: Path, paths: tuple[str, ...], stem: str, bucket_count: int) -> tuple[str, ...]:
    """The files of a segment in their buckets; those that belong to none stay."""
    batches: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in paths:
        table, is_bucketed, name = path.partition(_BUCKET)
        if is_bucketed:
            batches[table, name.rpartition("-")[2]].append(path)
    writer = SegmentWriter(root, stem, bucket_count)
    renamed = [pl.DataFrame(schema={"event_id": pl.Int64, "anew": pl.Int64})]
    # Events first: what is said of corrections and parts names them by their ids.
    for (table, _), parts in sorted(
        batches.items(), key=lambda item: (item[0][0] != "events", item)
    ):
        rows = pl.concat([pl.read_parquet(root / part) for part in parts])
        rows = rows.sort(ROW, maintain_order=True)
        if table == "events":
            anew = row_hash(rows, EVENT_IDENTITY)
            renamed.append(rows.select("event_id", anew.alias("anew")).unique())
            rows = rows.with_columns(anew.alias("event_id"))
        elif table in {CORRECTIONS, PARTS}:
            rows = rows.join(pl.concat(renamed).unique("event_id"), on="event_id", how="left")
            rows = rows.with_columns(event_id="anew").drop("anew")
        writer.write_bucketed(table, rows)
    return tuple(sorted([*(path for path in paths if _BUCKET not in path), *writer.finish()]))
