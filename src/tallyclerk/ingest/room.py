"""How many buckets a ledger has, and how it gets more.

A bucket is what one process holds at a time, on this machine or as a task of a cluster: it is to
have a third of a million events at most, and a million up to a billion in all. Larger ones are counted in
a little less time, but in more memory.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from tallyclerk.config.models import Engine
from tallyclerk.engines import of_each
from tallyclerk.ingest.todo import Unread
from tallyclerk.ingest.zipped import size_of
from tallyclerk.progress import Progress
from tallyclerk.store import Ledger, Manifest, Segment
from tallyclerk.store.hashing import canary
from tallyclerk.store.manifest import in_order
from tallyclerk.store.rebucket import Moving, sharing
from tallyclerk.workers import PARALLEL_FROM

BYTES_PER_EVENT = 100
EVENTS_PER_BUCKET = 350_000
MOST_PER_BUCKET = 1_000_000
MAX_BUCKETS = 1024
"""The manifest names the data file that an export has rows in, of each bucket."""
SPREAD_FROM_BYTES = 64 * 2**20
"""Size of exports from which on they are worth processes of their own."""
_UNPACKED = 8  # how much larger an export is than its .gz or .zst, roughly


def unpacked_bytes(unread: Sequence[Unread]) -> int:
    """How large files are, or would be in plain text."""
    packed = (".gz", ".zst", ".parquet")
    paths = [each.export.path for each in unread]
    return sum(
        size_of(path) * (_UNPACKED if path.suffix.lower() in packed else 1) for path in paths
    )


def bucket_count(unread: Sequence[Unread]) -> int:
    """Buckets for a new ledger."""
    return _buckets_for(unpacked_bytes(unread) // BYTES_PER_EVENT)


def _buckets_for(events: int) -> int:
    """A power of two, so that a bucket holds EVENTS_PER_BUCKET at most; half that, up to a few."""
    count = 1
    while count < MAX_BUCKETS and events > count * EVENTS_PER_BUCKET:
        count *= 2
    # Few buckets are halved, so that every process has one.
    return count * 2 if 1 < count < PARALLEL_FROM else count


def with_room(
    root: Path, manifest: Manifest, unread: Sequence[Unread], engine: Engine, progress: Progress
) -> Manifest:
    """A ledger that has room for new files: sorted into more buckets, and saved, where it has not.

    What its files were called before is there until the next ingest, for those who read it now.
    """
    if not (unread and manifest.active):
        return manifest
    # Hashes spread shipments evenly, so that one bucket tells of all.
    held = Ledger(root, manifest).rows_told("events", 0) * manifest.bucket_count
    events = held + unpacked_bytes(unread) // BYTES_PER_EVENT
    count = _buckets_for(events)
    if events <= manifest.bucket_count * MOST_PER_BUCKET or count <= manifest.bucket_count:
        return manifest
    what = f"sorting the ledger into {count} buckets"
    moved = sorted_into(root, manifest, count, engine, progress, what)
    moved.save(root)
    return moved


def sorted_into(
    root: Path,
    manifest: Manifest,
    count: int,
    engine: Engine,
    progress: Progress,
    what: str,
) -> Manifest:
    """The ledger in so many buckets, under today's hashes, to be saved."""
    groups = sharing(manifest.segments)
    rows = sum(segment.rows for segment in manifest.segments)
    spread = len(groups) > 1 and rows * BYTES_PER_EVENT >= SPREAD_FROM_BYTES
    moving = Moving(root, manifest.is_ours, groups, count)
    moved: list[Segment] = []
    for group in of_each(moving, len(groups), engine, spread=spread):
        moved += group
        progress(what, len(moved), len(manifest.segments))
    return dataclasses.replace(
        manifest, segments=in_order(moved), bucket_count=count, canary=canary()
    )
