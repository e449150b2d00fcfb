"""References → shipments: rows keyed by an order, a tracking number, a mawb find their shipments.

Resolution is made anew whenever the references change, from all segments that count, so that the
order in which files arrive never matters.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.domain.tables import TABLES, UTC
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.layout import KEY, LINK, LINKS, PENDING, ROW, pending_kind
from tallyclerk.store.lives import SINCE, in_their_lives, with_since
from tallyclerk.store.manifest import Segment
from tallyclerk.store.rows import write_known
from tallyclerk.store.segments import SegmentWriter

INHERITED = frozenset({"order", "mawb", "bag", "container", "batch"})
"""Kinds of which one stands for several shipments: their rows apply to every one, as inherited."""

FINENESS = ("parcel", "tracking", "last_mile", "hawb", "order", "bag", "container", "mawb", "batch")
_RANK = {kind: max(place, 1) for place, kind in enumerate(FINENESS)}
"""A parcel as a system numbers it is as fine as its tracking number."""
PARCEL = "parcel"
_MAX_ROUNDS = 4

_TOLD = {"kind": pl.String, KEY: pl.String, ROW: pl.Int64}
_MAP = {"kind": pl.String, "reference": pl.String, "shipment_id": pl.String}


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
    known = reference_map(root, segments)
    return tuple(
        _resolve(root, segment, segments, known, bucket_count) if segment.is_keyed else segment
        for segment in segments
    )


def reference_map(root: Path, segments: Sequence[Segment]) -> pl.DataFrame:
    """Which shipments a reference stands for: one row per kind, reference and shipment, sorted.

    A reference told beside another one stands for the same shipments, if the other is as fine or
    finer (a mawb told beside a tracking number), or is an order of one shipment. A parcel number
    that an export has as its shipment is that shipment. Where no export names shipments, a number
    of the finest kind is one (`unit_kind`), and so is one as fine that is told beside none of them.
    """
    told = [
        pl.scan_parquet(root / path).select(_MAP.keys())
        for segment in segments
        for path in segment.files
        if path.startswith("references/")
    ]
    named = _named_so(root, segments)
    known = pl.concat([pl.LazyFrame(schema=_MAP), *told, named]).unique().collect()
    links = _links(root, segments)
    unit = unit_kind(segments)
    if unit is None or not known.is_empty():
        return _grown(known, links).sort(pl.all())
    for kind in (each for each in _RANK if _RANK[each] == _RANK[unit]):
        own = _keys(root, segments, kind).to_frame()
        alone = own.join(_numbers(known, kind), on=KEY, how="anti").select(
            pl.lit(kind).alias("kind"), reference=KEY, shipment_id=KEY
        )
        known = _grown(pl.concat([known, alone]), links)
    return known.sort(pl.all())


def _grown(known: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The references known, and what links carry from one to the next."""
    for _ in range(_MAX_ROUNDS):
        grown = pl.concat([known, _carried(known, links)]).unique()
        if len(grown) == len(known):
            break
        known = grown
    return known


def _named_so(root: Path, segments: Sequence[Segment]) -> pl.LazyFrame:
    """Parcel numbers that key a row here and are the shipment of a row there."""
    none = pl.LazyFrame(schema=_MAP)
    numbers = _keys(root, segments, PARCEL)
    if numbers.is_empty():
        return none
    ids = [
        pl.scan_parquet(root / path).select(pl.col("shipment_id"))
        for segment in segments
        for path in segment.files
        if path.split("/")[0] in {"events", "shipments"}
    ]
    named = pl.concat([none.select("shipment_id"), *ids]).unique()
    return (
        named.with_columns(reference=normalised(pl.col("shipment_id")), kind=pl.lit(PARCEL))
        .join(numbers.to_frame(KEY).lazy(), left_on="reference", right_on=KEY, how="semi")
        .select(_MAP.keys())
    )


def _keys(root: Path, segments: Sequence[Segment], kind: str) -> pl.Series:
    """Every number of a kind that keys a row of these segments."""
    paths = [path for s in segments for path in s.files if pending_kind(path) == kind]
    keys = [pl.scan_parquet(root / path).select(KEY) for path in paths]
    return pl.concat([pl.LazyFrame(schema={KEY: pl.String}), *keys]).unique().collect()[KEY]


def unit_kind(segments: Sequence[Segment]) -> str | None:
    """The kind of number that stands for a shipment where no export names shipments: the finest.

    One export of a vendor or a carrier knows its own numbers only, and is an export all the same.
    """
    if any(segment.names_shipments for segment in segments):
        return None
    kinds = {kind for s in segments if s.table in {"events", "shipments"} for kind in s.kinds}
    return min(kinds, key=FINENESS.index, default=None)


def unresolved(
    root: Path, segments: Sequence[Segment], table: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Keys of a table's pending rows that no shipment is known for: `key` and columns, each once."""
    schema = {KEY: pl.String, **{name: TABLES[table][name] for name in columns}}
    waiting = [segment for segment in segments if segment.pending]
    if not waiting:
        return pl.DataFrame(schema=schema)
    known = reference_map(root, segments)
    parts = [pl.DataFrame(schema=schema)]
    for segment in waiting:
        for path in segment.files:
            if path.startswith(f"{PENDING}/{table}/"):
                own = _numbers(known, pending_kind(path))
                rows = pl.scan_parquet(root / path).select(schema.keys()).unique()
                parts.append(rows.join(own.lazy(), on=KEY, how="anti").collect())
    return pl.concat(parts).unique()


def shared_numbers(root: Path, segments: Sequence[Segment]) -> pl.DataFrame:
    """Numbers of single parcels that stand for several shipments without saying from when.

    Returns:
        One row per kind and reference: kind, reference, shipments (how many), sorted.
    """
    single = [kind for kind in FINENESS if kind not in INHERITED]
    known = reference_map(root, segments).filter(pl.col("kind").is_in(single))
    several = known.filter(pl.len().over("kind", "reference") > 1)
    parts = [pl.DataFrame(schema={**_MAP, "shipments": pl.Int64}).drop("shipment_id")]
    for (kind,), rows in several.group_by("kind"):
        used = rows.select(pl.col("reference").alias(KEY), "shipment_id")
        since = with_since(root, segments, str(kind), used)
        undated = since.group_by(pl.col(KEY).alias("reference")).agg(
            shipments=pl.len().cast(pl.Int64), undated=pl.col(SINCE).null_count()
        )
        parts.append(
            undated.filter(pl.col("undated") > 1).select(
                pl.lit(str(kind)).alias("kind"), "reference", "shipments"
            )
        )
    return pl.concat(parts).sort("kind", "reference")


def _links(root: Path, segments: Sequence[Segment], *, is_both_ways: bool = True) -> pl.DataFrame:
    """References told beside each other: one row of LINK each, in one direction or both."""
    frames = [pl.LazyFrame(schema=LINK)]
    for segment in segments:
        for path in segment.files:
            if path.startswith(f"{LINKS}/"):
                frames.append(pl.scan_parquet(root / path))
            elif path.startswith(f"{PENDING}/references/"):
                own = pl.scan_parquet(root / path)
                frames.append(
                    own.select(
                        pl.lit(pending_kind(path)).alias("kind"),
                        pl.col(KEY).alias("reference"),
                        pl.col("kind").alias("other_kind"),
                        pl.col("reference").alias("other"),
                    )
                )
    forth = pl.concat(frames).unique()
    if not is_both_ways:
        return forth.collect()
    back = forth.select(
        pl.col("other_kind").alias("kind"),
        pl.col("other").alias("reference"),
        pl.col("kind").alias("other_kind"),
        pl.col("reference").alias("other"),
    )
    return pl.concat([forth, back]).unique().collect()


def _carried(known: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """What the links add to the references known.

    What a link cannot carry never meets it: an order of thousands of shipments is told beside
    thousands of finer numbers, and would meet each of them with each.
    """
    rank = pl.col("kind").replace_strict(_RANK)
    is_up = rank <= pl.col("other_kind").replace_strict(_RANK)
    is_order = pl.col("kind") == "order"
    is_single = pl.col("shipment_id").n_unique().over("kind", "reference") == 1
    parts = (
        known.join(links.filter(is_up), on=["kind", "reference"]),
        known.filter(is_order & is_single).join(
            links.filter(is_order & ~is_up), on=["kind", "reference"]
        ),
    )
    return pl.concat(parts).select(
        pl.col("other_kind").alias("kind"), pl.col("other").alias("reference"), "shipment_id"
    )


def _resolve(
    root: Path,
    segment: Segment,
    segments: Sequence[Segment],
    known: pl.DataFrame,
    bucket_count: int,
) -> Segment:
    paths = [path for path in segment.files if path.startswith(f"{PENDING}/")]
    keys = [
        pl.scan_parquet(root / path).select(pl.lit(pending_kind(path)).alias("kind"), KEY, ROW)
        for path in paths
    ]
    told = pl.concat([pl.LazyFrame(schema=_TOLD), *keys]).collect()
    used = {
        kind: with_since(root, segments, kind, _used(known, told, kind))
        for kind in sorted(segment.kinds)
    }
    beside = _references_beside(root, segment, known)
    digest = _digest(*used.values(), beside)
    if digest == segment.resolved_digest:
        return segment
    waiting = told.join(known, left_on=["kind", KEY], right_on=["kind", "reference"], how="anti")
    waiting = waiting.unique(ROW).sort(ROW)
    writer = SegmentWriter(root, f"{segment.id}-{digest}", bucket_count)
    unit = unit_kind(segments)
    for path in paths:
        kind = pending_kind(path) or segment.key
        is_inherited = kind in INHERITED and kind != unit
        rows = in_their_lives(pl.read_parquet(root / path), used[kind], segment.table)
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


def _numbers(known: pl.DataFrame, kind: str | None) -> pl.DataFrame:
    """The numbers of a kind, as keys, and their shipments."""
    return known.filter(pl.col("kind") == kind).select(
        pl.col("reference").alias(KEY), "shipment_id"
    )


def _used(known: pl.DataFrame, told: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The numbers of a kind that key rows of a segment, and their shipments."""
    return _numbers(known, kind).join(told.filter(pl.col("kind") == kind), on=KEY, how="semi")


def _references_beside(root: Path, segment: Segment, known: pl.DataFrame) -> pl.DataFrame:
    """References that a keyed segment tells beside its keys, as rows of REFERENCES.

    They have no row of their own in the file: `source_row` is 0.
    """
    links = _links(root, [segment], is_both_ways=False)
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
