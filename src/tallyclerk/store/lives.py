"""Numbers that are used again: which of its lives a row speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tallyclerk.domain.tables import TABLES, UTC, Schema
from tallyclerk.store.layout import KEY
from tallyclerk.store.manifest import Segment
from tallyclerk.store.scan import scan, told_in

SINCE = "__since"
_ROW = "__number"
_DATED: Schema = {
    "kind": pl.String(),
    "reference": pl.String(),
    "shipment_id": pl.String(),
    "valid_from": UTC,
}


def with_since(
    root: Path, segments: Sequence[Segment], kind: str, used: pl.DataFrame
) -> pl.DataFrame:
    """References of a kind with `__since`: from when each stands for its shipment, null = always.

    Args:
        root: The store.
        segments: The segments that count.
        kind: Kind of reference.
        used: One row per reference (`key`) and `shipment_id`.
    """
    dated = scan(root, told_in(segments, "references"), _DATED).filter(
        (pl.col("kind") == kind) & pl.col("valid_from").is_not_null()
    )
    since = dated.select(
        pl.col("reference").alias(KEY), "shipment_id", pl.col("valid_from").alias(SINCE)
    )
    first = since.group_by(KEY, "shipment_id").agg(pl.col(SINCE).min()).collect()
    return used.join(first, on=[KEY, "shipment_id"], how="left")


def in_their_lives(rows: pl.DataFrame, used: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows joined to the shipments of their keys; of several lives of a number, to that of their time.

    A life begins at `__since` and ends where the next one begins; the first one has always been.
    Shipments of the same instant (a consolidated parcel) share a life.

    Args:
        rows: Rows of a table with `key`.
        used: From `with_since`.
        table: Name of the table; a row without a time belongs to the last life.
    """
    if not used[SINCE].is_not_null().any():
        return rows.join(used.drop(SINCE), on=KEY, maintain_order="left_right")
    time = next((name for name, kind in TABLES[table].items() if kind == UTC), None)
    at = pl.col(time) if time else pl.lit(None, dtype=UTC)
    has_begun = (pl.col(SINCE) <= at).fill_null(value=True)
    first = pl.col(SINCE).min().over(KEY)
    begun = used.with_columns(
        pl.when((pl.col(SINCE) == first) & (pl.col(SINCE).null_count().over(KEY) == 0))
        .then(None)
        .otherwise(SINCE)
        .alias(SINCE)
    )
    joined = rows.with_row_index(_ROW).join(begun, on=KEY, maintain_order="left_right")
    alive = joined.filter(has_begun)
    latest = pl.col(SINCE).max().over(_ROW)
    return alive.filter(pl.col(SINCE).eq_missing(latest)).drop(_ROW, SINCE)
