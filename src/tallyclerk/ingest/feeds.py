"""What each feed adds: which milestones it tells first or alone, and which silence it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields

import polars as pl

from tallyclerk.digests import digest_of
from tallyclerk.progress import Progress, silent
from tallyclerk.store import Ledger
from tallyclerk.store.cache import Cache

BLACKOUT_MINUTES = 48 * 60
_TOLD = {
    *("source", "shipment_id", "milestone", "occurred_at", "recorded_at"),
    *("classifier", "is_physical"),
}
_FACT = ["shipment_id", "milestone"]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What one source of events adds to the others.

    Attributes:
        source: Its name.
        events: Events that it tells, repetitions within it included.
        milestones: Milestones of shipments that it tells, each once.
        first: Of these, told no later than by any other feed (by the time of recording where that
            is known, else of the event).
        alone: Of these, told by no other feed.
        blackouts: Shipments on which, without it, nobody would scan for more than 48 hours, and
            with it somebody does.
        blackout_minutes: Minutes beyond 48 hours of silence that it takes away, over all shipments.
    """

    source: str
    events: int
    milestones: int
    first: int
    alone: int
    blackouts: int
    blackout_minutes: int


def feeds_of(
    ledger: Ledger, key: str, as_of: dt.datetime, progress: Progress = silent
) -> tuple[Feed, ...]:
    """Every source of events, sorted by name.

    Args:
        ledger: The store.
        key: Digest of everything the answer follows from but `as_of`.
        as_of: Nothing recorded later is known.
        progress: Told what is being done.
    """

    def told() -> list[list[object]]:
        counts = [field.name for field in fields(Feed) if field.name != "source"]
        parts = [pl.DataFrame(schema={"source": pl.String, **dict.fromkeys(counts, pl.Int64)})]
        is_known = pl.coalesce("recorded_at", "occurred_at") <= as_of
        for bucket in range(ledger.bucket_count):
            progress("comparing feeds", bucket, ledger.bucket_count)
            rows = ledger.told("events", bucket, _TOLD)
            parts += list(_of_bucket(rows.filter(pl.col("classifier") == "actual", is_known)))
        whole = pl.concat(parts, how="diagonal_relaxed").group_by("source").sum().fill_null(0)
        return [list(row) for row in whole.select("source", *counts).sort("source").rows()]

    kept = Cache(ledger.root, "feeds").told(digest_of(key, as_of.isoformat()), told)
    return tuple(
        Feed(**dict(zip((f.name for f in fields(Feed)), row, strict=True))) for row in kept
    )


def _of_bucket(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Counts of one bucket: rows with `source` and some of the counts."""
    number = pl.len().cast(pl.Int64)
    yield rows.group_by("source").agg(events=number)
    known = pl.coalesce("recorded_at", "occurred_at")
    facts = rows.group_by(*_FACT, "source").agg(known_at=known.min())
    compared = facts.with_columns(
        is_first=pl.col("known_at") == pl.col("known_at").min().over(_FACT),
        is_alone=pl.len().over(_FACT) == 1,
    )
    yield compared.group_by("source").agg(
        milestones=number,
        first=pl.col("is_first").sum().cast(pl.Int64),
        alone=pl.col("is_alone").sum().cast(pl.Int64),
    )
    yield from _silences(rows)


def _silences(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What each feed does to the silences between the first and the last scan of a shipment."""
    scans = rows.filter("is_physical").select("shipment_id", "occurred_at", "source").unique()
    at = ["shipment_id", "occurred_at"]
    marked = scans.with_columns(
        is_alone=pl.len().over(at) == 1,
        is_end=(pl.col("occurred_at") == pl.col("occurred_at").min().over("shipment_id"))
        | (pl.col("occurred_at") == pl.col("occurred_at").max().over("shipment_id")),
    )
    spared = marked.filter("is_alone", ~pl.col("is_end")).select("shipment_id", "source").unique()
    whole = _silent(scans)
    for (source,), own in spared.group_by("source"):
        touched = marked.join(own.select("shipment_id"), on="shipment_id", how="semi")
        rest = touched.filter((pl.col("source") != source) | ~pl.col("is_alone") | pl.col("is_end"))
        without = _silent(rest).join(whole, on="shipment_id", suffix="_with")
        yield without.select(
            source=pl.lit(source),
            blackouts=((pl.col("silent") > 0) & (pl.col("silent_with") == 0)).sum().cast(pl.Int64),
            blackout_minutes=(pl.col("silent") - pl.col("silent_with")).sum(),
        )


def _silent(scans: pl.DataFrame) -> pl.DataFrame:
    """Minutes of silence beyond 48 hours of each shipment: shipment_id, silent."""
    gap = pl.col("occurred_at") - pl.col("occurred_at").shift(1).over("shipment_id")
    beyond = (gap.dt.total_minutes() - BLACKOUT_MINUTES).clip(lower_bound=0).fill_null(0)
    return (
        scans.select("shipment_id", "occurred_at")
        .unique()
        .sort("shipment_id", "occurred_at")
        .with_columns(beyond=beyond)
        .group_by("shipment_id")
        .agg(silent=pl.col("beyond").sum())
    )
