"""References → shipments: rows keyed by an order, a tracking number, a mawb find their shipments.

Resolution is made anew whenever the references change, from all segments that count, so that the
order in which files arrive never matters.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tallyclerk.domain.tables import TABLES, UTC
from tallyclerk.store.frames import frame_of, rows_of
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.layout import KEY, PENDING, ROW, pending_kind
from tallyclerk.store.lives import in_their_lives, lives_told, with_since
from tallyclerk.store.manifest import Segment
from tallyclerk.store.references import (
    INHERITED,
    keying,
    links_told,
    numbers_of,
    reference_map,
    unit_kind,
)
from tallyclerk.store.rows import write_known
from tallyclerk.store.segments import SegmentWriter

_TOLD = {"kind": pl.String, KEY: pl.String, ROW: pl.Int64}


def resolve_all(root: Path, segments: Sequence[Segment], bucket_count: int) -> tuple[Segment, ...]:
    """Give every keyed segment the shipments its references stand for.

    Args:
        root: The store.
        segments: The segments that count.
        bucket_count: Buckets of the ledger.

    Returns:
        The same segments; those whose references changed have new resolved files.
    """
    if not any(segment.is_keyed for segment in segments):
        return tuple(segments)
    known = reference_map(root, segments, keying(root, segments))
    resolving = _Resolving(
        root=root,
        known=known,
        lives=lives_told(root, segments, known),
        unit=unit_kind(segments),
        bucket_count=bucket_count,
    )
    return tuple(
        _resolve(segment, resolving) if segment.is_keyed else segment for segment in segments
    )


def unresolved(
    root: Path, segments: Sequence[Segment], table: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Keys of a table's pending rows that no shipment is known for: `key` and columns, each once."""
    schema = {KEY: pl.String, **{name: TABLES[table][name] for name in columns}}
    waiting = [segment for segment in segments if segment.pending]
    if not waiting:
        return pl.DataFrame(schema=schema)
    known = reference_map(root, segments, keying(root, waiting))
    parts = [pl.DataFrame(schema=schema)]
    for segment in waiting:
        for path in segment.files:
            if path.startswith(f"{PENDING}/{table}/"):
                own = numbers_of(known, pending_kind(path))
                rows = rows_of(root / path).select(schema.keys()).unique()
                parts.append(rows.join(own.lazy(), on=KEY, how="anti").collect())
    return pl.concat(parts).unique()


@dataclass(frozen=True, kw_only=True)
class _Resolving:
    """What all keyed segments are resolved by.

    Attributes:
        root: The store.
        known: From `reference_map`.
        lives: From `lives_told`.
        unit: See `unit_kind`.
        bucket_count: Buckets of the ledger.
    """

    root: Path
    known: pl.DataFrame
    lives: pl.DataFrame
    unit: str | None
    bucket_count: int


def _resolve(segment: Segment, by: _Resolving) -> Segment:
    root, known = by.root, by.known
    paths = [path for path in segment.files if path.startswith(f"{PENDING}/")]
    keys = [
        rows_of(root / path).select(pl.lit(pending_kind(path)).alias("kind"), KEY, ROW)
        for path in paths
    ]
    told = pl.concat([pl.LazyFrame(schema=_TOLD), *keys]).collect()
    used = {
        kind: with_since(_used(known, told, kind), by.lives, kind) for kind in sorted(segment.kinds)
    }
    beside = _references_beside(root, segment, known)
    digest = _digest(*used.values(), beside)
    if digest == segment.resolved_digest:
        return segment
    waiting = told.join(known, left_on=["kind", KEY], right_on=["kind", "reference"], how="anti")
    waiting = waiting.unique(ROW).sort(ROW)
    writer = SegmentWriter(root, segment.id, by.bucket_count, name=digest)
    for path in paths:
        kind = pending_kind(path) or segment.key
        is_inherited = kind in INHERITED and kind != by.unit
        rows = in_their_lives(frame_of(root / path), used[kind], segment.table)
        keyed = rows.drop(KEY).rename({"shipment_id": KEY})
        write_known(writer, segment.table, keyed, inherited=is_inherited)
    writer.write_bucketed("references", beside)
    return dataclasses.replace(
        segment,
        resolved=writer.finish(),
        resolved_digest=digest,
        pending=len(waiting),
        waiting=next(
            (f"{segment.file}:{row}, the {kind}" for kind, _, row in waiting.head(1).rows()), None
        ),
    )


def _used(known: pl.DataFrame, told: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The numbers of a kind that key rows of a segment, and their shipments."""
    return numbers_of(known, kind).join(told.filter(pl.col("kind") == kind), on=KEY, how="semi")


def _references_beside(root: Path, segment: Segment, known: pl.DataFrame) -> pl.DataFrame:
    """References that a keyed segment tells beside its keys, as rows of REFERENCES.

    They have no row of their own in the file: `source_row` is 0.
    """
    links = links_told(root, [segment], is_both_ways=False)
    others = links.select(
        pl.col("other_kind").alias("kind"), pl.col("other").alias("reference")
    ).unique()
    return (
        known.join(others, on=["kind", "reference"], how="semi")
        .select(
            "shipment_id",
            pl.lit(0, dtype=pl.Int64).alias(ROW),
            "reference",
            "kind",
            pl.lit(None, dtype=pl.String).alias("partner_id"),
            pl.lit(None, dtype=UTC).alias("valid_from"),
        )
        .sort("shipment_id", "kind", "reference")
    )


def _digest(*used: pl.DataFrame) -> str:
    """A hash of the references a segment uses, whatever their order."""
    hashes = [sorted(row_hash(frame, frame.columns).to_list()) for frame in used]
    return hashlib.sha256(repr(hashes).encode()).hexdigest()[:12]
