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
_KNOWN = ["kind", "reference", "shipment_id"]
_DATED: Schema = {**dict.fromkeys(_KNOWN, pl.String), "valid_from": UTC}


def lives_told(root: Path, segments: Sequence[Segment], known: pl.DataFrame) -> pl.DataFrame:
    """From when references stand for their shipments, where exports say so.

    Args:
        root: The store.
        segments: The segments that count.
        known: One row per kind, reference and shipment: those that are asked for.

    Returns:
        The rows of `known` that have a beginning, with it as `__since`.
    """
    dated = scan(root, told_in(segments, "references"), _DATED).drop_nulls("valid_from")
    asked = dated.join(known.lazy(), on=_KNOWN, how="semi")
    first = asked.group_by(_KNOWN).agg(pl.col("valid_from").min().alias(SINCE))
    return first.collect(engine="streaming")


def with_since(used: pl.DataFrame, lives: pl.DataFrame, kind: str) -> pl.DataFrame:
    """References of a kind with `__since`: from when each stands for its shipment, null = always.

    Args:
        used: One row per reference (`key`) and `shipment_id`.
        lives: From `lives_told`.
        kind: Kind of reference.
    """
    own = lives.filter(pl.col("kind") == kind).select(
        pl.col("reference").alias(KEY), "shipment_id", SINCE
    )
    return used.join(own, on=[KEY, "shipment_id"], how="left")


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
