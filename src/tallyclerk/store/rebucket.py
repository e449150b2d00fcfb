"""A ledger of other hashes or fewer buckets: rows move to their buckets, ids are made anew.

New files stand beside the old ones until a manifest names them, so that a crash leaves the old
ledger or the new one.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Moving:
    """Writes the data files of segments anew, each by its number.

    Attributes:
        root: The store.
        manifest: As other hashes left it, or with another number of buckets.
        bucket_count: The buckets that there will be.
    """

    root: Path
    manifest: Manifest
    bucket_count: int

    def __call__(self, number: int) -> Segment:
        """The segment as it will be; under other hashes, references want resolving again."""
        segment, is_ours = self.manifest.segments[number], self.manifest.is_ours
        tag = hashlib.sha256(f"{canary()} {self.bucket_count}".encode()).hexdigest()[:8]
        stem = f"{segment.id}-{tag}"
        return dataclasses.replace(
            segment,
            files=_written(self.root, segment.files, stem, self.bucket_count),
            resolved=_written(self.root, segment.resolved, f"{stem}-resolved", self.bucket_count),
            resolved_digest=segment.resolved_digest if is_ours else "",
        )


def _written(root: Path, paths: tuple[str, ...], stem: str, bucket_count: int) -> tuple[str, ...]:
    """The files of a segment in their buckets; those that belong to none stay."""
    batches: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in paths:
        table, is_bucketed, name = path.partition(_BUCKET)
        if is_bucketed:
            batches[table, name.rpartition("-")[2]].append(path)
    are_named = any(table in {CORRECTIONS, PARTS} for table, _ in batches)
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
            if are_named:
                renamed.append(rows.select("event_id", anew.alias("anew")).unique())
            rows = rows.with_columns(anew.alias("event_id"))
        elif table in {CORRECTIONS, PARTS}:
            rows = rows.join(pl.concat(renamed).unique("event_id"), on="event_id", how="left")
            rows = rows.with_columns(event_id="anew").drop("anew")
        writer.write_bucketed(table, rows)
    return tuple(sorted([*(path for path in paths if _BUCKET not in path), *writer.finish()]))
