"""Parts of consignments, told in several messages: with the last one the whole is there.

Nobody can tell which shipments are in a part, so that a part is only told. Which part completes the
whole is known once all files are: whatever their order, it is the part that came last.

Only sources that tell `part_of` have this table: one row per event of a part, in the bucket of its
shipment.
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import PHYSICAL
from tallyclerk.domain.tables import UTC, Schema

TABLE = "parts"
WHOLE: Schema = {"part_of": pl.Int64, "whole_milestone": pl.String}
"""Pieces of the whole, and the milestone that it reaches with the part that completes it."""
SUFFIX = " part"
"""What is put behind the status of a part."""
COLUMNS: Schema = {
    "occurred_at": UTC,
    "partner_id": pl.String,
    "location": pl.String,
    "status_raw": pl.String,
    "pieces": pl.Int64,
    **WHOLE,
}
_OF_WHOLE = ["shipment_id", "partner_id", "status_raw", "location", "part_of"]


def parts_apart(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Events without what they say of a whole, and that as rows of its own (None: nothing)."""
    if "part_of" not in rows.columns:
        return rows, None
    own = rows.select("event_id", "shipment_id", "source_row", *COLUMNS)
    return rows.drop(*WHOLE), own.filter(pl.col("part_of") > 0, pl.col("pieces") > 0)


def completed(rows: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Events in which the part that completes a whole says what the whole does.

    Args:
        rows: Events: event_id and any other columns.
        parts: Of the same bucket, as told: repetitions are the same event.
    """
    ordered = parts.unique("event_id").sort(*_OF_WHOLE, "occurred_at", "event_id", nulls_last=True)
    there = pl.col("pieces").cum_sum().over(_OF_WHOLE)
    is_last = (there >= pl.col("part_of")) & (there - pl.col("pieces") < pl.col("part_of"))
    last = ordered.filter(is_last).select("event_id", "whole_milestone")
    whole = pl.col("whole_milestone")
    changed = {
        "milestone": pl.coalesce(whole, "milestone"),
        "is_physical": pl.coalesce(whole.is_in(PHYSICAL), "is_physical"),
        "reason": pl.when(whole.is_null()).then("reason"),
        "status_raw": pl.when(whole.is_null())
        .then("status_raw")
        .otherwise(pl.col("status_raw").str.strip_suffix(SUFFIX)),
    }
    return (
        rows.join(last, on="event_id", how="left", maintain_order="left")
        .with_columns(**{name: how for name, how in changed.items() if name in rows.columns})
        .drop("whole_milestone")
    )
